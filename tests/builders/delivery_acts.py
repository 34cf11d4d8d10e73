"""A delivery brought to any state of its table, and each act of it with all that it asks for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from postal_bridge.custody.service import item_view
from postal_bridge.custody.types import (
    Holder,
)
from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    bring_back,
    cancel,
    clear,
    confirm,
    delivery_view,
    dispute,
    fail,
    give_to_courier,
    give_up,
    hand_over_to,
    hold,
    invite,
    lose,
    not_reached,
    pack,
    park,
    quote_delivery,
    recover,
    redirect,
    report_delivered,
    returned_to_issuer,
    send_back,
    set_out,
    unpark,
)
from postal_bridge.delivery.types import (
    CancelReason,
    CarrierWord,
    Clearance,
    DisputeKind,
    Evidenced,
    HandOverTo,
    IdentityCheck,
    IssuerReceipt,
    NewDispute,
    Parking,
    ParkingReason,
    Redirect,
    Triple,
)
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from tests.builders.clock import pass_days
from tests.builders.delivery import (
    HOME,
    RESULT_NUMBER,
    SIGNED,
    Scene,
    a_failure,
    a_proof,
    an_envelope,
    carry,
    number_on,
    registered,
)


def cleared(uow: UnitOfWork, scene: Scene, **changes: Any) -> DeliveryView:
    made = registered(uow, scene, **changes)
    quote_delivery(uow, made.id, None, actor=scene.clerk)
    return clear(uow, made.id, Clearance.NOTHING_DUE, actor=scene.clerk)


def packed(uow: UnitOfWork, scene: Scene, **changes: Any) -> DeliveryView:
    return act(uow, scene, cleared(uow, scene, **changes), DeliveryAction.PACK)


def out(uow: UnitOfWork, scene: Scene, **changes: Any) -> DeliveryView:
    """With the courier, on the way to the door."""
    made = packed(uow, scene, **changes)
    act(uow, scene, made, DeliveryAction.GIVE_TO_COURIER)
    return act(uow, scene, made, DeliveryAction.SET_OUT)


def held(uow: UnitOfWork, scene: Scene, **changes: Any) -> DeliveryView:
    return act(uow, scene, packed(uow, scene, **changes), DeliveryAction.HOLD)


def act(
    uow: UnitOfWork, scene: Scene, delivery: DeliveryView, action: DeliveryAction
) -> DeliveryView:
    """Do `action` with everything it asks for, except what the state must give."""
    return _ACTS[action](uow, scene, delivery)


def _pack(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    item_id = delivery.item_id or an_envelope(uow, scene, delivery)
    scanned = Triple(RESULT_NUMBER, item_view(uow, item_id).number, delivery.label)
    return pack(uow, delivery.id, item_id, scanned, actor=scene.clerk)


def _bring(uow: UnitOfWork, scene: Scene, delivery: DeliveryView, to: Holder) -> None:
    if delivery.item_id is not None:
        carry(uow, scene, delivery.item_id, to=to)


def _give_to_courier(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    _bring(uow, scene, _now(uow, scene, delivery), scene.bag)
    return give_to_courier(uow, delivery.id, scene.courier_id, actor=scene.clerk)


def _set_out(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    _bring(uow, scene, _now(uow, scene, delivery), scene.bag)
    return set_out(uow, delivery.id, scene.courier_id, actor=scene.courier)


def _bring_back(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    _bring(uow, scene, _now(uow, scene, delivery), scene.at.point)
    return bring_back(uow, delivery.id, actor=scene.clerk)


def _hold(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    _bring(uow, scene, _now(uow, scene, delivery), scene.at.point)
    return hold(uow, delivery.id, actor=scene.clerk)


def _hand_over(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    now = _now(uow, scene, delivery)
    actor = scene.courier if now.status is DeliveryStatus.OUT_FOR_DELIVERY else scene.clerk
    number = number_on(uow, now) if now.item_id else "-"
    command = HandOverTo(delivery.id, a_proof(uow, now), number, now.take_back_papers)
    return hand_over_to(uow, command, actor=actor)


def _fail(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    return fail(uow, delivery.id, a_failure(FailureReason.REFUSED), actor=scene.courier)


def _give_up(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    is_held = _now(uow, scene, delivery).status is DeliveryStatus.HELD_AT_POINT
    reason = FailureReason.ABSENT if is_held else FailureReason.REFUSED
    return give_up(uow, delivery.id, reason, actor=scene.clerk)


def _send_back(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    now = _now(uow, scene, delivery)
    number = number_on(uow, now) if now.item_id else "-"
    return send_back(uow, delivery.id, number, actor=scene.clerk)


def _return(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    now = _now(uow, scene, delivery)
    if now.status is DeliveryStatus.RETURNING:
        _bring(uow, scene, now, scene.at.point)
    receipt = IssuerReceipt(scene.at.link.section_id, SIGNED)
    return returned_to_issuer(uow, delivery.id, receipt, actor=scene.clerk)


def _recover(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    now = _now(uow, scene, delivery)
    number = number_on(uow, now) if now.item_id else "-"
    return recover(uow, delivery.id, number, actor=scene.clerk)


def _dispute(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    new = NewDispute(DisputeKind.NOT_RECEIVED, "Tôi chưa nhận được")
    dispute(uow, delivery.id, new, actor=scene.clerk)
    return _now(uow, scene, delivery)


def _park(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    decision = Parking(ParkingReason.STORM, uow.now + timedelta(days=2))
    return park(uow, delivery.id, decision, actor=scene.supervisor)


def _report(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    word = CarrierWord("swiftpost", "SP1", has_evidence=False, said_at=uow.now)
    return report_delivered(uow, delivery.id, word, actor=scene.clerk)


def _redirect(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    wish = Redirect(IdentityCheck.ID_PAPER_AT_COUNTER, position=HOME)
    return redirect(uow, delivery.id, wish, actor=scene.clerk)


def _now(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> DeliveryView:
    return delivery_view(uow, delivery.id, scene.clerk.scope)


_A = DeliveryAction
_GROUND = Evidenced("inquiry")
_ACTS: dict[DeliveryAction, Callable[[UnitOfWork, Scene, DeliveryView], DeliveryView]] = {
    _A.QUOTE: lambda u, s, d: quote_delivery(u, d.id, None, actor=s.clerk),
    _A.CLEAR: lambda u, s, d: clear(u, d.id, Clearance.NOTHING_DUE, actor=s.clerk),
    _A.PACK: lambda u, s, d: _pack(u, s, _now(u, s, d)),
    _A.GIVE_TO_COURIER: _give_to_courier,
    _A.BRING_BACK: _bring_back,
    _A.SET_OUT: _set_out,
    _A.NOT_REACHED: lambda u, s, d: not_reached(u, d.id, actor=s.courier),
    _A.HAND_OVER: _hand_over,
    _A.REPORT_DELIVERED: _report,
    _A.FAIL: _fail,
    _A.HOLD: _hold,
    _A.GIVE_UP: _give_up,
    _A.SEND_BACK: _send_back,
    _A.RETURN: _return,
    _A.LOSE: lambda u, s, d: lose(u, d.id, _GROUND, actor=s.supervisor),
    _A.RECOVER: _recover,
    _A.DISPUTE: _dispute,
    _A.CONFIRM: lambda u, s, d: confirm(u, d.id, _GROUND, actor=s.supervisor),
    _A.CANCEL: lambda u, s, d: cancel(u, d.id, CancelReason.FETCHED_AT_SECTION, actor=s.clerk),
    _A.REDIRECT: _redirect,
    _A.PARK: _park,
    _A.UNPARK: lambda u, s, d: unpark(u, d.id, actor=s.supervisor),
}


def invited_again(units: Units, scene: Scene, delivery: DeliveryView, after_days: float) -> None:
    """A second invitation, so many days after the first."""
    pass_days(units, after_days)
    with units.write() as uow:
        invite(uow, delivery.id, actor=scene.clerk)
        uow.commit()
