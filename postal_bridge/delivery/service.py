"""Deliveries: use cases for routes, jobs and commands, and the parts other rooms call.

The parts live in files named for what they do and are handed on here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.delivery import store
from postal_bridge.delivery.carrying import (
    bring_back,
    give_to_courier,
    lose,
    not_reached,
    park,
    recover,
    set_out,
    unpark,
)
from postal_bridge.delivery.checks import verify_delivery
from postal_bridge.delivery.clearing import (
    cancel,
    clear,
    new_hand_over_code,
    pack,
    quote_delivery,
    redirect,
    register_delivery,
    set_position,
)
from postal_bridge.delivery.confirming import accept_proof, confirm_receipt
from postal_bridge.delivery.disputes import confirm, dispute, swap_candidates
from postal_bridge.delivery.failing import (
    fail,
    give_up,
    hold,
    invite,
    returned_to_issuer,
    send_back,
)
from postal_bridge.delivery.handing_over import hand_over_to, report_delivered
from postal_bridge.delivery.looking import (
    attempts_of,
    deliveries_for,
    delivery_of_dossier,
    delivery_of_item,
    delivery_of_label,
    delivery_view,
    disputes_for,
    unverified_attempts,
)
from postal_bridge.delivery.receivers import named
from postal_bridge.delivery.rules import CLOSED_WHILE_PARKED, MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.types import (
    DeliveryView,
    DisputeView,
    Evidenced,
    IssuerReceipt,
    NewDispute,
    Parking,
    Redirect,
    Triple,
)
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import Power, may

__all__ = [
    "accept_proof",
    "attempts_of",
    "bring_back",
    "cancel",
    "clear",
    "confirm",
    "confirm_receipt",
    "deliveries_for",
    "delivery_of_dossier",
    "delivery_of_item",
    "delivery_of_label",
    "delivery_view",
    "dispute",
    "disputes_for",
    "fail",
    "give_to_courier",
    "give_up",
    "hand_over_to",
    "hold",
    "invite",
    "lose",
    "named",
    "new_hand_over_code",
    "not_reached",
    "pack",
    "park",
    "quote_delivery",
    "recover",
    "redirect",
    "register_delivery",
    "report_delivered",
    "returned_to_issuer",
    "send_back",
    "set_out",
    "set_position",
    "swap_candidates",
    "unpark",
    "unverified_attempts",
    "verify_delivery",
]


@dataclass(frozen=True, slots=True)
class PackResult:
    delivery_id: UUID
    item_id: UUID
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
class RedirectDelivery:
    delivery_id: UUID
    wish: Redirect


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
class ParkPoint:
    """An area is closed: everything of a point that could be parked is."""

    point_id: UUID
    decision: Parking


def pack_result(command: PackResult, *, actor: Actor, units: Units) -> DeliveryView:
    """Result, envelope and label were scanned and belong together. Raises TripleDiffers."""
    _check_any(actor, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    with units.write() as uow:
        packed = pack(uow, command.delivery_id, command.item_id, command.scanned, actor=actor)
        uow.commit()
    return packed


def hold_delivery(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """It waits at the point; the first invitation goes out."""
    _check_any(actor, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    with units.write() as uow:
        held = hold(uow, delivery_id, actor=actor)
        uow.commit()
    return held


def invite_recipient(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """One more dated invitation."""
    _check_any(actor, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    with units.write() as uow:
        invited = invite(uow, delivery_id, actor=actor)
        uow.commit()
    return invited


def give_up_delivery(command: GiveUp, *, actor: Actor, units: Units) -> DeliveryView:
    """Undeliverable under a case of art. 17(1). Raises what the law lacks."""
    _check_any(actor, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    with units.write() as uow:
        given_up = give_up(uow, command.delivery_id, command.reason, actor=actor)
        uow.commit()
    return given_up


def send_back_to_issuer(command: SendBack, *, actor: Actor, units: Units) -> DeliveryView:
    """It sets out for the issuer. Raises NoReturnInstruction, ItemDiffers."""
    _check_any(actor, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    with units.write() as uow:
        sent = send_back(uow, command.delivery_id, command.seen_number, actor=actor)
        uow.commit()
    return sent


def return_to_issuer(
    command: ReturnToIssuer, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """The issuer has it again and signed. Raises ReceiptMissing."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        back = returned_to_issuer(uow, command.delivery_id, command.receipt, actor=actor)
        answer = once.keep(uow, actor, back, dossier_id=back.dossier_id)
        uow.commit()
    return answer


def redirect_delivery(command: RedirectDelivery, *, actor: Actor, units: Units) -> DeliveryView:
    """It goes elsewhere, while that is still open. Raises SharedPhoneProvesNothing."""
    with units.write() as uow:
        redirected = redirect(uow, command.delivery_id, command.wish, actor=actor)
        uow.commit()
    return redirected


def cancel_delivery(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """Nothing is delivered; open until it is out."""
    with units.write() as uow:
        cancelled = cancel(uow, delivery_id, actor=actor)
        uow.commit()
    return cancelled


def open_dispute(
    command: OpenDispute, *, actor: Actor, once: Once[DisputeView], units: Units
) -> bytes:
    """The citizen says it did not arrive. Raises WindowPassed."""
    with units.write() as uow:
        if (answer := once.kept(uow, actor)) is not None:
            return answer
        opened = dispute(uow, command.delivery_id, command.new, actor=actor)
        answer = once.keep(uow, actor, opened, dossier_id=opened.dossier_id)
        uow.commit()
    return answer


def answer_dispute(command: AnswerDispute, *, actor: Actor, units: Units) -> DeliveryView:
    """The dispute has its outcome, with evidence."""
    _check_any(actor, Power.SUPERVISE)
    with units.write() as uow:
        part = lose if command.is_lost else confirm
        answered = part(uow, command.delivery_id, command.answer, actor=actor)
        uow.commit()
    return answered


def report_lost(
    delivery_id: UUID, report: Evidenced, *, actor: Actor, units: Units
) -> DeliveryView:
    """It is lost, on a ground that is named."""
    _check_any(actor, Power.SUPERVISE)
    with units.write() as uow:
        lost = lose(uow, delivery_id, report, actor=actor)
        uow.commit()
    return lost


def report_recovered(command: SendBack, *, actor: Actor, units: Units) -> DeliveryView:
    """What was lost was found, under its own number."""
    _check_any(actor, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    with units.write() as uow:
        found = recover(uow, command.delivery_id, command.seen_number, actor=actor)
        uow.commit()
    return found


def confirm_received(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """The citizen confirms a reported delivery."""
    with units.write() as uow:
        confirmed = confirm_receipt(uow, delivery_id, actor=actor)
        uow.commit()
    return confirmed


def accept_doubtful_proof(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """A supervisor settles the doubt about a place. Raises SecondPersonNeeded."""
    _check_any(actor, Power.SUPERVISE)
    with units.write() as uow:
        accepted = accept_proof(uow, delivery_id, actor=actor)
        uow.commit()
    return accepted


def park_point(command: ParkPoint, *, actor: Actor, units: Units) -> tuple[DeliveryView, ...]:
    """Whatever of the point can wait does; what lies otherwise stays as it is."""
    _check_any(actor, Power.SUPERVISE)
    parkable = frozenset(status for status, action in MOVES if action is DeliveryAction.PARK)
    with units.write() as uow:
        found = deliveries_for(uow, actor.scope, parkable, point_id=command.point_id)
        parked = tuple(park(uow, d.id, command.decision, actor=actor) for d in found)
        uow.commit()
    return parked


def unpark_point(point_id: UUID, *, actor: Actor, units: Units) -> tuple[DeliveryView, ...]:
    """The area is open again: everything parked there goes on."""
    _check_any(actor, Power.SUPERVISE)
    with units.write() as uow:
        found = deliveries_for(uow, actor.scope, point_id=point_id)
        going = tuple(unpark(uow, d.id, actor=actor) for d in found if d.is_parked)
        uow.commit()
    return going


def find_delivery(delivery_id: UUID, *, actor: Actor, units: Units) -> DeliveryView:
    """Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        return delivery_view(uow, delivery_id, actor.scope)


def find_delivery_of_dossier(
    dossier_id: UUID, *, actor: Actor, units: Units
) -> DeliveryView | None:
    """The newest delivery of a dossier; None where none was bought or none is in scope."""
    with units.read() as uow:
        found = delivery_of_dossier(uow, dossier_id)
        return None if found is None else delivery_view(uow, found.id, actor.scope)


def list_deliveries(
    statuses: Iterable[DeliveryStatus], *, actor: Actor, units: Units, point_id: UUID | None = None
) -> tuple[DeliveryView, ...]:
    """Deliveries of the scope in these states, those that wait longest first."""
    with units.read() as uow:
        return deliveries_for(uow, actor.scope, frozenset(statuses), point_id=point_id)


def list_disputes(*, actor: Actor, units: Units) -> tuple[DisputeView, ...]:
    """Open disputes of the scope, the one due first before the others."""
    with units.read() as uow:
        return disputes_for(uow, actor.scope)


def open_actions(delivery_id: UUID, *, actor: Actor, units: Units) -> frozenset[DeliveryAction]:
    """Which actions the table leaves open for a delivery as it stands."""
    with units.read() as uow:
        row = store.find(uow, delivery_id, actor.scope)
        closed = CLOSED_WHILE_PARKED if row.parked_reason is not None else frozenset()
        status = DeliveryStatus(row.status)
    return frozenset(action for (at, action) in MOVES if at is status) - closed


def _check_any(actor: Actor, *powers: Power) -> None:
    if not any(may(actor, power) for power in powers):
        raise Forbidden(power=powers[0].value)
