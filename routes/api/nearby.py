"""API: which points take a dossier in near a place. Open to everyone."""

from datetime import date
from typing import Any

from config.register import Register
from postal_bridge.directory.administrative import open_register
from postal_bridge.directory.nearby import business_day
from postal_bridge.directory.whereabouts import (
    Whereabouts,
    whereabouts_of_address,
    whereabouts_of_commune,
    whereabouts_of_point,
)
from routes.access import allow
from routes.api.blueprint import ApiBlueprint
from routes.container import container
from routes.language import chosen_language
from routes.nearby import Errand, look_near, nearby_document
from routes.schemas.nearby import NearAskSchema, NearbySchema

blp = ApiBlueprint("nearby", __name__, url_prefix="/api/v1", description="Points near a place")


@blp.route("/points/near", methods=["POST"])
@allow()
@blp.arguments(NearAskSchema)
@blp.response(200, NearbySchema)
def points_near(wanted: dict[str, Any]) -> dict[str, Any]:
    """Which points take this procedure in for this address, how far, how soon; and why others not.

    `serving` are the points whose service area the place lies in. In a body, because an address
    is personal and does not belong into a URL. An address that several communes fit is answered
    with these, and with the question that decides.
    """
    units = container().units
    where = _where(wanted, business_day(units=units), open_register(units=units))
    needs = frozenset(wanted["needs"])
    errand = Errand(wanted["procedure"], needs, wanted["by"], wanted["limit"])
    found = look_near(where, errand, units=units)
    return nearby_document(
        where, found, lambda code: container().texts.render(code, {}, chosen_language())
    )


def _where(wanted: dict[str, Any], on: date, register: Register) -> Whereabouts:
    if wanted["address"] is not None:
        return whereabouts_of_address(register, wanted["address"], on)
    if wanted["commune"] is not None:
        return whereabouts_of_commune(register, wanted["commune"], on)
    return whereabouts_of_point(wanted["lat"], wanted["lon"])
