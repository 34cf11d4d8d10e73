"""How the National Payment Platform's messages are laid out: a table, not code. Pure.

Source: facts of the INIT message 1.0.6 as read in deployed public code; what that code leaves
open is a sample, marked so in the file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "national_platform.toml"


@dataclass(frozen=True, slots=True)
class Layout:
    """Attributes
    ----------
    order, query, service : fields that are the same in every message of that kind
    signed : for order, query and notice the fields of the code, in its order
    reply, notice, answer : our word for a thing -> the platform's field or code
    """

    version: str
    paths: Mapping[str, str]
    order: Mapping[str, str]
    query: Mapping[str, str]
    service: Mapping[str, str]
    signed: Mapping[str, tuple[str, ...]]
    fee_kinds: Mapping[str, str]
    reply: Mapping[str, str]
    notice: Mapping[str, str]
    answer: Mapping[str, str]


@cache
def shipped_layout(path: Path = SHIPPED) -> Layout:
    read = tomllib.loads(path.read_text("utf-8"))
    read["signed"] = {kind: tuple(names) for kind, names in read["signed"].items()}
    return Layout(**read)
