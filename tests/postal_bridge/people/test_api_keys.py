"""Keys of integrators open their own scope, until they are taken away."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from postal_bridge.directory.service import section_by_key
from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import (
    CreateApiKey,
    actor_of_api_key,
    create_api_key,
    revoke_api_key,
    scopes_of_api_key,
)
from postal_bridge.people.tables import ApiKeyRow
from tests.builders.directory import a_place
from tests.builders.people import unit_id

OPERATOR = Actor.operator()


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
