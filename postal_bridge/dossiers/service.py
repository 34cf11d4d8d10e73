"""Dossiers: the agency desk's use cases, and by name the parts that other rooms call."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.dossiers.checks import verify_dossiers
from postal_bridge.dossiers.filing import (
    add_scan,
    has_signed,
    open_dossier,
    scans_of,
    sign,
    tally,
    tally_supplement,
)
from postal_bridge.dossiers.finding import find
from postal_bridge.dossiers.following import due_date, due_of, expected_due, promise, timeline
from postal_bridge.dossiers.looking import (
    dossier_outline,
    dossier_view,
    dossiers_by_id,
    dossiers_for,
    notes_of,
    registers,
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
    settle_undo,
    undo_view,
    undoable,
    undone_records,
    undos_for,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units

__all__ = [
    "DOSSIER_MARK",
    "accept",
    "add_scan",
    "approve_undo",
    "ask_payment",
    "ask_supplement",
    "ask_undo",
    "cancel",
    "correct_result",
    "decline_undo",
    "dossier_outline",
    "dossier_view",
    "dossiers_by_id",
    "dossiers_for",
    "due_date",
    "due_of",
    "expected_due",
    "find",
    "find_undo",
    "has_signed",
    "is_undo_asked",
    "mark_returned",
    "notes_of",
    "open_dossier",
    "open_undo",
    "payment_done",
    "promise",
    "receive_at_agency",
    "refuse",
    "registers",
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
    "timeline",
    "undo_view",
    "undoable",
    "undone_records",
    "undos_for",
    "use_scan_quota",
    "verify_dossiers",
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
class RecordPayment:
    dossier_id: UUID


@dataclass(frozen=True, slots=True)
class SetResultReady:
    dossier_id: UUID
    result: Result


@dataclass(frozen=True, slots=True)
class Refuse:
    dossier_id: UUID
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    dossier_id: UUID
    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    dossier_id: UUID


@dataclass(frozen=True, slots=True)
class Grant:
    """The recorded electronic issue of an electronic result."""

    dossier_id: UUID


def register_received(
    command: RegisterReceived, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency has the dossier under its code, and its clock runs."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = receive_at_agency(uow, command.dossier_id, command.code, actor=actor)
        if command.starts:
            seen = start_processing(uow, command.dossier_id, actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def request_supplement(
    command: RequestSupplement, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The citizen is asked for papers, and the clock stands."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = ask_supplement(
            uow, command.dossier_id, command.paper_nos, command.reason,
            actor=actor, text=command.text,
        )  # fmt: skip
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def take_supplement(
    command: TakeSupplement, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """What the citizen brought is counted, and the clock runs on."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        if command.papers:
            tally_supplement(uow, command.dossier_id, command.papers, actor=actor)
        seen = supplement_answered(uow, command.dossier_id, actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def request_payment(
    command: RequestPayment, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """A duty is due, and the clock stands."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = ask_payment(uow, command.dossier_id, command.amount_vnd, actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def record_payment(
    command: RecordPayment, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The duty is paid, and the clock runs on."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = payment_done(uow, command.dossier_id, actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def set_result_ready(
    command: SetResultReady, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The result can be given out."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = result_ready(uow, command.dossier_id, command.result, actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def refuse_dossier(
    command: Refuse, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency does not take the dossier."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = refuse(uow, command.dossier_id, command.reason, actor=actor, text=command.text)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def stop_dossier(command: Stop, *, actor: Actor, once: Once[DossierView], units: Units) -> bytes:
    """The agency stops."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = stop(uow, command.dossier_id, command.reason, actor=actor, text=command.text)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def withdraw_dossier(
    command: Withdraw, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The citizen has taken the application back."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = withdraw(uow, command.dossier_id, actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept


def grant(command: Grant, *, actor: Actor, once: Once[DossierView], units: Units) -> bytes:
    """The electronic result is issued, and that is recorded."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        dossier_view(uow, command.dossier_id, actor.scope)
        seen = mark_returned(uow, command.dossier_id, "electronic", actor=actor)
        kept = once.keep(uow, actor, seen, dossier_id=seen.id)
        uow.commit()
        return kept
