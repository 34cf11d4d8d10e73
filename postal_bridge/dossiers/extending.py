"""The agency is late, apologises and asks for more time (form 04). Parts.

The promised date stays as it is (P1): what is asked for stands beside it, and the delay stays the
agency's. Source: Circular 03/2025/TT-VPCP, Annex I, form 04.
"""

from datetime import datetime
from uuid import UUID

from postal_bridge.directory.calendars import AGENCY, working_calendar
from postal_bridge.dossiers import store
from postal_bridge.dossiers.errors import ReasonMissing
from postal_bridge.dossiers.form_views import Extension
from postal_bridge.dossiers.looking import view
from postal_bridge.dossiers.notes import put_note
from postal_bridge.dossiers.rules import CLOCK_RUNS, DossierStatus
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

EXTENSION_ASKED = "dossier.extension_asked"
MOST_DAYS = 60


def ask_extension(
    uow: UnitOfWork,
    dossier_id: UUID,
    reason: str,
    working_days: int,
    *,
    actor: Actor,
    text: str = "",
) -> DossierView:
    """The citizen is asked to wait so many working days more, from the date or from now.

    Raises
    ------
    MoveNotOpen
        The agency's clock does not run.
    ReasonMissing
    """
    row = store.lock(uow, dossier_id)
    if DossierStatus(row.status) not in CLOCK_RUNS or row.due_at is None:
        raise MoveNotOpen(machine="dossier", status=row.status, action="ask_extension")
    if not reason.strip():
        raise ReasonMissing(action="ask_extension")
    calendar = working_calendar(uow, AGENCY, row.unit_id)
    until = calendar.due_after_working_days(max(row.due_at, uow.now), working_days)
    body = put_note(uow, row.id, EXTENSION_ASKED, reason, text)
    asked = {"promised_at": row.due_at.isoformat(), "asked_until": until.isoformat()}
    stream = streams.dossier_stream(row.id)
    streams.append(uow, stream, EXTENSION_ASKED, {**body, **asked}, actor=actor)
    uow.session.flush()
    return view(uow, row)


def extension_of(uow: ReadUnit, dossier_id: UUID, note_id: UUID | None = None) -> Extension | None:
    """What was asked for with this note, or last."""
    asked = [
        fact.body
        for fact in streams.read(uow, streams.dossier_stream(dossier_id))
        if fact.kind == EXTENSION_ASKED and note_id in (None, UUID(fact.body["note_id"]))
    ]
    if not asked:
        return None
    promised, until = (asked[-1][name] for name in ("promised_at", "asked_until"))
    return Extension(datetime.fromisoformat(promised), datetime.fromisoformat(until))
