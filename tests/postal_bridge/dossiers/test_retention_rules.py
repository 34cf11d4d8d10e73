"""The dated table of how long personal data are kept."""

from datetime import date
from pathlib import Path

import pytest

from postal_bridge.dossiers.retention import (
    RetentionClass,
    RetentionRule,
    retention_rules,
    rule_in_force,
)

GOOD = """
[[rule]]
class = "with_money"
from = 2020-01-01
clock = "last_fact"
months = 120
source = "a law"

[[rule]]
class = "without_money"
from = 2020-01-01
clock = "last_fact"
months = 24
source = "a choice"

[[rule]]
class = "door"
from = 2020-01-01
clock = "hand_over"
months = 12
source = "a choice"
"""


@pytest.mark.parametrize(
    ("months", "last_fact", "ends_on"),
    [
        (24, date(2022, 8, 15), date(2024, 8, 15)),
        (8, date(2022, 6, 30), date(2023, 2, 28)),
        (12, date(2024, 2, 29), date(2025, 2, 28)),
        (120, date(2022, 12, 31), date(2032, 12, 31)),
    ],
)
def test_a_length_is_counted_in_months(months: int, last_fact: date, ends_on: date) -> None:
    rule = RetentionRule(RetentionClass.WITHOUT_MONEY, date(2020, 1, 1), months, "test")
    assert rule.ends_on(last_fact) == ends_on


def test_the_newest_rule_in_force_decides() -> None:
    of = RetentionClass.WITH_MONEY
    first = RetentionRule(of, date(2020, 1, 1), 120, "first")
    later = RetentionRule(of, date(2027, 1, 1), 60, "later")
    other = RetentionRule(RetentionClass.WITHOUT_MONEY, date(2026, 1, 1), 24, "other")
    table = (later, first, other)
    assert rule_in_force(of, date(2026, 12, 31), table) is first
    assert rule_in_force(of, date(2027, 1, 1), table) is later
    assert rule_in_force(of, date(2019, 12, 31), table) is None


def test_the_shipped_table_names_a_source_for_every_class() -> None:
    assert {rule.retention_class for rule in retention_rules()} == set(RetentionClass)
    assert all(rule.source for rule in retention_rules())


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("months = 24", "months = 7"),
        ("months = 24", 'months = "24"'),
        ('clock = "last_fact"', 'clock = "opened"'),
        ('source = "a choice"', 'source = ""'),
        ('class = "without_money"', 'class = "with_money"'),
        ('class = "without_money"', 'class = "whatever"'),
        ("from = 2020-01-01", 'from = "2020"'),
    ],
)
def test_a_table_that_says_too_little_is_refused(tmp_path: Path, said: str, instead: str) -> None:
    path = tmp_path / "retention.toml"
    path.write_text(GOOD, "utf-8")
    assert len(retention_rules(path)) == 3
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(GOOD.replace(said, instead), "utf-8")
    with pytest.raises(ValueError, match=r"wrong\.toml|RetentionClass"):
        retention_rules(wrong)
