"""What the pages of couriers' cash send."""

from typing import Any
from uuid import UUID

from postal_bridge.money.hand_in_types import (
    AnswerGap,
    CountOffer,
    OfferCash,
    RefuseOffer,
    SettleGap,
)
from routes.schemas.common import AmountVnd, Text, Wire, YesNo


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
