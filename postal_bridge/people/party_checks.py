"""What the chain says of a dossier's people, and whether the rows still say the same.

A digest stands in the dossier's stream whenever a person is added or changed. It is taken over
the sealed fields: their random nonces are its salt, so it says nothing of the person, and it
needs no key to be checked, not even after the dossier's key was destroyed.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import PartyRow

ADDED, CHANGED, REVOKED = "party.added", "party.changed", "party.revoked"
KINDS = frozenset({ADDED, CHANGED, REVOKED})
_SEALED = (
    "full_name", "phone", "id_number", "email", "address_text", "relation", "authority_scope",
)  # fmt: skip


def say_party(uow: UnitOfWork, row: PartyRow, kind: str, *, actor: Actor) -> None:
    """The dossier's stream has the person's digest as of now."""
    body = {"party_id": str(row.id), "role": row.role, "digest": party_digest(row)}
    streams.append(uow, streams.dossier_stream(row.dossier_id), kind, body, actor=actor)


def party_digest(row: PartyRow) -> str:
    """SHA-256 over the row as it is stored: what is sealed by its ciphertext."""
    said: dict[str, Any] = {
        "id": str(row.id),
        "dossier_id": str(row.dossier_id),
        "role": row.role,
        "is_phone_shared": row.is_phone_shared,
        "id_kind": row.id_kind,
        "commune_code": row.commune_code,
        "authority_until": row.authority_until,
        "revoked_at": row.revoked_at,
    }
    for column in _SEALED:
        sealed: bytes | None = getattr(row, column)
        said[column] = None if sealed is None else sealed.hex()
    return digest(said)


def verify_people(uow: ReadUnit) -> Iterator[Finding]:
    """Every person of a dossier against what its stream says; people from before are passed."""
    store = PeopleStore(uow.session)
    for dossier_id, facts in streams.read_all(uow, "dossier"):
        says = {fact.body["party_id"]: fact.body["digest"] for fact in facts if fact.kind in KINDS}
        if not says:
            continue
        if not uow.vault.is_whole(UUID(dossier_id)):
            yield Finding(f"dossier:{dossier_id}", "data_key_gone")
        stand = {str(row.id): party_digest(row) for row in store.parties(UUID(dossier_id))}
        for party_id in sorted(says.keys() | stand.keys()):
            if party_id not in stand:
                yield Finding(f"dossier:{dossier_id}", "party_gone")
            elif party_id not in says:
                yield Finding(f"dossier:{dossier_id}", "party_never_added")
            elif says[party_id] != stand[party_id]:
                yield Finding(f"dossier:{dossier_id}", "party_differs")
