"""Which point serves a place: what an operator drew, what he ruled, else the nearest. Pure.

Three layers, the first that speaks wins: areas drawn by the operator, rules for whole communes
(islands, the far bank of a river), and the nearest point along the sphere. Where two drawn areas
overlap both points are answered, never one of them; overlaps, gaps and communes reached only
across the sea are in the report.

The cells are for drawing: Voronoi cells in the plane of `geo/plane.py`, clipped to the land, minus
what is drawn. The answer itself never comes from a cell.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from config.register import Register
from geo.land import assumed_land
from geo.nearest import NearestPlaces
from geo.plane import flat, round_again
from geo.point import Point

ISLAND = "Đặc khu"
ACROSS_SEA_M = 15_000.0
_LEAST_KM2 = 0.01  # smaller slivers are rounding


class ServedBy(StrEnum):
    DRAWN = "drawn"
    RULE = "rule"
    NEAREST = "nearest"
    ACROSS_WATER = "across_water"  # the nearest, but one of the two is on an island
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """`key`: the point that serves it. `shape`: degrees, longitude first, valid."""

    key: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class Served:
    """`keys`: more than one where drawn areas overlap; none where nobody serves.

    `distance_m` to the nearest point, and only where that is the answer.
    """

    keys: tuple[str, ...]
    by: ServedBy
    distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class AreaReport:
    """What an operator has to look at.

    Attributes
    ----------
    overlaps : two points and the km² that both were given
    gaps : of land that nobody serves, a place inside and its km², largest first
    unknown : keys named by areas or rules that are no points
    coincident : points at one spot; the first has the cell
    off_land : points without any land in their cell
    across_sea : island communes without a rule whose nearest point lies across the water
    """

    overlaps: tuple[tuple[str, str, float], ...]
    gaps: tuple[tuple[Point, float], ...]
    unknown: tuple[str, ...]
    coincident: tuple[tuple[str, ...], ...]
    off_land: tuple[str, ...]
    across_sea: tuple[str, ...]


class ServiceAreas:
    """Built once for a day's points; safe to share between threads.

    Parameters
    ----------
    rules : commune of the day to the point that serves it
    islands : island communes of the day and their centres, to be told which lie across the water
    communes : of the points whose commune is known
    fills_with_nearest : False where only what is drawn or ruled is served
    """

    def __init__(
        self,
        places: Mapping[str, Point],
        *,
        land: BaseGeometry | None = None,
        drawn: Sequence[DrawnArea] = (),
        rules: Mapping[str, str] | None = None,
        islands: Mapping[str, Point] | None = None,
        communes: Mapping[str, str] | None = None,
        fills_with_nearest: bool = True,
    ) -> None:
        """Raises ValueError without any place."""
        self._keys = tuple(places)
        self._points = tuple(places.values())
        self._nearest = NearestPlaces(self._points)
        self._given_land = land
        self._unknown = {area.key for area in drawn if area.key not in places}
        self._drawn = [area for area in drawn if area.key in places]
        self._tree = shapely.STRtree([area.shape for area in self._drawn])
        self._islands = dict(islands or {})
        self._communes = dict(communes or {})
        self._rules = {}
        for commune, key in (rules or {}).items():
            if key in places:
                self._rules[commune] = key
            else:
                self._unknown.add(key)
        self._fills = fills_with_nearest
        self._drawn_cells: dict[str, BaseGeometry] | None = None

    @property
    def _land(self) -> BaseGeometry:
        """Needed for drawing alone, and not drawn before."""
        return assumed_land() if self._given_land is None else self._given_land

    def serving(self, place: Point, commune_code: str | None = None) -> Served:
        """Who serves this place; a rule speaks only where the commune is known."""
        hits = self._tree.query(shapely.Point(place.lon_lat), predicate="intersects")
        keys = tuple(sorted({self._drawn[int(hit)].key for hit in hits}))
        if keys:
            return Served(keys, ServedBy.DRAWN)
        if commune_code is not None and commune_code in self._rules:
            return Served((self._rules[commune_code],), ServedBy.RULE)
        if not self._fills:
            return Served((), ServedBy.NOBODY)
        key, distance_m = self.nearest(place)
        is_across = is_over_water(commune_code, self._communes.get(key), self._islands)
        by = ServedBy.ACROSS_WATER if is_across else ServedBy.NEAREST
        return Served((key,), by, distance_m)

    def nearest(self, place: Point) -> tuple[str, float]:
        """The nearest point and how far it is, whatever is drawn or ruled."""
        found = self._nearest.nearest(np.array([place.lat]), np.array([place.lon]))
        return self._keys[int(found.index[0])], float(found.distance_m[0])

    def cells(self) -> dict[str, BaseGeometry]:
        """What each point serves, in degrees: its drawn areas, and its cell less all drawn ones.

        Points without any land have no cell. Rules are by commune and not drawn.
        """
        return {key: round_again(shape) for key, shape in self._flat_cells().items()}

    def report(self) -> AreaReport:
        cells = self._flat_cells()
        return AreaReport(
            self._overlaps(),
            self._gaps(cells),
            tuple(sorted(self._unknown)),
            self._coincident(),
            tuple(key for key in self._keys if key not in cells) if self._fills else (),
            self._across_sea(),
        )

    def _flat_cells(self) -> dict[str, BaseGeometry]:
        """Made once; two threads may both make it, and it is the same."""
        if self._drawn_cells is None:
            self._drawn_cells = self._draw()
        return self._drawn_cells

    def _draw(self) -> dict[str, BaseGeometry]:
        land = flat(self._land)
        drawn = [flat(area.shape) for area in self._drawn]
        taken = shapely.unary_union(drawn)
        found: dict[str, BaseGeometry] = {}
        if self._fills:
            for key, cell in zip(*self._voronoi(land), strict=True):
                left = shapely.difference(shapely.intersection(cell, land), taken)
                if not left.is_empty:
                    found[key] = left
        for area, shape in zip(self._drawn, drawn, strict=True):
            mine = found.get(area.key)
            found[area.key] = shape if mine is None else shapely.union(mine, shape)
        return found

    def _voronoi(self, land: BaseGeometry) -> tuple[list[str], Sequence[BaseGeometry]]:
        """The cell of the first point of each spot; two at one spot would make it fail."""
        first: dict[Point, str] = {}
        for key, point in zip(self._keys, self._points, strict=True):
            first.setdefault(point, key)
        spots = flat(shapely.multipoints([point.lon_lat for point in first]))
        west, south, east, north = shapely.union_all([land, spots]).bounds
        frame = shapely.buffer(shapely.box(west, south, east, north), 1_000.0)
        if len(first) == 1:
            return list(first.values()), [frame]
        cells = shapely.voronoi_polygons(spots, extend_to=frame, ordered=True)
        return list(first.values()), list(shapely.get_parts(cells))

    def _overlaps(self) -> tuple[tuple[str, str, float], ...]:
        """Of different points; one point may be drawn in several parts that overlap."""
        if not self._drawn:
            return ()
        shapes = [flat(area.shape) for area in self._drawn]
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        found: dict[tuple[str, str], float] = {}
        for a, b in zip(left, right, strict=True):
            one, other = self._drawn[int(a)].key, self._drawn[int(b)].key
            if one < other:
                km2 = shapely.intersection(shapes[int(a)], shapes[int(b)]).area / 1e6
                found[one, other] = found.get((one, other), 0.0) + km2
        return tuple((*pair, km2) for pair, km2 in sorted(found.items()) if km2 > _LEAST_KM2)

    def _gaps(self, cells: Mapping[str, BaseGeometry]) -> tuple[tuple[Point, float], ...]:
        served = shapely.unary_union(list(cells.values()))
        left = shapely.get_parts(shapely.difference(flat(self._land), served))
        found = [
            (_point_in(part), part.area / 1e6) for part in left if part.area / 1e6 > _LEAST_KM2
        ]
        return tuple(sorted(found, key=lambda gap: -gap[1]))

    def _coincident(self) -> tuple[tuple[str, ...], ...]:
        spots: dict[Point, list[str]] = {}
        for key, point in zip(self._keys, self._points, strict=True):
            spots.setdefault(point, []).append(key)
        return tuple(tuple(keys) for keys in spots.values() if len(keys) > 1)

    def _across_sea(self) -> tuple[str, ...]:
        far = []
        for commune, centre in self._islands.items():
            served = self.serving(centre, commune)
            if (served.distance_m or 0) > ACROSS_SEA_M:  # known for the nearest only
                far.append(commune)
        return tuple(far)


def is_over_water(one: str | None, other: str | None, islands: Container[str]) -> bool:
    """Whether of two communes one is an island and the other is not the same.

    A bridge or a dam is not known; the operator's rule or drawn area says so.
    """
    known = one is not None and other is not None and one != other
    return known and (one in islands or other in islands)


def islands_of(register: Register, on: date) -> dict[str, Point]:
    """The special zones of the day by code, each with its centre; what ended is none."""
    return {
        unit.code: Point(unit.lat, unit.lon)
        for unit in register.communes(on)
        if unit.unit_type == ISLAND and unit.lat is not None and unit.lon is not None
    }


def _point_in(shape: BaseGeometry) -> Point:
    lon, lat = shapely.get_coordinates(round_again(shapely.point_on_surface(shape)))[0]
    return Point(float(lat), float(lon))
