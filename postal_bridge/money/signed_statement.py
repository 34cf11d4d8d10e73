"""A drawer's statement that a clerk takes home: signed by the office, checked by anyone. Pure.

The content is one JSON document. Its signature is Ed25519 over the canonical form (sorted keys,
no blanks, UTF-8) of everything but `signature`. `journal.events` is the shift's whole chain:
each hash is the SHA-256 of the canonical form of that event without its hash, and holds the
hash of the one before (facts: H-10, H-12, H-30).
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from postal_bridge.kernel.canonical import canonical_json, digest
from postal_bridge.kernel.keys import KeyRing

KIND = "drawer_statement"
VERSION = 1
ALGORITHM = "Ed25519"
GENESIS = "0" * 64
EVENT_FIELDS = (
    "version", "stream", "seq", "kind", "prev_hash", "occurred_at", "recorded_at", "actor", "body",
)  # fmt: skip

PublicKeys = Mapping[str, bytes]
"""Key id -> the office's Ed25519 public key, 32 bytes."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a statement says.

    Attributes
    ----------
    is_genuine : an office key that the checker knows signed exactly this
    faults : what does not hold inside it: codes, with the event's number where one is at fault
    content : what was signed; None where nothing could be read
    """

    is_genuine: bool
    faults: tuple[str, ...]
    content: Mapping[str, Any] | None

    @property
    def holds(self) -> bool:
        return self.is_genuine and not self.faults

    @property
    def faults_said(self) -> tuple[tuple[str, dict[str, int]], ...]:
        """The sentence of each fault, with the number of the journal's row that is at fault."""
        return tuple(_said(fault) for fault in self.faults)


def sign_statement(ring: KeyRing, content: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the office's signature under its present key."""
    plain = json.loads(canonical_json(content))
    key_id, signature = ring.sign(canonical_json(plain).encode())
    return {
        **plain,
        "signature": {
            "algorithm": ALGORITHM,
            "key_id": key_id,
            "value": base64.b64encode(signature).decode(),
        },
    }


def public_keys_of(ring: KeyRing) -> dict[str, bytes]:
    """Every signing key the office ever had: an old statement stays checkable."""
    found = {}
    for key in ring.keys.values():
        if key.purpose.value == "office_signing":
            found[key.id] = ring.public_key(key.id).public_bytes_raw()
    return found


def read_statement(content: bytes | str) -> Any:
    """What the file says. Raises ValueError where it is no JSON, or says one thing twice."""
    return json.loads(content, object_pairs_hook=_each_once)


def check_statement(document: Any, keys: PublicKeys) -> Checked:
    """Whether the office signed it, and whether chain, lines and sums hold in themselves."""
    if not isinstance(document, dict) or document.get("kind") != KIND:
        return Checked(False, ("not_a_statement",), None)
    content = {name: value for name, value in document.items() if name != "signature"}
    signature = document.get("signature")
    is_genuine = _is_as_signed(signature) and _is_signed(signature, content, keys)
    faults = [] if is_genuine else ["signature"]
    try:
        faults += [*_chain_faults(content), *_sum_faults(content)]
    except (KeyError, TypeError, AttributeError, ValueError):
        faults.append("incomplete")
    return Checked(is_genuine, tuple(faults), content)


def short_link(ring: KeyRing, base_url: str, content: Mapping[str, Any]) -> str:
    """What the printed statement's QR holds: its figures and its digest, signed."""
    facts = short_facts(content)
    key_id, signature = ring.sign(canonical_json(facts).encode())
    signed = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return f"{base_url}?{urlencode({**facts, 'k': key_id, 's': signed})}"


def short_facts(content: Mapping[str, Any]) -> dict[str, str]:
    plain = json.loads(canonical_json(content))
    return {
        "d": str(plain["drawer_id"]),
        "st": str(plain["status"]),
        "e": str(plain["expected_vnd"]),
        "c": str(plain["counted_vnd"]),
        "o": str(plain["owed_vnd"]),
        "h": digest(plain),
    }


def check_short_link(link: str, keys: PublicKeys) -> dict[str, str] | None:
    """The figures of a genuine QR, or None."""
    given = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    facts = {name: given.get(name, "") for name in ("d", "st", "e", "c", "o", "h")}
    signed = given.get("s", "")
    signature = {"key_id": given.get("k", ""), "value": signed + "=" * (-len(signed) % 4)}
    return facts if _is_signed(signature, facts, keys) else None


def _said(fault: str) -> tuple[str, dict[str, int]]:
    kind, _, number = fault.rpartition("_")
    if number.isdecimal():
        return f"statement_fault_{kind}", {"no": int(number)}
    return f"statement_fault_{fault}", {}


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _is_as_signed(signature: Any) -> bool:
    """Nothing about the signature was changed either, though it proves nothing about the rest."""
    if not isinstance(signature, dict) or set(signature) != {"algorithm", "key_id", "value"}:
        return False
    try:
        value = base64.b64decode(str(signature["value"]), validate=True)
    except (binascii.Error, ValueError):
        return False
    is_whole = bool(base64.b64encode(value).decode() == signature["value"])
    return is_whole and bool(signature["algorithm"] == ALGORITHM)


def _is_signed(signature: Any, content: Mapping[str, Any], keys: PublicKeys) -> bool:
    if not isinstance(signature, dict):
        return False
    key = keys.get(str(signature.get("key_id")))
    if key is None:
        return False
    try:
        value = base64.b64decode(str(signature.get("value")), altchars=b"-_", validate=True)
        Ed25519PublicKey.from_public_bytes(key).verify(value, canonical_json(content).encode())
    except (InvalidSignature, binascii.Error, ValueError, TypeError):
        return False
    return True


def _chain_faults(content: Mapping[str, Any]) -> list[str]:
    journal = content["journal"]
    events, before, faults = journal["events"], GENESIS, []
    for number, event in enumerate(events, start=1):
        if event["seq"] != number or event["prev_hash"] != before:
            faults.append(f"chain_{number}")
        if digest({name: event[name] for name in EVENT_FIELDS}) != event["hash"]:
            faults.append(f"event_{number}")
        before = event["hash"]
    if (journal["first"], journal["last"], journal["count"]) != (1, len(events), len(events)):
        faults.append("count")
    if not events or journal["head"] != before:
        faults.append("head")
    return faults


def _sum_faults(content: Mapping[str, Any]) -> list[str]:
    """Sums, and each line against the posting the chain holds of it."""
    lines, faults = content["lines"], []
    before = sum(line["amount_vnd"] for line in lines if line["kind"] != "drawer_closed")
    if content["expected_vnd"] is not None and content["expected_vnd"] != before:
        faults.append("expected")
    if content["counted_vnd"] is not None:
        if content["difference_vnd"] != content["counted_vnd"] - content["expected_vnd"]:
            faults.append("difference")
        short_vnd = max(0, -content["difference_vnd"])
        if content["owed_vnd"] > (0 if content["status"] == "contested" else short_vnd):
            faults.append("owed")
    if sorted(_said_by_chain(content)) != sorted(
        (line["entry_id"], line["amount_vnd"]) for line in lines if not line["elsewhere"]
    ):
        faults.append("lines")
    return faults


def _said_by_chain(content: Mapping[str, Any]) -> list[tuple[str, int]]:
    """(entry, amount) of every posting in the shift's chain that touches this drawer."""
    code, found = f"drawer:{content['drawer_id']}", []
    for event in content["journal"]["events"]:
        for debit, credit, amount_vnd, _ in event["body"].get("lines", []):
            if code in (debit, credit):
                signed_vnd = amount_vnd if debit == code else -amount_vnd
                found.append((event["body"]["entry_id"], signed_vnd))
    return found
