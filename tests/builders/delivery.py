"""Results on their way: a real dossier with its people, envelope, and a delivery at any state."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from postal_bridge.custody.service import hand_over, item_view, register_item, seal_item
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    NewItem,
    SignatureRef,
)
from postal_bridge.delivery.proof import DocumentClass, Receiver, Signature
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
    register_delivery,
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
    Failure,
    Fix,
    HandOverTo,
    IdentityCheck,
    IssuerReceipt,
    NewDelivery,
    NewDispute,
    Parking,
    ParkingReason,
    Place,
    Position,
    ProofGiven,
    Redirect,
    Triple,
)
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.service import result_ready
from postal_bridge.dossiers.types import DossierView, Result
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.tables import HomeRow
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import NewParty, add_party, parties_of
from tests.builders.dossiers import Counter, counter, processing
from tests.builders.people import a_courier

HOME = Position(9.7868, 105.4690, 50)
AT_HOME = Fix(9.7868, 105.4690, 12)
FAR_AWAY = Fix(9.8400, 105.4690, 12)
SIGNED = SignatureRef("handwritten")
RESULT_NUMBER = "GP-0017/2026"


@dataclass(frozen=True)
class Scene:
    """A counter, a courier who has a place there, and what can be done with one delivery."""

    at: Counter
    courier: Actor

    @property
    def courier_id(self) -> UUID:
        return UUID(self.courier.id)

    @property
    def clerk(self) -> Actor:
        return self.at.clerk

    @property
    def supervisor(self) -> Actor:
        return self.at.staff("supervisor", Role.SUPERVISOR)

    @property
    def bag(self) -> Holder:
        return Holder(HolderKind.STAFF, self.courier.id)


def a_scene(units: Units) -> Scene:
    at = counter(units)
    return Scene(at, a_courier(units, "binh-thanh"))


_CODES = iter(range(1, 10_000))


def registered(uow: UnitOfWork, scene: Scene, **changes: Any) -> DeliveryView:
    """A finished result, its people (owner, a named aunt, a proxy) and its delivery."""
    code = f"H12.34-261121-{next(_CODES):04d}"
    dossier, _ = processing(uow, scene.at, code)
    result_ready(
        uow, dossier.id, Result(RESULT_NUMBER, local(uow.now).date()), actor=scene.at.officer
    )
    return bought(uow, scene, dossier, **changes)


def bought(uow: UnitOfWork, scene: Scene, dossier: DossierView, **changes: Any) -> DeliveryView:
    """A delivery of this dossier and the people it may be given to."""
    for role, name, until in (
        (PartyRole.MAY_RECEIVE, "Trần Thị Út", None),
        (PartyRole.PROXY, "Y Blăk", local(uow.now).date() + timedelta(days=30)),
    ):
        add_party(
            uow,
            NewParty(dossier_id=dossier.id, role=role, full_name=name, authority_until=until),
            actor=scene.clerk,
        )
    owner = next(p for p in parties_of(uow, dossier.id) if p.role is PartyRole.OWNER)
    given: dict[str, Any] = {
        "dossier_id": dossier.id,
        "unit_id": dossier.unit_id,
        "point_id": dossier.point_id,
        "section_id": dossier.section_id,
        "recipient_party_id": owner.id,
        "place": Place.DOOR,
        "who_may_receive": Receiver.OWNER,
        "document_class": DocumentClass.CERTIFICATE,
        "position": HOME,
    }
    return register_delivery(uow, NewDelivery(**(given | changes)), actor=scene.clerk)


def an_envelope(uow: UnitOfWork, scene: Scene, delivery: DeliveryView) -> UUID:
    """The result's envelope, sealed, at the point."""
    item = register_item(
        uow,
        NewItem(
            ItemKind.RESULT_ENVELOPE, delivery.dossier_id, delivery.unit_id,
            delivery.section_id, 120, scene.at.point,
        ),
        actor=scene.clerk,
    )  # fmt: skip
    return seal_item(uow, item.id, witness=None, actor=scene.clerk).id


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


def number_on(uow: UnitOfWork, delivery: DeliveryView) -> str:
    assert delivery.item_id is not None
    return item_view(uow, delivery.item_id).number


def carry(uow: UnitOfWork, scene: Scene, item_id: UUID, *, to: Holder) -> None:
    """The envelope goes from whoever has it to `to`, both sides signing."""
    holder = item_view(uow, item_id).holder
    assert holder is not None
    if holder != to:
        hand_over(
            uow,
            HandOver((item_id,), holder, to, "test", giver_signed=SIGNED, receiver_signed=SIGNED),
            actor=scene.clerk,
        )


def a_proof(uow: UnitOfWork, delivery: DeliveryView, **changes: Any) -> ProofGiven:
    """Everything a handwritten signature of the owner at the door needs."""
    owner = next(p for p in parties_of(uow, delivery.dossier_id) if p.role is PartyRole.OWNER)
    given = ProofGiven(
        receiver=Receiver.OWNER,
        party_id=owner.id,
        signature=Signature.HANDWRITTEN,
        relation="chủ hồ sơ",
        id_kind="personal_id",
        id_last4="1234",
        signature_blob_id=new_id(),
        fix=AT_HOME,
    )
    return replace(given, **changes)


def give(
    uow: UnitOfWork, scene: Scene, made: DeliveryView, proof: ProofGiven, **more: int
) -> DeliveryView:
    """The scene's courier hands it over with this proof."""
    command = HandOverTo(made.id, proof, number_on(uow, made), **more)
    return hand_over_to(uow, command, actor=scene.courier)


def a_failure(reason: FailureReason = FailureReason.ABSENT, **changes: Any) -> Failure:
    """A visit with every piece of evidence."""
    given = Failure(
        reason=reason,
        next_step=NextStep.HOLD_NOTIFY,
        fix=AT_HOME,
        dwell_s=180,
        was_called=True,
        photo_blob_id=new_id(),
    )
    return replace(given, **changes)


def act(
    uow: UnitOfWork, scene: Scene, delivery: DeliveryView, action: DeliveryAction
) -> DeliveryView:
    """Do `action` with everything it asks for, except what the state must give."""
    return _ACTS[action](uow, scene, delivery)


def pass_days(units: Units, days: float) -> None:
    """The sandbox's business clock goes on."""
    with units.write() as uow:
        home = uow.session.query(HomeRow).one()
        home.clock_offset_us += int(days * 86_400_000_000)
        uow.commit()


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
