"""Who may take a result: the owner alone, household members by name, or a proxy in force.

Source: facts on who may receive: who is not named gets nothing; a proxy's authority has an end
and can be revoked.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from postal_bridge.delivery.errors import AuthorityEnded, NotNamed
from postal_bridge.delivery.proof import POLICY, DocumentClass, Receiver
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import ProofGiven
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of
from postal_bridge.people.views import PartyView

ALLOWED: Mapping[Receiver, frozenset[Receiver]] = MappingProxyType(
    {
        Receiver.OWNER: frozenset({Receiver.OWNER}),
        Receiver.HOUSEHOLD_MEMBER: frozenset({Receiver.OWNER, Receiver.HOUSEHOLD_MEMBER}),
        Receiver.PROXY: frozenset({Receiver.OWNER, Receiver.PROXY}),
    }
)
"""What was asked at intake with one key -> who may stand at the door."""

NAMED_AS: Mapping[Receiver, frozenset[PartyRole]] = MappingProxyType(
    {
        Receiver.OWNER: frozenset({PartyRole.OWNER}),
        Receiver.HOUSEHOLD_MEMBER: frozenset({PartyRole.MAY_RECEIVE, PartyRole.RECIPIENT}),
        Receiver.PROXY: frozenset({PartyRole.PROXY}),
    }
)


def check_named(uow: ReadUnit, row: DeliveryRow, given: ProofGiven) -> None:
    """Returns when this person was named for this delivery in this role.

    Raises
    ------
    NotNamed
        Not among the dossier's people, in another role, or not allowed at intake.
    AuthorityEnded
        The proxy's power of attorney is over or revoked.
    """
    party = next((p for p in parties_of(uow, row.dossier_id) if p.id == given.party_id), None)
    is_allowed = given.receiver in ALLOWED[Receiver(row.who_may_receive)]
    if party is None or not is_allowed or party.role not in NAMED_AS[given.receiver]:
        raise NotNamed(receiver=given.receiver.value)
    if _is_over(party, local(given.occurred_at or uow.now).date()):
        raise AuthorityEnded(receiver=given.receiver.value)


def named(
    uow: ReadUnit, dossier_id: UUID, who_may_receive: Receiver, document: DocumentClass
) -> tuple[tuple[Receiver, PartyView], ...]:
    """Everybody who may take this result today, owner first: what a courier is shown."""
    today = local(uow.now).date()
    open_to = [r for r in Receiver if r in ALLOWED[who_may_receive] & POLICY[document].receivers]
    people = parties_of(uow, dossier_id)
    return tuple(
        (receiver, party)
        for receiver in open_to
        for party in people
        if party.role in NAMED_AS[receiver] and not _is_over(party, today)
    )


def _is_over(party: PartyView, today: date) -> bool:
    is_past = party.authority_until is not None and party.authority_until < today
    return party.is_revoked or is_past
