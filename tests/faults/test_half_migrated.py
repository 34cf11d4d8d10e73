"""F20: a migration that was killed anywhere is completed by the next start."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from postal_bridge.kernel.database import make_engine
from postal_bridge.kernel.migrate import current_revision, migrate, newest_revision
from tests.faults.world import ROOT

KILLED_AT = (1, 4, 60, 200, 340)
"""Statements from the start of each try: before, in the first migration, in later ones."""

SCHEMA = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2",
    "postgresql": """
        SELECT table_name, column_name, data_type, is_nullable, column_default
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes
         WHERE schemaname = 'public'
        UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''
          FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2, 3""",
}


def schema(url: str) -> list[tuple[Any, ...]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(SCHEMA[engine.dialect.name]))]
    engine.dispose()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/half.sqlite3"
        return
    server = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with server.empty_database() as url:
        yield url


def test_a_migration_killed_anywhere_is_completed_by_the_next(
    empty_url: str, request: pytest.FixtureRequest
) -> None:
    is_sqlite = empty_url.startswith("sqlite")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.half_migrated", empty_url, *map(str, KILLED_AT)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [-signal.SIGKILL] * len(KILLED_AT)
    assert current_revision(empty_url) != newest_revision()

    migrate(empty_url)

    assert current_revision(empty_url) == newest_revision()
    if is_sqlite:
        whole = f"sqlite:///{request.getfixturevalue('sqlite_template')}"
        assert schema(empty_url) == schema(whole)
        return
    with request.getfixturevalue("postgres").fresh_database() as whole:
        assert schema(empty_url) == schema(whole)
