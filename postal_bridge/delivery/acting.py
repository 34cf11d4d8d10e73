"""What people do with deliveries, each as one request: a repeat gets the first answer (W5).

Use cases. The moves themselves are parts in the files of their subject.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.custody.service import item_by_number
from postal_bridge.delivery.carrying import lose, park, recover, unpark
from postal_bridge.delivery.clearing import pack
from postal_bridge.delivery.confirming import accept_proof, confirm_receipt
from postal_bridge.delivery.disputes import confirm, dispute
from postal_bridge.delivery.failing import give_up, hold, invite, returned_to_issuer, send_back
from postal_bridge.delivery.looking import deliveries_for
from postal_bridge.delivery.refuting import refute_report
from postal_bridge.delivery.rules import MOVES, DeliveryAction
from postal_bridge.delivery.types import Evidenced, IssuerReceipt, NewDispute, Parking, Triple
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.delivery.views import DeliveryView, DisputeView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.rules import Power, may

AT_THE_POINT = (Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
PARKABLE = frozenset(status for status, action in MOVES if action is DeliveryAction.PARK)


@dataclass(frozen=True, slots=True)
class PackResult:
    delivery_id: UUID
    scanned: Triple


@dataclass(frozen=True, slots=True)
class GiveUp:
    delivery_id: UUID
    reason: FailureReason


@dataclass(frozen=True, slots=True)
class SendBack:
    """`seen_number`: the number on the envelope as it was scanned."""

    delivery_id: UUID
    seen_number: str


@dataclass(frozen=True, slots=True)
class ReturnToIssuer:
    delivery_id: UUID
    receipt: IssuerReceipt


@dataclass(frozen=True, slots=True)
class OpenDispute:
    delivery_id: UUID
    new: NewDispute


@dataclass(frozen=True, slots=True)
class AnswerDispute:
    """`is_lost`: the operator admits the loss; otherwise the delivery is confirmed."""

    delivery_id: UUID
    answer: Evidenced
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class RefuteReport:
    """`seen_number`: the number on the envelope, read where it lies now."""

    delivery_id: UUID
    reason: FailureReason
    seen_number: str


@dataclass(frozen=True, slots=True)
class ParkDelivery:
    """One result waits by decision; others of its point go on."""

    delivery_id: UUID
    decision: Parking


@dataclass(frozen=True, slots=True)
class ParkPoint:
    """An area is closed: everything of a point that could be parked is."""

    point_id: UUID
    decision: Parking


def pack_result(
    command: PackResult, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """Result, envelope and label were scanned and belong together. Raises TripleDiffers."""
    _check_any(actor, *AT_THE_POINT)

    def act(uow: UnitOfWork) -> DeliveryView:
        item = item_by_number(uow, command.scanned.item_number, actor.scope)
        return pack(uow, command.delivery_id, item.id, command.scanned, actor=actor)

    return once.answer(act, actor=actor, units=units, about=_said)


def hold_delivery(
    delivery_id: UUID, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """It waits at the point; the first invitation goes out."""
    _check_any(actor, *AT_THE_POINT)
    return once.answer(
        lambda uow: hold(uow, delivery_id, actor=actor), actor=actor, units=units, about=_said
    )


def invite_recipient(
    delivery_id: UUID, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """One more dated invitation."""
    _check_any(actor, *AT_THE_POINT)
    return once.answer(
        lambda uow: invite(uow, delivery_id, actor=actor), actor=actor, units=units, about=_said
    )


def give_up_delivery(
    command: GiveUp, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """Undeliverable under a case of art. 17(1). Raises what the law lacks."""
    _check_any(actor, *AT_THE_POINT)
    return once.answer(
        lambda uow: give_up(uow, command.delivery_id, command.reason, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def send_back_to_issuer(
    command: SendBack, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """It sets out for the issuer. Raises NoReturnInstruction, ItemDiffers."""
    _check_any(actor, *AT_THE_POINT)
    return once.answer(
        lambda uow: send_back(uow, command.delivery_id, command.seen_number, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def return_to_issuer(
    command: ReturnToIssuer, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """The issuer has it again and signed. Raises ReceiptMissing."""
    return once.answer(
        lambda uow: returned_to_issuer(uow, command.delivery_id, command.receipt, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def open_dispute(
    command: OpenDispute, *, actor: Actor, once: Once[DisputeView], units: Units
) -> bytes:
    """The citizen says it did not arrive. Raises WindowPassed."""
    return once.answer(
        lambda uow: dispute(uow, command.delivery_id, command.new, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def answer_dispute(
    command: AnswerDispute, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """The dispute has its outcome, with evidence. Raises SecondPersonNeeded."""
    _check_any(actor, Power.SUPERVISE)
    part = lose if command.is_lost else confirm
    return once.answer(
        lambda uow: part(uow, command.delivery_id, command.answer, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def report_lost(
    delivery_id: UUID,
    report: Evidenced,
    *,
    actor: Actor,
    once: Once[DeliveryView],
    units: Units,
) -> bytes:
    """It is lost, on a ground that is named."""
    _check_any(actor, Power.SUPERVISE)
    return once.answer(
        lambda uow: lose(uow, delivery_id, report, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def report_recovered(
    command: SendBack, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """What was lost was found, under its own number."""
    _check_any(actor, *AT_THE_POINT)
    return once.answer(
        lambda uow: recover(uow, command.delivery_id, command.seen_number, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def confirm_received(
    delivery_id: UUID, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """The citizen confirms a reported delivery."""
    return once.answer(
        lambda uow: confirm_receipt(uow, delivery_id, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def accept_doubtful_proof(
    delivery_id: UUID, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """A supervisor settles the doubt about a place. Raises SecondPersonNeeded."""
    _check_any(actor, Power.SUPERVISE)
    return once.answer(
        lambda uow: accept_proof(uow, delivery_id, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def refute_reported(
    command: RefuteReport, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """What was reported as delivered lies at the office. Raises SecondPersonNeeded."""
    _check_any(actor, *AT_THE_POINT)
    return once.answer(
        lambda uow: refute_report(
            uow, command.delivery_id, command.reason, command.seen_number, actor=actor
        ),
        actor=actor,
        units=units,
        about=_said,
    )


def park_delivery(
    command: ParkDelivery, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """It waits, and no attempt is used up."""
    _check_any(actor, Power.SUPERVISE)
    return once.answer(
        lambda uow: park(uow, command.delivery_id, command.decision, actor=actor),
        actor=actor,
        units=units,
        about=_said,
    )


def unpark_delivery(
    delivery_id: UUID, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """It goes on. Raises NotParked."""
    _check_any(actor, Power.SUPERVISE)
    return once.answer(
        lambda uow: unpark(uow, delivery_id, actor=actor), actor=actor, units=units, about=_said
    )


def park_point(
    command: ParkPoint, *, actor: Actor, once: Once[tuple[DeliveryView, ...]], units: Units
) -> bytes:
    """Whatever of the point can wait does; what lies otherwise stays as it is."""
    _check_any(actor, Power.SUPERVISE)

    def act(uow: UnitOfWork) -> tuple[DeliveryView, ...]:
        found = deliveries_for(uow, actor.scope, PARKABLE, point_id=command.point_id)
        return tuple(park(uow, d.id, command.decision, actor=actor) for d in found)

    return once.answer(act, actor=actor, units=units)


def unpark_point(
    point_id: UUID, *, actor: Actor, once: Once[tuple[DeliveryView, ...]], units: Units
) -> bytes:
    """The area is open again: everything parked there goes on."""
    _check_any(actor, Power.SUPERVISE)

    def act(uow: UnitOfWork) -> tuple[DeliveryView, ...]:
        found = deliveries_for(uow, actor.scope, point_id=point_id)
        return tuple(unpark(uow, d.id, actor=actor) for d in found if d.is_parked)

    return once.answer(act, actor=actor, units=units)


def _said(done: DeliveryView | DisputeView) -> UUID:
    return done.dossier_id


def _check_any(actor: Actor, *powers: Power) -> None:
    if not any(may(actor, power) for power in powers):
        raise Forbidden(power=powers[0].value)
