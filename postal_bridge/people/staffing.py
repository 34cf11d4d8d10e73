"""People of the post and of agencies: created, let in, kept out, listed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.directory.service import (
    units_under,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.reach import (
    is_over_all,
    staff_in_scope,
)
from postal_bridge.people.reading import staff_from
from postal_bridge.people.rules import (
    LoginTaken,
    Power,
    StaffKind,
    check_may,
    check_password,
)
from postal_bridge.people.secrets import hash_password, new_password
from postal_bridge.people.sign_in import end_sessions, fold_login
from postal_bridge.people.staff_checks import say_staff
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import AssignmentRow, StaffRow
from postal_bridge.people.views import StaffCreated, StaffView


@dataclass(frozen=True, slots=True)
class CreateStaff:
    """Without `password` a random one is made, which the person must change."""

    login: str
    display_name: str
    kind: StaffKind = StaffKind.POST
    password: str | None = field(default=None, repr=False)


def create_staff(command: CreateStaff, *, actor: Actor, units: Units) -> StaffCreated:
    """The person can sign in, and sees nothing before an assignment.

    Raises
    ------
    Forbidden, LoginTaken, PasswordWeak
    """
    add = adder_of(command, actor=actor)
    with units.write() as uow:
        made = add(uow)
        uow.commit()
    return made


def adder_of(command: CreateStaff, *, actor: Actor) -> Callable[[UnitOfWork], StaffCreated]:
    """What adds the person. The slow hash is made here, ahead of the unit of work."""
    check_may(actor, Power.MANAGE_PEOPLE)
    login = fold_login(command.login)
    password = command.password or new_password()
    check_password(password, login=login)
    hashed = hash_password(password)

    def add(uow: UnitOfWork) -> StaffCreated:
        store = PeopleStore(uow.session)
        if store.staff_by_login(login) is not None:
            raise LoginTaken(login=login)
        row = StaffRow(
            id=new_id(),
            login=login,
            display_name=command.display_name.strip(),
            kind=StaffKind(command.kind).value,
            password_hash=hashed,
            must_change_password=command.password is None,
            is_active=True,
            created_at=uow.now,
        )
        store.add(row)
        say_staff(uow, row, "staff.created", actor=actor, is_first=True)
        return StaffCreated(row.id, login, password)

    return add


def reset_password(staff_id: UUID, *, actor: Actor, units: Units) -> StaffCreated:
    """A new first password; sessions under the old one have ended.

    Raises
    ------
    Forbidden, NotFound
        Outside the actor's scope a person does not exist.
    OwnRoleChange
    """
    reset = resetter_of(staff_id, actor=actor)
    with units.write() as uow:
        made = reset(uow)
        uow.commit()
    return made


def resetter_of(staff_id: UUID, *, actor: Actor) -> Callable[[UnitOfWork], StaffCreated]:
    """What gives the new first password; its slow hash is made ahead of the unit of work."""
    check_may(actor, Power.MANAGE_PEOPLE)
    password = new_password()
    hashed = hash_password(password)

    def reset(uow: UnitOfWork) -> StaffCreated:
        row = staff_in_scope(uow, staff_id, actor)
        row.password_hash, row.must_change_password = hashed, True
        say_staff(uow, row, "staff.password_reset", actor=actor)
        end_sessions(uow, row.id)
        return StaffCreated(row.id, row.login, password)

    return reset


def set_active(staff_id: UUID, is_active: bool, *, actor: Actor, units: Units) -> None:
    """An inactive person opens nothing, from this moment.

    Raises
    ------
    Forbidden, NotFound, OwnRoleChange
    """
    with units.write() as uow:
        let_in(uow, staff_id, is_active, actor=actor)
        uow.commit()


def let_in(uow: UnitOfWork, staff_id: UUID, is_active: bool, *, actor: Actor) -> None:
    """The part of `set_active`. Raises as it does."""
    check_may(actor, Power.MANAGE_PEOPLE)
    row = staff_in_scope(uow, staff_id, actor)
    row.is_active = is_active
    say_staff(uow, row, "staff.let_in" if is_active else "staff.kept_out", actor=actor)
    if not is_active:
        end_sessions(uow, row.id)


def staff_list(*, actor: Actor, units: Units) -> tuple[StaffView, ...]:
    """The people of the actor's scope by sign-in name, and for an operator those without a place.

    Raises
    ------
    Forbidden
    """
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.read() as uow:
        store = PeopleStore(uow.session)
        today = local(uow.now).date()
        people = store.all_staff()
        places: dict[UUID, list[AssignmentRow]] = {row.id: [] for row in people}
        for place in store.assignments([row.id for row in people], today):
            places[place.staff_id].append(place)
        return tuple(
            staff_from(row, places[row.id])
            for row in people
            if is_over_all(actor)
            or any(place.scope_unit_id in actor.scope.units for place in places[row.id])
        )


def staff_view(uow: ReadUnit, staff_id: UUID) -> StaffView:
    """The person as placed today. Raises NotFound."""
    store = PeopleStore(uow.session)
    row = store.get(StaffRow, staff_id)
    return staff_from(row, store.assignments([row.id], local(uow.now).date()))


def staff_name(uow: ReadUnit, staff_id: UUID) -> str:
    """What the person is called. Raises NotFound."""

    def read() -> str:
        return PeopleStore(uow.session).get(StaffRow, staff_id).display_name

    return uow.reference(("staff_name", staff_id), read)


def name_behind(uow: ReadUnit, ref: str | None) -> str:
    """What the person of an actor's `ref` is called; "" for machines, operators and citizens."""
    kind, _, staff_id = (ref or "").partition(":")
    return staff_name(uow, UUID(staff_id)) if kind == ActorKind.STAFF else ""


def staff_covering(uow: ReadUnit, role: Role, unit_id: UUID) -> tuple[StaffView, ...]:
    """Who works in this role today with the unit in scope, by sign-in name."""
    store, today = PeopleStore(uow.session), local(uow.now).date()
    people = {row.id: row for row in store.all_staff() if row.is_active}
    places: dict[UUID, list[AssignmentRow]] = {}
    for place in store.assignments(list(people), today):
        places.setdefault(place.staff_id, []).append(place)
    scopes = {place.scope_unit_id for held in places.values() for place in held} - {None}
    covering = {scope for scope in scopes if scope and unit_id in units_under(uow, scope, today)}
    return tuple(
        staff_from(row, places[row.id])
        for row in people.values()
        if any(p.role == role and p.scope_unit_id in covering for p in places.get(row.id, []))
    )
