"""The address bench counts by the written rule, repeats by its seed, and meets the aims."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from config.register import load_register
from geo.resolver import shared_resolver
from routes.commands.address_rows import Expected, Outcome, Row, Tally, is_right, outcome
from routes.commands.address_variants import variants
from routes.commands.bench_addresses import bench_addresses

ROOT = Path(__file__).parents[3]
SET = ROOT / "tests" / "geo" / "addresses" / "handwritten.csv"
SHARE = 0.015
AIMS = {"typo": 0.88, "no_district": 0.97, "no_province": 0.97, "no_marks": 0.995, "full": 0.995}


def run(*words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(bench_addresses, [*words, "--json"], catch_exceptions=False)
    return done.exit_code, json.loads(done.stdout)


def test_a_file_is_counted_kind_by_kind() -> None:
    code, document = run(str(SET))
    assert code == 0
    assert document["ours"]["rows"] == sum(k["ours"]["rows"] for k in document["kinds"].values())
    assert document["ours"]["new_right"] >= 97
    assert document["ours"]["confidently_wrong"] == 0
    assert document["ours"]["per_s"] > 0
    assert document["vietnamadminunits"] is None


def test_one_wrong_single_answer_fails_the_bench(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    head = "kind,input,era,status,old_code,new_code\n"
    path.write_text(f'{head}x,"Phường Sài Gòn, HCM",new,resolved,,00070\n', encoding="utf-8")
    code, document = run(str(path))
    assert (code, document["ours"]["confidently_wrong"]) == (1, 1)


def test_a_file_without_expectations_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    path.write_text("input\nx\n", encoding="utf-8")
    assert run(str(path))[1]["error"]["code"] == "file_unreadable"
    assert run()[1]["error"]["code"] == "input_wrong"


@pytest.mark.parametrize(
    ("expected", "wanted", "got", "is_single", "right"),
    [
        ("resolved", "a", "a", True, True),
        ("resolved", "a", "b", True, False),
        ("resolved", "a", "a b", False, False),
        ("candidates", "a b", "a b c", False, True),
        ("candidates", "a b", "a c", False, False),
        ("candidates", "a b", "a", True, False),
        ("candidates", "a", "a b c d e f g h i j k", False, False),
        ("none", "", "", False, True),
        ("none", "", "a", True, False),
        ("either", "a", "a b", False, True),
        ("either", "a b", "a", True, False),
    ],
)
def test_right_is_one_place_or_at_most_ten_with_the_truth(
    expected: Expected, wanted: str, got: str, is_single: bool, right: bool
) -> None:
    new = frozenset(wanted.split())
    row = Row("x", "x", "old", expected, frozenset(), new)
    said = Outcome(frozenset(), frozenset(got.split()), is_single)
    assert is_right(row, said, new, said.new) is right


def test_the_same_seed_makes_the_same_addresses() -> None:
    register = load_register()
    first, again, other = (
        [row.text for row in variants(register, seed=seed, share=0.01)] for seed in (1, 1, 2)
    )
    assert first == again != other


def test_machine_made_variants_are_read_as_often_as_aimed() -> None:
    """A share of all communes; `bin/bridge bench addresses --variants` takes every one."""
    resolver = shared_resolver()
    tallies: dict[str, Tally] = defaultdict(Tally)
    for row in variants(load_register(), seed=7, share=SHARE):
        tallies[row.kind].add(row, outcome(resolver.resolve(row.text)))
    assert len(tallies) == 16
    for kind, tally in tallies.items():
        aim = AIMS.get(kind.partition(" ")[2], 0.97)
        assert tally.counts["new_right"] >= aim * tally.rows, (kind, tally.document())
        assert tally.counts["confidently_wrong"] <= 0.01 * tally.rows, (kind, tally.document())
