"""What the page of refunds sends. The second person types his own password."""

from typing import Any
from uuid import UUID

from postal_bridge.counter.refunds import GiveBack
from routes.schemas.common import Text, Wire


class GiveBackSchema(Wire):
    words = Text(required=True, shortest=5, longest=200)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, dossier_id: UUID, payment_id: UUID, data: dict[str, Any]) -> GiveBack:
        return GiveBack(dossier_id, payment_id, **data)
