"""Row keys and other signs by chance. They identify; nothing is ordered by them."""

import os
import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, the rest random."""
    value = int.from_bytes(os.urandom(16))
    value &= (1 << 80) - 1
    value |= (time.time_ns() // 1_000_000) << 80
    value &= ~(0xF << 76)
    value |= 0x7 << 76
    value &= ~(0x3 << 62)
    value |= 0x2 << 62
    return UUID(int=value)


def random_signs(signs: str, count: int) -> str:
    """So many of these signs, each as likely as any other; drawn at once, not one by one."""
    drawn, number = "", secrets.randbelow(len(signs) ** count)
    for _ in range(count):
        number, place = divmod(number, len(signs))
        drawn += signs[place]
    return drawn
