"""What a citizen's own page sends."""

from typing import Any

from marshmallow import post_load

from postal_bridge.counter.citizen_acts import ChooseWindow
from postal_bridge.counter.citizen_door import AnswerDoor
from postal_bridge.delivery.types import DisputeKind, NewDispute
from routes.schemas.common import Choice, Moment, Text, Wire, YesNo


class NumberSchema(Wire):
    number = Text(longest=60, required=True)


class CodeSchema(NumberSchema):
    code = Text(longest=12, required=True)


class DisputeSchema(Wire):
    kind = Choice(DisputeKind, required=True)
    words = Text(longest=1_000)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewDispute:
        return NewDispute(**data)


class WindowSchema(Wire):
    since = Moment(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ChooseWindow:
        return ChooseWindow(**data)


class DoorSchema(Wire):
    is_allowed = YesNo(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> AnswerDoor:
        return AnswerDoor(**data)
