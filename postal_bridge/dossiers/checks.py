"""What stored data can show of P1 to P3 and of a dossier's columns, recomputed from its stream."""

from collections.abc import Iterator

from postal_bridge.custody.types import Finding
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers import store
from postal_bridge.dossiers.events import MOVES_SAID, dates_in
from postal_bridge.dossiers.promise import Dates
from postal_bridge.dossiers.rules import (
    DossierAction,
    DossierStatus,
    next_move,
)
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.kernel import streams
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit


def verify_dossiers(uow: ReadUnit) -> Iterator[Finding]:
    """Each dossier's status, dates and code against what its stream says."""
    for row in store.all_dossiers(uow.session):
        facts = streams.read(uow, streams.dossier_stream(row.id))
        subject = f"dossier:{row.acceptance_number}"
        yield from (Finding(subject, why) for why in _faults(row, facts))


def _faults(row: DossierRow, facts: list[Fact]) -> Iterator[str]:
    status = DossierStatus.DRAFT
    code = None
    for fact in facts:
        if fact.kind not in MOVES_SAID:
            continue
        try:
            action = DossierAction(fact.body["action"])
            status = next_move(status, action, AcceptanceMode(row.mode)).to
        except MoveNotOpen:
            yield "move_not_in_table"
            return
        code = fact.body.get("code", code)
    if status != row.status:
        yield "status_differs"
    if code != row.dossier_code:
        yield "code_differs"
    dates = dates_in(facts)
    written = Dates(
        row.accepted_at,
        row.received_at,
        row.due_at,
        row.finished_at,
        row.closed_at,
        dates.paused_since,
    )
    if dates != written:
        yield "dates_differ"
