"""The secret that a provider and we share. Pure."""

from postal_bridge.kernel.keys import KeyRing, KeyUnusable, Purpose
from postal_bridge.money.errors import BadSignature


def shared_secret(ring: KeyRing, key_id: str) -> bytes:
    """Of the webhook key of that id, or the active one where none is named.

    Raises BadSignature for a key that may not be used: nothing signed under it is believed.
    """
    try:
        if key_id:
            return ring.reading(key_id, Purpose.WEBHOOK).secret
        return ring.active(Purpose.WEBHOOK).secret
    except KeyUnusable:
        raise BadSignature from None
