"""Service areas as their page shows them: those of one's own points. Part.

What is amiss belongs to the points it touches: a gap to the nearest of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shapely.geometry.base import BaseGeometry

from config.register import Register
from geo.plane import flat
from geo.point import Point
from geo.service_areas import AreaReport, DrawnArea, ServiceAreas
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.areas import NoPoints, areas_of, areas_published
from postal_bridge.directory.views import PointView
from postal_bridge.insight.network import network
from postal_bridge.insight.places import lineage_name
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit

NOTHING_AMISS = AreaReport((), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A commune that one point serves as a whole; `has_ended`: it rules for nobody any more."""

    commune_code: str
    commune_name: str
    point_key: str
    has_ended: bool


@dataclass(frozen=True, slots=True)
class AreasPage:
    """What is in force of the actor's points.

    Attributes
    ----------
    since : from this day; None where nothing was published and the nearest point serves
    cells : what each point serves, drawn and near together, in degrees
    everywhere : all points of the day by key, other people's too
    """

    on: date
    register: Register
    points: tuple[PointView, ...]
    since: date | None = None
    cells: Mapping[str, BaseGeometry] = field(default_factory=dict)
    areas_km2: Mapping[str, float] = field(default_factory=dict)
    drawn: tuple[DrawnArea, ...] = ()
    rules: tuple[NamedRule, ...] = ()
    report: AreaReport = NOTHING_AMISS
    everywhere: Mapping[str, PointView] = field(default_factory=dict)

    def communes(self, codes: Sequence[str]) -> list[str]:
        """Names of communes of the day, as a report's codes name them."""
        return [_commune(self.register, code, self.on) for code in codes]

    @property
    def is_amiss(self) -> bool:
        return self.report != NOTHING_AMISS


def areas_in_force(uow: ReadUnit, scope: Scope) -> AreasPage:
    """The areas of the scope's points today."""
    on = local(uow.now).date()
    net, register = network(uow, scope), register_of(uow)
    points = tuple(one.point for one in net.points)
    everywhere = {one.key: one for one in net.places.overview.points}
    try:
        areas = areas_of(uow, on)
    except NoPoints:
        return AreasPage(
            on, register, points, everywhere=everywhere
        )  # an empty page: nothing has a place yet
    keys = {one.key for one in points}
    published = areas_published(uow, on)
    cells = {key: shape for key, shape in areas.cells().items() if key in keys}
    report = _own(areas, keys, register, on)
    return AreasPage(
        on,
        register,
        points,
        published.valid_from,
        cells,
        {key: flat(shape).area / 1e6 for key, shape in cells.items()},
        tuple(area for area in published.drawn if area.key in keys),
        tuple(
            NamedRule(code, _commune(register, code, on), key, _has_ended(register, code, on))
            for code, key in sorted(published.rules.items())
            if key in keys
        ),
        report,
        everywhere,
    )


def _own(areas: ServiceAreas, keys: set[str], register: Register, on: date) -> AreaReport:
    report = areas.report()
    return AreaReport(
        tuple(one for one in report.overlaps if keys & set(one[:2])),
        tuple(one for one in report.gaps if areas.nearest(one[0])[0] in keys),
        report.unknown,
        tuple(one for one in report.coincident if keys & set(one)),
        tuple(one for one in report.off_land if one in keys),
        tuple(
            code
            for code in report.across_sea
            if areas.nearest(_centre(register, code, on))[0] in keys
        ),
    )


def _commune(register: Register, code: str, on: date) -> str:
    return lineage_name(register, register.last_known(code, on), on)


def _has_ended(register: Register, code: str, on: date) -> bool:
    return not register.last_known(code, on).holds_on(on)


def _centre(register: Register, code: str, on: date) -> Point:
    unit = register.last_known(code, on)
    return Point(unit.lat or 0.0, unit.lon or 0.0)
