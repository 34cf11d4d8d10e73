"""People and devices in their places: who is appointed by whom, from when until when.

Days are business days; a change that takes effect at once is a moment. All use cases, but for
`staff_view`.
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from postal_bridge.directory.service import (
    point_view,
    section_view,
    unit_view,
    units_under,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.reading import assignment_from, device_from, staff_from
from postal_bridge.people.rules import (
    DeviceState,
    LoginTaken,
    OwnRoleChange,
    Power,
    StaffKind,
    check_may,
    check_may_appoint,
    check_password,
    check_period,
    check_seat,
)
from postal_bridge.people.secrets import hash_password, new_password
from postal_bridge.people.sign_in import end_sessions, fold_login
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import AssignmentRow, DeviceRow, StaffRow
from postal_bridge.people.views import AssignmentView, DeviceView, StaffCreated, StaffView


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
    check_may(actor, Power.MANAGE_PEOPLE)
    login = fold_login(command.login)
    password = command.password or new_password()
    check_password(password, login=login)
    hashed = hash_password(password)
    with units.write() as uow:
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
            created_at=uow.now,
        )
        store.add(row)
        uow.commit()
    return StaffCreated(row.id, login, password)


def reset_password(staff_id: UUID, *, actor: Actor, units: Units) -> StaffCreated:
    """A new first password; sessions under the old one have ended.

    Raises
    ------
    Forbidden, NotFound
        Outside the actor's scope a person does not exist.
    OwnRoleChange
    """
    check_may(actor, Power.MANAGE_PEOPLE)
    password = new_password()
    hashed = hash_password(password)
    with units.write() as uow:
        row = _staff_in_scope(uow, staff_id, actor)
        row.password_hash, row.must_change_password = hashed, True
        end_sessions(uow, row.id)
        uow.commit()
    return StaffCreated(row.id, row.login, password)


def set_active(staff_id: UUID, is_active: bool, *, actor: Actor, units: Units) -> None:
    """An inactive person opens nothing, from this moment.

    Raises
    ------
    Forbidden, NotFound, OwnRoleChange
    """
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.write() as uow:
        row = _staff_in_scope(uow, staff_id, actor)
        row.is_active = is_active
        if not is_active:
            end_sessions(uow, row.id)
        uow.commit()


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
    check_may(actor, Power.MANAGE_PEOPLE)
    check_may_appoint(actor, command.role)
    with units.write() as uow:
        today = local(uow.now).date()
        since = command.valid_from or today
        check_period(since, command.valid_to)
        _placeable(uow, command.staff_id, since, actor)
        row = _new_place(uow, command, since, actor)
        if command.is_move:
            _end_others(uow, command.staff_id, since, today, actor)
        PeopleStore(uow.session).add(row)
        view = assignment_from(row)
        uow.commit()
    return view


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
        _check_in_scope(actor, scope_unit)
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
        _check_place(actor, row)
        if since <= today or row.valid_from >= since:
            row.ended_at, row.ended_by = uow.now, actor.ref
        else:
            row.valid_to = date.fromordinal(since.toordinal() - 1)


def end_assignment(
    assignment_id: UUID, *, actor: Actor, units: Units, last_day: date | None = None
) -> None:
    """The place ends at this moment, or with `last_day`.

    Raises
    ------
    Forbidden, NotFound, OwnRoleChange, PeriodEmpty
    """
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.write() as uow:
        row = PeopleStore(uow.session).get(AssignmentRow, assignment_id)
        _check_place(actor, row)
        check_may_appoint(actor, Role(row.role))
        _refuse_self(actor, row.staff_id)
        if last_day is None:
            row.ended_at, row.ended_by = row.ended_at or uow.now, row.ended_by or actor.ref
        else:
            check_period(row.valid_from, last_day)
            row.valid_to = last_day
        uow.commit()


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
            if _is_over_all(actor)
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


@dataclass(frozen=True, slots=True)
class RegisterDevice:
    unit_id: UUID
    kind: str
    label: str


def register_device(command: RegisterDevice, *, actor: Actor, units: Units) -> DeviceView:
    """The device may be signed in on. Raises Forbidden, NotFound."""
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.write() as uow:
        unit_view(uow, command.unit_id)
        _check_in_scope(actor, command.unit_id)
        row = DeviceRow(
            id=new_id().hex,
            unit_id=command.unit_id,
            kind=command.kind,
            label=command.label.strip(),
            state=DeviceState.ACTIVE.value,
            registered_at=uow.now,
            registered_by=actor.ref,
        )
        PeopleStore(uow.session).add(row)
        uow.commit()
    return device_from(row)


def lock_device(device_id: str, *, actor: Actor, units: Units) -> DeviceView:
    """Nothing opens on this device, from this moment. Raises Forbidden, NotFound."""
    return _set_device(device_id, DeviceState.LOCKED, actor, units)


def unlock_device(device_id: str, *, actor: Actor, units: Units) -> DeviceView:
    """The device may be used again. Raises Forbidden, NotFound."""
    return _set_device(device_id, DeviceState.ACTIVE, actor, units)


def _set_device(device_id: str, state: DeviceState, actor: Actor, units: Units) -> DeviceView:
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.write() as uow:
        row = PeopleStore(uow.session).get(DeviceRow, device_id)
        _check_in_scope(actor, row.unit_id)
        row.state, row.changed_at, row.changed_by = state.value, uow.now, actor.ref
        uow.commit()
    return device_from(row)


def devices(*, actor: Actor, units: Units) -> tuple[DeviceView, ...]:
    """The devices of the actor's scope by label. Raises Forbidden."""
    check_may(actor, Power.MANAGE_PEOPLE)
    with units.read() as uow:
        within = None if _is_over_all(actor) else actor.scope.units
        return tuple(device_from(row) for row in PeopleStore(uow.session).devices_of(within))


def _is_over_all(actor: Actor) -> bool:
    return actor.scope.everything or Role.OPERATOR in actor.roles


def _check_in_scope(actor: Actor, unit_id: UUID) -> None:
    if not _is_over_all(actor) and unit_id not in actor.scope.units:
        raise NotFound


def _check_place(actor: Actor, row: AssignmentRow) -> None:
    """A place the actor cannot see does not exist for him."""
    if not _is_over_all(actor) and row.scope_unit_id not in actor.scope.units:
        raise NotFound


def _refuse_self(actor: Actor, staff_id: UUID) -> None:
    if actor.kind is ActorKind.STAFF and actor.id == str(staff_id):
        raise OwnRoleChange


def _placeable(uow: UnitOfWork, staff_id: UUID, since: date, actor: Actor) -> None:
    """Someone new, or someone all of whose places now or later are the actor's to give.

    The newest place counts (see `acting_as`): one given from outside would take the others'
    rights away, and tell that the person exists.
    """
    _refuse_self(actor, staff_id)
    store, today = PeopleStore(uow.session), local(uow.now).date()
    store.get(StaffRow, staff_id)
    if _is_over_all(actor):
        return
    for place in store.assignments([staff_id]):
        is_over = place.ended_at is not None or (
            place.valid_to is not None and place.valid_to < min(since, today)
        )
        if not is_over:
            _check_place(actor, place)
            check_may_appoint(actor, Role(place.role))


def _staff_in_scope(uow: UnitOfWork, staff_id: UUID, actor: Actor) -> StaffRow:
    """Someone all of whose places of today lie in the actor's scope and hand."""
    store = PeopleStore(uow.session)
    row = store.get(StaffRow, staff_id)
    _refuse_self(actor, staff_id)
    held = store.assignments([staff_id], local(uow.now).date())
    if not held and not _is_over_all(actor):
        raise NotFound
    for place in held:
        _check_place(actor, place)
        check_may_appoint(actor, Role(place.role))
    return row


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
