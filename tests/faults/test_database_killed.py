"""F11: PostgreSQL is killed with its clients at work, and comes back.

Nothing that was acknowledged is lost, and whoever worked goes on without being restarted.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from postal_bridge.counter.commands import AcceptDossier
from postal_bridge.jobs.keeper import Keeper
from postal_bridge.jobs.lease import Lease
from postal_bridge.jobs.runner import run_action
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import DatabaseBusy
from postal_bridge.kernel.outbox import Policy
from routes.container import Container
from tests.faults.half_accepted import accept, clerk_of, container, filing, prepare
from tests.provision.postgres import OwnPostgresServer, find_programs

pytestmark = pytest.mark.slow
CLERKS = 8
BEFORE, AFTER = 12, 12
"""So many slips are given before the kill, and so many more after it."""
PATIENCE_S = 60.0


class MortalServer(OwnPostgresServer):
    def kill(self) -> None:
        """The postmaster and, as a machine that dies would, everything below it."""
        pid = self._postmaster_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        self._guard.wait(20)

    def start_again(self) -> None:
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard = self._start()
        self._wait_until_ready()


class AtOnce:
    """Does what is offered in the keeper's own thread; what the database fails is owed still."""

    names: tuple[str, ...] = ("calls", "heavy")

    def __init__(self, made: Container) -> None:
        self._made = made

    def room(self, name: str) -> int:
        return 50

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None:
        try:
            run_action(action_id, units=self._made.units, handlers=self._made.handlers)
        except DatabaseBusy:
            return  # a worker would die of it, and the reaper free the action


@pytest.fixture
def server() -> Iterator[MortalServer]:
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    made = MortalServer(programs)
    yield made
    made.stop()


def durable(url: str) -> None:
    """The tests' servers do not wait for their log; here an acknowledgement must mean something."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = on'))
    engine.dispose()


class Rush:
    """Clerks who accept until they are told to stop; each key is sent until it is answered."""

    def __init__(self, made: Container, actor: Actor, command: AcceptDossier) -> None:
        self._made, self._actor, self._command = made, actor, command
        self.slips: dict[str, dict[str, Any]] = {}
        self.refused = 0
        self.failed: list[BaseException] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._work) for _ in range(CLERKS)]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            key, deadline = str(uuid4()), time.monotonic() + PATIENCE_S
            while key not in self.slips and time.monotonic() < deadline:
                try:
                    self.slips[key] = accept(self._made, key, self._actor, self._command)
                except DatabaseBusy:  # 503 at the door
                    self.refused += 1
                    time.sleep(0.1)
                except BaseException as other:  # noqa: BLE001  (told by the test's own thread)
                    self.failed.append(other)
                    return

    def until(self, count: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while len(self.slips) < count and not self.failed and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not self.failed, self.failed[0]
        assert len(self.slips) >= count

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        assert not self.failed, self.failed[0]


def test_a_killed_database_loses_nothing_and_everybody_goes_on(
    server: MortalServer, tmp_path: Path
) -> None:
    with server.empty_database() as url:
        durable(url)
        made = container(prepare(tmp_path / "home", url))
        actor, command = clerk_of(made), filing(made)
        accept(made, "warm", actor, command)
        keeper = Keeper(
            units=made.units,
            handlers=made.handlers,
            queue=AtOnce(made),
            lease=Lease(made.units, "keeper"),
            reap_every_s=0.2,
            offer_lease_s=1,
            home=made.home.path,
        )
        stop = threading.Event()
        keeping = threading.Thread(target=keeper.run, args=(stop,))
        keeping.start()
        rush = Rush(made, actor, command)
        try:
            rush.until(BEFORE)
            server.kill()
            time.sleep(0.3)
            at_kill = len(rush.slips)
            server.start_again()
            rush.until(at_kill + AFTER)
        finally:
            rush.end()
        assert rush.refused, "the kill was not felt"
        told = {slip["dossier_id"]: slip["acceptance_number"] for slip in rush.slips.values()}
        assert len(told) == len(rush.slips)
        with made.units.read() as view:
            rows = view.session.execute(text("SELECT id, acceptance_number FROM dossiers"))
            stands = {str(row[0]): row[1] for row in rows}
        assert told.items() <= stands.items()
        assert len(stands) == len(told) + 1, "an acceptance that nobody was told of"
        everything_follows(made, keeping)
        stop.set()
        keeping.join(PATIENCE_S)
        made.units.engine.dispose()


def everything_follows(made: Container, keeping: threading.Thread) -> None:
    """The keeper that was there all the time does what is owed, and the home holds."""
    owed, deadline = 1, time.monotonic() + PATIENCE_S
    while owed and time.monotonic() < deadline:
        assert keeping.is_alive(), "the keeper went down with the database"
        with made.units.read() as view:
            owed = view.session.scalar(
                text(
                    "SELECT count(*) FROM actions WHERE state IN ('waiting', 'sending')"
                    " AND due_at <= now()"
                )
            )
        time.sleep(0.1)
    assert not owed
    with made.units.read() as view:
        assert [found for check in made.checks.values() for found in check(view)] == []
