"""Results on their way: a real dossier with its people and envelope, and what an act is given."""

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
from postal_bridge.delivery.service import (
    hand_over_to,
    register_delivery,
)
from postal_bridge.delivery.types import (
    Failure,
    Fix,
    HandOverTo,
    NewDelivery,
    Place,
    Position,
    ProofGiven,
)
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.service import result_ready
from postal_bridge.dossiers.types import DossierView, Result
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
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
