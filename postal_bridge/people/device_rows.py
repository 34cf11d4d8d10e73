"""A row that a device recorded itself: its form, its signature, its place in the stream. Pure.

DeviceError (RuleViolation)
├── RowUnreadable   no row of a device's stream in its one byte form
└── PublicKeyWrong  no public key on P-256
DeviceLocked (Conflict)     nothing is enrolled on a locked device
DeviceHeadMoved (Conflict)  somebody else enrolled meanwhile: begin anew

Source: design section 6 (streams); the key is ES256 of RFC 7518 section 3.4, which every browser's
WebCrypto has (Ed25519 not yet).
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from postal_bridge.kernel.canonical import canonical_json
from postal_bridge.kernel.chains import GENESIS, VERSION
from postal_bridge.kernel.errors import Conflict, RuleViolation

ENROLLED = "device.enrolled"
STREAM = "device:"
LONGEST_TEXT = 6_000
LARGEST_SEQ = 2**53 - 1
SIGNATURE_BYTES = 64
_DEVICE_ID = re.compile(r"[0-9A-Za-z-]{1,40}")
_KIND = re.compile(r"[a-z_.]{1,60}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_MEMBERS = frozenset(
    ("version", "stream", "seq", "kind", "prev_hash", "occurred_at", "recorded_at", "actor", "body")
)


class DeviceError(RuleViolation):
    code = "device_rule"


class RowUnreadable(DeviceError):
    code = "device_row_unreadable"


class PublicKeyWrong(DeviceError):
    code = "device_key_wrong"


class DeviceLocked(Conflict):
    code = "device_locked"


class DeviceHeadMoved(Conflict):
    code = "device_head_moved"


class ChainState(StrEnum):
    """Where a row stands in its device's stream as it comes.

    LATE fills a gap; GAP has rows before it that did not come; FORK contradicts a row that is
    here; UNSIGNED has no place in the stream, for nobody knows who wrote it.
    """

    IN_ORDER = "in_order"
    LATE = "late"
    GAP = "gap"
    FORK = "fork"
    UNSIGNED = "unsigned"


class Fault(StrEnum):
    """Why a row is no evidence of its act."""

    SIGNATURE_WRONG = "signature_wrong"
    KEY_UNKNOWN = "key_unknown"
    KEY_ENDED = "key_ended"
    DEVICE_LOCKED = "device_locked"
    OTHER_PERSON = "other_person"
    ACT_DIFFERS = "act_differs"


class Fate(StrEnum):
    DONE = "done"
    REFUSED = "refused"


class KeyEnd(StrEnum):
    REPLACED = "replaced"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row as a phone sends it.

    Attributes
    ----------
    text : the row in its canonical form, which is what was signed
    signature : base64 of r and s, 32 bytes each
    salt : of the row's digests, 32 hexadecimal digits
    sent_at : the phone's clock when it sent the row
    """

    text: str
    signature: str
    key_id: UUID
    salt: str = field(repr=False)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeviceFact:
    """What a row says."""

    device_id: str
    seq: int
    kind: str
    prev_hash: str
    occurred_at: datetime
    staff_id: str
    body: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Signed rows of the same stream that are here already.

    Attributes
    ----------
    head_seq : the highest number
    beside : hashes under the row's own number
    before : hashes under the number before
    after : what rows under the number after say comes before them
    """

    head_seq: int
    beside: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]


def read_row(text: str) -> DeviceFact:
    """What the row says. Raises RowUnreadable, also for what is not in canonical form."""
    try:
        said = json.loads(text) if len(text) <= LONGEST_TEXT else None
        fact = _fact(said, text)
        is_canonical = canonical_json(said) == text
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RowUnreadable from None
    if not is_canonical:
        raise RowUnreadable
    return fact


def _fact(said: Any, text: str) -> DeviceFact:
    stream, seq = said["stream"], said["seq"]
    device_id = stream.removeprefix(STREAM)
    occurred_at = datetime.strptime(said["occurred_at"], _MOMENT).replace(tzinfo=UTC)
    has_shape = (
        said.keys() == _MEMBERS
        and said["version"] == VERSION
        and stream.startswith(STREAM)
        and _DEVICE_ID.fullmatch(device_id)
        and type(seq) is int
        and 0 < seq <= LARGEST_SEQ
        and _KIND.fullmatch(said["kind"])
        and _HASH.fullmatch(said["prev_hash"])
        and said["recorded_at"] is None
        and isinstance(said["body"], dict)
    )
    if not has_shape:
        raise ValueError
    return DeviceFact(
        device_id=device_id,
        seq=seq,
        kind=said["kind"],
        prev_hash=said["prev_hash"],
        occurred_at=occurred_at,
        staff_id=str(said["actor"]["id"]),
        body=said["body"],
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


def check_public_key(encoded: str) -> None:
    """Raises PublicKeyWrong for what is not a public key on P-256, as SubjectPublicKeyInfo."""
    try:
        _public_key(encoded)
    except (ValueError, TypeError, binascii.Error):
        raise PublicKeyWrong from None


def is_signed(text: str, signature: str, public_key: str) -> bool:
    """Whether this key signed these very bytes."""
    try:
        raw = base64.b64decode(signature, validate=True)
        if len(raw) != SIGNATURE_BYTES:
            return False
        r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
        _public_key(public_key).verify(
            encode_dss_signature(r, s), text.encode(), ec.ECDSA(SHA256())
        )
    except (InvalidSignature, ValueError, TypeError, binascii.Error):
        return False
    return True


def _public_key(encoded: str) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(base64.b64decode(encoded, validate=True))
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError
    return key


def fingerprint(public_key: str) -> str:
    """SHA-256 of the key, by which a row of enrolment names it."""
    return hashlib.sha256(base64.b64decode(public_key)).hexdigest()


def chain_state(fact: DeviceFact, known: Neighbours) -> ChainState:
    """Where a signed row that was not here before stands."""
    before = frozenset({GENESIS}) if fact.seq == 1 else known.before
    contradicts = (
        bool(known.beside)
        or (bool(before) and fact.prev_hash not in before)
        or (bool(known.after) and fact.hash not in known.after)
    )
    if contradicts:
        return ChainState.FORK
    if not before:
        return ChainState.GAP
    return ChainState.LATE if fact.seq < known.head_seq else ChainState.IN_ORDER


def missing_before(seqs: frozenset[int]) -> tuple[tuple[int, int], ...]:
    """Runs of numbers that did not come, first and last of each, below the highest that did."""
    missing, last = [], 0
    for seq in sorted(seqs):
        if seq > last + 1:
            missing.append((last + 1, seq - 1))
        last = seq
    return tuple(missing)
