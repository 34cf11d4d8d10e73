"""How long the personal data of an ended dossier are kept. Pure; the table is data.

A dossier's clock starts with the last fact that was recorded of it, its items, its deliveries or
its money: whatever still happens makes the time begin anew. A door's starts with its hand-over.

Source: config/retention.toml, which names the source of each length.
"""

import calendar
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "retention.toml"
SHORTEST_MONTHS = 8
"""Six months to complain and two to answer. Source: Postal Law art. 38; Circular 05/2011 art. 9."""


class RetentionClass(StrEnum):
    """`WITH_MONEY`: a payment names the dossier, so its papers are vouchers too.

    `DOOR`: where a hand-over took place, remembered for the next one with consent.
    """

    WITH_MONEY = "with_money"
    WITHOUT_MONEY = "without_money"
    DOOR = "door"


CLOCKS: Mapping[RetentionClass, str] = MappingProxyType(
    {
        RetentionClass.WITH_MONEY: "last_fact",
        RetentionClass.WITHOUT_MONEY: "last_fact",
        RetentionClass.DOOR: "hand_over",
    }
)


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """In force from `valid_from` until a later one of its class."""

    retention_class: RetentionClass
    valid_from: date
    months: int
    source: str

    def ends_on(self, began: date) -> date:
        """The first day on which nothing is kept for the sake of this rule any more."""
        years, month = divmod(began.month - 1 + self.months, 12)
        year, month = began.year + years, month + 1
        return date(year, month, min(began.day, calendar.monthrange(year, month)[1]))


@cache
def retention_rules(path: Path = SHIPPED) -> tuple[RetentionRule, ...]:
    """The table. Raises ValueError for a class without a rule, another clock or a short length."""
    rules = tuple(_rule(row, path) for row in tomllib.loads(path.read_text("utf-8"))["rule"])
    if {rule.retention_class for rule in rules} != set(RetentionClass):
        raise ValueError(f"{path.name}: a class has no rule")
    return rules


def rule_in_force(
    retention_class: RetentionClass, on: date, rules: Iterable[RetentionRule]
) -> RetentionRule | None:
    """The newest rule of the class that has begun; None before the first."""
    begun = (r for r in rules if r.retention_class is retention_class and r.valid_from <= on)
    return max(begun, key=lambda rule: rule.valid_from, default=None)


def _rule(row: dict[str, object], path: Path) -> RetentionRule:
    valid_from, months = row["from"], row["months"]
    of_class = RetentionClass(str(row["class"]))
    if row["clock"] != CLOCKS[of_class] or not isinstance(valid_from, date) or not row["source"]:
        raise ValueError(f"{path.name}: clock, from or source")
    shortest = 1 if of_class is RetentionClass.DOOR else SHORTEST_MONTHS
    if not isinstance(months, int) or months < shortest:
        raise ValueError(f"{path.name}: months")
    return RetentionRule(of_class, valid_from, months, str(row["source"]))
