"""What the operator's tariff pages send."""

from typing import Any

from marshmallow import post_load

from postal_bridge.money.service import GrantBudget
from routes.schemas.common import AmountVnd, Day, Text, Wire


class PublishSchema(Wire):
    """The file that was looked at, in Base64."""

    content = Text(required=True, longest=700_000)


class GrantSchema(Wire):
    """`month` is any day of the month; a browser's month field sends none."""

    programme = Text(required=True, longest=80)
    month = Day(required=True)
    amount_vnd = AmountVnd(required=True)
    instrument = Text(required=True, longest=200)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> GrantBudget:
        return GrantBudget(**data)
