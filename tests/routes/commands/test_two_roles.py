"""A home on PostgreSQL as operators are told to run it: one role owns, another one works."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from tests.routes.commands.test_operating import Bridge

APP = "pb_test_app"
PASSWORD = "only-in-tests"


@pytest.fixture
def databases(postgres: Any) -> Iterator[tuple[str, str]]:
    """Two empty databases of the owner, and a role that may only work."""
    if postgres is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with ExitStack() as stack:
        first = stack.enter_context(postgres.empty_database())
        second = stack.enter_context(postgres.empty_database())
        _as_owner(first, f"CREATE ROLE {APP} LOGIN PASSWORD '{PASSWORD}'")
        yield first, second
        for url in (first, second):
            _as_owner(url, f"DROP OWNED BY {APP}")
        _as_owner(first, f"DROP ROLE {APP}")


def _as_owner(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def working(owner_url: str) -> str:
    url = make_url(owner_url).set(username=APP, password=PASSWORD)
    return url.render_as_string(hide_password=False)


def bridge_on(home: Path, owner_url: str) -> Bridge:
    made = Bridge(home)
    made.env["DATABASE_URL"] = working(owner_url)
    return made


def test_a_home_is_made_saved_and_restored_by_two_roles(
    databases: tuple[str, str], tmp_path: Path
) -> None:
    first = bridge_on(tmp_path / "home", databases[0])
    assert first.error("migrate", status=3, is_alone=True) == "database_role_weak"
    first.env["DATABASE_OWNER_URL"] = databases[0]
    first.json("migrate", is_alone=True)
    del first.env["DATABASE_OWNER_URL"]
    archive = str(tmp_path / "saved.tar.gz")
    first.json("backup", archive, is_alone=True)

    second = bridge_on(tmp_path / "restored", databases[1])
    second.env["DATABASE_OWNER_URL"] = databases[1]
    second.json("restore", archive, "--into", str(second.home), is_alone=True)
    del second.env["DATABASE_OWNER_URL"]
    (second.home / "keys.json").write_bytes((first.home / "keys.json").read_bytes())
    (second.home / "keys.json").chmod(0o600)
    assert second.json("verify", is_alone=True)["ok"] is True
