"""API: newer registers of administrative units, looked at and published. The operator's."""

from typing import Any

from flask import Response

from postal_bridge.directory.service import RegisterPublished, publish_register
from postal_bridge.insight.service import look_at_register, registers_page
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.registers import (
    PublishedRegisterSchema,
    PublishedRegistersSchema,
    RegisterFileSchema,
    RegisterLookSchema,
    flat_look,
    flat_publication,
)

blp = ApiBlueprint(
    "registers_api", __name__, url_prefix="/api/v1", description="Administrative units"
)


def _dump(made: RegisterPublished) -> Any:
    return PublishedRegisterSchema().dump(flat_publication(made))


@blp.route("/registers", methods=["GET"])
@allow(Role.OPERATOR)
@blp.response(200, PublishedRegistersSchema)
def published() -> dict[str, Any]:
    """Every register that was published here with what it changed, the latest first."""
    found = registers_page(actor=current_actor(), units=container().units)
    return {"rows": [flat_publication(one.made) for one in found]}


@blp.route("/registers/looks", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(RegisterFileSchema)
@blp.response(200, RegisterLookSchema)
def look(content: bytes) -> dict[str, Any]:
    """What a file would change and what it would leave behind, or every fault. Nothing is kept."""
    return flat_look(look_at_register(content, actor=current_actor(), units=container().units))


@blp.route("/registers", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(RegisterFileSchema)
@blp.alt_response(201, schema=PublishedRegisterSchema)
def publish(content: bytes) -> Response:
    """The file holds from its own days on. With any fault nothing of it is published."""
    answer = publish_register(
        content, actor=current_actor(), once=once(as_json(_dump)), units=container().units
    )
    return answered(answer, 201)
