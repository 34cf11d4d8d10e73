"""Dossiers: the agency desk's use cases, and by name the parts that other rooms call."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.dossiers.checks import blobs_named, verify_dossiers, verify_told
from postal_bridge.dossiers.extending import EXTENSION_ASKED, ask_extension, extension_of
from postal_bridge.dossiers.filing import (
    add_scan,
    has_signed,
    open_dossier,
    scans_of,
    sign,
    tally,
    tally_supplement,
)
from postal_bridge.dossiers.finding import dossier_by_number, find
from postal_bridge.dossiers.following import due_date, due_of, expected_due, promise, timeline
from postal_bridge.dossiers.keeping import (
    EndedDossier,
    ended_before,
    ended_dossiers,
    erase,
    held_among,
    lift_hold,
    put_hold,
)
from postal_bridge.dossiers.looking import (
    dossier_outline,
    dossier_view,
    dossiers_by_id,
    dossiers_for,
    notes_of,
    registered_at,
)
from postal_bridge.dossiers.mistakes import (
    ABOUT_MISTAKES,
    decline_mistake,
    is_mistake_told,
    mistakes_told,
    tell_mistake,
)
from postal_bridge.dossiers.moving import (
    accept,
    ask_payment,
    ask_supplement,
    cancel,
    correct_result,
    mark_returned,
    payment_done,
    receive_at_agency,
    refuse,
    result_ready,
    send_to_agency,
    start_processing,
    stop,
    supplement_answered,
    withdraw,
)
from postal_bridge.dossiers.recounting import CountedOtherwise, promises_counted_otherwise
from postal_bridge.dossiers.scan_quota import use_scan_quota
from postal_bridge.dossiers.store import MARK as DOSSIER_MARK
from postal_bridge.dossiers.types import DossierView, PaperTally, Result
from postal_bridge.dossiers.undoing import (
    approve_undo,
    ask_undo,
    decline_undo,
    find_undo,
    is_undo_asked,
    open_undo,
    read_undone_ahead,
    settle_undo,
    undo_view,
    undoable,
    undone_records,
    undos_for,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units

__all__ = [
    "ABOUT_MISTAKES",
    "DOSSIER_MARK",
    "EXTENSION_ASKED",
    "CountedOtherwise",
    "EndedDossier",
    "accept",
    "add_scan",
    "approve_undo",
    "ask_extension",
    "ask_payment",
    "ask_supplement",
    "ask_undo",
    "blobs_named",
    "cancel",
    "correct_result",
    "decline_mistake",
    "decline_undo",
    "dossier_by_number",
    "dossier_outline",
    "dossier_view",
    "dossiers_by_id",
    "dossiers_for",
    "due_date",
    "due_of",
    "ended_before",
    "ended_dossiers",
    "erase",
    "expected_due",
    "extension_of",
    "find",
    "find_undo",
    "has_signed",
    "held_among",
    "is_mistake_told",
    "is_undo_asked",
    "lift_hold",
    "mark_returned",
    "mistakes_told",
    "notes_of",
    "open_dossier",
    "open_undo",
    "payment_done",
    "promise",
    "promises_counted_otherwise",
    "put_hold",
    "read_undone_ahead",
    "receive_at_agency",
    "refuse",
    "registered_at",
    "result_ready",
    "scans_of",
    "send_to_agency",
    "settle_undo",
    "sign",
    "start_processing",
    "stop",
    "supplement_answered",
    "tally",
    "tally_supplement",
    "tell_mistake",
    "timeline",
    "undo_view",
    "undoable",
    "undone_records",
    "undos_for",
    "use_scan_quota",
    "verify_dossiers",
    "verify_told",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class RegisterReceived:
    """`code` None draws the section's next one; `starts` begins processing at once."""

    dossier_id: UUID
    code: str | None = None
    starts: bool = True


@dataclass(frozen=True, slots=True)
class RequestSupplement:
    dossier_id: UUID
    paper_nos: tuple[int, ...]
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class TakeSupplement:
    dossier_id: UUID
    papers: tuple[PaperTally, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestPayment:
    dossier_id: UUID
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class RequestExtension:
    """`working_days` from the date that was promised, or from now where that has passed."""

    dossier_id: UUID
    reason: str
    working_days: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class RecordPayment:
    dossier_id: UUID


@dataclass(frozen=True, slots=True)
class SetResultReady:
    dossier_id: UUID
    result: Result


@dataclass(frozen=True, slots=True)
class Grant:
    """The recorded electronic issue of an electronic result."""

    dossier_id: UUID


def register_received(
    command: RegisterReceived, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency has the dossier under its code, and its clock runs."""

    def act(uow: UnitOfWork) -> DossierView:
        seen = receive_at_agency(uow, command.dossier_id, command.code, actor=actor)
        if command.starts:
            seen = start_processing(uow, command.dossier_id, actor=actor)
        return seen

    return _done_to(command.dossier_id, act, actor=actor, once=once, units=units)


def request_supplement(
    command: RequestSupplement, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The citizen is asked for papers, and the clock stands."""
    return _done_to(
        command.dossier_id,
        lambda uow: ask_supplement(
            uow,
            command.dossier_id,
            command.paper_nos,
            command.reason,
            actor=actor,
            text=command.text,
        ),
        actor=actor,
        once=once,
        units=units,
    )


def take_supplement(
    command: TakeSupplement, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """What the citizen brought is counted, and the clock runs on."""

    def act(uow: UnitOfWork) -> DossierView:
        if command.papers:
            tally_supplement(uow, command.dossier_id, command.papers, actor=actor)
        return supplement_answered(uow, command.dossier_id, actor=actor)

    return _done_to(command.dossier_id, act, actor=actor, once=once, units=units)


def request_payment(
    command: RequestPayment, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """A duty is due, and the clock stands."""
    return _done_to(
        command.dossier_id,
        lambda uow: ask_payment(uow, command.dossier_id, command.amount_vnd, actor=actor),
        actor=actor,
        once=once,
        units=units,
    )


def request_extension(
    command: RequestExtension, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency apologises and asks for more time; the promised date stays as it is."""
    return _done_to(
        command.dossier_id,
        lambda uow: ask_extension(
            uow,
            command.dossier_id,
            command.reason,
            command.working_days,
            actor=actor,
            text=command.text,
        ),
        actor=actor,
        once=once,
        units=units,
    )


def record_payment(
    command: RecordPayment, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The duty is paid, and the clock runs on."""
    return _done_to(
        command.dossier_id,
        lambda uow: payment_done(uow, command.dossier_id, actor=actor),
        actor=actor,
        once=once,
        units=units,
    )


def set_result_ready(
    command: SetResultReady, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The result can be given out."""
    return _done_to(
        command.dossier_id,
        lambda uow: result_ready(uow, command.dossier_id, command.result, actor=actor),
        actor=actor,
        once=once,
        units=units,
    )


def grant(command: Grant, *, actor: Actor, once: Once[DossierView], units: Units) -> bytes:
    """The electronic result is issued, and that is recorded."""
    return _done_to(
        command.dossier_id,
        lambda uow: mark_returned(uow, command.dossier_id, "electronic", actor=actor),
        actor=actor,
        once=once,
        units=units,
    )


def _done_to(
    dossier_id: UUID,
    act: Callable[[UnitOfWork], DossierView],
    *,
    actor: Actor,
    once: Once[DossierView],
    units: Units,
) -> bytes:
    """Done to a dossier within the actor's scope, and answered once. Raises NotFound."""

    def seen(uow: UnitOfWork) -> DossierView:
        dossier_view(uow, dossier_id, actor.scope)
        return act(uow)

    return once.answer(seen, actor=actor, units=units, about=lambda view: view.id)
