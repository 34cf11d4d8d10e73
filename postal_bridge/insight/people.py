"""Who is where with what: the names behind the ids, for the page of people and devices. Parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.directory.service import points_of_units, sections_all, unit_view
from postal_bridge.directory.views import PointView, SectionView, UnitView
from postal_bridge.insight.names import UNKNOWN, Names
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.moves import moves_of
from postal_bridge.people.rules import MAY_APPOINT
from postal_bridge.people.views import AssignmentView, StaffView


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One dated place in words. `state`: current, future or ended."""

    place: AssignmentView
    employer: str
    seat: str
    scope: str
    state: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    staff: StaffView
    places: tuple[NamedPlace, ...]


@dataclass(frozen=True, slots=True)
class PlacesToGive:
    """What the actor may hand out: roles, and the places of his scope."""

    roles: tuple[Role, ...]
    units: tuple[UnitView, ...]
    points: tuple[PointView, ...]
    sections: tuple[SectionView, ...]


def named_people(uow: ReadUnit, people: Iterable[StaffView]) -> tuple[PersonLine, ...]:
    """The people with their places of today in words."""
    names = Names(uow)
    return tuple(
        PersonLine(one, tuple(_named(uow, place, names) for place in one.assignments))
        for one in people
    )


def person_with_moves(uow: ReadUnit, staff: StaffView) -> PersonLine:
    """One person with every dated move, the newest first."""
    names = Names(uow)
    return PersonLine(staff, tuple(_named(uow, one, names) for one in moves_of(uow, staff.id)))


def places_to_give(uow: ReadUnit, actor: Actor) -> PlacesToGive:
    """Sections only for those who may appoint officers."""
    roles = {role for own in actor.roles for role in MAY_APPOINT.get(own, frozenset())}
    units = sorted(
        (unit_view(uow, one) for one in actor.scope.units), key=lambda unit: (unit.name, unit.key)
    )
    today = local(uow.now).date()
    return PlacesToGive(
        roles=tuple(role for role in Role if role in roles),
        units=tuple(unit for unit in units if unit.valid_to is None or unit.valid_to >= today),
        points=tuple(points_of_units(uow, actor.scope.units)),
        sections=tuple(sections_all(uow, today)) if Role.OFFICER in roles else (),
    )


def _named(uow: ReadUnit, place: AssignmentView, names: Names) -> NamedPlace:
    seats = [
        name(place_id)
        for name, place_id in (
            (names.point, place.seat_point_id),
            (names.section, place.seat_section_id),
        )
        if place_id is not None
    ]
    return NamedPlace(
        place=place,
        employer=_unit(names, place.employer_unit_id),
        seat=" · ".join(seats) or UNKNOWN,
        scope=_unit(names, place.scope_unit_id),
        state=_state(uow, place),
    )


def _unit(names: Names, unit_id: UUID | None) -> str:
    return names.unit(unit_id)


def _state(uow: ReadUnit, place: AssignmentView) -> str:
    today = local(uow.now).date()
    if place.ended_at is not None or (place.valid_to is not None and place.valid_to < today):
        return "ended"
    return "future" if place.valid_from > today else "current"
