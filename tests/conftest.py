"""Fixtures for all floors: migrated databases of both kinds, wired or not."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.home import HomeKind, name_home
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.migrate import migrate
from postal_bridge.kernel.snapshots import SnapshotFolder
from postal_bridge.kernel.unit_of_work import Units, Wiring
from tests.provision.left_out import pytest_terminal_summary  # noqa: F401 - a hook of pytest
from tests.provision.memory import memory_for_programs
from tests.provision.working_day import begin_working_day

if TYPE_CHECKING:
    from tests.provision.postgres import PostgresServer

MakeUnits = Callable[[Wiring], Units]

# A busy machine is slow, not wrong: no property fails by the clock.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

if memory := memory_for_programs():  # where pytest makes each test's folder, unless told already
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))

LONG = ("journeys", "faults", "browser", "setup")
"""Folders of files that take minutes, the longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first, so that two processes end at about the same time."""
    root = Path(__file__).parent

    def turn(item: pytest.Item) -> int:
        folder = item.path.relative_to(root).parts[0]
        return LONG.index(folder) if folder in LONG else len(LONG)

    items.sort(key=turn)


@pytest.fixture(scope="session")
def key_ring() -> KeyRing:
    return KeyRing.fresh()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, named sandbox database that each test copies."""
    path = tmp_path_factory.mktemp("template") / "postal_bridge.sqlite3"
    migrate(f"sqlite:///{path}")
    name_home(f"sqlite:///{path}", HomeKind.SANDBOX, now=datetime.now(UTC))
    begin_working_day(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer | None"]:
    from tests.provision.postgres import find_postgres

    server = find_postgres()
    yield server
    if server is not None:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[str]:
    """A fresh migrated database, once on each kind."""
    if request.param == "sqlite":
        copy = tmp_path / "postal_bridge.sqlite3"
        shutil.copy(sqlite_template, copy)
        yield f"sqlite:///{copy}"
        return
    server = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with server.fresh_database() as url:
        yield url


@pytest.fixture
def units_with(database_url: str, key_ring: KeyRing, tmp_path: Path) -> Iterator[MakeUnits]:
    """Makes units of work on the test's database with a given wiring."""
    made: list[Units] = []

    def make(wiring: Wiring) -> Units:
        units = Units(
            database_url,
            home_id=None,
            ring=key_ring,
            machine=SystemClock(),
            wiring=wiring,
            snapshots=SnapshotFolder(tmp_path / "published"),
        )
        made.append(units)
        return units

    yield make
    for units in made:
        units.engine.dispose()


class _AnyTopic(dict):  # type: ignore[type-arg]
    """A wiring in which every topic is known and nobody listens."""

    def __missing__(self, topic: str) -> tuple[()]:
        return ()


@pytest.fixture
def units(units_with: MakeUnits) -> Units:
    return units_with(_AnyTopic())
