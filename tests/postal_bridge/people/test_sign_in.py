"""Credentials become actors, with the seat and scope of this moment (S1)."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import UUID

import pytest
from argon2 import extract_parameters
from sqlalchemy import select

from postal_bridge.directory.service import point_by_key, section_by_key, unit_by_key, unit_view
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import OwnRoleChange, PasswordWeak, RoleSeatMismatch, SignInRefused
from postal_bridge.people.secrets import NOBODY, hash_password
from postal_bridge.people.service import (
    Assign,
    ChangePassword,
    CreateApiKey,
    RegisterDevice,
    SignIn,
    actor_of_api_key,
    actor_of_token,
    assign,
    change_password,
    create_api_key,
    end_assignment,
    forget_old_sessions,
    lock_device,
    register_device,
    reset_password,
    revoke_api_key,
    scopes_of_api_key,
    set_active,
    sign_in,
    sign_out,
    staff_list,
    staff_view,
    unlock_device,
)
from postal_bridge.people.tables import ApiKeyRow, SessionRow, StaffRow
from tests.builders.directory import a_place
from tests.builders.people import (
    PASSWORD,
    a_clerk,
    a_person,
    a_supervisor,
    an_officer,
    as_actor,
    placed,
)

OPERATOR = Actor.operator()


class MovedClock:
    """A machine clock that stands where the test puts it."""

    def __init__(self, moved: timedelta) -> None:
        self._moved = moved

    def now(self) -> datetime:
        return datetime.now(UTC) + self._moved


def token_of(units: Units, login: str, password: str = PASSWORD, **more: str) -> str:
    command = SignIn(login, password, **more)
    return sign_in(command, units=units, machine=SystemClock()).token


def seen(units: Units, token: str) -> set[str]:
    """The keys of the units this token's actor covers."""
    actor = actor_of_token(token, units=units)
    assert actor is not None
    with units.read() as uow:
        return {unit_view(uow, unit_id).key for unit_id in actor.scope.units}


def point_id(units: Units, key: str) -> UUID:
    with units.read() as uow:
        return point_by_key(uow, key).id


def unit_id(units: Units, key: str) -> UUID:
    with units.read() as uow:
        return unit_by_key(uow, key).id


def test_a_clerk_signs_in_and_covers_the_own_point_alone(units: Units) -> None:
    a_place(units)
    person = a_person(units, login="mai")
    placed(units, person, Role.CLERK, seat_point_id=point_id(units, "long-tri"))
    token = token_of(units, "  MAI ")
    actor = actor_of_token(token, units=units)
    assert actor is not None
    assert (actor.kind, actor.id) == (ActorKind.STAFF, str(person))
    assert actor.roles == {Role.CLERK}
    assert seen(units, token) == {"long-tri", "long-tri-2025"}
    assert not actor.scope.sections
    assert not actor.scope.everything


def test_an_officer_covers_the_own_section_and_nothing_of_the_post(units: Units) -> None:
    place = a_place(units)
    officer = an_officer(units, place.section.key)
    assert officer.scope.sections == {place.section.id}
    assert not officer.scope.units


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
    move_business_clock(units, timedelta(days=2))
    assert seen(units, token) == {"long-tri", "long-tri-2025"}
    move_business_clock(units, timedelta(days=3))
    assert seen(units, token) == {"hung-thinh", "hung-thinh-2025"}


def move_business_clock(units: Units, by: timedelta) -> None:
    from postal_bridge.kernel.home import move_clock

    with units.write() as uow:
        move_clock(uow.session, int(by.total_seconds()) * 1_000_000)
        uow.commit()


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
    move_business_clock(units, timedelta(days=1))
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


@pytest.mark.parametrize("case", ["unknown", "wrong_password", "inactive", "locked_device"])
def test_every_refused_sign_in_has_one_answer(units: Units, case: str) -> None:
    place = a_place(units)
    person = a_person(units, login="mai")
    device = register_device(
        RegisterDevice(place.point.unit_id, "phone", "Máy 1"), actor=OPERATOR, units=units
    )
    command = SignIn("mai", PASSWORD, device.id)
    if case == "unknown":
        command = SignIn("nobody", PASSWORD)
    elif case == "wrong_password":
        command = SignIn("mai", PASSWORD + "!")
    elif case == "inactive":
        set_active(person, False, actor=OPERATOR, units=units)
    else:
        lock_device(device.id, actor=OPERATOR, units=units)
    with pytest.raises(SignInRefused) as refusal:
        sign_in(command, units=units, machine=SystemClock())
    assert (refusal.value.code, refusal.value.params) == ("sign_in_refused", {})


def test_locking_a_device_ends_what_is_open_on_it_at_once(units: Units) -> None:
    place = a_place(units)
    a_person(units, login="mai")
    device = register_device(
        RegisterDevice(place.point.unit_id, "phone", "Máy 1"), actor=OPERATOR, units=units
    )
    on_device = token_of(units, "mai", device_id=device.id)
    elsewhere = token_of(units, "mai")
    lock_device(device.id, actor=OPERATOR, units=units)
    assert actor_of_token(on_device, units=units) is None
    assert actor_of_token(elsewhere, units=units) is not None
    unlock_device(device.id, actor=OPERATOR, units=units)
    assert actor_of_token(on_device, units=units) is not None


def test_an_inactive_person_loses_the_session_at_once(units: Units) -> None:
    person = a_person(units, login="mai")
    token = token_of(units, "mai")
    set_active(person, False, actor=OPERATOR, units=units)
    assert actor_of_token(token, units=units) is None


def test_signing_out_ends_this_session_only(units: Units) -> None:
    a_person(units, login="mai")
    here, there = token_of(units, "mai"), token_of(units, "mai")
    sign_out(here, units=units)
    sign_out("no such token", units=units)
    assert actor_of_token(here, units=units) is None
    assert actor_of_token(there, units=units) is not None


def test_a_session_lasts_one_shift_of_the_machine_clock(units: Units) -> None:
    a_person(units, login="mai")
    old = sign_in(
        SignIn("mai", PASSWORD), units=units, machine=MovedClock(timedelta(hours=-12, seconds=-1))
    )
    young = sign_in(SignIn("mai", PASSWORD), units=units, machine=MovedClock(timedelta(hours=-11)))
    assert actor_of_token(old.token, units=units) is None
    assert actor_of_token(young.token, units=units) is not None
    move_business_clock(units, timedelta(days=30))
    assert actor_of_token(young.token, units=units) is not None, "only the business clock moved"


def test_sessions_long_over_are_forgotten(units: Units) -> None:
    a_person(units, login="mai")
    command = SignIn("mai", PASSWORD)
    sign_in(command, units=units, machine=MovedClock(timedelta(days=-9)))
    sign_in(command, units=units, machine=MovedClock(timedelta(days=-2)))
    with units.write() as uow:
        assert forget_old_sessions(uow) == 1
        uow.commit()


def test_tokens_and_passwords_do_not_stand_in_the_database(units: Units) -> None:
    a_person(units, login="mai")
    token = token_of(units, "mai")
    assert len(token) >= 43, "256 bits"
    with units.read() as uow:
        session = uow.session.scalars(select(SessionRow)).one()
        staff = uow.session.scalars(select(StaffRow)).one()
    assert token not in session.token_hash
    assert staff.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_citizens_token_or_key_is_no_session(units: Units) -> None:
    """HMACs of different uses never meet, even under one key."""
    a_person(units, login="mai")
    token = token_of(units, "mai")
    assert actor_of_api_key(token, units=units) is None
    assert actor_of_token("", units=units) is None


def test_changing_the_password_ends_every_session(units: Units) -> None:
    person = a_person(units, login="mai")
    token = token_of(units, "mai")
    fresh = "năm sáu bảy tám"
    with pytest.raises(SignInRefused):
        change_password(ChangePassword("wrong", fresh), actor=as_actor(units, person), units=units)
    change_password(ChangePassword(PASSWORD, fresh), actor=as_actor(units, person), units=units)
    assert actor_of_token(token, units=units) is None
    assert token_of(units, "mai", fresh)
    with pytest.raises(SignInRefused):
        token_of(units, "mai")


@pytest.mark.parametrize("weak", ["short", "xx-MAILAN-2026", "x" * 201])
def test_a_weak_password_is_refused(units: Units, weak: str) -> None:
    person = a_person(units, login="mailan")
    with pytest.raises(PasswordWeak):
        change_password(ChangePassword(PASSWORD, weak), actor=as_actor(units, person), units=units)


def test_a_reset_password_works_once_shown_and_must_be_changed(units: Units) -> None:
    person = a_person(units, login="mai")
    token = token_of(units, "mai")
    made = reset_password(person, actor=OPERATOR, units=units)
    assert actor_of_token(token, units=units) is None
    signed = sign_in(SignIn("mai", made.first_password), units=units, machine=SystemClock())
    assert signed.staff.must_change_password
    assert made.first_password not in repr(made)


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


def test_an_api_key_opens_its_own_scope_until_revoked(units: Units) -> None:
    a_place(units)
    with units.read() as uow:
        section = section_by_key(uow, "ttpvhcc-p-long-my")
    made = create_api_key(
        CreateApiKey("Một cửa tỉnh", frozenset({"dossiers:read"}), section_id=section.id),
        actor=OPERATOR,
        units=units,
    )
    actor = actor_of_api_key(made.key, units=units)
    assert actor is not None
    assert (actor.kind, actor.id) == (ActorKind.API_CLIENT, str(made.id))
    assert actor.scope.sections == {section.id}
    assert not actor.scope.units
    assert scopes_of_api_key(made.key, units=units) == {"dossiers:read"}
    with units.read() as uow:
        assert made.key not in uow.session.scalars(select(ApiKeyRow)).one().key_hash
    revoke_api_key(made.id, actor=OPERATOR, units=units)
    assert actor_of_api_key(made.key, units=units) is None
    assert not scopes_of_api_key(made.key, units=units)


def test_an_api_key_runs_out(units: Units) -> None:
    a_place(units)
    made = create_api_key(
        CreateApiKey(
            "Một cửa",
            frozenset(),
            unit_id=unit_id(units, "can-tho"),
            expires_at=datetime.now(UTC) - timedelta(seconds=1),
        ),
        actor=OPERATOR,
        units=units,
    )
    assert actor_of_api_key(made.key, units=units) is None


def test_an_unknown_name_costs_as_much_work_as_a_known_one(units: Units) -> None:
    """Only a floor is asked for: Argon2 takes tens of milliseconds, the rest one or two."""
    began = perf_counter()
    with pytest.raises(SignInRefused):
        token_of(units, "nobody")
    assert perf_counter() - began > 0.01
    nobody, real = extract_parameters(NOBODY), extract_parameters(hash_password(PASSWORD))
    assert nobody == real


def test_an_unknown_person_is_not_found(units: Units) -> None:
    with units.read() as uow, pytest.raises(NotFound):
        staff_view(uow, new_id())
