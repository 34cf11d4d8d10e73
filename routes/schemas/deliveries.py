"""Wire formats of deliveries: what a clerk, an officer and a system see of them."""

from typing import Any

from marshmallow import post_load

from postal_bridge.counter.returns import OfferReturn
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, Receiver
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import GiveUp, SendBack
from postal_bridge.delivery.types import Clearance, Place
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.directory.rules import FareRefused
from routes.schemas.common import (
    AmountVnd,
    Choice,
    Count,
    Id,
    Many,
    Moment,
    Part,
    Text,
    Wire,
    YesNo,
)


class DeliverySchema(Wire):
    """One result on its way; persons are ids."""

    id = Id()
    dossier_id = Id()
    point_id = Id()
    section_id = Id(allow_none=True)
    item_id = Id(allow_none=True)
    quote_id = Id(allow_none=True)
    recipient_party_id = Id()
    courier_id = Id(allow_none=True)
    label = Text()
    place = Choice(Place)
    status = Choice(DeliveryStatus)
    status_at = Moment()
    who_may_receive = Choice(Receiver)
    document_class = Choice(DocumentClass)
    proof_demanded = Choice(ProofLevel)
    fare_refused = Choice(FareRefused)
    after_refusal = Choice(FareRefused, allow_none=True)
    clearance = Choice(Clearance, allow_none=True)
    collect_vnd = AmountVnd()
    door_fee_vnd = AmountVnd()
    take_back_papers = Count()
    attempts_used = Count()
    attempts_made = Count()
    held_until = Moment(allow_none=True)
    invited_at = Many(Moment())
    is_parked = YesNo()
    level = Choice(ProofLevel)


class DeliveriesSchema(Wire):
    rows = Many(Part(DeliverySchema))


class OfferReturnSchema(Wire):
    delivery_id = Id(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OfferReturn:
        return OfferReturn(**data)


class ReceiverSchema(Wire):
    """Somebody who may take a result at the counter."""

    receiver = Choice(Receiver)
    party_id = Id(attribute="party.id")
    name = Text(attribute="party.full_name")


class ReceiversSchema(Wire):
    rows = Many(Part(ReceiverSchema))


class DeliveryQuerySchema(Wire):
    dossier_id = Id(load_default=None)
    status = Choice(DeliveryStatus, load_default=None)


class ReasonOfGivingUpSchema(Wire):
    reason = Choice(FailureReason, required=True)


class SeenNumberSchema(Wire):
    """The number on the envelope as it was scanned."""

    seen_number = Text(required=True, longest=40)


def give_up_of(delivery_id: Any, data: dict[str, Any]) -> GiveUp:
    return GiveUp(delivery_id, data["reason"])


def send_back_of(delivery_id: Any, data: dict[str, Any]) -> SendBack:
    return SendBack(delivery_id, data["seen_number"])
