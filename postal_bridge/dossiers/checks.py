"""What stored data can show of P1 to P3 and of a dossier's columns, recomputed from its stream."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers import papers_store, store, undo_store
from postal_bridge.dossiers.events import (
    KIND_OF,
    MOVES_SAID,
    RESULT_SAID,
    TOPIC_OF,
    TOPICS,
    UNDO_ASKED,
    UNDO_DECLINED,
    UNDONE,
    dates_now,
)
from postal_bridge.dossiers.keeping import ERASED
from postal_bridge.dossiers.promise import Dates
from postal_bridge.dossiers.rules import (
    UNDOS,
    DossierAction,
    DossierStatus,
    next_move,
)
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.dossiers.types import UndoStatus
from postal_bridge.kernel import streams
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.outbox_checks import messages_about
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit

_AS_OPENED = (
    "acceptance_number", "mode", "channel", "service_form", "sets", "result_kind",
    "document_class", "procedure_id", "link_id", "unit_id", "point_id", "section_id",
    "competent_section_id", "returning_section_id",
)  # fmt: skip
"""What stays as it was opened; the offices among it decide who sees the dossier."""


def verify_dossiers(uow: ReadUnit) -> Iterator[Finding]:
    """Each dossier's status, dates and code against what its stream says."""
    for row in store.all_dossiers(uow.session):
        facts = streams.read(uow, streams.dossier_stream(row.id))
        subject = f"dossier:{row.acceptance_number}"
        yield from (Finding(subject, why) for why in _faults(uow, row, facts))
        yield from (Finding(subject, why) for why in _filed(uow, row, facts))
        yield from (Finding(subject, why) for why in _undos(uow, row, facts))
        yield from (Finding(subject, why) for why in _erased(uow, row, facts))
    yield from _gone(uow)


def verify_told(uow: ReadUnit) -> Iterator[Finding]:
    """Invariant W1: what others wait for was promised to them with the move itself."""
    told = messages_about(uow, TOPICS)
    for dossier_id, facts in streams.read_all(uow, "dossier"):
        moves = (fact.body["action"] for fact in facts if fact.kind in MOVES_SAID)
        owed = Counter(TOPIC_OF[move] for move in map(DossierAction, moves) if move in TOPIC_OF)
        if any(told[topic, dossier_id] < count for topic, count in owed.items()):
            yield Finding(f"dossier:{dossier_id}", "message_gone")


def _gone(uow: ReadUnit) -> Iterator[Finding]:
    for dossier_id, facts in streams.read_all(uow, "dossier"):
        if uow.session.get(DossierRow, UUID(dossier_id)) is None:
            number = facts[0].body.get("acceptance_number", dossier_id)
            yield Finding(f"dossier:{number}", "dossier_gone")


def _filed(uow: ReadUnit, row: DossierRow, facts: list[Fact]) -> Iterator[str]:
    """What was filed, counted, signed and scanned stands as it was."""
    opened = facts[0].body if facts else {}
    for column in _AS_OPENED:
        if column in opened and str(opened[column]) != str(getattr(row, column)):
            yield f"{column}_differs"
    if facts and facts[0].occurred_at != row.opened_at:
        yield "opened_at_differs"
    rounds = {
        fact.body["round"]: fact.body["papers"]
        for fact in facts
        if {"round", "papers"} <= fact.body.keys()
    }
    counted: dict[int, list[list[Any]]] = {}
    for paper in papers_store.every_paper(uow.session, row.id):
        line = [paper.paper_no, paper.tally, paper.originals, paper.copies, paper.sheets]
        counted.setdefault(paper.round, []).append(line)
    wanted = {number: sorted(papers) for number, papers in rounds.items() if papers}
    if {number: sorted(lines) for number, lines in counted.items()} != wanted:
        yield "papers_differ"
    if _result_said(row, facts) != said_words(row.id, row.result_number):
        yield "result_number_differs"
    signed = sorted(
        (fact.body["role"], fact.body["form"], str(fact.body["blob_id"]), fact.body["round"])
        for fact in facts
        if fact.kind == "dossier.signed"
    )
    marks = papers_store.signatures(uow.session, row.id)
    if signed != sorted((one.role, one.form, str(one.blob_id), one.round) for one in marks):
        yield "signatures_differ"
    said = sorted(
        (fact.body["paper_no"], fact.body["blob_id"], fact.body["pages"])
        for fact in facts
        if fact.kind == "dossier.scanned"
    )
    scans = papers_store.scans(uow.session, row.id)
    if said != sorted((one.paper_no, str(one.blob_id), one.pages) for one in scans):
        yield "scans_differ"
    noted = {fact.body["note_id"] for fact in facts if "note_id" in fact.body}
    if not noted <= {str(note.id) for note in papers_store.notes(uow.session, row.id)}:
        yield "note_gone"


def _result_said(row: DossierRow, facts: list[Fact]) -> str | None:
    """The digest of the result's number; none before it is ready or once that was undone."""
    stands = said_words(row.id, row.result_number)
    said: str | None = None
    for fact in facts:
        if fact.kind == KIND_OF[DossierAction.FINISH]:
            said = fact.body.get(RESULT_SAID, stands)
        elif fact.kind == UNDONE and fact.body["undoes"] == DossierAction.FINISH:
            said = None
    return said


def _undos(uow: ReadUnit, row: DossierRow, facts: list[Fact]) -> Iterator[str]:
    """Asked by one, answered by another: the records and the stream say the same."""
    says: dict[str, list[Any]] = {}
    for fact in facts:
        if "undo_id" not in fact.body:
            continue
        who = f"{fact.actor['kind']}:{fact.actor['id']}"
        if fact.kind == UNDO_ASKED:
            says[fact.body["undo_id"]] = [fact.body["seq"], who, UndoStatus.ASKED, None]
        else:
            is_declined = fact.kind == UNDO_DECLINED
            answer = UndoStatus.DECLINED if is_declined else UndoStatus.APPROVED
            says.setdefault(fact.body["undo_id"], [None, None, None, None])[2:] = [answer, who]
    stand = {
        str(one.id): [one.seq, one.asked_by, one.status, one.answered_by]
        for one in undo_store.undos_of(uow.session, row.id)
    }
    if says != stand or any(asked == answered for _, asked, _, answered in says.values()):
        yield "undos_differ"


def _erased(uow: ReadUnit, row: DossierRow, facts: list[Fact]) -> Iterator[str]:
    """Its key is gone where its stream says so, and only there."""
    said = next((fact.occurred_at for fact in facts if fact.kind == ERASED), None)
    if row.erased_at != said or uow.vault.is_destroyed(row.id) is not (said is not None):
        yield "erasure_differs"


def _faults(uow: ReadUnit, row: DossierRow, facts: list[Fact]) -> Iterator[str]:
    status = DossierStatus.DRAFT
    code = None
    walked: list[tuple[int, DossierStatus, DossierAction]] = []
    for fact in facts:
        if fact.kind == UNDONE:
            if not walked:
                yield "undo_not_in_table"
                return
            seq, before, undone = walked.pop()
            if seq != fact.body["seq"] or UNDOS.get((before, undone)) != fact.body["to"]:
                yield "undo_not_in_table"
                return
            status = before
        if fact.kind not in MOVES_SAID:
            continue
        try:
            action = DossierAction(fact.body["action"])
            walked.append((fact.seq, status, action))
            status = next_move(status, action, AcceptanceMode(row.mode)).to
        except MoveNotOpen:
            yield "move_not_in_table"
            return
        code = fact.body.get("code", code)
    if status != row.status:
        yield "status_differs"
    if code != row.dossier_code:
        yield "code_differs"
    dates = dates_now(uow, row, facts)
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


def blobs_named(uow: ReadUnit) -> Iterator[UUID]:
    """The files behind scans and signatures."""
    for row in store.all_dossiers(uow.session):
        yield from (scan.blob_id for scan in papers_store.scans(uow.session, row.id))
        signed = (one.blob_id for one in papers_store.signatures(uow.session, row.id))
        yield from (blob_id for blob_id in signed if blob_id is not None)
