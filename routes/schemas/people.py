"""Wire formats of signing in."""

from typing import Any

from marshmallow import post_load

from postal_bridge.people.service import SignIn
from routes.schemas.common import Text, Wire


class SignInSchema(Wire):
    login = Text(required=True, longest=80)
    password = Text(required=True, longest=200)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> SignIn:
        return SignIn(login=data["login"], password=data["password"], device_id=None)
