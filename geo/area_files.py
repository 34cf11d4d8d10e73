"""Areas and outlines of land as GeoJSON: what is in a file, and everything wrong with it. Pure.

A FeatureCollection of polygons (RFC 7946: degrees, longitude first). Rows count the features from
1; a fault names the row and the member it is in. With any fault nothing is taken.
"""

import json
from dataclasses import dataclass
from math import isfinite
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from geo.json_text import Unreadable, parsed
from geo.land import EAST, NORTH, SOUTH, WEST, NotInVietnam, place_in_vietnam
from geo.service_areas import DrawnArea

MOST_BYTES = 20_000_000
MOST_FEATURES = 20_000
WHOLE_FILE = 0
_KINDS = ("Polygon", "MultiPolygon")


class AreaFault(NamedTuple):
    """What is wrong where; `row` 0 is the file itself."""

    row: int
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class _Wrong(Exception):
    column: str
    code: str


def read_areas(content: bytes) -> tuple[tuple[DrawnArea, ...], tuple[AreaFault, ...]]:
    """Drawn areas, each with the key of its point in the property `point`."""
    shapes, faults = _features(content, needs_point=True)
    return tuple(DrawnArea(key, shape) for key, shape in shapes), faults


def read_land(content: bytes) -> tuple[BaseGeometry | None, tuple[AreaFault, ...]]:
    """An operator's own outline of the land: the union of its polygons."""
    shapes, faults = _features(content, needs_point=False)
    return (None if faults else shapely.unary_union([shape for _, shape in shapes])), faults


def _features(
    content: bytes, *, needs_point: bool
) -> tuple[list[tuple[str, BaseGeometry]], tuple[AreaFault, ...]]:
    if len(content) > MOST_BYTES:
        return [], (AreaFault(WHOLE_FILE, "*", "area_file_too_large"),)
    try:
        document = parsed(content)
    except Unreadable as exc:
        code = "area_file_not_utf8" if exc.is_other_encoding else "area_file_unreadable"
        return [], (AreaFault(exc.line, str(exc.character), code),)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        return [], (AreaFault(WHOLE_FILE, "type", "area_no_collection"),)
    if not 0 < len(features) <= MOST_FEATURES:
        return [], (AreaFault(WHOLE_FILE, "features", "area_feature_count"),)
    shapes: list[tuple[str, BaseGeometry]] = []
    faults: list[AreaFault] = []
    for row, feature in enumerate(features, start=1):
        try:
            shapes.append(_feature(feature, needs_point))
        except _Wrong as wrong:
            faults.append(AreaFault(row, wrong.column, wrong.code))
    return ([] if faults else shapes), tuple(faults)


def _feature(feature: Any, needs_point: bool) -> tuple[str, BaseGeometry]:
    if not isinstance(feature, dict):
        raise _Wrong("type", "area_no_feature")
    properties = feature.get("properties")
    key = properties.get("point") if isinstance(properties, dict) else None
    if needs_point and not (isinstance(key, str) and 0 < len(key) <= 80):
        raise _Wrong("point", "area_point_missing")
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in _KINDS:
        raise _Wrong("geometry", "area_no_polygon")
    for lon, lat in _positions(geometry.get("coordinates"), geometry["type"]):
        if not _is_in_box(lat, lon):
            is_swapped = _is_in_box(lon, lat)
            raise _Wrong("geometry", "place_swapped" if is_swapped else "place_not_in_vietnam")
    try:
        shape = shapely.from_geojson(json.dumps(geometry))
    except shapely.errors.ShapelyError:  # a ring that does not close
        raise _Wrong("geometry", "area_no_polygon") from None
    if not shapely.is_valid(shape):
        raise _Wrong("geometry", "area_self_crossing")
    if shape.is_empty or not shape.area:
        raise _Wrong("geometry", "area_no_polygon")
    try:
        inside = shapely.point_on_surface(shape)
        place_in_vietnam(inside.y, inside.x)
    except NotInVietnam:
        raise _Wrong("geometry", "place_not_in_vietnam") from None
    return key or "", shape


def _positions(coordinates: Any, kind: str) -> list[tuple[float, float]]:
    """Every position of every ring, as longitude and latitude."""
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    try:
        positions = [at for polygon in polygons for ring in polygon for at in ring]
        pairs = [(float(at[0]), float(at[1])) for at in positions]
    except (TypeError, ValueError, IndexError, KeyError):
        raise _Wrong("geometry", "area_no_polygon") from None
    if not pairs or not all(isfinite(lon) and isfinite(lat) for lon, lat in pairs):
        raise _Wrong("geometry", "area_no_polygon")
    return pairs


def _is_in_box(lat: float, lon: float) -> bool:
    return SOUTH <= lat <= NORTH and WEST <= lon <= EAST
