"""The map of the network: points, sections and links of one's area, with a list beside it."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from postal_bridge.directory.views import PointView, SectionView
from postal_bridge.insight.service import network_of
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.language import chosen_language

bp = Blueprint("network", __name__, url_prefix="/dieu-hanh/mang-luoi")
SEE = (Role.SUPERVISOR, Role.OPERATOR)
FIRST_ROWS = 100


@bp.get("")
@allow(*SEE)
def show() -> str:
    """The map, and the same as a list: all of it without JavaScript."""
    found = network_of(actor=current_actor(), units=container().units)
    wanted = request.args.get("q", "").strip()[:80]
    rows = found.named(wanted) if wanted else found.points
    settings = container().settings
    return render_template(
        "network/network.html",
        network=found,
        rows=rows[:FIRST_ROWS],
        more=max(0, len(rows) - FIRST_ROWS),
        wanted=wanted,
        tiles=settings.map_tiles_url,
        tiles_credit=settings.map_tiles_credit,
    )


@bp.get("/mang-luoi.json")
@allow(*SEE)
def data() -> Response:
    """The same as GeoJSON, for the map. What has no place is only in the list."""
    found = network_of(actor=current_actor(), units=container().units)
    places = {
        **{one.point.id: (one.point.lon, one.point.lat) for one in found.points},
        **{one.id: (one.lon, one.lat) for one in found.sections},
    }
    places = {key: place for key, place in places.items() if None not in place}
    features: list[dict[str, Any]] = []
    for line in found.links:
        link = line.link
        ends = [places.get(link.point_id), places.get(link.section_id)]
        if None not in ends and ends[0] != ends[1]:
            geometry = {"type": "LineString", "coordinates": ends}
            name = f"{named(line.point)} – {named(line.section)}"
            features.append(feature(geometry, kind="link", name=name, status=link.status))
    for section in found.sections:
        if section.id in places:
            name = named(section)
            features.append(spot(places[section.id], kind="section", name=name, key=section.key))
    for row in found.points:
        if row.point.id in places:
            name = named(row.point)
            is_open = any(one.link.status == "active" for one in row.links)
            place = places[row.point.id]
            drawn = spot(
                place, kind="point", name=name, key=row.point.key, detail=row.commune_name,
                is_open=is_open,
            )  # fmt: skip
            features.append(drawn)
    return jsonify(type="FeatureCollection", features=features)


def named(one: PointView | SectionView) -> str:
    """Its name in the reader's language, the Vietnamese one where it has no other."""
    return one.name_en if chosen_language() == "en" and one.name_en else one.name


def spot(place: Any, **properties: Any) -> dict[str, Any]:
    """A point of GeoJSON; `place` is longitude and latitude."""
    return feature({"type": "Point", "coordinates": place}, **properties)


def feature(geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """One feature of GeoJSON."""
    return {"type": "Feature", "geometry": geometry, "properties": properties}
