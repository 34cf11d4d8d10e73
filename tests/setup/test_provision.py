"""The servers the tests bring along: separate databases, nothing live, nothing left."""

from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from postal_bridge.jobs.guard import descendants
from tests.provision.postgres import OwnPostgresServer, find_postgres, find_programs
from tests.provision.valkey import running_valkey


@pytest.fixture
def programs() -> Path:
    found = find_programs()
    if found is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    return found


def connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
    )


def tables(url: str) -> set[object]:
    with connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


@pytest.mark.postgresql
def test_each_database_is_fresh_separate_and_dropped(programs: Path) -> None:
    server = OwnPostgresServer(programs)
    try:
        with server.empty_database() as first, server.empty_database() as second:
            assert make_url(first).database != make_url(second).database
            assert str(make_url(first).database).startswith("pb_test_")
            with connect(first) as connection:
                connection.execute("CREATE TABLE seen (n int)")
            assert tables(first) == {"seen"}
            assert tables(second) == set()
            with connect(second) as connection:
                listed = (
                    "SELECT count(*) FROM pg_database WHERE datname LIKE 'pb!_test!_%' ESCAPE '!'"
                )
                assert connection.execute(listed).fetchone() == (2,)
        with pytest.raises(psycopg.OperationalError):
            connect(first)
    finally:
        server.stop()


@pytest.mark.postgresql
def test_a_stopped_server_leaves_neither_process_nor_folder(programs: Path) -> None:
    server = OwnPostgresServer(programs)
    with server.empty_database() as url:
        folder = Path(str(make_url(url).query["host"]))
    guard = server._guard.pid
    assert descendants(guard)

    server.stop()

    assert not folder.exists()
    assert not descendants(guard)


def test_the_live_database_is_not_what_the_tests_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://live.invalid/live")
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://tester@test.invalid/postgres")
    server = find_postgres()
    assert server is not None
    assert server._url.host == "test.invalid"


def test_a_test_database_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "sqlite:///somewhere.sqlite3")
    with pytest.raises(ValueError, match="PostgreSQL"):
        find_postgres()


def test_two_valkeys_of_two_homes_do_not_meet(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with running_valkey(tmp_path / "one") as one, running_valkey(tmp_path / "two") as two:
        one.client().set("n", 1)
        assert two.client().get("n") is None
    assert not one.is_ready()
    assert not one.socket.exists()
