"""Who is placed where, by whom, from when until when (S1)."""

from datetime import timedelta
from uuid import UUID

import pytest

from postal_bridge.directory.service import unit_view
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import OwnRoleChange, RoleSeatMismatch
from postal_bridge.people.service import (
    Assign,
    actor_of_token,
    assign,
    end_assignment,
    lock_device,
    reset_password,
    set_active,
    staff_list,
    staff_view,
)
from tests.builders.clock import pass_days
from tests.builders.directory import a_place
from tests.builders.people import (
    a_clerk,
    a_person,
    a_supervisor,
    as_actor,
    placed,
    point_id,
    seen,
    token_of,
    unit_id,
)

OPERATOR = Actor.operator()


def test_a_moved_clerks_old_session_shows_only_the_new_office_at_once(units: Units) -> None:
    a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    token = token_of(units, "mai")
    there = point_id(units, "hung-thinh")
    assign(
        Assign(person, Role.CLERK, seat_point_id=there, is_move=True), actor=OPERATOR, units=units
    )
    assert seen(units, token) == {"hung-thinh", "hung-thinh-2025"}
    with units.read() as uow:
        assert staff_view(uow, person).point_id == there


def test_a_move_to_come_changes_nothing_today(units: Units) -> None:
    place = a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    token = token_of(units, "mai")
    assign(
        Assign(
            person,
            Role.CLERK,
            seat_point_id=point_id(units, "hung-thinh"),
            valid_from=place.on + timedelta(days=3),
            is_move=True,
        ),
        actor=OPERATOR,
        units=units,
    )
    assert seen(units, token) == {"long-tri", "long-tri-2025"}
    pass_days(units, 2)
    assert seen(units, token) == {"long-tri", "long-tri-2025"}
    pass_days(units, 1)
    assert seen(units, token) == {"hung-thinh", "hung-thinh-2025"}


def test_an_ended_place_opens_nothing_from_that_moment(units: Units) -> None:
    a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    token = token_of(units, "mai")
    with units.read() as uow:
        (place,) = staff_view(uow, person).assignments
    end_assignment(place.id, actor=OPERATOR, units=units)
    actor = actor_of_token(token, units=units)
    assert actor is not None
    assert not actor.roles
    assert not actor.scope.units


def test_the_last_day_of_a_place_belongs_to_it(units: Units) -> None:
    place = a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"), valid_to=place.on)
    token = token_of(units, "mai")
    assert seen(units, token)
    pass_days(units, 1)
    assert not seen(units, token)


def test_a_stand_in_covers_both_offices_in_the_common_role(units: Units) -> None:
    a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    actor = placed(units, person, Role.CLERK, seat_point_id=point_id(units, "hung-thinh"))
    with units.read() as uow:
        keys = {unit_view(uow, one).key for one in actor.scope.units}
    assert keys == {"long-tri", "long-tri-2025", "hung-thinh", "hung-thinh-2025"}
    assert actor.roles == {Role.CLERK}


def test_no_role_is_used_where_it_was_not_given(units: Units) -> None:
    a_place(units)
    person = a_person(units)
    placed(units, person, Role.SUPERVISOR, scope_unit_id=unit_id(units, "can-tho"))
    actor = placed(units, person, Role.CLERK, seat_point_id=point_id(units, "hung-thinh"))
    assert actor.roles == {Role.CLERK}
    assert unit_id(units, "can-tho") not in actor.scope.units


def test_clerk_and_courier_of_one_point_is_both(units: Units) -> None:
    a_place(units)
    person = a_person(units)
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    actor = placed(units, person, Role.COURIER, seat_point_id=point_id(units, "long-tri"))
    assert actor.roles == {Role.CLERK, Role.COURIER}


def test_a_supervisor_places_clerks_inside_the_own_scope_only(units: Units) -> None:
    a_place(units)
    supervisor = a_supervisor(units, "can-tho")
    person = a_person(units)
    inside, outside = point_id(units, "long-tri"), point_id(units, "hung-thinh")
    assign(Assign(person, Role.CLERK, seat_point_id=inside), actor=supervisor, units=units)
    with pytest.raises(NotFound):
        assign(Assign(person, Role.CLERK, seat_point_id=outside), actor=supervisor, units=units)
    with pytest.raises(Forbidden):
        assign(
            Assign(person, Role.SUPERVISOR, scope_unit_id=unit_id(units, "can-tho")),
            actor=supervisor,
            units=units,
        )


def test_a_supervisor_cannot_take_a_clerk_out_of_another_office(units: Units) -> None:
    a_place(units)
    supervisor, clerk = a_supervisor(units, "can-tho"), a_clerk(units, "hung-thinh")
    move = Assign(
        UUID(clerk.id), Role.CLERK, seat_point_id=point_id(units, "long-tri"), is_move=True
    )
    with pytest.raises(NotFound):
        assign(move, actor=supervisor, units=units)
    assert as_actor(units, UUID(clerk.id)).scope == clerk.scope


def test_people_outside_the_scope_do_not_exist(units: Units) -> None:
    a_place(units)
    supervisor = a_supervisor(units, "can-tho")
    mine, other = a_clerk(units, "long-tri"), a_clerk(units, "hung-thinh")
    listed = {view.id for view in staff_list(actor=supervisor, units=units)}
    assert UUID(mine.id) in listed
    assert UUID(other.id) not in listed
    with pytest.raises(NotFound):
        set_active(UUID(other.id), False, actor=supervisor, units=units)
    with pytest.raises(NotFound):
        reset_password(UUID(other.id), actor=supervisor, units=units)
    with units.read() as uow:
        (place,) = staff_view(uow, UUID(other.id)).assignments
    with pytest.raises(NotFound):
        end_assignment(place.id, actor=supervisor, units=units)


def test_a_supervisor_cannot_take_over_an_operator(units: Units) -> None:
    a_place(units)
    supervisor = a_supervisor(units, "can-tho")
    person = a_person(units)
    placed(units, person, Role.OPERATOR, scope_unit_id=unit_id(units, "can-tho"))
    with pytest.raises(Forbidden):
        reset_password(person, actor=supervisor, units=units)


def test_nobody_changes_the_own_place(units: Units) -> None:
    a_place(units)
    supervisor = a_supervisor(units, "can-tho")
    with pytest.raises(OwnRoleChange):
        assign(
            Assign(UUID(supervisor.id), Role.CLERK, seat_point_id=point_id(units, "long-tri")),
            actor=supervisor,
            units=units,
        )


def test_clerks_manage_nobody(units: Units) -> None:
    a_place(units)
    clerk = a_clerk(units)
    with pytest.raises(Forbidden):
        staff_list(actor=clerk, units=units)
    with pytest.raises(Forbidden):
        lock_device("x", actor=clerk, units=units)


def test_an_officer_needs_a_section_and_a_clerk_a_unit(units: Units) -> None:
    place = a_place(units)
    person = a_person(units)
    with pytest.raises(RoleSeatMismatch):
        assign(
            Assign(person, Role.OFFICER, seat_point_id=place.point.id), actor=OPERATOR, units=units
        )
    with pytest.raises(RoleSeatMismatch):
        assign(
            Assign(person, Role.CLERK, seat_section_id=place.section.id),
            actor=OPERATOR,
            units=units,
        )


def test_an_unknown_person_is_not_found(units: Units) -> None:
    with units.read() as uow, pytest.raises(NotFound):
        staff_view(uow, new_id())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_has_no_place_is_the_operators_alone(units: Units) -> None:
    """A supervisor who could give a stranger a new password could sign in as him."""
    a_place(units)
    person = a_person(units, login="mai")
    supervisor = a_supervisor(units)
    with pytest.raises(NotFound):
        reset_password(person, actor=supervisor, units=units)
    with pytest.raises(NotFound):
        set_active(person, False, actor=supervisor, units=units)
    assert reset_password(person, actor=OPERATOR, units=units).login == "mai"
