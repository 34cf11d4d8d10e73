"""The banks that a citizen chooses from by name. Pure.

Source: config/bank/banks.toml.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "banks.toml"


@cache
def banks(path: Path = SHIPPED) -> Mapping[str, str]:
    """Name by number, in the order of names."""
    found = tomllib.loads(path.read_text("utf-8"))
    if wrong := [key for key in found if not re.fullmatch(r"[0-9]{6}", key)]:
        raise ValueError(f"{path.name}: {wrong[0]}")
    return MappingProxyType(dict(sorted(found.items(), key=lambda one: one[1].casefold())))


def bank_name(bank_bin: str) -> str:
    """Its name, or the number itself where the list has none."""
    return banks().get(bank_bin, bank_bin)
