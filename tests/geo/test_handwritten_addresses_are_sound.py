"""The hand-written addresses fit the register: what they call true can be true.

The set judges the resolver, so nothing here asks the resolver.
"""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from config.folding import fold, nfc
from config.register import Register, Unit, load_register

BEFORE, AFTER = date(2025, 6, 30), date(2026, 11, 1)
FILE = Path(__file__).parent / "addresses" / "handwritten.csv"
COLUMNS = ["kind", "input", "era", "status", "old_code", "new_code", "note"]
# In these kinds the name itself is written otherwise, which is their point.
MISSPELT = {"typo", "telex", "vni", "numbered_ward", "spelling_variant"}


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    text: str
    era: str
    status: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def _rows(path: Path = FILE) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        assert reader.fieldnames == COLUMNS
        return [
            Row(r["kind"], r["input"], r["era"], r["status"],
                _codes(r["old_code"]), _codes(r["new_code"]))
            for r in reader
        ]  # fmt: skip


def _codes(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


ROWS = _rows()
RESOLVED = [row for row in ROWS if row.status == "resolved"]


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


def _successors(register: Register, old_code: str) -> set[str]:
    return {s.new_code for s in register.successors(old_code)}


def _people_went_to(register: Register, old_code: str) -> set[str]:
    """Where an address went: to the one that took all people, if one did."""
    people = {s.new_code for s in register.successors(old_code) if s.takes_people}
    return people or _successors(register, old_code)


def test_there_are_enough_rows_of_enough_kinds_from_every_province(register: Register) -> None:
    assert len(ROWS) >= 300
    assert len({row.kind for row in ROWS}) >= 20
    assert {row.era for row in ROWS} == {"old", "new", "mixed", "unknown"}
    seen = Counter(register.province_of(row.new[0], AFTER).code for row in RESOLVED)
    assert set(seen) == {province.code for province in register.provinces(AFTER)}


def test_no_text_stands_twice_and_each_is_in_composed_form() -> None:
    assert [text for text, n in Counter(row.text for row in ROWS).items() if n > 1] == []
    assert [row.text for row in ROWS if nfc(row.text) != " ".join(row.text.split())] == []


def test_codes_are_communes_and_the_status_fits_their_number(register: Register) -> None:
    wrong = []
    for row in ROWS:
        units = [register.unit(code, BEFORE) for code in row.old]
        units += [register.unit(code, AFTER) for code in row.new]
        fits = {
            "none": not units,
            "resolved": len(row.new) == 1 and len(row.old) <= 1,
            "candidates": 1 < max(len(row.new), len(row.old)) <= 10,
        }
        is_once = len(set(row.old)) == len(row.old) and len(set(row.new)) == len(row.new)
        if not (fits[row.status] and is_once and all(u.level == "commune" for u in units)):
            wrong.append(row.text)
    assert wrong == []


def test_old_and_new_codes_are_related(register: Register) -> None:
    wrong = []
    for row in ROWS:
        became = [_successors(register, code) for code in row.old]
        if row.status == "resolved":
            fits = all(set(row.new) <= one for one in became)
            if row.era == "old":  # a split commune has a single successor of people, or none
                fits = all(set(row.new) == _people_went_to(register, code) for code in row.old)
        else:
            fits = all(one <= set(row.new) for one in became)
            if row.era == "old":
                fits = fits and set(row.new) == set().union(*became)
        if not fits:
            wrong.append(row.text)
    assert wrong == []


def test_the_one_old_commune_behind_a_new_one_is_named(register: Register) -> None:
    silent = [
        row.text
        for row in RESOLVED
        if not row.old
        and len(register.predecessors(row.new[0])) == 1
        and len(register.predecessors(row.new[0])[0].old_code) == 5  # islands had a district only
    ]
    assert silent == []


def test_no_old_namesake_in_the_province_makes_a_resolved_new_form_ambiguous(
    register: Register,
) -> None:
    namesakes: dict[tuple[str, str], list[Unit]] = {}
    for old in register.communes(BEFORE):
        for province in {
            register.province_of(code, AFTER).code for code in _successors(register, old.code)
        }:
            namesakes.setdefault((fold(old.full_name), province), []).append(old)
    doubtful = []
    for row in RESOLVED:
        if row.era != "new":
            continue
        unit = register.unit(row.new[0], AFTER)
        province = register.province_of(unit.code, AFTER).code
        for old in namesakes.get((fold(unit.full_name), province), ()):
            # Marks tell Thuận Hòa from Thuận Hóa where the writer set them.
            is_same = old.name == unit.name or fold(row.text) == row.text.lower()
            if is_same and _successors(register, old.code) != {unit.code}:
                doubtful.append(row.text)
    assert doubtful == []


def test_the_commune_is_named_in_the_text(register: Register) -> None:
    strange = []
    for row in ROWS:
        if row.kind in MISSPELT or not row.new:
            continue
        units = [register.unit(code, BEFORE) for code in row.old]
        units += [register.unit(code, AFTER) for code in row.new]
        text = fold(row.text)
        if not any(fold(unit.name) in text for unit in units):
            strange.append(row.text)
    assert strange == []


def test_the_page_about_the_set_counts_its_rows_by_kind() -> None:
    page = (FILE.parent / "README.md").read_text("utf-8")
    told = {kind: int(count) for kind, count in re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.M)}
    assert told == Counter(row.kind for row in ROWS)
    assert f"\n{len(ROWS)} rows:" in page


@pytest.mark.parametrize("name", ["fresh", "third", "fourth", "fifth", "sixth", "seventh"])
def test_the_later_rows_name_communes_that_are_related(register: Register, name: str) -> None:
    rows = _rows(FILE.parent / f"{name}.csv")
    wrong = []
    for row in rows:
        for code in (*row.old, *row.new):
            assert register.unit(code, BEFORE if code in row.old else AFTER).level == "commune"
        became = set().union(*(_people_went_to(register, code) for code in row.old))
        fits_number = (row.status == "resolved") == (len(row.new) == 1)
        is_told = row.era == "mixed" and set(row.new) <= became  # a split one, decided by "nay là"
        fits = became <= set(row.new) or is_told
        if not fits or (row.new and not fits_number):
            wrong.append(row.text)
    assert wrong == []
    page = (FILE.parent / f"{name}.md").read_text("utf-8")
    assert f"{len(rows)} addresses in {len({row.kind for row in rows})} kinds" in page
