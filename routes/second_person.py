"""The second person beside the one who acts (invariant C5), known by his own sign-in."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from postal_bridge.people.service import SignIn, SignInRefused, sign_in, sign_out
from routes.container import container
from routes.familiar import familiar_tokens


def with_second_person(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with `second_staff_id` in place of the second person's name and password.

    Naming a colleague proves nothing, so he types his own password; the session it opens is
    ended at once. Raises ValidationError beside the name.
    """
    login, password = fields.pop("second_login", None), fields.pop("second_password", None)
    return {**fields, "second_staff_id": _known(login, password or "") if login else None}


def _known(login: str, password: str) -> UUID:
    units = container().units
    asked = SignIn(login, password, familiar=familiar_tokens())
    try:
        signed = sign_in(asked, units=units, machine=container().machine)
    except SignInRefused:
        raise ValidationError({"second_login": ["pouch_second_refused"]}) from None
    sign_out(signed.token, units=units)
    return signed.staff.id
