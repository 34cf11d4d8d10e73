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

from config.register import UnknownUnit
from geo.distance import great_circle_m
from geo.point import Point
from postal_bridge.directory.administrative import shared_register
from postal_bridge.directory.arrival import handed_in_at, reaches_agency_at
from postal_bridge.directory.calendar import load_calendar
from postal_bridge.directory.links import links_from
from postal_bridge.directory.offices import competent_agency, points_from, sections_all
from postal_bridge.directory.opening_times import cut_offs, opening_week
from postal_bridge.directory.procedures import procedures_from
from postal_bridge.directory.rules import LinkStatus, ServiceForm
from postal_bridge.directory.store import DirectoryStore
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


class WhyNot(StrEnum):
    """Why a point does not take the dossier in, the furthest from it first."""

    NO_LINK = "near_no_link"
    OTHER_PROVINCE = "near_other_province"
    NOT_IN_LINK = "near_not_in_link"
    LINK_NOT_ACTIVE = "near_link_not_active"
    RESULT_ONLY = "near_result_only"
    ONLINE_ONLY = "near_online_only"
    NOT_BY_POST = "near_not_by_post"


class NearOrder(StrEnum):
    DISTANCE = "distance"
    ARRIVAL = "arrival"


@dataclass(frozen=True, slots=True)
class LookNear:
    """What is looked for.

    Attributes
    ----------
    province_code : today's province of the address; None where only a place is known
    procedure : national code or our key; None: anything the post takes in
    """

    place: Point
    province_code: str | None = None
    procedure: str | None = None
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
    """

    point: PointView
    distance_m: int | None
    link: LinkView | None = None
    section: SectionView | None = None
    agency: AgencyView | None = None
    handed_in_at: datetime | None = None
    arrives_at: datetime | None = None
    why_not: WhyNot | None = None


@dataclass(frozen=True, slots=True)
class Nearby:
    """The best points, and the nearest of the others; the counts are of all there are."""

    accepting: tuple[PointNearby, ...]
    others: tuple[PointNearby, ...]
    accepting_count: int
    others_count: int
    procedure: ProcedureView | None


@dataclass(frozen=True, slots=True)
class _Network:
    points: Sequence[PointView]
    links: dict[UUID, list[LinkView]]
    sections: dict[UUID, SectionView]


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
    judged = [_judged(point, network, wanted, procedure, uow.now) for point in network.points]
    accepting = sorted((one for one in judged if one.why_not is None), key=_BY[wanted.order])
    others = sorted((one for one in judged if one.why_not is not None), key=_distance)
    return Nearby(
        tuple(_with_agency(uow, one, procedure, on) for one in accepting[: wanted.limit]),
        tuple(others[: wanted.limit]),
        len(accepting),
        len(others),
        procedure,
    )


def _judged(
    point: PointView,
    network: _Network,
    wanted: LookNear,
    procedure: ProcedureView | None,
    now: datetime,
) -> PointNearby:
    found = PointNearby(point, _metres(wanted.place, point), why_not=WhyNot.NO_LINK)
    on = local(now).date()
    for link in network.links.get(point.id, ()):
        section = network.sections.get(link.section_id)
        if section is None:
            continue
        why_not = _why_not(link, section, procedure, wanted.province_code, on)
        offer = replace(found, link=link, section=section, why_not=why_not)
        if why_not is None:
            found = _sooner(found, _timed(offer, now))
        elif found.why_not is not None and _rank(why_not) > _rank(found.why_not):
            found = offer
    return found


def _why_not(
    link: LinkView,
    section: SectionView,
    procedure: ProcedureView | None,
    province_code: str | None,
    on: date,
) -> WhyNot | None:
    if province_code is not None and _province_of(section, on) not in (None, province_code):
        return WhyNot.OTHER_PROVINCE
    if procedure is not None and procedure.id not in link.procedure_ids:
        return WhyNot.NOT_IN_LINK
    if link.status != LinkStatus.ACTIVE:
        return WhyNot.LINK_NOT_ACTIVE
    if not link.service_forms & {ServiceForm.SEND, ServiceForm.BOTH}:
        return WhyNot.RESULT_ONLY
    if procedure is not None and not procedure.bcci_allowed:
        return WhyNot.NOT_BY_POST
    if procedure is not None and procedure.is_online_only(on):
        return WhyNot.ONLINE_ONLY
    return None


def _timed(offer: PointNearby, now: datetime) -> PointNearby:
    post, agency = load_calendar("post"), load_calendar("agency")
    opens = handed_in_at(now, opening_week(offer.point.hours), post)
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
    return _Network(
        tuple(points_from(uow, store.points(on), on)),
        dict(links),
        {section.id: section for section in sections_all(uow, on)},
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


def _province_of(section: SectionView, on: date) -> str | None:
    if section.commune_code is None:
        return None  # serves the whole of wherever it is linked
    try:
        return shared_register().province_of(section.commune_code, on).code
    except UnknownUnit:
        return None  # a unit that is not of the day says nothing about provinces


def _metres(place: Point, point: PointView) -> int | None:
    if point.lat is None or point.lon is None:
        return None
    return round(great_circle_m(place, Point(point.lat, point.lon)))


def _rank(why_not: WhyNot) -> int:
    return list(WhyNot).index(why_not)


def _distance(one: PointNearby) -> tuple[int, str]:
    return (_FAR_M if one.distance_m is None else one.distance_m, one.point.key)


def _arrival(one: PointNearby) -> tuple[bool, float]:
    return (one.arrives_at is None, one.arrives_at.timestamp() if one.arrives_at else 0.0)


_BY = {
    NearOrder.DISTANCE: lambda one: (_distance(one), _arrival(one)),
    NearOrder.ARRIVAL: lambda one: (_arrival(one), _distance(one)),
}
