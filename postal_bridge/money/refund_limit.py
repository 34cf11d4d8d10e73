"""Up to which amount two clerks give a payment back without a supervisor. Pure.

Source: config/bank/refund_limit.toml.
"""

import tomllib
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "refund_limit.toml"


@cache
def refund_limit_vnd(path: Path = SHIPPED) -> int:
    limit_vnd = tomllib.loads(path.read_text("utf-8"))["two_clerks_vnd"]
    if not isinstance(limit_vnd, int) or limit_vnd < 0:
        raise ValueError(f"{path.name}: two_clerks_vnd")
    return limit_vnd
