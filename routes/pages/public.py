"""What anyone may read: how to hand in, follow, what it costs, where to go. No sign-in."""

from flask import Blueprint, render_template

from postal_bridge.directory.opening_hours import spoken_hours
from postal_bridge.insight.service import find_places
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.service import open_tariffs
from routes.access import allow
from routes.container import container

bp = Blueprint("public", __name__)
bp.add_app_template_global(spoken_hours)


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
        (one, places.register.last_known(one.province, one.valid_from).name)
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
