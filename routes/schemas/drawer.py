"""What the drawer's page sends."""

from typing import Any

from marshmallow import post_load

from postal_bridge.money.service import CountDrawer, OpenDrawer
from routes.schemas.common import AmountVnd, Text, Wire, YesNo


class OpenDrawerSchema(Wire):
    float_vnd = AmountVnd(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> OpenDrawer:
        return OpenDrawer(**data)


class CountDrawerSchema(Wire):
    counted_vnd = AmountVnd(required=True)
    reason = Text(longest=200)
    other_vnd = AmountVnd(load_default=0)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CountDrawer:
        return CountDrawer(**data)


class CloseDrawerSchema(Wire):
    explanation = Text(longest=200, load_default="")
    witness_code = Text(longest=12, load_default="")


class ContestDrawerSchema(Wire):
    reason = Text(longest=200, required=True)
    witness_code = Text(longest=12, load_default="")


class CorrectionAnswerSchema(Wire):
    agrees = YesNo(required=True)
