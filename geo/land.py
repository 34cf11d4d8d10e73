"""Where Vietnam is, as far as its communes' centres tell. Pure.

No outline of the country comes with this release: none was found whose rights are sure
(`docs/service-areas.md`). In its place stand the communes' centres: what lies within forty
kilometres of one is taken to be in Vietnam, and the drawn land is the discs about all centres
grown together. It reaches a little over the border and out to sea. An operator's own outline, as
GeoJSON, takes its place where there is one.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from config.register import NEW_FROM, load_register
from geo.nearest import NearestPlaces
from geo.plane import flat, round_again
from geo.point import Point

# Borders with the sea of both archipelagos, to the nearest degree outwards.
SOUTH, NORTH, WEST, EAST = 6.0, 24.0, 102.0, 118.0
# Sea areas of Hoàng Sa and Trường Sa: south, north, west, east. Their one centre each tells little.
ARCHIPELAGOS = ((15.5, 17.5, 111.0, 113.0), (6.0, 12.5, 111.0, 118.0))
FURTHEST_FROM_A_CENTRE_M = 40_000.0
_DISC_M, _SHRINK_M = 25_000.0, 10_000.0


class NotInVietnam(ValueError):
    """A place elsewhere. `is_swapped`: read the other way round it would be in Vietnam."""

    def __init__(self, lat: float, lon: float, *, is_swapped: bool) -> None:
        super().__init__(lat, lon)
        self.lat = lat
        self.lon = lon
        self.is_swapped = is_swapped


def place_in_vietnam(lat: float, lon: float) -> Point:
    """The place, if it is one in Vietnam. Raises NotInVietnam, for what is no place too."""
    if not _is_in_vietnam(lat, lon):
        raise NotInVietnam(lat, lon, is_swapped=_is_in_vietnam(lon, lat))
    return Point(lat, lon)


def centres() -> tuple[Point, ...]:
    """The centres of today's communes, by code."""
    communes = load_register().communes(NEW_FROM)
    return tuple(Point(c.lat, c.lon) for c in communes if c.lat is not None and c.lon is not None)


def land_about(places: Sequence[Point]) -> BaseGeometry:
    """In degrees: discs about the places grown together, with fifteen kilometres of rim."""
    middles = flat(shapely.multipoints([place.lon_lat for place in places]))
    grown = shapely.unary_union(shapely.buffer(shapely.get_parts(middles), _DISC_M, quad_segs=8))
    return round_again(shapely.simplify(shapely.buffer(grown, -_SHRINK_M, quad_segs=4), 200.0))


@cache
def assumed_land() -> BaseGeometry:
    """The land where an operator has given none."""
    return land_about(centres())


def _is_in_vietnam(lat: float, lon: float) -> bool:
    if not (SOUTH <= lat <= NORTH and WEST <= lon <= EAST):  # NaN is nowhere
        return False
    if any(s <= lat <= n and w <= lon <= e for s, n, w, e in ARCHIPELAGOS):
        return True
    found = _nearest_centres().nearest(np.array([lat]), np.array([lon]))
    return bool(found.distance_m[0] <= FURTHEST_FROM_A_CENTRE_M)


@cache
def _nearest_centres() -> NearestPlaces:
    return NearestPlaces(centres())
