"""Keys by purpose, each with id and state. They live in the home, never in a backup."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from postal_bridge.kernel.errors import AppError, SetupLacking

NONCE_BYTES = 12


class Purpose(StrEnum):
    SESSION = "session"
    FIELD_MASTER = "field_master"
    BLIND_INDEX = "blind_index"
    WEBHOOK = "webhook"
    CODE_PEPPER = "code_pepper"
    OFFICE_SIGNING = "office_signing"
    PARTNERS = "partners"


class KeyState(StrEnum):
    """active makes and reads, accepting only reads, retired does neither."""

    ACTIVE = "active"
    ACCEPTING = "accepting"
    RETIRED = "retired"


class KeyUnusable(AppError):
    code = "key_unusable"


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    purpose: Purpose
    state: KeyState
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of a home. Every ciphertext, token and signature carries its key's id."""

    keys: Mapping[str, Key]

    @classmethod
    def fresh(cls) -> Self:
        made = [_new_key(purpose, KeyState.ACTIVE) for purpose in Purpose]
        return cls({key.id: key for key in made})

    @classmethod
    def load(cls, path: Path) -> Self:
        """Raises SetupLacking when the file is not there."""
        if not path.exists():
            raise SetupLacking(what="keys.json")
        rows = json.loads(path.read_text())["keys"]
        return cls(
            {
                row["id"]: Key(
                    row["id"],
                    Purpose(row["purpose"]),
                    KeyState(row["state"]),
                    base64.b64decode(row["secret"]),
                )
                for row in rows
            }
        )

    def save(self, path: Path) -> None:
        """Written whole, synced, readable by the owner only, then renamed into place."""
        rows = [
            {
                "id": key.id,
                "purpose": key.purpose.value,
                "state": key.state.value,
                "secret": base64.b64encode(key.secret).decode(),
            }
            for key in self.keys.values()
        ]
        partial = path.with_suffix(".partial")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump({"version": 1, "keys": rows}, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)

    def active(self, purpose: Purpose) -> Key:
        return next(
            key
            for key in self.keys.values()
            if key.purpose == purpose and key.state == KeyState.ACTIVE
        )

    def usable(self, purpose: Purpose) -> list[Key]:
        """The active key first, then the accepting ones."""
        found = [
            key
            for key in self.keys.values()
            if key.purpose == purpose and key.state != KeyState.RETIRED
        ]
        return sorted(found, key=lambda key: key.state != KeyState.ACTIVE)

    def reading(self, key_id: str, purpose: Purpose) -> Key:
        """The key a ciphertext names. Raises KeyUnusable when unknown, retired or another's."""
        key = self.keys.get(key_id)
        if key is None or key.purpose != purpose or key.state == KeyState.RETIRED:
            raise KeyUnusable(key_id=key_id)
        return key

    def add(self, purpose: Purpose) -> tuple[Self, str]:
        """A new key that reads but does not make anything yet, and its id."""
        key = _new_key(purpose, KeyState.ACCEPTING)
        return type(self)({**self.keys, key.id: key}), key.id

    def add_given(self, purpose: Purpose, secret: bytes) -> tuple[Self, str]:
        """A secret that a partner gave us, as a key that only reads; returns its id too."""
        key = replace(_new_key(purpose, KeyState.ACCEPTING), secret=secret)
        return type(self)({**self.keys, key.id: key}), key.id

    def activate(self, key_id: str) -> Self:
        """From now on this key makes; the one before it only reads."""
        chosen = self._known(key_id)
        changed = {
            key.id: replace(key, state=KeyState.ACCEPTING)
            for key in self.usable(chosen.purpose)
            if key.state == KeyState.ACTIVE
        }
        changed[key_id] = replace(chosen, state=KeyState.ACTIVE)
        return type(self)({**self.keys, **changed})

    def retire(self, key_id: str) -> Self:
        """Nothing under this key can be read any more. The active key cannot be retired."""
        key = self._known(key_id)
        if key.state == KeyState.ACTIVE:
            raise KeyUnusable(key_id=key_id)
        return type(self)({**self.keys, key_id: replace(key, state=KeyState.RETIRED)})

    def _known(self, key_id: str) -> Key:
        if key_id not in self.keys:
            raise KeyUnusable(key_id=key_id)
        return self.keys[key_id]

    def blind(self, value: str) -> list[str]:
        """Search forms of a normalised phone or ID number, the active key's first."""
        return [
            f"{key.id}:{hmac.new(key.secret, value.encode(), hashlib.sha256).hexdigest()}"
            for key in self.usable(Purpose.BLIND_INDEX)
        ]

    def sign(self, content: bytes) -> tuple[str, bytes]:
        """The office's Ed25519 signature and the id of its key."""
        key = self.active(Purpose.OFFICE_SIGNING)
        return key.id, Ed25519PrivateKey.from_private_bytes(key.secret).sign(content)

    def is_signed(self, key_id: str, signature: bytes, content: bytes) -> bool:
        try:
            self.public_key(key_id).verify(signature, content)
        except (InvalidSignature, KeyUnusable):
            return False
        return True

    def public_key(self, key_id: str) -> Ed25519PublicKey:
        """Verifying outlives retirement: an old slip stays checkable."""
        key = self._known(key_id)
        if key.purpose != Purpose.OFFICE_SIGNING:
            raise KeyUnusable(key_id=key_id)
        return Ed25519PrivateKey.from_private_bytes(key.secret).public_key()


def _new_key(purpose: Purpose, state: KeyState) -> Key:
    return Key(f"{purpose.value[:2]}{secrets.token_hex(4)}", purpose, state, os.urandom(32))


def seal(key: Key, plain: bytes, place: str) -> bytes:
    """AES-GCM under `key`: key id, colon, nonce, ciphertext. `place` is bound in."""
    nonce = os.urandom(NONCE_BYTES)
    return key.id.encode() + b":" + nonce + AESGCM(key.secret).encrypt(nonce, plain, place.encode())


def unseal(ring: KeyRing, purpose: Purpose, sealed: bytes, place: str) -> bytes:
    """Raises KeyUnusable for a retired key or a ciphertext moved from another place."""
    key_id, _, rest = sealed.partition(b":")
    key = ring.reading(key_id.decode(errors="replace"), purpose)
    try:
        return AESGCM(key.secret).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode())
    except InvalidTag:
        raise KeyUnusable(key_id=key.id) from None
