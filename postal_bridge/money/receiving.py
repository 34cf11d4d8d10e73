"""The bank account that ships with the release. Pure; `receiving_accounts` knows the others."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "receiving.toml"


@dataclass(frozen=True, slots=True)
class ReceivingAccount:
    """`holder` is shown to the payer beside the code, as the bank spells it."""

    bank_bin: str
    account: str
    holder: str
    bank_name: str

    @property
    def key(self) -> str:
        return f"{self.bank_bin}-{self.account}"


@cache
def receiving_account(path: Path = SHIPPED) -> ReceivingAccount:
    """What payers are shown while nothing is published."""
    return ReceivingAccount(**tomllib.loads(path.read_text("utf-8")))
