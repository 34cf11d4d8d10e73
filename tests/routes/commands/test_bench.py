"""The bench keeps away from what is in use, measures both sides, and leaves nothing behind."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from routes.commands.bench_load import Measured, percentile, summary
from routes.commands.entry import bridge

NOTHING = dict.fromkeys(("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"))


def run(*words: str, **env: str) -> tuple[int, Any]:
    done = CliRunner().invoke(bridge, ["bench", *words, "--json"], env={**NOTHING, **env})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.parametrize("name", list(NOTHING))
def test_the_bench_refuses_to_start_beside_a_database_or_redis_in_use(name: str) -> None:
    code, document = run("accept", "--seconds", "0.5", **{name: "sqlite:////nowhere"})
    assert code == 2
    assert document["error"]["code"] == "sandbox_only"
    assert name in document["error"]["detail"]


def test_only_a_postgresql_server_may_be_named() -> None:
    code, document = run("accept", "--seconds", "0.5", "--database", "mysql://x/y")
    assert (code, document["error"]["code"]) == (2, "input_wrong")


@pytest.mark.slow
@pytest.mark.parametrize(("what", "commits"), [("accept", 1.0), ("track", 0.0)])
def test_both_sides_are_measured_and_the_home_is_gone(
    what: str, commits: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code, document = run(what, "--seconds", "1", "--rate", "4", "--clients", "2")
    assert code == 0, document
    for side in ("service", "bare"):
        measured = document[side]["open_loop"]
        assert measured["answered"] == measured["good"] == 4, document
        assert measured["lost"] == 0
        assert 0 < measured["p50_ms"] <= measured["p95_ms"] <= measured["p99_ms"]
        assert document[side]["closed_loop"]["good"] > 0
    assert document["parts"]["service"]["commits"] == commits
    assert document["parts"]["bare"]["statements"] <= 2
    assert document["parts"]["service"]["statements"] > document["parts"]["bare"]["statements"]
    assert os.listdir(tmp_path) == []


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=300))
def test_a_percentile_is_a_value_that_so_many_do_not_exceed(values: list[float]) -> None:
    ordered = sorted(values)
    for percent in (50, 95, 99):
        found = percentile(ordered, percent)
        assert found is not None
        assert sum(round(one, 1) <= found for one in ordered) * 100 >= percent * len(ordered)
        assert sum(round(one, 1) < found for one in ordered) * 100 < percent * len(ordered)


def test_only_good_answers_count_for_the_rate() -> None:
    done = Measured(took_s=2.0)
    for status in ("201", "201", "500", "429"):
        done.add(status, 0.0, 10)
    assert summary(done)["per_s"] == 1.0
    assert summary(done)["answered"] == 4
