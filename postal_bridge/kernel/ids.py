"""Row keys. They identify; nothing is ordered by them."""

import os
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
