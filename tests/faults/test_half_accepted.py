"""A process killed in the middle of an acceptance (F1) or right after its COMMIT (F2)."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, table, text

from routes.container import Container
from tests.faults.half_accepted import container, prepare
from tests.faults.world import ROOT

pytestmark = pytest.mark.slow
SAMPLES = 10
COUNTED = ("dossiers", "items", "payments", "journal_entries", "receipts", "messages", "parties")


@dataclass(frozen=True, slots=True)
class Home:
    made: Container
    forks: "subprocess.Popen[str]"

    def accept(self, key: str, how: str, kth: int = 0) -> dict[str, Any]:
        """What became of a process that accepted the dossier of this key."""
        assert self.forks.stdin is not None
        assert self.forks.stdout is not None
        self.forks.stdin.write(json.dumps({"key": key, "how": how, "kth": kth}) + "\n")
        self.forks.stdin.flush()
        found: dict[str, Any] = json.loads(self.forks.stdout.readline())
        return found

    def whole(self, key: str) -> dict[str, Any]:
        done = self.accept(key, "no")
        assert "slip" in done["said"], done
        found: dict[str, Any] = done["said"]
        return found

    def counts(self) -> dict[str, int]:
        with self.made.units.read() as uow:
            return {
                name: uow.session.scalar(select(func.count()).select_from(table(name))) or 0
                for name in COUNTED
            }

    def broken(self) -> list[object]:
        with self.made.units.read() as uow:
            return [found for check in self.made.checks.values() for found in check(uow)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def home(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("half")
    if request.param == "sqlite":
        with half_way(folder, "") as made:
            yield made
        return
    server = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with server.empty_database() as url, half_way(folder, url) as made:
        yield made


@contextmanager
def half_way(folder: Path, url: str) -> Iterator[Home]:
    made = container(prepare(folder, url))
    forks = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.half_accepted", str(folder), url],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Home(made, forks)
    finally:
        made.units.engine.dispose()
        forks.communicate(timeout=30)


def test_killed_before_any_statement_nothing_of_it_stands_and_a_retry_does_it_once(
    home: Home,
) -> None:
    home.whole("first")  # the forks are there, and what begins a day has begun
    start = home.counts()
    statements = home.whole("whole")["statements"]
    of_one = {name: count - start[name] for name, count in home.counts().items()}
    assert statements > SAMPLES
    last = max(1, statements - 2)
    for number in range(SAMPLES):
        kth = 2 + number * (last - 2) // (SAMPLES - 1)
        before = home.counts()
        key = f"killed-{kth}"
        assert home.accept(key, "before", kth)["status"] == -signal.SIGKILL, kth
        assert home.counts() == before, f"killed before statement {kth} of {statements}"
        slip = home.whole(key)["slip"]
        assert home.whole(key)["slip"] == slip
        assert home.counts() == {name: before[name] + of_one[name] for name in COUNTED}
    assert home.broken() == []


def test_killed_after_commit_the_retry_gets_the_first_slip(home: Home) -> None:
    home.whole("before")
    before = home.counts()
    assert home.accept("unsent", "committed")["status"] == -signal.SIGKILL
    stands = home.counts()
    assert stands["dossiers"] == before["dossiers"] + 1
    found = home.whole("unsent")
    assert home.counts() == stands
    with home.made.units.read() as uow:
        number = uow.session.scalar(
            text("SELECT number FROM items ORDER BY created_at DESC, number DESC LIMIT 1")
        )
    assert found["slip"]["item_number"] == number
    assert home.broken() == []
