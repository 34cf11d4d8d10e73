"""One byte form for a value, so that equal facts have equal digests."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID


@lru_cache(1_024)  # the times of one unit of work are few, and said in many places
def utc_text(moment: datetime) -> str:
    """UTC with microseconds and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


class CanonicalText(str):
    """The canonical form of a value that was needed before: a column keeps it as it is."""

    __slots__ = ()


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain, allow_nan=False
)


def canonical_json(value: Mapping[str, Any] | list[Any] | str | int | None) -> str:
    """Sorted keys, no blanks, real letters; times as UTC with microseconds."""
    return _ENCODER.encode(value)


def digest(value: Mapping[str, Any] | list[Any] | str | int | None) -> str:
    """SHA-256 of the canonical form, 64 hex digits."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()
