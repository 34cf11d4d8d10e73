"""What doctor says of the database and the queue that the settings name."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from config.settings import Settings
from config.setup_check import Finding
from postal_bridge.jobs.first_start import SchemaDiffers, prepare_home
from postal_bridge.jobs.outside_check import check_outside, version, without_password
from postal_bridge.kernel.database import make_engine
from postal_bridge.kernel.home import HomeKind
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.migrate import DatabaseForeign

if TYPE_CHECKING:
    from tests.provision.postgres import PostgresServer

NOBODY_THERE = "127.0.0.1:1"


def said(settings: Settings) -> dict[str, bool]:
    return {one.code: one.ok for one in check_outside(settings)}


def the(code: str, found: list[Finding]) -> Mapping[str, object]:
    (one,) = [one for one in found if one.code == code]
    assert not one.ok
    return one.detail


@pytest.fixture
def url(postgres: "PostgresServer | None") -> Iterator[str]:
    if postgres is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with postgres.empty_database() as empty:
        yield empty


def run(url: str, statement: str, **values: str) -> None:
    engine = make_engine(url).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


@contextmanager
def a_redis_that_says(info: str) -> Iterator[str]:
    """Answers PING with PONG, INFO with this and all else with OK."""

    def answer(asked: bytes) -> bytes:
        if b"INFO" in asked:
            return f"${len(info)}\r\n{info}\r\n".encode()
        return (b"+PONG\r\n" if b"PING" in asked else b"+OK\r\n") * asked.count(b"*")

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                with client:
                    while asked := client.recv(4096):
                        client.sendall(answer(asked.upper()))

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        yield f"redis://:geheim@127.0.0.1:{listening.getsockname()[1]}/0"
        listening.shutdown(socket.SHUT_RDWR)


def test_on_one_machine_there_is_nothing_to_ask(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert said(settings) == {}


def test_an_empty_database_is_fine_and_becomes_the_homes(url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url=url, database_owner_url=url)
    assert said(settings) == {"database_reached": True, "database_version": True}
    prepare_home(settings, kind=HomeKind.SANDBOX)
    assert said(settings)["database_home"]
    other = Settings(home=tmp_path / "other", database_url=url)
    other.home.mkdir()
    assert the("database_home", check_outside(other))["reason"] == "setup_lacking"
    (other.home / "home.json").write_text(json.dumps({"id": str(new_id())}))
    assert the("database_home", check_outside(other))["reason"] == "home_mismatch"


def test_a_database_of_something_else_is_left_alone(url: str, tmp_path: Path) -> None:
    run(url, "CREATE TABLE customers (id int)")
    settings = Settings(home=tmp_path / "home", database_url=url)
    assert the("database_home", check_outside(settings))["reason"] == "database_foreign"
    with pytest.raises(DatabaseForeign):
        prepare_home(settings, kind=HomeKind.SANDBOX)
    run(url, "DROP TABLE customers")  # nothing else was put there
    assert "database_home" not in said(settings)


def test_what_a_newer_release_left_is_not_touched_and_an_older_one_comes_up(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path / "home")
    prepare_home(settings, kind=HomeKind.SANDBOX)
    assert said(settings) == {"database_home": True}
    for stands, is_needed in (("0001", False), ("9999", True)):
        run(
            settings.effective_database_url,
            "UPDATE alembic_version SET version_num = :to",
            to=stands,
        )
        (found,) = check_outside(settings)
        assert (found.ok, found.is_needed) == (False, is_needed)
        assert found.detail["reason"] == "schema_differs"
    with pytest.raises(SchemaDiffers):
        prepare_home(settings, kind=HomeKind.SANDBOX)


def test_servers_that_are_away_are_named_without_their_passwords(tmp_path: Path) -> None:
    settings = Settings(
        home=tmp_path / "home",
        database_url=f"postgresql://clerk:geheim@{NOBODY_THERE}/pb",
        redis_url=f"redis://:geheim@{NOBODY_THERE}/0",
    )
    found = check_outside(settings)
    assert {one.code: one.ok for one in found} == {
        "database_reached": False,
        "queue_reached": False,
    }
    assert all(NOBODY_THERE in str(one.detail) for one in found)
    assert "geheim" not in str(found)
    for url in ("redis://:ge/he@im@h/0", "postgresql://h/db?password=geheim", "redis://h/0"):
        assert without_password(url).rpartition("://")[2] in ("h/0", "h/db")


@pytest.mark.parametrize(
    ("info", "wrong"),
    [
        ("redis_version:7.2.4\r\nmaxmemory_policy:noeviction", set()),
        ("redis_version:6.0.16\r\nmaxmemory_policy:noeviction", {"queue_version"}),
        ("redis_version:7.2.4\r\nmaxmemory_policy:allkeys-lru", {"queue_keeps"}),
    ],
)
def test_a_queue_must_be_new_and_drop_nothing(tmp_path: Path, info: str, wrong: set[str]) -> None:
    with a_redis_that_says(info) as url:
        found = check_outside(Settings(home=tmp_path / "home", redis_url=url))
    assert {one.code for one in found if not one.ok} == wrong
    assert {one.code for one in found} == {"queue_reached", "queue_version", "queue_keeps"}


@pytest.mark.parametrize(
    ("told", "ok"),
    [("15.18 (Debian 15.18-0+deb12u1)", True), ("17beta1", True), ("14.2", False), ("9.6", False)],
)
def test_versions_are_read_as_the_server_says_them(told: str, ok: bool) -> None:
    assert version("database_version", told, oldest=(15,), known={}).ok is ok
