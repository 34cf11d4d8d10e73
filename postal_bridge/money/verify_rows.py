"""What every file of the second program reads with: rows by plain SQL, ids by one spelling."""

from collections.abc import Callable
from typing import Any

Rows = Callable[[str], list[dict[str, Any]]]


def key_of(value: Any) -> str:
    """An id as both databases and the chain's bodies spell it alike; empty where there is none."""
    return "" if value is None else str(value).replace("-", "")
