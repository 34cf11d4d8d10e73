"""How runs, stops, plans and a courier's day are answered, and what a phone scans."""

from typing import Any

from marshmallow import post_load

from postal_bridge.runs.rules import RunStatus, StopKind, StopStatus
from postal_bridge.runs.types import PlanState, Scan
from routes.schemas.common import (
    AmountVnd,
    Choice,
    Count,
    Day,
    Id,
    Many,
    Moment,
    Part,
    Text,
    Wire,
    YesNo,
)


class StopSchema(Wire):
    id = Id()
    position = Count()
    kind = Choice(StopKind)
    status = Choice(StopStatus)
    delivery_id = Id(allow_none=True)
    item_number = Text(allow_none=True)
    label = Text(allow_none=True)
    planned_at = Moment(allow_none=True)
    leg_m = Count(allow_none=True)
    is_loaded = YesNo()


class PlanSchema(Wire):
    id = Id()
    state = Choice(PlanState)
    problem = Text(allow_none=True)
    distance_m = Count(allow_none=True)
    duration_s = Count(allow_none=True)
    order = Many(Id())
    left_out = Many(Id())


class RunSchema(Wire):
    id = Id()
    point_id = Id()
    courier_id = Id()
    day = Day()
    no = Count()
    status = Choice(RunStatus)
    leaves_at = Moment()
    back_by = Moment()
    cash_banked_vnd = AmountVnd(allow_none=True)
    stops = Many(Part(StopSchema))
    plan = Part(PlanSchema, allow_none=True)


class RunsSchema(Wire):
    rows = Many(Part(RunSchema))


class RunQuerySchema(Wire):
    day = Day(load_default=None)


class ScannedEnvelopeSchema(Wire):
    item_number = Text(required=True, longest=40)
    label = Text(longest=20, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Scan:
        return Scan(**data)


class LoadSchema(Wire):
    scanned = Many(Part(ScannedEnvelopeSchema), required=True)
    left_behind = Many(Text(longest=40), load_default=())


class CloseSchema(Wire):
    scanned_back = Many(Text(longest=40), required=True)
    cash_vnd = AmountVnd(load_default=None, allow_none=True)
    bank_reference = Text(longest=60, load_default="")


class MayReceiveSchema(Wire):
    party_id = Id()
    receiver = Text(attribute="receiver.value")
    name = Text()


class DoorSchema(Wire):
    """All a courier is told of a stop: no procedure, no dossier, no kind of document."""

    stop_id = Id()
    position = Count()
    status = Choice(StopStatus)
    delivery_id = Id(allow_none=True)
    item_number = Text(allow_none=True)
    name = Text()
    phone = Text(allow_none=True)
    address = Text()
    note = Text(allow_none=True)
    collect_vnd = AmountVnd()
    door_fee_vnd = AmountVnd()
    take_back_papers = Count()
    may_receive = Many(Part(MayReceiveSchema))


class CourierDaySchema(Wire):
    run_id = Id()
    no = Count()
    day = Day()
    status = Choice(RunStatus)
    stops = Many(Part(DoorSchema))
    to_collect_vnd = AmountVnd()
    cash_held_vnd = AmountVnd()


class CourierDaysSchema(Wire):
    rows = Many(Part(CourierDaySchema))
