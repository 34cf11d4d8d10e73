"""API: differences between two counts, and how they are settled."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.cases import CasePage, close_case_once, open_case_page
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.board import CasePageSchema, CloseCaseSchema

blp = ApiBlueprint("cases_api", __name__, url_prefix="/api/v1/cases", description="Differences")


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


@blp.route("/<uuid:case_id>", methods=["GET"])
@allow(Role.SUPERVISOR, Role.OFFICER)
@blp.response(200, CasePageSchema)
def one(case_id: UUID) -> CasePage:
    """The difference, the segment it is pinned to, both sides and the outcome."""
    return open_case_page(case_id, **_who())


@blp.route("/<uuid:case_id>/settlement", methods=["POST"])
@allow(Role.SUPERVISOR, Role.OFFICER)
@blp.arguments(CloseCaseSchema)
@blp.response(200, CasePageSchema)
def settle(data: dict[str, Any], case_id: UUID) -> Response:
    """Somebody who neither counted, held nor moved it closes the case in his own words."""
    command = CloseCaseSchema().command(case_id, data)
    return answered(close_case_once(command, once=once(as_json(CasePageSchema().dump)), **_who()))
