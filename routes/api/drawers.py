"""API: a clerk's drawer of the shift, its signed statement, and what two people decide about it."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from postal_bridge.counter.statements import signed_statement
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.drawers import ContestDifference
from postal_bridge.money.service import DrawerView, drawer_view, resolve_difference_once
from postal_bridge.money.shift_desk import close_once, contest_once, count_once, open_once
from postal_bridge.money.witnesses import stand_by
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.board import ResolveSchema
from routes.schemas.desk import NothingSchema
from routes.schemas.drawer import (
    CloseDrawerSchema,
    ContestDrawerSchema,
    CountDrawerSchema,
    OpenDrawerSchema,
)
from routes.schemas.drawers import DrawerSchema, SignedStatementSchema, WitnessCodeSchema
from routes.second_person import with_second_person

blp = ApiBlueprint("drawers_api", __name__, url_prefix="/api/v1", description="Drawers")
RENDER = as_json(DrawerSchema().dump)


@blp.route("/drawer", methods=["GET"])
@allow(Role.CLERK)
@blp.response(200, DrawerSchema)
def mine() -> DrawerView:
    """The caller's drawer of this shift."""
    found = drawer_view(**_who())
    if found is None:
        raise NotFound
    return found


@blp.route("/drawer", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(OpenDrawerSchema)
@blp.alt_response(201, schema=DrawerSchema)
def begin(command: Any) -> Response:
    """The shift begins with a counted float."""
    return answered(open_once(command, once=once(RENDER), **_who()), 201)


@blp.route("/drawer/count", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(CountDrawerSchema)
@blp.response(200, DrawerSchema)
def count(command: Any) -> Response:
    """The clerk's own count stands; only now is the expected sum shown. Again with a reason."""
    return answered(count_once(command, once=once(RENDER), **_who()))


@blp.route("/drawer/closing", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(CloseDrawerSchema)
@blp.response(200, DrawerSchema)
def close(data: dict[str, Any]) -> Response:
    """The clerk accepts his count and its difference; `witness_code` names who stood by."""
    words = (data["explanation"], data["witness_code"])
    return answered(close_once(*words, once=once(RENDER), **_who()))


@blp.route("/drawer/contest", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(ContestDrawerSchema)
@blp.response(200, DrawerSchema)
def contest(data: dict[str, Any]) -> Response:
    """The shift ends; the difference is contested and owed by nobody."""
    command = ContestDifference(data["reason"])
    return answered(contest_once(command, data["witness_code"], once=once(RENDER), **_who()))


@blp.route("/drawers/<uuid:drawer_id>", methods=["GET"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.response(200, DrawerSchema)
def one(drawer_id: UUID) -> DrawerView | None:
    """A drawer of the caller's offices; a clerk always sees his own."""
    return drawer_view(drawer_id=drawer_id, **_who())


@blp.route("/drawers/<uuid:drawer_id>/statement", methods=["GET"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.alt_response(200, schema=SignedStatementSchema)
def statement(drawer_id: UUID) -> Response:
    """The whole shift, signed by the office: the same bytes as the page's file."""
    base = container().settings.effective_public_url + url_for("statements.printed")
    return answered(signed_statement(drawer_id, base_url=base, **_who()).as_json)


@blp.route("/drawers/<uuid:drawer_id>/witness", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(NothingSchema)
@blp.response(200, WitnessCodeSchema)
def witness(_: dict[str, Any], drawer_id: UUID) -> dict[str, str]:
    """The caller has seen the count and stands by it; the code is to be read out."""
    return {"code": stand_by(drawer_id, **_who())}


@blp.route("/drawers/<uuid:drawer_id>/resolution", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(ResolveSchema)
@blp.response(200, DrawerSchema)
def resolve(data: dict[str, Any], drawer_id: UUID) -> Response:
    """Two people have decided about a contested difference."""
    command = ResolveSchema().command(drawer_id, with_second_person(data))
    return answered(resolve_difference_once(command, once=once(RENDER), **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
