"""API: an agency's fees paid on to its section, receipt by receipt."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.money.service import (
    OpenFees,
    RemittedFees,
    open_fees,
    remit_fees,
    remittance_of,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.remittances import (
    OpenFeesSchema,
    RemitFeesSchema,
    RemittanceSchema,
    RemittedFeesSchema,
    UntilSchema,
)

blp = ApiBlueprint(
    "remittances_api", __name__, url_prefix="/api/v1", description="Agency fees paid on"
)
SEE = (Role.SUPERVISOR, Role.OPERATOR)


@blp.route("/sections/<uuid:section_id>/open-fees", methods=["GET"])
@allow(*SEE)
@blp.arguments(UntilSchema, location="query")
@blp.response(200, OpenFeesSchema)
def show(asked: dict[str, Any], section_id: UUID) -> OpenFees:
    """Receipts and refunds of the section that no remittance names, up to a day (today)."""
    with container().units.read() as uow:
        until: date = asked["until"] or local(uow.now).date()
        return open_fees(uow, section_id, until, actor=current_actor())


@blp.route("/sections/<uuid:section_id>/remittances", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(RemitFeesSchema)
@blp.alt_response(201, schema=RemittanceSchema)
def remit(data: dict[str, Any], section_id: UUID) -> Response:
    """The open fees were transferred; refused where another amount is open by now."""
    command = RemitFeesSchema().command(section_id, data)
    render = as_json(RemittanceSchema().dump)
    done = remit_fees(command, actor=current_actor(), once=once(render), units=container().units)
    return answered(done, 201)


@blp.route("/remittances/<uuid:remittance_id>", methods=["GET"])
@allow(*SEE)
@blp.response(200, RemittedFeesSchema)
def one(remittance_id: UUID) -> RemittedFees:
    """Which receipts and refunds were paid on at once."""
    with container().units.read() as uow:
        return remittance_of(uow, remittance_id, actor=current_actor())
