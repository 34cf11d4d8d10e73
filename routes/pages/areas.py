"""Service areas: what is in force, drawn; what is amiss; new files with a look first."""

import base64
import binascii
import json
from typing import Any

import shapely
from flask import Blueprint, Response, jsonify, render_template, request
from shapely.geometry.base import BaseGeometry

from postal_bridge.directory.areas import AreaFiles, AreasChecked, check_areas, publish_areas
from postal_bridge.directory.marks import unmarked
from postal_bridge.insight.service import AreasPage, areas_page
from postal_bridge.kernel import wording
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.language import chosen_language
from routes.pages.network import SEE, feature, named, spot
from routes.pages.sent_files import is_from_excel

bp = Blueprint("areas", __name__, url_prefix="/dieu-hanh/vung-phuc-vu")
LARGEST_BYTES = 1_200_000  # all files together; what a form may carry once more
FILES = ("drawn", "rules", "land")
MOST_FAULTS = 100
FOR_EYES_DEG = 0.0005  # some fifty metres: less than a screen shows


@bp.get("")
@allow(*SEE)
def show() -> str:
    return _page()


@bp.get("/vung.json")
@allow(*SEE)
def data() -> Response:
    """Cells, drawn areas, gaps and points of one's area, for the map."""
    found = areas_page(actor=current_actor(), units=container().units)
    features: list[dict[str, Any]] = [
        feature(_seen(shape), kind="cell", name=_name(found, key), key=key)
        for key, shape in found.cells.items()
    ]
    features += [
        feature(_seen(area.shape), kind="drawn", name=_name(found, area.key), key=area.key)
        for area in found.drawn
    ]
    features += [
        spot((one.lon, one.lat), kind="point", name=named(one), key=one.key)
        for one in found.points
        if one.lat is not None
    ]
    features += [
        spot(at.lon_lat, kind="gap", km2=wording.square_kilometres(km2, chosen_language()))
        for at, km2 in found.report.gaps
    ]
    return jsonify(type="FeatureCollection", features=features)


@bp.get("/da-ve.geojson")
@allow(Role.OPERATOR)
def drawn() -> Response:
    """The drawn areas in force, to be drawn on."""
    found = areas_page(actor=current_actor(), units=container().units)
    features = [
        feature(json.loads(shapely.to_geojson(area.shape)), point=area.key) for area in found.drawn
    ]
    return jsonify(type="FeatureCollection", features=features)


@bp.get("/quy-dinh.csv")
@allow(Role.OPERATOR)
def rules() -> Response:
    """The rules in force, to be written on."""
    found = areas_page(actor=current_actor(), units=container().units)
    lines = ["commune,point", *(f"{one.commune_code},{one.point_key}" for one in found.rules), ""]
    return Response("\n".join(lines), mimetype="text/csv")


@bp.post("")
@allow(Role.OPERATOR)
def look() -> str | tuple[str, int]:
    """What the files would do, and every fault by row. Nothing is kept."""
    given = {name: request.files[name].read() for name in FILES if request.files.get(name)}
    if is_from_excel():
        given = {name: unmarked(content) for name, content in given.items()}
    given = {name: content for name, content in given.items() if content}
    if not given or sum(map(len, given.values())) > LARGEST_BYTES:
        code = "areas_files_too_large" if given else "directory_file_missing"
        return _page(wrong=code), 422
    checked = check_areas(AreaFiles(**given), units=container().units)
    if checked.faults:
        return _page(checked=checked), 422
    kept = {name: base64.b64encode(content).decode("ascii") for name, content in given.items()}
    return _page(checked=checked, kept=kept)


@bp.post("/cong-bo")
@allow(Role.OPERATOR)
def publish() -> str | tuple[str, int]:
    """From today the files that were looked at decide; none at all: the nearest point serves."""
    try:
        given = {
            name: base64.b64decode(request.form[name], validate=True)
            for name in FILES
            if request.form.get(name)
        }
    except (binascii.Error, ValueError):
        return _page(wrong="directory_file_missing"), 422
    made = publish_areas(AreaFiles(**given), actor=current_actor(), units=container().units)
    page = _page(checked=made, is_done=not made.faults)
    return (page, 422) if made.faults else page


def _name(found: AreasPage, key: str) -> str:
    return named(found.everywhere[key]) if key in found.everywhere else key


def _seen(shape: BaseGeometry) -> Any:
    """Its outline as far as eyes need it."""
    simple = shapely.simplify(shape, FOR_EYES_DEG)
    return json.loads(shapely.to_geojson(shapely.set_precision(simple, 1e-5)))


def _page(
    *,
    wrong: str = "",
    checked: AreasChecked | None = None,
    kept: dict[str, str] | None = None,
    is_done: bool = False,
) -> str:
    settings = container().settings
    found: AreasPage = areas_page(actor=current_actor(), units=container().units)
    return render_template(
        "network/areas.html",
        found=found,
        wrong=wrong,
        checked=checked,
        faults=checked.faults[:MOST_FAULTS] if checked else (),
        kept=kept,
        is_done=is_done,
        tiles=settings.map_tiles_url,
        tiles_credit=settings.map_tiles_credit,
    )
