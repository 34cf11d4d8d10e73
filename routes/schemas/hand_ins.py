"""What pages and API of couriers' cash send, and what the API says of it."""

from typing import Any
from uuid import UUID

from postal_bridge.money.hand_in_rules import GapStatus, HandInStatus, Part
from postal_bridge.money.hand_in_types import (
    AnswerGap,
    CountOffer,
    OfferCash,
    RefuseOffer,
    SettleGap,
)
from routes.schemas.common import AmountVnd, Choice, Count, Id, Many, Moment, Text, Wire, YesNo
from routes.schemas.common import Part as Nested


class OfferSchema(Wire):
    counted_vnd = AmountVnd(required=True)
    kept_vnd = AmountVnd(load_default=0)

    def command(self, data: dict[str, Any]) -> OfferCash:
        return OfferCash(**data)


class CountOfferSchema(Wire):
    counted_vnd = AmountVnd(required=True)
    reason = Text(longest=200)

    def command(self, hand_in_id: UUID, data: dict[str, Any]) -> CountOffer:
        return CountOffer(hand_in_id, **data)


class RefuseOfferSchema(Wire):
    reason = Text(longest=200, required=True)

    def command(self, hand_in_id: UUID, data: dict[str, Any]) -> RefuseOffer:
        return RefuseOffer(hand_in_id, **data)


class AnswerGapSchema(Wire):
    accepts = YesNo(required=True)
    reason = Text(longest=200, load_default="")

    def command(self, hand_in_id: UUID, data: dict[str, Any]) -> AnswerGap:
        return AnswerGap(hand_in_id, **data)


class SettleGapSchema(Wire):
    """The second person types his own password: naming a colleague proves nothing."""

    courier_owes = YesNo(required=True)
    evidence = Text(required=True, longest=120)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, hand_in_id: UUID, data: dict[str, Any]) -> SettleGap:
        return SettleGap(hand_in_id, **data)


class PartLineSchema(Wire):
    part = Choice(Part)
    amount_vnd = AmountVnd()


class HandInSchema(Wire):
    """Blind: `offered_vnd` is empty to a clerk who has not counted, the rest to both till then."""

    id = Id()
    courier = Text()
    unit_id = Id()
    status = Choice(HandInStatus)
    offered_vnd = AmountVnd(allow_none=True)
    kept_vnd = AmountVnd(allow_none=True)
    offered_at = Moment()
    clerk = Text(allow_none=True)
    counted_vnd = AmountVnd(allow_none=True)
    accepted_at = Moment(allow_none=True)
    ended_reason = Text(allow_none=True)
    expected_vnd = AmountVnd(allow_none=True)
    lines = Many(Nested(PartLineSchema))
    gap_vnd = Count(allow_none=True)
    gap_status = Choice(GapStatus)
    owed_vnd = AmountVnd()


class HandInsSchema(Wire):
    rows = Many(Nested(HandInSchema))
