"""Keys of integrators: made, read, taken away. All use cases. Machine clock throughout."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.directory.service import units_under
from postal_bridge.kernel.actor import Actor, ActorKind, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.reading import api_key_from
from postal_bridge.people.rules import Power, check_may, roles_of_scopes
from postal_bridge.people.secrets import keyed_hashes, new_token
from postal_bridge.people.staff_checks import say_api_key
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import ApiKeyRow
from postal_bridge.people.views import ApiKeyCreated, ApiKeyView

API_KEY_USE = "api_key"
API_KEY_PREFIX = "pb_"


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
        say_api_key(uow, row, "api_key.made", actor=actor, is_first=True)
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
        say_api_key(uow, row, "api_key.revoked", actor=actor)
        uow.commit()


def api_keys(*, actor: Actor, units: Units) -> tuple[ApiKeyView, ...]:
    """All keys of the home, oldest first. Raises Forbidden."""
    check_may(actor, Power.OPERATE)
    with units.read() as uow:
        return tuple(api_key_from(row) for row in PeopleStore(uow.session).api_keys())
