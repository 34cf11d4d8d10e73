"""How secrets are made, hashed and compared. No database.

Passwords: Argon2id. Tokens, links and keys: random, kept as HMAC under a key of the home, so
that a copy of the database opens nothing. Six-digit codes: peppered, salted and slow, since
they are few.
"""

import hashlib
import hmac
import os
import secrets

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from postal_bridge.kernel.ids import random_signs
from postal_bridge.kernel.keys import KeyRing, Purpose

TOKEN_BYTES = 32
CODE_DIGITS = 6
SALT_BYTES = 16
CODE_ROUNDS = 20_000
_WORD_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, i, o, 0, 1: read aloud and typed

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA"
    "$0000000000000000000000000000000000000000000"
)


def hash_password(password: str) -> str:
    """Argon2id with 19 MiB, two passes, one lane: 44 ms on a two-core machine.

    Source: OWASP Password Storage Cheat Sheet; facts on dependencies (measured).
    """
    return _HASHER.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Compare; for an unknown person the same work is done and the answer is no."""
    try:
        return _HASHER.verify(stored or NOBODY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_new_hash(stored: str) -> bool:
    return _HASHER.check_needs_rehash(stored)


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_password() -> str:
    """Four groups of four signs, to be typed once: 79 bits."""
    return "-".join(random_signs(_WORD_SIGNS, 4) for _ in range(4))


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def keyed_hashes(ring: KeyRing, purpose: Purpose, use: str, secret: str) -> list[str]:
    """What is stored of a token (the first) and what it is looked for under (any).

    `use` keeps tokens of one kind from passing as another.
    """
    content = f"{use}:{secret}".encode()
    return [
        f"{key.id}:{hmac.new(key.secret, content, hashlib.sha256).hexdigest()}"
        for key in ring.usable(purpose)
    ]


def new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def hash_code(ring: KeyRing, code: str, salt: bytes) -> str:
    """Under the active pepper; its id stands in front."""
    key = ring.active(Purpose.CODE_PEPPER)
    return f"{key.id}:{_slow(key.secret, code, salt)}"


def is_code(ring: KeyRing, stored: str, code: str, salt: bytes) -> bool:
    """Raises KeyUnusable when the pepper was retired."""
    key_id, _, digest = stored.partition(":")
    key = ring.reading(key_id, Purpose.CODE_PEPPER)
    return hmac.compare_digest(digest, _slow(key.secret, code, salt))


def _slow(pepper: bytes, code: str, salt: bytes) -> str:
    mixed = hmac.new(pepper, code.encode(), hashlib.sha256).digest()
    return hashlib.pbkdf2_hmac("sha256", mixed, salt, CODE_ROUNDS).hex()
