"""Contracts as an operator writes them, what is owed by them, and what the books must show."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.kernel.text import Texts
from postal_bridge.money.contract_csv import packed, read_contracts, unpacked
from postal_bridge.money.contract_text import explain_bearing
from postal_bridge.money.contracts import Contract, ContractBook, ContractItem, amount_vnd
from postal_bridge.money.month_of_bearers import BearerLine
from postal_bridge.money.verify_contracts import contracts_that_differ
from tests.builders.contracts import contract_csv

FIRST = date(2027, 1, 1)
MADE = Contract("hd-1", "p-long-my", "ubnd", "Hợp đồng", "Contract", FIRST)
ROW = "hd-1,p-long-my,ubnd,Hợp đồng,Contract,2027-01-01"


def test_a_file_is_read_as_it_is_published() -> None:
    rows, faults = read_contracts(contract_csv(f"{ROW},100,5000,31496 31493,12000,2000,3,20000"))
    wanted = replace(
        MADE, heavier_percent=100, remote_vnd=5_000, remote_communes=("31493", "31496"),
        redelivery_vnd=12_000, storage_vnd=2_000, storage_free_days=3, return_vnd=20_000,
    )  # fmt: skip
    assert (rows, faults) == ([(2, wanted)], [])
    assert unpacked(packed([wanted])) == [wanted]


def test_what_is_left_out_is_nothing() -> None:
    content = b"key,unit,agency,instrument,instrument_en,valid_from\n" + ROW.encode()
    assert read_contracts(content) == ([(2, MADE)], [])


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ("101,,,,,,", "heavier_percent", "contract_percent_wrong"),
        ("-1,,,,,,", "heavier_percent", "import_not_a_number"),
        (",26.000,31496,,,,", "remote_vnd", "import_not_a_number"),
        (",,,99999999,,,", "redelivery_vnd", "contract_amount_wrong"),
        (",5000,,,,,", "remote_communes", "import_value_missing"),
        (",5000,3149,,,,", "remote_communes", "register_code_wrong"),
        (",,,,,3,", "storage_vnd", "import_value_missing"),
        (",,,,100,400,", "storage_free_days", "contract_days_wrong"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_read(cells: str, column: str, code: str) -> None:
    _, faults = read_contracts(contract_csv(f"{ROW},{cells}"))
    assert [(one.row, one.column, one.code) for one in faults] == [(2, column, code)]


def test_a_key_stands_once_in_a_file() -> None:
    _, faults = read_contracts(contract_csv(f"{ROW},,,,,,,", f"{ROW},,,,,,,"))
    assert [(one.row, one.column, one.code) for one in faults] == [(3, "key", "import_key_twice")]


def test_the_nearest_unit_decides_then_the_latest_day_then_the_last_published() -> None:
    newer = replace(MADE, key="newer", valid_from=date(2027, 6, 1))
    again = replace(MADE, key="again")
    above = replace(MADE, key="above", unit="can-tho", valid_from=date(2027, 7, 1))
    ended = replace(MADE, key="ended", valid_from=date(2027, 6, 2), valid_to=date(2027, 6, 3))
    book = ContractBook((ended, above, again, newer, MADE))
    here = ["p-long-my", "can-tho"]

    def key(units: list[str], on: date) -> str | None:
        found = book.of(units, "ubnd", on)
        return None if found is None else found.key

    assert key(here, date(2027, 1, 1)) == "again"
    assert key(here, date(2027, 6, 3)) == "ended"
    assert key(here, date(2027, 8, 1)) == "newer"
    assert key(["can-tho"], date(2027, 8, 1)) == "above"
    assert key(here, date(2026, 12, 31)) is None
    assert book.of(here, "so-tp", date(2027, 8, 1)) is None


@given(st.integers(0, 10**6), st.integers(0, 100), st.integers(0, 40), st.integers(0, 40))
def test_an_amount_is_whole_never_below_nothing_and_never_above_what_it_is_of(
    difference: int, percent: int, days: int, free: int
) -> None:
    contract = replace(MADE, heavier_percent=percent, storage_vnd=2_000, storage_free_days=free)
    facts = {"difference_vnd": difference, "days": days}
    assert 0 <= amount_vnd(ContractItem.HEAVIER, contract, facts) <= difference
    assert amount_vnd(ContractItem.STORAGE, contract, facts) == 2_000 * max(0, days - free)
    for item in ContractItem:
        assert amount_vnd(item, None, facts) == 0


LINE: dict[str, Any] = {
    "id": "l1", "delivery_id": "d", "dossier_id": "o", "agency_id": "a", "unit_id": "u",
    "item": "return", "cause": "returned", "no": 1, "contract": "hd-1", "amount_vnd": 20_000,
    "facts": "{}", "entry_id": "e", "at": "2027-02-01 03:00:00",
}  # fmt: skip
SAID = {"line_id": "l1", "item": "return", "cause": "returned", "no": 1, "contract": "hd-1"}
POSTED = {
    "entry_id": "e", "debit_account": "contract:a", "credit_account": "fare_revenue:u",
    "amount_vnd": 20_000, "about": "return",
}  # fmt: skip
RETURNS = replace(MADE, return_vnd=20_000)


def found(
    lines: list[dict[str, Any]], posted: list[dict[str, Any]], said: list[dict[str, Any]]
) -> list[str]:
    tables = {
        "FROM contract_sets": [{"number": 1, "snapshot_id": "s"}],
        "FROM contract_lines": lines,
        "FROM quotes": [],
        "FROM postings": posted,
        "FROM stream_events": [{"body": json.dumps(body)} for body in said],
    }
    return [
        wrong
        for _, wrong in contracts_that_differ(
            lambda sql: next(rows for name, rows in tables.items() if name in sql),
            lambda _: packed([RETURNS]),
        )
    ]


def test_the_second_program_finds_what_was_changed() -> None:
    said = {**SAID, "amount_vnd": 20_000}
    assert found([LINE], [POSTED], [said]) == []
    dearer = {**LINE, "amount_vnd": 25_000}
    more = {**POSTED, "amount_vnd": 25_000}
    assert found([dearer], [more], [{**said, "amount_vnd": 25_000}]) == [
        "25000, by its contract 20000"
    ]
    assert "not as the chain says" in found([LINE], [POSTED], [{**said, "cause": "x"}])
    assert "posted as []" in found([LINE], [], [said])
    assert "posted without a line" in found([], [POSTED], [])
    assert "in the chain only" in found([], [], [said])
    assert "contract hd-2 is not published" in found(
        [{**LINE, "contract": "hd-2"}], [POSTED], [{**said, "contract": "hd-2"}]
    )
    back = {**LINE, "id": "l2", "no": 2, "amount_vnd": -19_000, "entry_id": None}
    assert "takes back -19000" in found([LINE, back], [POSTED], [said])


@pytest.mark.parametrize(("parked_days", "is_said"), [(0, False), (2, True)])
def test_days_of_a_hold_are_told_where_there_were_any(parked_days: int, is_said: bool) -> None:
    facts: dict[str, str | int] = {"days": 5, "parked_days": parked_days}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    line = BearerLine("agency:a", "storage", "storage", 0, at, None, None, None, facts, None)
    said = explain_bearing(line, Texts.load(), "vi")
    assert "Lưu tại bưu cục 5 ngày" in said
    assert ("tạm dừng phát" in said) is is_said
