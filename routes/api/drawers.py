"""API: a clerk's own drawer of the shift."""

from typing import Any

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.service import (
    ContestDifference,
    CountDrawer,
    DrawerView,
    OpenDrawer,
    close_drawer,
    contest_difference,
    count_drawer,
    drawer_view,
    open_drawer,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint
from routes.container import container
from routes.schemas.drawers import (
    ContestSchema,
    CountDrawerSchema,
    DrawerSchema,
    OpenDrawerSchema,
)

blp = ApiBlueprint("drawers_api", __name__, url_prefix="/api/v1/drawer", description="Drawers")


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


@blp.route("", methods=["GET"])
@allow(Role.CLERK)
@blp.response(200, DrawerSchema)
def mine() -> DrawerView:
    """The caller's drawer of this shift."""
    found = drawer_view(**_who())
    if found is None:
        raise NotFound
    return found


@blp.route("", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(OpenDrawerSchema)
@blp.response(201, DrawerSchema)
def begin(data: dict[str, Any]) -> DrawerView:
    """The shift begins with a counted float."""
    return open_drawer(OpenDrawer(data["float_vnd"]), **_who())


@blp.route("/count", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(CountDrawerSchema)
@blp.response(200, DrawerSchema)
def count(data: dict[str, Any]) -> DrawerView:
    """The clerk's own count stands; only now is the expected sum shown."""
    return count_drawer(CountDrawer(data["counted_vnd"]), **_who())


@blp.route("/closing", methods=["POST"])
@allow(Role.CLERK)
@blp.response(200, DrawerSchema)
def close() -> DrawerView:
    """The clerk accepts his count and its difference."""
    return close_drawer(**_who())


@blp.route("/contest", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(ContestSchema)
@blp.response(200, DrawerSchema)
def contest(data: dict[str, Any]) -> DrawerView:
    """The shift ends; the difference is contested and owed by nobody."""
    return contest_difference(ContestDifference(data["reason"]), **_who())
