"""What is told to whom. Pure.

A message names no procedure and holds no link (people are taught not to follow links in
messages); on a phone that others share it names nobody and no number either.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.people.rules import PartyRole


@dataclass(frozen=True, slots=True)
class Notice:
    """Which text is sent to whom when something happens.

    Attributes
    ----------
    template : `notice_{template}` for an own phone, `notice_{template}_shared` for a shared one
    tells : roles in order of preference; the first with a phone is told
    while_delivery_is : told only while this is still so; empty: whenever it is sent
    """

    template: str
    tells: tuple[PartyRole, ...]
    while_delivery_is: frozenset[DeliveryStatus] = frozenset()


_SENDERS = (PartyRole.SUBMITTER, PartyRole.OWNER)
_S = DeliveryStatus
_RECEIVERS = (PartyRole.RECIPIENT, PartyRole.OWNER, PartyRole.SUBMITTER)

NOTICES: Mapping[str, Notice] = MappingProxyType(
    {
        "dossiers.accepted": Notice("accepted", _SENDERS),
        "dossiers.supplement_requested": Notice("supplement_requested", _SENDERS),
        "dossiers.payment_due": Notice("payment_due", _SENDERS),
        "dossiers.refused": Notice("refused", _SENDERS),
        "dossiers.result_ready": Notice("result_ready", _SENDERS),
        "dossiers.correction": Notice("correction", _SENDERS),
        "delivery.out": Notice("out", _RECEIVERS, frozenset({_S.OUT_FOR_DELIVERY})),
        "delivery.handed_over": Notice("handed_over", _SENDERS),
        "delivery.failed": Notice(
            "failed", _RECEIVERS, frozenset({_S.ATTEMPT_FAILED, _S.HELD_AT_POINT})
        ),
        "delivery.held": Notice("held", _RECEIVERS, frozenset({_S.HELD_AT_POINT})),
        "delivery.invited": Notice("invited", _RECEIVERS, frozenset({_S.HELD_AT_POINT})),
        "delivery.returning": Notice("returning", _SENDERS),
        "money.fee_more_due": Notice("fee_more", _SENDERS),
        "money.fee_back_due": Notice("fee_back", _SENDERS),
        "money.refund_account_given": Notice("refund_account", _SENDERS),
    }
)
"""Topic -> what is told. Rooms below own the topics; a test compares the names."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """A party of the dossier with a phone."""

    party_id: UUID
    role: PartyRole
    is_phone_shared: bool


def whom(notice: Notice, parties: Iterable[Reachable]) -> Reachable | None:
    """The one person to tell: the first preferred role that can be reached."""
    known = sorted(parties, key=lambda party: str(party.party_id))
    for role in notice.tells:
        for party in known:
            if party.role is role:
                return party
    return None


def text_code(notice: Notice, *, is_shared: bool) -> str:
    """The code of the text in the catalogue."""
    return f"notice_{notice.template}{'_shared' if is_shared else ''}"
