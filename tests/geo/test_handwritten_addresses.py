"""The resolver against the sets of addresses by other hands."""

import csv
from pathlib import Path

import pytest

from geo.address_answer import Answer, Status
from geo.resolver import Resolver
from tests.geo.answer_codes import new_codes, old_codes

FOLDER = Path(__file__).parent / "addresses"
# What share of the new and of the old communes is read right today; none may be lost.
FLOORS = {
    "handwritten": (1.0, 1.0),
    "fresh": (1.0, 1.0),
    "third": (0.991, 0.992),
    "fourth": (0.99, 0.995),
    "fifth": (0.933, 0.92),
    "sixth": (0.993, 1.0),
    "seventh": (1.0, 1.0),
}


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _codes(cell: str) -> set[str]:
    return set(cell.split("|")) - {""}


def _is_right(row: dict[str, str], answer: Answer, column: str, got: set[str]) -> bool:
    """One place where there is one; all that there are where there are several; else none."""
    if str(answer.status) != row["status"]:
        return False
    wanted = _codes(row[column])
    return got == wanted if row["status"] == "resolved" else wanted <= got


@pytest.mark.parametrize("name", FLOORS)
def test_addresses_by_another_hand_are_read_as_well_as_before(
    resolver: Resolver, name: str
) -> None:
    rows = [(row, resolver.resolve(row["input"])) for row in _rows(name)]
    new_wrong = [r["input"] for r, a in rows if not _is_right(r, a, "new_code", new_codes(a))]
    dated = [(r, a) for r, a in rows if r["old_code"]]
    old_wrong = [r["input"] for r, a in dated if not _is_right(r, a, "old_code", old_codes(a))]
    assert len(rows) >= 300
    new_floor, old_floor = FLOORS[name]
    assert 1 - len(new_wrong) / len(rows) >= new_floor, new_wrong
    assert 1 - len(old_wrong) / len(dated) >= old_floor, old_wrong


@pytest.mark.parametrize("name", FLOORS)
def test_no_single_answer_is_wrong_or_given_where_there_are_several(
    resolver: Resolver, name: str
) -> None:
    single = [
        (row, answer)
        for row in _rows(name)
        if (answer := resolver.resolve(row["input"])).status == Status.RESOLVED
    ]
    assert not [r["input"] for r, a in single if new_codes(a) != _codes(r["new_code"])]
    assert not [r["input"] for r, _ in single if r["status"] != "resolved"]


def test_every_answer_of_several_asks_one_question(resolver: Resolver) -> None:
    for row in _rows("handwritten"):
        answer = resolver.resolve(row["input"])
        assert (answer.status == Status.CANDIDATES) == (answer.question is not None)
        assert len(answer.candidates) <= 10
        if answer.status != Status.RESOLVED:
            assert answer.reason
