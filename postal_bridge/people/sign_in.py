"""Credentials become actors: passwords and sessions. Machine clock throughout.

A session holds no right: seat and scope are looked up each time, so a person who was moved
loses the old place with the next request. All use cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from postal_bridge.directory.service import units_under
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.clock import MachineClock, local
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.reading import staff_from
from postal_bridge.people.rules import (
    DeviceState,
    SignInRefused,
)
from postal_bridge.people.secrets import (
    hash_password,
    is_password,
    keyed_hashes,
    needs_new_hash,
    new_token,
)
from postal_bridge.people.sign_in_tries import forget_tries, take_try
from postal_bridge.people.staff_checks import say_staff
from postal_bridge.people.store import PeopleStore, session_question
from postal_bridge.people.tables import (
    AssignmentRow,
    DeviceRow,
    SessionRow,
    StaffRow,
)
from postal_bridge.people.views import SignedIn

SESSION_LASTS = timedelta(hours=12)
SESSION_USE = "session"
FORGOTTEN_AT_ONCE = 100


def fold_login(login: str) -> str:
    return login.strip().casefold()


@dataclass(frozen=True, slots=True)
class SignIn:
    """`familiar`: what the browser was given when people signed in on it before."""

    login: str
    password: str = field(repr=False)
    device_id: str | None = None
    familiar: tuple[str, ...] = field(repr=False, default=())


def sign_in(
    command: SignIn,
    *,
    units: Units,
    machine: MachineClock,
    lasts: timedelta = SESSION_LASTS,
) -> SignedIn:
    """The person has a session for one shift; its token is shown now and never again.

    The slow comparison runs with no transaction open, for unknown names as well.

    Raises
    ------
    SignInRefused
        Unknown name, wrong password, inactive person or locked device: one and the same answer.
    TooManySignIns
        So many tries for this name, whether anybody has it or not.
    """
    login = fold_login(command.login)
    with units.write() as uow:
        tried = take_try(uow, login, command.familiar)  # counted before it is compared
        known = PeopleStore(uow.session).staff_by_login(login)
        stored = known.password_hash if known else None
        uow.commit()
    if not is_password(stored, command.password) or stored is None:
        raise SignInRefused
    fresh = hash_password(command.password) if needs_new_hash(stored) else None
    token, now = new_token(), machine.now()
    with units.write() as uow:
        store = PeopleStore(uow.session)
        staff = store.staff_by_login(login)
        if staff is None or not staff.is_active or staff.password_hash != stored:
            raise SignInRefused
        if command.device_id is not None and not _is_usable(uow, command.device_id):
            raise SignInRefused
        if fresh is not None:
            staff.password_hash = fresh
            actor = Actor(ActorKind.STAFF, str(staff.id))
            say_staff(uow, staff, "staff.password_hashed_anew", actor=actor)
        row = SessionRow(
            token_hash=keyed_hashes(uow.ring, Purpose.SESSION, SESSION_USE, token)[0],
            staff_id=staff.id,
            device_id=command.device_id,
            created_at=now,
            expires_at=now + lasts,
        )
        store.add(row)
        holding = store.assignments([staff.id], local(uow.now).date())
        view = staff_from(staff, holding)
        familiar = forget_tries(uow, tried)
        uow.commit()
    return SignedIn(token, view, row.expires_at, familiar)


def actor_of_token(token: str, *, units: Units) -> Actor | None:
    """Who acts under this token, with the seat and scope of this moment; None opens nothing."""
    hashes = keyed_hashes(units.ring, Purpose.SESSION, SESSION_USE, token)
    glance = units.glance(session_question(hashes))
    staff_id, device_id, expires_at, ended_at = glance.told
    if staff_id is None or ended_at is not None or expires_at <= units.machine.now():
        return None
    if device_id is None:
        known = _known_as(staff_id, device_id, local(glance.now).date())
        return units.reference_at(glance, known, lambda uow: actor_of_staff(uow, staff_id))
    with units.read() as uow:
        return actor_of_staff(uow, staff_id, device_id) if _is_usable(uow, device_id) else None


def actor_of_staff(uow: ReadUnit, staff_id: UUID, device_id: str | None = None) -> Actor | None:
    """The person with the seat and scope of this moment; None when no longer active.

    A part, for work done in a person's name. Raises NotFound.
    """
    today = local(uow.now).date()

    def read() -> Actor | None:
        store = PeopleStore(uow.session)
        staff = store.get(StaffRow, staff_id)
        if not staff.is_active:
            return None
        places = acting_as(store.assignments([staff.id], today))
        return _actor(uow, staff, places, today, device_id)

    return uow.reference(_known_as(staff_id, device_id, today), read)


def _known_as(staff_id: UUID, device_id: str | None, on: date) -> tuple[object, ...]:
    return ("actor", staff_id, device_id, on)


def sign_out(token: str, *, units: Units) -> None:
    """The token opens nothing any more. An unknown one is no fault."""
    with units.write() as uow:
        hashes = keyed_hashes(uow.ring, Purpose.SESSION, SESSION_USE, token)
        session = PeopleStore(uow.session).session_by_hash(hashes)
        if session is not None and session.ended_at is None:
            session.ended_at = uow.machine_now
            uow.commit()


def end_sessions(uow: UnitOfWork, staff_id: UUID) -> None:
    """Nothing opens under this person's tokens any more."""
    for session in PeopleStore(uow.session).open_sessions(staff_id):
        session.ended_at = uow.machine_now
    uow.session.flush()


def forget_old_sessions(uow: UnitOfWork) -> int:
    """Up to a hundred sessions that ran out over a week ago are gone; returns how many."""
    store = PeopleStore(uow.session)
    old = store.sessions_before(uow.machine_now - timedelta(days=7), FORGOTTEN_AT_ONCE)
    for row in old:
        store.delete(row)
    return len(old)


def _is_usable(uow: ReadUnit, device_id: str) -> bool:
    """A device that was never registered here, or is locked, opens nothing."""
    row = uow.session.get(DeviceRow, device_id)
    return row is not None and row.state == DeviceState.ACTIVE


def acting_as(held: Sequence[AssignmentRow]) -> list[AssignmentRow]:
    """The places a person acts from at once, the newest first.

    A role is never used where it was not given: a supervisor of A who also stands in as clerk
    in B is no supervisor in B. So all places count when they carry a role in common, which is
    then the only kind of right; otherwise those that share the newest place's scope.
    """
    if not held:
        return []
    by_scope: dict[object, set[str]] = {}
    for one in held:
        by_scope.setdefault((one.scope_unit_id, one.seat_section_id), set()).add(one.role)
    common = set.intersection(*by_scope.values())
    if common:
        return [one for one in held if one.role in common]
    seat = (held[0].scope_unit_id, held[0].seat_section_id)
    return [one for one in held if (one.scope_unit_id, one.seat_section_id) == seat]


def _actor(
    uow: ReadUnit,
    staff: StaffRow,
    places: Sequence[AssignmentRow],
    today: date,
    device_id: str | None,
) -> Actor:
    tops = {one.scope_unit_id for one in places if one.scope_unit_id is not None}
    seats = {one.seat_section_id for one in places if one.role == Role.OFFICER}
    seat = places[0] if places else None
    return Actor(
        ActorKind.STAFF,
        str(staff.id),
        Scope(
            units=frozenset().union(*(units_under(uow, top, today) for top in tops)),
            sections=frozenset(one for one in seats if one is not None),
        ),
        unit_id=seat.scope_unit_id if seat else None,
        section_id=seat.seat_section_id if seat else None,
        roles=frozenset(Role(one.role) for one in places),
        device_id=device_id,
        must_change_password=staff.must_change_password,
    )
