"""A dossier's moves: each through the table, each an event, the dates following from them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from postal_bridge.custody.service import items_of_dossier, who_holds
from postal_bridge.custody.types import Holder, HolderKind, ItemKind, ItemStatus
from postal_bridge.directory.dossier_code import parse_dossier_code
from postal_bridge.directory.rules import FILED_ONLINE, AcceptanceMode, ServiceForm
from postal_bridge.directory.service import draw_dossier_code, procedure_view
from postal_bridge.dossiers import papers_store, store
from postal_bridge.dossiers.errors import (
    AlreadyRegistered,
    CodeNotOurs,
    DossierCodeTaken,
    EnvelopeNotSealed,
    PapersNotReceived,
    ReasonMissing,
    ReceiptInFuture,
    ResultInFuture,
    ResultNotElectronic,
    SignatureMissing,
    SupplementUnnamed,
    TallyMissing,
)
from postal_bridge.dossiers.events import (
    KIND_OF,
    RESULT_SAID,
    TOPIC_OF,
    dates_now,
    put_dates,
    version_said,
)
from postal_bridge.dossiers.filing import signers
from postal_bridge.dossiers.looking import view
from postal_bridge.dossiers.notes import has_words, put_note
from postal_bridge.dossiers.rules import (
    DossierAction,
    DossierStatus,
    next_move,
)
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.dossiers.types import DossierView, Result, SignerRole
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import UnitOfWork

_NOTHING: Mapping[str, object] = MappingProxyType({})


def accept(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> DossierView:
    """The post answers for the dossier from now on. The agency's clock has not started.

    Raises
    ------
    TallyMissing, SignatureMissing, EnvelopeNotSealed
        What Decision 45/2016 demands before acceptance; nothing of it for what is filed
        on-line, and no envelope where the post does not carry the papers.
    """
    row = store.lock(uow, dossier_id)
    if row.channel not in FILED_ONLINE:
        counted = papers_store.last_round(uow, dossier_id)
        if not counted:
            raise TallyMissing(number=row.acceptance_number)
        signed = signers(uow, dossier_id, counted)
        for role in SignerRole:
            if role not in signed:
                raise SignatureMissing(role=role.value)
        if _travels(row) and not _has_sealed_envelope(uow, dossier_id):
            raise EnvelopeNotSealed(number=row.acceptance_number)
    return _move(uow, row, DossierAction.ACCEPT, {}, actor=actor)


def send_to_agency(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> DossierView:
    """The dossier has left the counter."""
    return _move(uow, store.lock(uow, dossier_id), DossierAction.SEND_TO_AGENCY, {},
                 actor=actor)  # fmt: skip


def receive_at_agency(
    uow: UnitOfWork,
    dossier_id: UUID,
    code: str | None,
    *,
    actor: Actor,
    at: datetime | None = None,
) -> DossierView:
    """The agency has registered the dossier under its code, and its clock runs.

    In seated mode and for what the section files itself `code` None draws the section's next
    one. What was filed on-line travels as data: nothing has to be held, and `at` says when
    the agency's own receipt was given, which is when its clock began.

    Raises
    ------
    AlreadyRegistered
        A second code and a clock begun anew would be another promise than the citizen's slip has.
    ReceiptInFuture
    CodeNotOurs
        Carrier mode without the agency's code.
    DossierCodeWrong, DossierCodeTaken
    PapersNotReceived
        The envelope is not with the section by a two-sided hand-over.
    """
    row = store.lock(uow, dossier_id)
    if row.received_at is not None:
        raise AlreadyRegistered
    is_online = row.channel in FILED_ONLINE
    if at is not None and at > uow.now:
        raise ReceiptInFuture
    if is_online and row.status == DossierStatus.ACCEPTED and row.mode == AcceptanceMode.CARRIER:
        _move(uow, row, DossierAction.SEND_TO_AGENCY, {}, actor=actor)
    if row.status != DossierStatus.ACCEPTED and not is_online:
        _check_at_section(uow, row)
    chosen = _code_for(uow, row, code, actor)
    row.dossier_code = chosen
    body = {"code": chosen, **_limit(uow, row)}
    return _move(uow, row, DossierAction.REGISTER, body, actor=actor, at=at if is_online else None)


def refuse(
    uow: UnitOfWork, dossier_id: UUID, reason: str, *, actor: Actor, text: str = ""
) -> DossierView:
    """The agency does not take the dossier (form 03); the papers go home as items."""
    row = store.lock(uow, dossier_id)
    return _with_reason(uow, row, DossierAction.REFUSE, reason, (), text, actor=actor)


def start_processing(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> DossierView:
    row = store.lock(uow, dossier_id)
    return _move(uow, row, DossierAction.START, {}, actor=actor)


def ask_supplement(
    uow: UnitOfWork,
    dossier_id: UUID,
    papers: tuple[int, ...],
    reason: str,
    *,
    actor: Actor,
    text: str = "",
) -> DossierView:
    """The citizen is asked for more (form 02); until the answer the clock stands (P2).

    Raises
    ------
    SupplementUnnamed
        Neither a paper is named nor anything said: nobody could bring it.
    """
    row = store.lock(uow, dossier_id)
    if not papers and not has_words(reason, text):
        raise SupplementUnnamed
    action = DossierAction.REQUEST_SUPPLEMENT
    return _with_reason(uow, row, action, reason, papers, text, actor=actor)


def supplement_answered(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> DossierView:
    """What was asked for is with the agency and the clock runs on."""
    row = store.lock(uow, dossier_id)
    return _move(uow, row, DossierAction.SUPPLEMENT, {}, actor=actor)


def ask_payment(uow: UnitOfWork, dossier_id: UUID, amount_vnd: int, *, actor: Actor) -> DossierView:
    """A tax or duty is due; until it is paid the clock stands (P2)."""
    row = store.lock(uow, dossier_id)
    body = {"amount_vnd": amount_vnd}
    return _move(uow, row, DossierAction.REQUEST_PAYMENT, body, actor=actor)


def payment_done(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> DossierView:
    row = store.lock(uow, dossier_id)
    return _move(uow, row, DossierAction.RECORD_PAYMENT, {}, actor=actor)


def result_ready(uow: UnitOfWork, dossier_id: UUID, result: Result, *, actor: Actor) -> DossierView:
    """The agency has decided and the result can be given out. Raises ResultInFuture."""
    row = store.lock(uow, dossier_id)
    if result.issued_on > local(uow.now).date():
        raise ResultInFuture
    row.result_number = result.number
    body = {
        "issued_on": result.issued_on.isoformat(),
        "sheets": result.sheets,
        RESULT_SAID: said_words(row.id, result.number),
    }
    return _move(uow, row, DossierAction.FINISH, body, actor=actor)


def mark_returned(uow: UnitOfWork, dossier_id: UUID, by: str, *, actor: Actor) -> DossierView:
    """The citizen has the result: by hand-over, or by recorded electronic issue.

    Parameters
    ----------
    by : "hand_over" (said by the delivery that was proved) or "electronic"

    Raises
    ------
    ResultNotElectronic
        A paper result is given by hand.
    """
    row = store.lock(uow, dossier_id)
    if by == "electronic":
        if row.result_kind != "electronic":
            raise ResultNotElectronic(number=row.acceptance_number)
        return _move(uow, row, DossierAction.ISSUE_ELECTRONICALLY, {}, actor=actor)
    return _move(uow, row, DossierAction.RETURN_BY_HAND, {"by": by}, actor=actor)


def withdraw(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor) -> DossierView:
    """The citizen takes the application back; the papers go home as items."""
    row = store.lock(uow, dossier_id)
    return _move(uow, row, DossierAction.WITHDRAW, {}, actor=actor)


def stop(
    uow: UnitOfWork, dossier_id: UUID, reason: str, *, actor: Actor, text: str = ""
) -> DossierView:
    """The agency stops (form 05); the papers go home as items."""
    row = store.lock(uow, dossier_id)
    return _with_reason(uow, row, DossierAction.STOP, reason, (), text, actor=actor)


def cancel(uow: UnitOfWork, dossier_id: UUID, reason: str, *, actor: Actor) -> DossierView:
    """The acceptance is undone before anything left the counter; never reported outside."""
    row = store.lock(uow, dossier_id)
    return _with_reason(uow, row, DossierAction.CANCEL, reason, (), "", actor=actor)


def correct_result(
    uow: UnitOfWork, dossier_id: UUID, reason: str, *, actor: Actor, text: str = ""
) -> DossierView:
    """The result has a mistake: the agency makes it anew within the procedure's limit, which
    runs from now, and pays the way."""
    row = store.lock(uow, dossier_id)
    limit = _limit(uow, row)
    action = DossierAction.REPORT_MISTAKE
    return _with_reason(uow, row, action, reason, (), text, limit, actor=actor)


def _with_reason(
    uow: UnitOfWork,
    row: DossierRow,
    action: DossierAction,
    reason: str,
    papers: tuple[int, ...],
    text: str,
    said: Mapping[str, object] = _NOTHING,
    *,
    actor: Actor,
) -> DossierView:
    """The move, with its reason's code in the event and its words under the dossier's key."""
    if not reason.strip():
        raise ReasonMissing(action=action.value)
    body = put_note(uow, row.id, KIND_OF[action], reason, text, papers)
    return _move(uow, row, action, {**body, **said}, actor=actor)


def _limit(uow: UnitOfWork, row: DossierRow) -> Mapping[str, object]:
    """The limit and the calendar of today, by which a clock that starts now runs."""
    procedure = procedure_view(uow, row.procedure_id, local(uow.now).date())
    days, hours = procedure.time_limit_days, procedure.time_limit_hours
    return {"limit_days": days, "limit_hours": hours, **version_said(uow, row.unit_id)}


def _move(
    uow: UnitOfWork,
    row: DossierRow,
    action: DossierAction,
    body: Mapping[str, object],
    *,
    actor: Actor,
    at: datetime | None = None,
) -> DossierView:
    """The row of the table is taken, said in the stream, and promised to those who wait."""
    before = DossierStatus(row.status)
    to = next_move(before, action, AcceptanceMode(row.mode)).to
    stream = streams.dossier_stream(row.id)
    said = {**body, "action": action.value, "from": before.value, "to": to.value}
    streams.append(uow, stream, KIND_OF[action], said, actor=actor, occurred_at=at)
    row.status = to
    put_dates(row, dates_now(uow, row, streams.read(uow, stream)))
    if action in TOPIC_OF:
        message = {"dossier_id": str(row.id), "action": action.value}
        uow.outbox.add(Message(TOPIC_OF[action], message, order_key=str(row.id)))
    return view(uow, row)


def _travels(row: DossierRow) -> bool:
    return row.mode == AcceptanceMode.CARRIER and row.service_form in (
        ServiceForm.SEND,
        ServiceForm.BOTH,
    )


def _has_sealed_envelope(uow: UnitOfWork, dossier_id: UUID) -> bool:
    return any(
        item.kind == ItemKind.DOSSIER_ENVELOPE and item.status == ItemStatus.SEALED
        for item in items_of_dossier(uow, dossier_id)
    )


def _check_at_section(uow: UnitOfWork, row: DossierRow) -> None:
    section = Holder(HolderKind.SECTION, str(row.section_id))
    envelopes = [
        item for item in items_of_dossier(uow, row.id) if item.kind == ItemKind.DOSSIER_ENVELOPE
    ]
    if not any(who_holds(uow, item.id) == section for item in envelopes):
        raise PapersNotReceived(number=row.acceptance_number)


def _code_for(uow: UnitOfWork, row: DossierRow, code: str | None, actor: Actor) -> str:
    """The agency's code. Only its own staff, or postal staff seated there, may draw one."""
    if code is None or not code.strip():
        is_section = bool(actor.scope.sections & {row.section_id, row.competent_section_id})
        if row.mode != AcceptanceMode.SEATED and not is_section:
            raise CodeNotOurs(number=row.acceptance_number)
        return draw_dossier_code(uow, row.section_id, local(uow.now).date())
    raw = parse_dossier_code(code).raw
    if store.has_code(uow.session, raw):
        raise DossierCodeTaken(code=raw)
    return raw
