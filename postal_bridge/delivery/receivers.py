"""Who may take a result: the owner alone, household members by name, or a proxy in force.

Source: facts on who may receive: who is not named gets nothing; a proxy's authority has an end
and can be revoked.
"""

from collections.abc import Mapping
from types import MappingProxyType

from postal_bridge.delivery.errors import AuthorityEnded, NotNamed
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import ProofGiven
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of

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
        Receiver.HOUSEHOLD_MEMBER: frozenset({PartyRole.MAY_RECEIVE}),
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
    if given.receiver is Receiver.PROXY:
        today = local(given.occurred_at or uow.now).date()
        is_over = party.authority_until is not None and party.authority_until < today
        if party.is_revoked or is_over:
            raise AuthorityEnded(receiver=given.receiver.value)
