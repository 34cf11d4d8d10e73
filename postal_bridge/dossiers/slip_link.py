"""The link in a slip's QR, signed by the office, so that a false slip can be told from a true one.

The path's token opens the dossier; number, moment and signature let anyone with the office's
public key check the paper.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from postal_bridge.kernel.canonical import canonical_json
from postal_bridge.kernel.keys import KeyRing, KeyUnusable


@dataclass(frozen=True, slots=True)
class SlipMark:
    """What the signature covers."""

    acceptance_number: str
    item_number: str
    accepted_at: datetime
    token: str = field(repr=False)

    def content(self) -> bytes:
        return canonical_json(
            {
                "kind": "slip",
                "acceptance_number": self.acceptance_number,
                "item_number": self.item_number,
                "accepted_at": self.accepted_at.replace(microsecond=0),
                "token": self.token,
            }
        ).encode()


def slip_link(ring: KeyRing, base_url: str, mark: SlipMark) -> str:
    """`base_url` with the token as its last part, and the signed facts as its query."""
    key_id, signature = ring.sign(mark.content())
    query = urlencode(
        {
            "n": mark.acceptance_number,
            "v": mark.item_number,
            "t": int(mark.accepted_at.timestamp()),
            "k": key_id,
            "s": base64.urlsafe_b64encode(signature).decode().rstrip("="),
        }
    )
    return f"{base_url.rstrip('/')}/{mark.token}?{query}"


def genuine_slip(ring: KeyRing, link: str) -> SlipMark | None:
    """What a slip's QR says, or None when this office did not sign it."""
    try:
        parts = urlsplit(link.strip())
        given = {name: values[0] for name, values in parse_qs(parts.query).items()}
        mark = SlipMark(
            given["n"],
            given.get("v", ""),
            datetime.fromtimestamp(int(given["t"]), tz=UTC),
            parts.path.rsplit("/", 1)[-1],
        )
        padded = given["s"] + "=" * (-len(given["s"]) % 4)
        signature = base64.urlsafe_b64decode(padded)
        is_ours = ring.is_signed(given["k"], signature, mark.content())
    except (KeyError, ValueError, OverflowError, binascii.Error, KeyUnusable):
        return None  # not a slip's link at all
    return mark if is_ours else None
