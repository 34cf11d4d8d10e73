"""`simulate`: random days that stay true, and what it says when one does not."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from routes.commands.simulate import Played, simulate, told
from routes.commands.simulate_stage import Broke, Refused, Someone


def run(*arguments: str) -> Result:
    return CliRunner().invoke(simulate, ["--json", *arguments])


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_a_random_day_stays_true(alone: None) -> None:
    played = run("--seeds", "1", "--first", "8", "--days", "1")
    assert played.exit_code == 0, played.output
    (seed,) = json.loads(played.stdout)["seeds"]
    assert seed["seed"] == 8
    assert {"accepted", "pouch_opened", "counted", "drawer_closed"} <= seed["done"].keys()


class AlwaysAgain(random.Random):
    """Every request is sent twice."""

    def random(self) -> float:
        return 0.0


@pytest.fixture
def somebody() -> Someone:
    """Works with an application that makes each mistake once."""
    app, count = Flask(__name__), itertools.count()

    @app.post("/api/v1/<path:name>")
    def answer(name: str) -> Any:
        said: dict[str, Any] = {
            "sessions": ({"staff": {"id": "1", "display_name": "A"}, "token": "t"}, 201),
            "kept": ({"n": 1}, 201),
            "done-twice": ({"n": next(count)}, 201),
            "by-a-rule": ({"title": "move_not_open"}, 409),
            "badly-written": ({"title": "invalid_request"}, 422),
            "not-his": ({"title": "forbidden"}, 403),
            "defect": ({"title": "internal"}, 500),
        }
        return said[name]

    return Someone(app, "gdv", "x", AlwaysAgain())


def test_what_a_rule_forbids_is_told_by_its_code(somebody: Someone) -> None:
    assert somebody.post("/kept") == {"n": 1}
    with pytest.raises(Refused) as refused:
        somebody.post("/by-a-rule")
    assert refused.value.code == "move_not_open"


@pytest.mark.parametrize("path", ["/done-twice", "/badly-written", "/not-his", "/defect"])
def test_what_must_never_be_breaks_the_seed(somebody: Someone, path: str) -> None:
    with pytest.raises(Broke):
        somebody.post(path)


def test_the_seed_that_broke_is_named_with_what_broke() -> None:
    reply = told([Played(7, 1), Played(8, 1, broke="verify after day 1: ledger")])
    assert reply.exit_code == 1
    assert reply.document is not None
    assert not reply.document["ok"]
    assert "verify after day 1: ledger" in reply.shown
    assert "--first 8" in reply.shown


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_it_keeps_away_from_what_is_in_use(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "anything")
    refused = run("--seeds", "1")
    assert refused.exit_code == 2
    assert json.loads(refused.stderr or refused.stdout)["error"]["code"] == "sandbox_only"
