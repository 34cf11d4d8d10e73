"""What anyone may read: how to hand in, follow, what it costs, where to go. No sign-in."""

from typing import Any

from flask import Blueprint, render_template, request

from postal_bridge.directory.administrative import shared_register
from postal_bridge.directory.opening_hours import spoken_hours
from postal_bridge.insight.service import communes_named, find_places, lineage_name, near
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.service import open_tariffs
from routes.access import allow
from routes.container import container

bp = Blueprint("public", __name__)
bp.add_app_template_global(spoken_hours)
LONGEST_QUERY = 80
MOST_FOUND = 12
NEAREST = 5


@bp.get("/")
@allow()
def home() -> str:
    return render_template("public/home.html", places=find_places(units=container().units))


@bp.get("/thu-tuc")
@allow()
def procedures() -> str:
    places = find_places(units=container().units)
    return render_template("public/procedures.html", places=places)


@bp.get("/thu-tuc/<key>")
@allow()
def procedure(key: str) -> str:
    """The published paper list, fees and where it is taken in."""
    places = find_places(units=container().units)
    found = places.procedure(key)
    if found is None:
        raise NotFound
    return render_template(
        "public/procedure.html", places=places, procedure=found, links=places.links_of(found.id)
    )


@bp.get("/cuoc-phi")
@allow()
def fares() -> str:
    places = find_places(units=container().units)
    book = open_tariffs(units=container().units)
    tariff = book.tariff_on(places.on)
    programmes = [
        (one, shared_register().unit(one.province, one.valid_from).name)
        for one in book.overlays
        if one.valid_from <= places.on and (one.valid_until is None or places.on <= one.valid_until)
    ]
    return render_template(
        "public/fares.html",
        places=places,
        tariff=tariff,
        coming=[one for one in reversed(book.tariffs) if one.valid_from > places.on],
        programmes=programmes,
    )


@bp.get("/noi-phuc-vu")
@allow()
def where() -> str:
    """Points with their hours; the nearest first once a commune is known."""
    places = find_places(units=container().units)
    asked = request.args.get("q", "").strip()[:LONGEST_QUERY]
    return render_template("public/where.html", places=places, asked=asked, **_found(places, asked))


def _found(places: Any, asked: str) -> dict[str, Any]:
    """The communes that may be meant; with exactly one, or a code, the points nearest to it."""
    code = request.args.get("xa", "").strip()[:10]
    units = communes_named(asked, places.on, MOST_FOUND) if asked else ()
    communes = [
        {"code": unit.code, "name": lineage_name(unit, places.on)}
        for unit in units
        if unit.level == "commune"
    ]
    if not code and len(communes) == 1:
        code = communes[0]["code"]
    nearest = near(places, code, None)[:NEAREST] if code else ()
    return {"communes": communes, "code": code, "nearest": nearest}
