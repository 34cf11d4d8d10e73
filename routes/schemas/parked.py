"""What the page of parked money sends. The second person types his own password."""

from typing import Any
from uuid import UUID

from postal_bridge.money.parked import PlaceParked, ReturnParked
from routes.schemas.common import Text, Wire


class ReturnParkedSchema(Wire):
    words = Text(required=True, longest=120)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, event_id: UUID, data: dict[str, Any]) -> ReturnParked:
        return ReturnParked(event_id, **data)


class PlaceParkedSchema(ReturnParkedSchema):
    reference = Text(required=True, longest=25)

    def command(self, event_id: UUID, data: dict[str, Any]) -> Any:
        return PlaceParked(event_id, **data)
