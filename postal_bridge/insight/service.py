"""Insight: the use cases behind boards, the page of people and the public pages. All only look."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import rows_of
from postal_bridge.directory.service import past_changes
from postal_bridge.insight.areas import AreasPage, areas_in_force
from postal_bridge.insight.calendars import (
    CalendarPreview,
    CalendarsPage,
    calendars_page,
    look_at_calendar,
)
from postal_bridge.insight.directory import LinkLine, NamedChange, all_links, named_changes
from postal_bridge.insight.evening import evening
from postal_bridge.insight.mapping import country_dots, map_of_day
from postal_bridge.insight.names import Names
from postal_bridge.insight.network import Network, network
from postal_bridge.insight.parked import parked
from postal_bridge.insight.people import (
    NamedPlace,
    PersonLine,
    PlacesToGive,
    named_people,
    person_with_moves,
    places_to_give,
)
from postal_bridge.insight.places import (
    NearPoint,
    PublicPlaces,
    communes_named,
    lineage_name,
    near,
    public_places,
)
from postal_bridge.insight.registers import (
    NamedPublication,
    RegisterPage,
    RegisterPreview,
    look_at_register,
    register_page,
    registers_page,
)
from postal_bridge.insight.rules import SILENT_AFTER, TREND_DAYS, trend_moments
from postal_bridge.insight.views import Board, MapOfDay, ShiftPage
from postal_bridge.insight.watching import contested, late, named_drawers, silent
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import drawer_by_id
from postal_bridge.money.watching import drawers_since, system_suspicions
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.views import StaffView

__all__ = [
    "SILENT_AFTER",
    "TREND_DAYS",
    "AreasPage",
    "Board",
    "CalendarPreview",
    "CalendarsPage",
    "LinkLine",
    "MapOfDay",
    "NamedPlace",
    "NamedPublication",
    "NearPoint",
    "PersonLine",
    "PersonPage",
    "PlacesToGive",
    "PublicPlaces",
    "RegisterPage",
    "RegisterPreview",
    "ShiftPage",
    "areas_page",
    "board",
    "calendars_page",
    "communes_named",
    "country_dots",
    "directory_page",
    "directory_row",
    "find_places",
    "lineage_name",
    "look_at_calendar",
    "look_at_register",
    "map_for",
    "near",
    "network_of",
    "past_of_directory",
    "people_page",
    "person_page",
    "register_page",
    "registers_page",
    "shift_page",
]


@dataclass(frozen=True, slots=True)
class PersonPage:
    person: PersonLine
    to_give: PlacesToGive
    is_self: bool


def board(*, actor: Actor, units: Units) -> Board:
    """The four figures with what is behind them, the evening list and the day's drawers.

    Raises
    ------
    Forbidden
        For all but supervisors and operators.
    """
    _check(actor)
    scope = actor.scope
    with units.read() as uow:
        names, moments = Names(uow), trend_moments(uow.now)
        drawers = drawers_since(uow, scope, moments[0])
        silent_figure, silent_items, is_partial = silent(uow, scope, moments)
        late_figure, late_dossiers, owners = late(uow, scope, moments, names)
        contested_figure, things = contested(uow, scope, moments, drawers, names)
        parked_figure, actions = parked(uow, actor, moments)
        today = local(uow.now).date()
        of_day = named_drawers(
            (
                one
                for one in drawers
                if local(one.opened_at).date() == today or one.status in ("open", "counted")
            ),
            names,
        )
        return Board(
            now=uow.now,
            moments=moments,
            silent=silent_figure,
            late=late_figure,
            contested=contested_figure,
            parked=parked_figure,
            silent_items=silent_items,
            late_dossiers=late_dossiers,
            time_by_owner=owners,
            contested_things=things,
            parked_actions=actions,
            evening=evening(uow, scope, of_day, names),
            drawers=of_day,
            is_partial=is_partial,
            suspicions=system_suspicions(uow),
        )


def shift_page(drawer_id: UUID, *, actor: Actor, units: Units) -> ShiftPage:
    """One drawer with whose it is and where. Raises Forbidden, NotFound."""
    _check(actor)
    with units.read() as uow:
        drawer, names = drawer_by_id(uow, drawer_id, actor=actor), Names(uow)
        return ShiftPage(drawer, names.staff(drawer.clerk), names.unit(drawer.unit_id))


def map_for(*, actor: Actor, units: Units) -> MapOfDay:
    """Points, sections, pouch ways and today's runs of the scope. Raises Forbidden."""
    _check(actor)
    with units.read() as uow:
        return map_of_day(uow, actor.scope, Names(uow))


def network_of(*, actor: Actor, units: Units) -> Network:
    """Points, sections and links of the actor's scope. Raises Forbidden."""
    _check(actor)
    with units.read() as uow:
        return network(uow, actor.scope)


def areas_page(*, actor: Actor, units: Units) -> AreasPage:
    """The service areas of the actor's points, and what is amiss there. Raises Forbidden."""
    _check(actor)
    with units.read() as uow:
        return areas_in_force(uow, actor.scope)


def people_page(
    people: Sequence[StaffView], *, actor: Actor, units: Units
) -> tuple[tuple[PersonLine, ...], PlacesToGive]:
    """The people of the actor's scope (from `staff_list`) with their places in words."""
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.read() as uow:
        return named_people(uow, people), places_to_give(uow, actor)


def person_page(
    staff_id: UUID, people: Sequence[StaffView], *, actor: Actor, units: Units
) -> PersonPage:
    """One of the people of the actor's scope with every dated move. Raises NotFound."""
    check_may(actor, Power.MANAGE_PEOPLE)
    staff = next((one for one in people if one.id == staff_id), None)
    if staff is None:
        raise NotFound
    with units.read() as uow:
        return PersonPage(
            person_with_moves(uow, staff), places_to_give(uow, actor), actor.id == str(staff_id)
        )


def find_places(*, units: Units) -> PublicPlaces:
    """What anyone may read of today: points, sections, procedures, links."""
    with units.read() as uow:
        return public_places(uow)


def directory_page(*, actor: Actor, units: Units) -> tuple[PublicPlaces, tuple[LinkLine, ...]]:
    """The directory of today with its links in every state. Raises Forbidden."""
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        places = public_places(uow)
        return places, all_links(uow, places)


def directory_row(
    kind: ImportKind, key: str, *, actor: Actor, units: Units
) -> tuple[dict[str, str], list[NamedChange]]:
    """The cells of one row as a file has them, and its past. Raises Forbidden, NotFound."""
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        row = next((one for one in rows_of(uow, kind) if one.get("key") == key), None)
        if row is None:
            raise NotFound
        return row, named_changes(uow, past_changes(uow, kind=kind.value, key=key))


def past_of_directory(*, actor: Actor, units: Units) -> list[NamedChange]:
    """The latest changes of the directory with who made them. Raises Forbidden."""
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        return named_changes(uow, past_changes(uow))


def _check(actor: Actor) -> None:
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden
