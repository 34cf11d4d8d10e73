"""Which points take a dossier in for somebody at a place, how far and how soon; and why others not.

Intake knows no boundary within a province (Decree 118/2025/NĐ-CP): any point there will do, and
none outside it. The three units stay apart: the point accepts, the agency named decides, and the
section gives the result out.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from config.register import Register, UnknownUnit
from geo.distance import great_circle_m
from geo.point import Point
from geo.service_areas import ServedBy, is_over_water, islands_of
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.areas import NoPoints, areas_of
from postal_bridge.directory.arrival import handed_in_at, reaches_agency_at
from postal_bridge.directory.calendars import AGENCY, POST, working_calendar
from postal_bridge.directory.links import links_from
from postal_bridge.directory.offices import competent_agency, points_from, sections_all
from postal_bridge.directory.opening_times import cut_offs, opening_week
from postal_bridge.directory.procedures import procedures_from
from postal_bridge.directory.rules import Ability
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.suiting import WhyNot, abilities_wanting, why_no_intake
from postal_bridge.directory.views import (
    AgencyView,
    LinkView,
    PointView,
    ProcedureView,
    SectionView,
)
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units

_FAR_M = 10**9


class ProcedureUnknown(NotFound):
    code = "procedure_unknown"


class NearOrder(StrEnum):
    DISTANCE = "distance"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class LookNear:
    """What is looked for.

    Attributes
    ----------
    province_code, commune_code : of today; None where only a place is known
    procedure : national code or our key; None: anything the post takes in
    needs : what the point has to do besides taking the dossier in
    """

    place: Point
    province_code: str | None = None
    procedure: str | None = None
    commune_code: str | None = None
    needs: frozenset[Ability] = frozenset()
    order: NearOrder = NearOrder.DISTANCE
    limit: int = 10


@dataclass(frozen=True, slots=True)
class PointNearby:
    """A point with the link that allows it and what follows, or with the reason why none does.

    Attributes
    ----------
    distance_m : along the sphere; None where the point has no position
    handed_in_at, arrives_at : expected; None where no schedule is known
    agency : who decides on the procedure; None where none is named or published
    lacking : what of the needs the point does not do, or has not said that it does
    is_over_water : the distance leads over water as far as is known: one of the two communes is an
        island, and nobody ruled or drew that this point serves the place
    """

    point: PointView
    distance_m: int | None
    link: LinkView | None = None
    section: SectionView | None = None
    agency: AgencyView | None = None
    handed_in_at: datetime | None = None
    arrives_at: datetime | None = None
    why_not: WhyNot | None = None
    lacking: tuple[Ability, ...] = ()
    is_over_water: bool = False


@dataclass(frozen=True, slots=True)
class Nearby:
    """The best points, and the nearest of the others; the counts are of all there are.

    `serving`: whose service area the place lies in, whether it takes this in or not; several
    where drawn areas overlap.
    """

    accepting: tuple[PointNearby, ...]
    others: tuple[PointNearby, ...]
    accepting_count: int
    others_count: int
    procedure: ProcedureView | None
    serving: tuple[PointNearby, ...] = ()
    served_by: ServedBy = ServedBy.NOBODY


@dataclass(frozen=True, slots=True)
class _Network:
    points: Sequence[PointView]
    links: dict[UUID, list[LinkView]]
    sections: dict[UUID, SectionView]
    provinces: dict[UUID, str | None]
    islands: frozenset[str]


def find_points_near(wanted: LookNear, *, units: Units) -> Nearby:
    """What anyone may ask of today. Raises ProcedureUnknown."""
    with units.read() as uow:
        return points_near(uow, wanted)


def business_day(*, units: Units) -> date:
    """The day on which an address is looked up and points are judged."""
    with units.read() as uow:
        return local(uow.now).date()


def points_near(uow: ReadUnit, wanted: LookNear) -> Nearby:
    """Every point of the day is judged; what is returned is the beginning of both lists."""
    on = local(uow.now).date()
    procedure = _procedure(uow, wanted.procedure, on) if wanted.procedure else None
    network = uow.reference(("network", on), lambda: _network(uow, on))
    keys, served_by = _serving(uow, wanted, on)
    said = keys if served_by in (ServedBy.DRAWN, ServedBy.RULE) else ()
    judged = [
        replace(
            _judged(uow, point, network, wanted, procedure),
            is_over_water=point.key not in said
            and is_over_water(wanted.commune_code, point.commune_code, network.islands),
        )
        for point in network.points
    ]
    accepting = sorted((one for one in judged if one.why_not is None), key=_BY[wanted.order])
    others = sorted((one for one in judged if one.why_not is not None), key=_distance)
    serving = sorted((one for one in judged if one.point.key in keys), key=_distance)
    return Nearby(
        tuple(_with_agency(uow, one, procedure, on) for one in accepting[: wanted.limit]),
        tuple(others[: wanted.limit]),
        len(accepting),
        len(others),
        procedure,
        tuple(_with_agency(uow, one, procedure, on) for one in serving),
        served_by,
    )


def _serving(uow: ReadUnit, wanted: LookNear, on: date) -> tuple[tuple[str, ...], ServedBy]:
    try:
        served = areas_of(uow, on).serving(wanted.place, wanted.commune_code)
    except NoPoints:
        return (), ServedBy.NOBODY  # an answer: no point of the day has a position
    return served.keys, served.by


def _judged(
    uow: ReadUnit,
    point: PointView,
    network: _Network,
    wanted: LookNear,
    procedure: ProcedureView | None,
) -> PointNearby:
    found = PointNearby(point, _metres(wanted.place, point), why_not=WhyNot.NO_LINK)
    on = local(uow.now).date()
    is_online = procedure is not None and procedure.is_online_only(on)  # no pouch to wait for
    for link in network.links.get(point.id, ()):
        section = network.sections.get(link.section_id)
        if section is None:
            continue
        offer = replace(found, link=link, section=section)
        offer = _suited(offer, network, link, section, procedure, wanted, on)
        if offer.why_not is None:
            found = _sooner(found, offer if is_online else _timed(uow, offer))
        elif found.why_not is not None and offer.why_not.rank > found.why_not.rank:
            found = offer
    return found


def _suited(
    offer: PointNearby,
    network: _Network,
    link: LinkView,
    section: SectionView,
    procedure: ProcedureView | None,
    wanted: LookNear,
    on: date,
) -> PointNearby:
    own = network.provinces[section.id]
    if wanted.province_code not in (None, own or wanted.province_code):
        return replace(offer, why_not=WhyNot.OTHER_PROVINCE)
    no_intake = why_no_intake(link, procedure, wanted.needs, on)
    if no_intake is not None:
        return replace(offer, why_not=no_intake)
    why_not, lacking = abilities_wanting(offer.point, link, wanted.needs)
    return replace(offer, why_not=why_not, lacking=lacking)


def _timed(uow: ReadUnit, offer: PointNearby) -> PointNearby:
    unit_id = offer.point.unit_id
    post, agency = (working_calendar(uow, one, unit_id) for one in (POST, AGENCY))
    opens = handed_in_at(uow.now, opening_week(offer.point.hours), post)
    if opens is None or offer.link is None:
        return offer
    until = cut_offs(offer.point.cut_off)
    arrives = reaches_agency_at(opens, offer.link, post, agency, until)
    return replace(offer, handed_in_at=opens, arrives_at=arrives)


def _sooner(one: PointNearby, other: PointNearby) -> PointNearby:
    """The offer of this point that is best: any before none, then the one that arrives first."""
    if one.why_not is not None:
        return other
    return min(
        one, other, key=lambda offer: (_arrival(offer), offer.link.key if offer.link else "")
    )


def _network(uow: ReadUnit, on: date) -> _Network:
    store = DirectoryStore(uow.session)
    links: dict[UUID, list[LinkView]] = defaultdict(list)
    for link in links_from(uow, store.links(on), on):
        links[link.point_id].append(link)
    sections = {section.id: section for section in sections_all(uow, on)}
    register = register_of(uow)
    return _Network(
        tuple(points_from(uow, store.points(on), on)),
        dict(links),
        sections,
        {one.id: _province_of(register, one, on) for one in sections.values()},
        frozenset(islands_of(register, on)),
    )


def _procedure(uow: ReadUnit, code: str, on: date) -> ProcedureView:
    rows = [row for row in DirectoryStore(uow.session).procedures() if code in (row.code, row.key)]
    if not rows:
        raise ProcedureUnknown(procedure=code[:60])
    return procedures_from(uow, rows, on)[0]


def _with_agency(
    uow: ReadUnit, one: PointNearby, procedure: ProcedureView | None, on: date
) -> PointNearby:
    if procedure is None or one.section is None:
        return one
    return replace(one, agency=competent_agency(uow, one.section.id, procedure.id, on))


def _province_of(register: Register, section: SectionView, on: date) -> str | None:
    if section.commune_code is None:
        return None  # serves the whole of wherever it is linked
    try:
        return register.last_known_lineage(section.commune_code, on)[0].code
    except UnknownUnit:
        return None  # a unit that is not of the day says nothing about provinces


def _metres(place: Point, point: PointView) -> int | None:
    if point.lat is None or point.lon is None:
        return None
    return round(great_circle_m(place, Point(point.lat, point.lon)))


def _distance(one: PointNearby) -> tuple[int, str]:
    return (_FAR_M if one.distance_m is None else one.distance_m, one.point.key)


def _arrival(one: PointNearby) -> tuple[bool, float]:
    return (one.arrives_at is None, one.arrives_at.timestamp() if one.arrives_at else 0.0)


_BY = {
    NearOrder.DISTANCE: lambda one: (_distance(one), _arrival(one)),
    NearOrder.ARRIVAL: lambda one: (_arrival(one), _distance(one)),
}
