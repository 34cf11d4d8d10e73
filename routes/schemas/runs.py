"""What the runs page and its API send."""

from datetime import UTC, datetime, time
from typing import Any

from marshmallow import post_load

from postal_bridge.counter.giving_out import GiveOut, Mark
from postal_bridge.delivery.types import Parking, ParkingReason
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.runs.types import DraftRun, PlanRun
from routes.schemas.common import AmountVnd, Choice, Count, Day, Id, Many, Text, Wire
from routes.schemas.courier import HandOverSchema


class DraftRunSchema(Wire):
    point_id = Id(required=True)
    courier_id = Id(required=True)
    day = Day(required=True)
    delivery_ids = Many(Id())

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> DraftRun:
        chosen = data.pop("delivery_ids", None)
        return DraftRun(delivery_ids=tuple(chosen) if chosen else None, **data)


class PlanRunSchema(Wire):
    run_id = Id(required=True)
    seed = Count(minimum=1, load_default=1)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> PlanRun:
        return PlanRun(**data)


class PublishSchema(Wire):
    plan_id = Id()


class NumbersSchema(Wire):
    numbers = Text(longest=20_000, load_default="")


class SeenSchema(Wire):
    seen_number = Text(longest=40, required=True)


class CollectSchema(Wire):
    """As a scanner types it: a slip's QR is a whole address."""

    q = Text(required=True, longest=500, shortest=2)


class GiveUpSchema(Wire):
    reason = Choice(FailureReason, required=True)


class DecisionSchema(Wire):
    """Until the end of the working day that is named."""

    reason = Choice(ParkingReason, required=True)
    until = Day(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        end = datetime.combine(data.pop("until"), time(17), VIETNAM).astimezone(UTC)
        return {"decision": Parking(data.pop("reason"), end), **data}


class DecisionOnPageSchema(DecisionSchema):
    """On a page whose forms ask for the reason of a visit as well."""

    reason = Choice(ParkingReason, required=True, data_key="parking_reason")


class ParkSchema(DecisionSchema):
    point_id = Id(required=True)


class RefuteSchema(SeenSchema):
    """The envelope's number as read at the office, and why the visit failed."""

    reason = Choice(FailureReason, required=True)


class PointSchema(Wire):
    point_id = Id(required=True)


class GiveOutSchema(HandOverSchema):
    """As at a door, but nobody asks a counter where it is."""

    paid_vnd = AmountVnd()

    @post_load
    def build(self, data: dict[str, Any], **given: Any) -> GiveOut:
        door = super().build(data, **given)
        return GiveOut(
            delivery_id=door.delivery_id,
            seen_number=door.seen_number,
            receiver=door.receiver,
            party_id=door.party_id,
            signature=door.signature,
            relation=door.relation,
            id_kind=door.id_kind,
            id_last4=door.id_last4,
            mark=Mark(door.mark.content, door.mark.media_type) if door.mark else None,
            witness_name=door.witness_name,
            witness_mark=Mark(door.witness_mark.content, door.witness_mark.media_type)
            if door.witness_mark
            else None,
            code=door.code,
            is_authority_seen=door.is_authority_seen,
            papers_taken_back=door.papers_taken_back,
            paid_vnd=door.paid_vnd,
        )
