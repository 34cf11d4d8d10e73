"""Who is where, from when until when: appointed, moved, ended.

Days are business days; a change that takes effect at once is a moment.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.directory.service import (
    point_view,
    section_view,
    unit_view,
)
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.reach import (
    check_in_scope,
    check_place,
    check_placeable,
    refuse_self,
)
from postal_bridge.people.reading import assignment_from
from postal_bridge.people.rules import (
    Power,
    check_may,
    check_may_appoint,
    check_period,
    check_seat,
)
from postal_bridge.people.staff_checks import say_place
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import AssignmentRow
from postal_bridge.people.views import AssignmentView


@dataclass(frozen=True, slots=True)
class Assign:
    """A place from `valid_from` (today when left out) to `valid_to`, both days included.

    `is_move`: all other places of the person end at the same moment (today) or the day before.
    `scope_unit_id` may be left out with `seat_point_id`: it is then the point's unit.
    """

    staff_id: UUID
    role: Role
    employer_unit_id: UUID | None = None
    seat_point_id: UUID | None = None
    seat_section_id: UUID | None = None
    scope_unit_id: UUID | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    is_move: bool = False


def assign(command: Assign, *, actor: Actor, units: Units) -> AssignmentView:
    """The person has this place; with `is_move` only this one.

    Raises
    ------
    Forbidden
        The role is not the actor's to give.
    OwnRoleChange
        Nobody places himself.
    NotFound
        No such person, or a place outside the actor's scope.
    RoleSeatMismatch, PeriodEmpty
    """
    with units.write() as uow:
        placed = place(uow, command, actor=actor)
        uow.commit()
    return placed


def place(uow: UnitOfWork, command: Assign, *, actor: Actor) -> AssignmentView:
    """The part of `assign`. Raises as it does."""
    check_may(actor, Power.MANAGE_PEOPLE)
    check_may_appoint(actor, command.role)
    today = local(uow.now).date()
    since = command.valid_from or today
    check_period(since, command.valid_to)
    check_placeable(uow, command.staff_id, since, actor)
    row = _new_place(uow, command, since, actor)
    if command.is_move:
        _end_others(uow, command.staff_id, since, today, actor)
    PeopleStore(uow.session).add(row)
    say_place(uow, row, "place.given", actor=actor, is_first=True)
    return assignment_from(row)


def _new_place(uow: UnitOfWork, command: Assign, since: date, actor: Actor) -> AssignmentRow:
    scope_unit = command.scope_unit_id
    if scope_unit is None and command.seat_point_id is not None:
        scope_unit = point_view(uow, command.seat_point_id).unit_id
    check_seat(
        command.role,
        has_section=command.seat_section_id is not None,
        has_scope_unit=scope_unit is not None,
    )
    if scope_unit is not None:
        unit_view(uow, scope_unit)
        check_in_scope(actor, scope_unit)
    if command.seat_section_id is not None:
        section_view(uow, command.seat_section_id)
    return AssignmentRow(
        id=new_id(),
        staff_id=command.staff_id,
        role=command.role.value,
        employer_unit_id=command.employer_unit_id or scope_unit,
        seat_point_id=command.seat_point_id,
        seat_section_id=command.seat_section_id,
        scope_unit_id=scope_unit,
        valid_from=since,
        valid_to=command.valid_to,
        created_at=uow.now,
        created_by=actor.ref,
    )


def _end_others(uow: UnitOfWork, staff_id: UUID, since: date, today: date, actor: Actor) -> None:
    """A move of today ends the other places now; a later one lets them run to the day before."""
    for row in PeopleStore(uow.session).assignments([staff_id]):
        if row.ended_at is not None or (row.valid_to is not None and row.valid_to < since):
            continue
        check_place(actor, row)
        if since <= today or row.valid_from >= since:
            row.ended_at, row.ended_by = uow.now, actor.ref
        else:
            row.valid_to = date.fromordinal(since.toordinal() - 1)
        say_place(uow, row, "place.ended", actor=actor)


def end_assignment(
    assignment_id: UUID, *, actor: Actor, units: Units, last_day: date | None = None
) -> None:
    """The place ends at this moment, or with `last_day`.

    Raises
    ------
    Forbidden, NotFound, OwnRoleChange, PeriodEmpty
    """
    with units.write() as uow:
        end_place(uow, assignment_id, last_day, actor=actor)
        uow.commit()


def end_place(uow: UnitOfWork, assignment_id: UUID, last_day: date | None, *, actor: Actor) -> None:
    """The part of `end_assignment`. Raises as it does."""
    check_may(actor, Power.MANAGE_PEOPLE)
    row = PeopleStore(uow.session).get(AssignmentRow, assignment_id)
    check_place(actor, row)
    check_may_appoint(actor, Role(row.role))
    refuse_self(actor, row.staff_id)
    if last_day is None:
        row.ended_at, row.ended_by = row.ended_at or uow.now, row.ended_by or actor.ref
    else:
        check_period(row.valid_from, last_day)
        row.valid_to = last_day
    say_place(uow, row, "place.ended", actor=actor)
