"""How strong a proof of delivery is, and which one a document class demands. Pure.

The matrix document class x form of signature gives the evidence to take at the hand-over; the level
says who stands behind it. Below the level demanded a delivery stays `reported_delivered`.

Source: design invariant C6; facts on who may receive. No picture of an identity card is evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import RuleViolation


class ProofLevel(IntEnum):
    """Who stands behind the word "handed over"; more is stronger."""

    NONE = 0
    NO_COMPLAINT = 1  # nobody complained until a stated day
    CITIZEN_CONFIRMED = 2
    CARRIER_EVIDENCE = 3  # a carrier's signature or photograph
    OWN_PROOF = 4


class DocumentClass(StrEnum):
    """What kind of paper is delivered, as the procedure's catalogue says."""

    IDENTITY = "identity"  # identity card, passport
    CERTIFICATE = "certificate"
    DECISION = "decision"  # administrative decision: periods for appeal start with it
    ORDINARY = "ordinary"


class Signature(StrEnum):
    """The forms of signature at a hand-over."""

    HANDWRITTEN = "handwritten"
    FINGERPRINT = "fingerprint"  # before a named witness, who signs
    CODE = "code"  # one-time code from the slip or a text


class Evidence(StrEnum):
    """One piece of evidence of a hand-over."""

    RELATION = "relation"
    ID_PAPER = "id_paper"  # kind of paper and last four digits, never its picture
    SIGNATURE = "signature"
    FINGERPRINT = "fingerprint"
    WITNESS_NAME = "witness_name"
    WITNESS_SIGNATURE = "witness_signature"
    CODE = "code"
    AUTHORITY = "authority"  # the proxy's power of attorney


class Receiver(StrEnum):
    """Who may receive, asked at intake with one key."""

    OWNER = "owner"
    HOUSEHOLD_MEMBER = "household_member"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class ProofPolicy:
    """What one document class demands."""

    level: ProofLevel
    receivers: frozenset[Receiver]
    evidence: Mapping[Signature, frozenset[Evidence]]


_E, _G, _W = Evidence, Signature, Receiver

_WHO = frozenset({_E.RELATION, _E.ID_PAPER})
_SIGNED = _WHO | {_E.SIGNATURE}
_MARKED = _WHO | {_E.FINGERPRINT, _E.WITNESS_NAME, _E.WITNESS_SIGNATURE}
_CODED = _WHO | {_E.CODE}
_ANYONE = frozenset(_W)

POLICY: Mapping[DocumentClass, ProofPolicy] = MappingProxyType(
    {
        # Holder only, and a code alone opens nothing.
        DocumentClass.IDENTITY: ProofPolicy(
            ProofLevel.OWN_PROOF,
            frozenset({_W.OWNER}),
            MappingProxyType({_G.HANDWRITTEN: _SIGNED, _G.FINGERPRINT: _MARKED}),
        ),
        DocumentClass.CERTIFICATE: ProofPolicy(
            ProofLevel.CARRIER_EVIDENCE,
            _ANYONE,
            MappingProxyType({_G.HANDWRITTEN: _SIGNED, _G.FINGERPRINT: _MARKED, _G.CODE: _CODED}),
        ),
        # Whoever could deny a decision must have signed for it: a code alone is not enough.
        DocumentClass.DECISION: ProofPolicy(
            ProofLevel.OWN_PROOF,
            _ANYONE,
            MappingProxyType({_G.HANDWRITTEN: _SIGNED, _G.FINGERPRINT: _MARKED}),
        ),
        DocumentClass.ORDINARY: ProofPolicy(
            ProofLevel.CITIZEN_CONFIRMED,
            _ANYONE,
            MappingProxyType({_G.HANDWRITTEN: _SIGNED, _G.FINGERPRINT: _MARKED, _G.CODE: _CODED}),
        ),
    }
)


class ReceiverNotAllowed(RuleViolation):
    """The document class leaves this kind of receiver out."""

    code = "receiver_not_allowed"


class SignatureNotAllowed(RuleViolation):
    code = "signature_not_allowed"


class ProofIncomplete(RuleViolation):
    code = "proof_incomplete"


class ProofBelowLevel(RuleViolation):
    """The delivery stays `reported_delivered`."""

    code = "proof_below_level"


def demanded_level(document: DocumentClass, contract: ProofLevel | None = None) -> ProofLevel:
    """Return the level demanded: the class's, or the contract's where that is stricter."""
    level = POLICY[document].level
    return level if contract is None else max(level, contract)


def demanded_evidence(
    document: DocumentClass, signature: Signature, receiver: Receiver
) -> frozenset[Evidence]:
    """Return what must be on record for this class, form of signature and receiver.

    Raises
    ------
    ReceiverNotAllowed, SignatureNotAllowed
        The cell of the matrix is closed.
    """
    policy = POLICY[document]
    if receiver not in policy.receivers:
        raise ReceiverNotAllowed(document=document.value, receiver=receiver.value)
    evidence = policy.evidence.get(signature)
    if evidence is None:
        raise SignatureNotAllowed(document=document.value, signature=signature.value)
    return evidence | {_E.AUTHORITY} if receiver is _W.PROXY else evidence


def check_own_proof(
    document: DocumentClass,
    signature: Signature,
    receiver: Receiver,
    given: frozenset[Evidence],
) -> ProofLevel:
    """Return OWN_PROOF when nothing is missing.

    Raises
    ------
    ReceiverNotAllowed, SignatureNotAllowed, ProofIncomplete
        `missing` names the first piece that is not there.
    """
    missing = sorted(demanded_evidence(document, signature, receiver) - given)
    if missing:
        raise ProofIncomplete(missing=missing[0].value, count=len(missing))
    return ProofLevel.OWN_PROOF


def check_level(
    document: DocumentClass, reached: ProofLevel, contract: ProofLevel | None = None
) -> None:
    """Raise `ProofBelowLevel` unless the level reached makes the delivery `handed_over`."""
    demanded = demanded_level(document, contract)
    if reached < demanded:
        raise ProofBelowLevel(reached=reached.name.lower(), demanded=demanded.name.lower())
