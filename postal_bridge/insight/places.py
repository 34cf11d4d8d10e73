"""What anyone may read of places and procedures, and which point lies nearest. Parts."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.register import Register, Unit, UnknownUnit
from geo.distance import great_circle_m
from geo.point import Point
from postal_bridge.directory.addresses import communes_meant
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.marking import sample_ids
from postal_bridge.directory.service import public_overview
from postal_bridge.directory.views import (
    LinkView,
    PointView,
    ProcedureView,
    PublicOverview,
    SectionView,
)
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class NearPoint:
    """`distance_m` from the commune's centre; None where one of the two has no place.

    `procedures`: what its active links of the day allow.
    """

    point: PointView
    distance_m: int | None
    procedures: tuple[ProcedureView, ...]


@dataclass(frozen=True, slots=True)
class PublicPlaces:
    """The day's public overview.

    Attributes
    ----------
    register : every unit as the home knows it
    commune_names : by code, for the communes of points and sections
    samples : ids of everything that is made up and must be marked so
    """

    on: date
    overview: PublicOverview
    register: Register
    commune_names: dict[str, str]
    samples: frozenset[UUID] = frozenset()

    def procedure(self, key: str) -> ProcedureView | None:
        return next((p for p in self.overview.procedures if key in (p.key, p.code)), None)

    def points_allowing(self, procedure: str | None) -> tuple[PointView, ...]:
        """All points, or those whose links of the day allow a procedure."""
        if procedure is None:
            return self.overview.points
        wanted = self.procedure(procedure)
        ids = {one.point_id for one in self.links_of(wanted.id)} if wanted else set()
        return tuple(one for one in self.overview.points if one.id in ids)

    def links_of(self, procedure_id: UUID) -> tuple[LinkView, ...]:
        return tuple(one for one in self.overview.links if procedure_id in one.procedure_ids)

    def section(self, section_id: UUID) -> SectionView:
        return next(one for one in self.overview.sections if one.id == section_id)

    def point(self, point_id: UUID) -> PointView:
        return next(one for one in self.overview.points if one.id == point_id)


def public_places(uow: ReadUnit, on: date | None = None) -> PublicPlaces:
    """What anyone may read of the day."""
    day = on or local(uow.now).date()
    overview = public_overview(uow, day)
    codes = {one.commune_code for one in overview.points}
    codes |= {one.commune_code for one in overview.sections}
    register = register_of(uow)
    names = {code: _name(register, code, day) for code in codes if code}
    return PublicPlaces(day, overview, register, names, sample_ids(uow))


def near(places: PublicPlaces, commune_code: str, procedure: str | None) -> tuple[NearPoint, ...]:
    """Points by distance from a commune; those that take in the procedure, where one is named."""
    try:
        unit = places.register.unit(commune_code, places.on)
    except UnknownUnit:
        return ()
    wanted = places.procedure(procedure) if procedure else None
    found = []
    for point in places.overview.points:
        allowed = _allowed(places, point)
        if procedure is None or (wanted is not None and wanted in allowed):
            found.append(NearPoint(point, _distance_m(unit, point), allowed))
    far = 10**9
    return tuple(sorted(found, key=lambda one: (_rank(one, commune_code), one.distance_m or far)))


def communes_named(register: Register, text: str, on: date, limit: int = 10) -> tuple[Unit, ...]:
    """Units of the day whose name begins with the text, else those it means as an address."""
    begun = register.search(text, on, limit)
    return begun or tuple(one.unit for one in communes_meant(register, text, on).communes[:limit])


def lineage_name(register: Register, unit: Unit, on: date) -> str:
    """The unit and those it lies in, the smallest first: "Phường Long Mỹ, Thành phố Cần Thơ"."""
    above = register.last_known_lineage(unit.code, on)
    return ", ".join(one.full_name for one in reversed(above))


def _rank(near_point: NearPoint, commune_code: str) -> int:
    return 0 if near_point.point.commune_code == commune_code else 1


def _allowed(places: PublicPlaces, point: PointView) -> tuple[ProcedureView, ...]:
    ids = {
        procedure_id
        for link in places.overview.links
        if link.point_id == point.id
        for procedure_id in link.procedure_ids
    }
    return tuple(one for one in places.overview.procedures if one.id in ids)


def _distance_m(unit: Unit, point: PointView) -> int | None:
    if unit.lat is None or unit.lon is None or point.lat is None or point.lon is None:
        return None
    return round(great_circle_m(Point(unit.lat, unit.lon), Point(point.lat, point.lon)))


def _name(register: Register, code: str, on: date) -> str:
    try:
        return lineage_name(register, register.last_known(code, on), on)
    except UnknownUnit:
        return code
