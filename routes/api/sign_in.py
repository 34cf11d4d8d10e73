"""API: a session for one shift. The token goes into `Authorization: Bearer …`."""

from flask import request

from postal_bridge.people.service import (
    ChangePassword,
    SignedIn,
    SignIn,
    change_password,
    sign_in,
    sign_out,
)
from routes.access import ANY_STAFF, allow, current_actor, while_password_is_due
from routes.api.blueprint import ApiBlueprint
from routes.container import container
from routes.schemas.people import ChangePasswordSchema, SessionSchema, SignInSchema

blp = ApiBlueprint("sessions", __name__, url_prefix="/api/v1/sessions", description="Signing in")


@blp.route("", methods=["POST"])
@allow()
@blp.arguments(SignInSchema)
@blp.response(201, SessionSchema)
def create(command: SignIn) -> SignedIn:
    """Open a session. The token is shown once; a wrong name and a wrong password answer alike."""
    return sign_in(command, units=container().units, machine=container().machine)


@blp.route("/password", methods=["PUT"])
@allow(*ANY_STAFF)
@while_password_is_due
@blp.arguments(ChangePasswordSchema)
@blp.response(204)
def set_password(command: ChangePassword) -> None:
    """Change the caller's own password. Every session ends, this one too."""
    change_password(command, actor=current_actor(), units=container().units)


@blp.route("", methods=["DELETE"])
@allow(*ANY_STAFF)
@while_password_is_due
@blp.response(204)
def end() -> None:
    """End the session of the token that is sent."""
    _, _, token = request.headers.get("Authorization", "").partition(" ")
    sign_out(token, units=container().units)
