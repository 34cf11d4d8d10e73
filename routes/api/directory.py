"""API: what is published of points, sections, links, procedures and communes. Open to everyone."""

from typing import Any
from uuid import UUID

from flask import Response

from config.register import Unit
from postal_bridge.directory.service import (
    LinkView,
    MoveLink,
    ProposeLink,
    move_link,
    propose_link,
)
from postal_bridge.insight.service import communes_named, find_places, near
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import NotFound
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.directory import (
    CommuneQuerySchema,
    CommunesSchema,
    LinkQuerySchema,
    LinkSchema,
    LinksSchema,
    MoveLinkSchema,
    PointQuerySchema,
    PointsSchema,
    ProcedureSchema,
    ProceduresSchema,
    ProposeLinkSchema,
    SectionsSchema,
)

blp = ApiBlueprint("directory", __name__, url_prefix="/api/v1", description="The directory")


@blp.route("/points", methods=["GET"])
@allow()
@blp.arguments(PointQuerySchema, location="query")
@blp.response(200, PointsSchema)
def points(wanted: dict[str, Any]) -> dict[str, Any]:
    """Service points; with `commune` the nearest first, with `procedure` those that take it in."""
    places = find_places(units=container().units)
    if wanted["commune"] is None:
        return {"rows": places.points_allowing(wanted["procedure"])}
    found = near(places, wanted["commune"], wanted["procedure"])
    return {"rows": [one.point for one in found]}


@blp.route("/sections", methods=["GET"])
@allow()
@blp.response(200, SectionsSchema)
def sections() -> dict[str, Any]:
    """One-stop sections of today."""
    return {"rows": find_places(units=container().units).overview.sections}


@blp.route("/links", methods=["GET"])
@allow()
@blp.arguments(LinkQuerySchema, location="query")
@blp.response(200, LinksSchema)
def links(wanted: dict[str, Any]) -> dict[str, Any]:
    """Active links of today, of one point or section where named."""
    overview = find_places(units=container().units).overview
    return {
        "rows": [
            one
            for one in overview.links
            if wanted["point_id"] in (None, one.point_id)
            and wanted["section_id"] in (None, one.section_id)
        ]
    }


@blp.route("/links", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(ProposeLinkSchema)
@blp.response(201, LinkSchema)
def propose(command: ProposeLink) -> Response:
    """Propose a link. It takes nothing in until it is agreed on."""
    answer = propose_link(
        command,
        actor=current_actor(),
        once=once(as_json(LinkSchema().dump)),
        units=container().units,
    )
    return Response(answer, status=201, mimetype="application/json")


@blp.route("/links/<uuid:link_id>/moves", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(MoveLinkSchema)
@blp.response(200, LinkSchema)
def move(data: dict[str, Any], link_id: UUID) -> LinkView:
    """Agree on a link, suspend, resume or end it, from now on."""
    command = MoveLink(link_id, data["action"])
    return move_link(command, actor=current_actor(), units=container().units)


@blp.route("/procedures", methods=["GET"])
@allow()
@blp.response(200, ProceduresSchema)
def procedures() -> dict[str, Any]:
    """Procedures with their paper lists and fees."""
    return {"rows": find_places(units=container().units).overview.procedures}


@blp.route("/procedures/<code>", methods=["GET"])
@allow()
@blp.response(200, ProcedureSchema)
def procedure(code: str) -> Any:
    """One procedure, by its national code or our key."""
    found = find_places(units=container().units).procedure(code)
    if found is None:
        raise NotFound
    return found


@blp.route("/communes", methods=["GET"])
@allow()
@blp.arguments(CommuneQuerySchema, location="query")
@blp.response(200, CommunesSchema)
def communes(wanted: dict[str, Any]) -> dict[str, tuple[Unit, ...]]:
    """Administrative units whose name begins with `q`, as of a day."""
    places = find_places(units=container().units)
    on = wanted["on"] or places.on
    return {"rows": communes_named(places.register, wanted["q"], on, wanted["limit"])}
