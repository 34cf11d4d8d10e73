"""The agency desk's use cases: what an officer records of a dossier."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.dossiers.extending import ask_extension
from postal_bridge.dossiers.filing import (
    tally_supplement,
)
from postal_bridge.dossiers.looking import (
    dossier_view,
)
from postal_bridge.dossiers.moving import (
    ask_payment,
    ask_supplement,
    mark_returned,
    payment_done,
    receive_at_agency,
    result_ready,
    start_processing,
    supplement_answered,
)
from postal_bridge.dossiers.types import DossierView, PaperTally, Result
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units


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
