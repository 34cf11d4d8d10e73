"""How much cash a courier may carry on the road. Pure.

Source: config/bank/cash_on_road.toml.
"""

import tomllib
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "cash_on_road.toml"


@cache
def cash_limit_vnd(path: Path = SHIPPED) -> int:
    """Above this a run gets a banking stop."""
    limit_vnd = tomllib.loads(path.read_text("utf-8"))["limit_vnd"]
    if not isinstance(limit_vnd, int) or limit_vnd <= 0:
        raise ValueError(f"{path.name}: limit_vnd")
    return limit_vnd
