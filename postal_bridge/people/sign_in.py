"""Credentials become actors: passwords, sessions, API keys. Machine clock throughout.

A session holds no right: seat and scope are looked up each time, so a person who was moved
loses the old place with the next request. All use cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from postal_bridge.directory.service import units_under
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.clock import MachineClock, local
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.reading import api_key_from, staff_from
from postal_bridge.people.rules import (
    DeviceState,
    Power,
    SignInRefused,
    check_may,
    check_password,
    roles_of_scopes,
)
from postal_bridge.people.secrets import (
    hash_password,
    is_password,
    keyed_hashes,
    needs_new_hash,
    new_token,
)
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import (
    ApiKeyRow,
    AssignmentRow,
    DeviceRow,
    SessionRow,
    StaffRow,
)
from postal_bridge.people.views import ApiKeyCreated, ApiKeyView, SignedIn

SESSION_LASTS = timedelta(hours=12)
SESSION_USE, API_KEY_USE = "session", "api_key"
API_KEY_PREFIX = "pb_"
FORGOTTEN_AT_ONCE = 100


def fold_login(login: str) -> str:
    return login.strip().casefold()


@dataclass(frozen=True, slots=True)
class SignIn:
    login: str
    password: str = field(repr=False)
    device_id: str | None = None


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
    """
    login = fold_login(command.login)
    with units.read() as uow:
        known = PeopleStore(uow.session).staff_by_login(login)
        stored = known.password_hash if known else None
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
        staff.password_hash = fresh or stored
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
        uow.commit()
    return SignedIn(token, view, row.expires_at)


def actor_of_token(token: str, *, units: Units) -> Actor | None:
    """Who acts under this token, with the seat and scope of this moment; None opens nothing."""
    with units.read() as uow:
        store = PeopleStore(uow.session)
        hashes = keyed_hashes(uow.ring, Purpose.SESSION, SESSION_USE, token)
        session = store.session_by_hash(hashes)
        if session is None or not _is_open(session, uow.machine_now):
            return None
        if session.device_id is not None and not _is_usable(uow, session.device_id):
            return None
        return actor_of_staff(uow, session.staff_id, session.device_id)


def actor_of_staff(uow: ReadUnit, staff_id: UUID, device_id: str | None = None) -> Actor | None:
    """The person with the seat and scope of this moment; None when no longer active.

    A part, for work done in a person's name. Raises NotFound.
    """
    store = PeopleStore(uow.session)
    staff = store.get(StaffRow, staff_id)
    if not staff.is_active:
        return None
    today = local(uow.now).date()
    places = acting_as(store.assignments([staff.id], today))
    return _actor(uow, staff, places, today, device_id)


def sign_out(token: str, *, units: Units) -> None:
    """The token opens nothing any more. An unknown one is no fault."""
    with units.write() as uow:
        hashes = keyed_hashes(uow.ring, Purpose.SESSION, SESSION_USE, token)
        session = PeopleStore(uow.session).session_by_hash(hashes)
        if session is not None and session.ended_at is None:
            session.ended_at = uow.machine_now
            uow.commit()


@dataclass(frozen=True, slots=True)
class ChangePassword:
    old: str = field(repr=False)
    new: str = field(repr=False)


def change_password(command: ChangePassword, *, actor: Actor, units: Units) -> None:
    """The new password holds, and every session of the person has ended.

    Raises
    ------
    SignInRefused
        The old password is wrong.
    PasswordWeak
    """
    if actor.kind is not ActorKind.STAFF:
        raise Forbidden(power="change_password")
    with units.read() as uow:
        staff = PeopleStore(uow.session).get(StaffRow, UUID(actor.id))
        login, stored = staff.login, staff.password_hash
    if not is_password(stored, command.old):
        raise SignInRefused
    check_password(command.new, login=login)
    fresh = hash_password(command.new)
    with units.write() as uow:
        staff = PeopleStore(uow.session).get(StaffRow, UUID(actor.id))
        if staff.password_hash != stored:
            raise SignInRefused
        staff.password_hash, staff.must_change_password = fresh, False
        end_sessions(uow, staff.id)
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


@dataclass(frozen=True, slots=True)
class CreateApiKey:
    """Its holder sees `unit_id` with all below it, or `section_id`, and uses `scopes` only."""

    name: str
    scopes: frozenset[str]
    unit_id: UUID | None = None
    section_id: UUID | None = None
    expires_at: datetime | None = None


def create_api_key(command: CreateApiKey, *, actor: Actor, units: Units) -> ApiKeyCreated:
    """The key is good from now on; it is shown now and never again. Raises Forbidden."""
    check_may(actor, Power.OPERATE)
    secret = API_KEY_PREFIX + new_token()
    with units.write() as uow:
        row = ApiKeyRow(
            id=new_id(),
            name=command.name,
            key_hash=keyed_hashes(uow.ring, Purpose.PARTNERS, API_KEY_USE, secret)[0],
            scopes=sorted(command.scopes),
            unit_id=command.unit_id,
            section_id=command.section_id,
            created_at=uow.machine_now,
            created_by=actor.ref,
            expires_at=command.expires_at,
        )
        PeopleStore(uow.session).add(row)
        uow.commit()
    return ApiKeyCreated(row.id, secret)


def actor_of_api_key(key: str, *, units: Units) -> Actor | None:
    """The client under this key with its scope; None for a key that opens nothing."""
    with units.read() as uow:
        row = _api_key(uow, key)
        if row is None:
            return None
        today = local(uow.now).date()
        below = units_under(uow, row.unit_id, today) if row.unit_id else frozenset()
        sections = frozenset({row.section_id}) if row.section_id else frozenset()
        return Actor(
            ActorKind.API_CLIENT,
            str(row.id),
            Scope(units=below, sections=sections),
            unit_id=row.unit_id,
            section_id=row.section_id,
            roles=roles_of_scopes(row.scopes),
        )


def scopes_of_api_key(key: str, *, units: Units) -> frozenset[str]:
    """What the client may ask for; empty for a key that opens nothing."""
    with units.read() as uow:
        row = _api_key(uow, key)
        return frozenset() if row is None else frozenset(row.scopes)


def _api_key(uow: ReadUnit, key: str) -> ApiKeyRow | None:
    hashes = keyed_hashes(uow.ring, Purpose.PARTNERS, API_KEY_USE, key)
    row = PeopleStore(uow.session).api_key_by_hash(hashes)
    if row is None or row.revoked_at is not None:
        return None
    return None if row.expires_at and row.expires_at <= uow.machine_now else row


def revoke_api_key(key_id: UUID, *, actor: Actor, units: Units) -> None:
    """The key opens nothing any more. Raises Forbidden, NotFound."""
    check_may(actor, Power.OPERATE)
    with units.write() as uow:
        row = PeopleStore(uow.session).get(ApiKeyRow, key_id)
        row.revoked_at = row.revoked_at or uow.machine_now
        uow.commit()


def api_keys(*, actor: Actor, units: Units) -> tuple[ApiKeyView, ...]:
    """All keys of the home, oldest first. Raises Forbidden."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        return tuple(api_key_from(row) for row in PeopleStore(uow.session).api_keys())


def _is_open(session: SessionRow, now: datetime) -> bool:
    return session.ended_at is None and session.expires_at > now


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
    )
