"""What the page of parked money sends. The second person types his own password."""

from typing import Any
from uuid import UUID

from postal_bridge.money.parked import NoteParked, PlaceParked, ReturnParked
from postal_bridge.money.payouts import TakePayout
from postal_bridge.money.refund_returns import TakeRefundBack
from routes.schemas.common import AmountVnd, Id, Many, Text, Wire


class AnswerParkedSchema(Wire):
    words = Text(required=True, longest=120)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)


class ReturnParkedSchema(AnswerParkedSchema):
    def command(self, event_id: UUID, data: dict[str, Any]) -> ReturnParked:
        return ReturnParked(event_id, **data)


class NoteParkedSchema(AnswerParkedSchema):
    def command(self, event_id: UUID, data: dict[str, Any]) -> NoteParked:
        return NoteParked(event_id, **data)


class PlaceParkedSchema(AnswerParkedSchema):
    reference = Text(required=True, longest=25)
    together = Many(Id(), load_default=list)

    def command(self, event_id: UUID, data: dict[str, Any]) -> PlaceParked:
        return PlaceParked(event_id, **{**data, "together": tuple(data["together"])})


class TakePayoutSchema(AnswerParkedSchema):
    place = Text(required=True, longest=80)
    commission_vnd = AmountVnd(load_default=0)

    def command(self, event_id: UUID, data: dict[str, Any]) -> TakePayout:
        return TakePayout(event_id, **data)


class TakeRefundBackSchema(AnswerParkedSchema):
    reference = Text(required=True, longest=25)

    def command(self, event_id: UUID, data: dict[str, Any]) -> TakeRefundBack:
        return TakeRefundBack(event_id, **data)
