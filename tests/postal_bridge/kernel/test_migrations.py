"""The schema: one line of migrations, both ways, equal to the tables, facts insert-only."""

import importlib
import pkgutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text

import postal_bridge
from postal_bridge.kernel import migrate as migrating
from postal_bridge.kernel.database import make_engine
from postal_bridge.kernel.home import HomeKind, name_home
from postal_bridge.kernel.migrate import FACT_TABLES, current_revision, migrate, newest_revision
from postal_bridge.kernel.tables import Base

FOLDER = Path(migrating.__file__).parent / "migrations"


def load_all_tables() -> None:
    for module in pkgutil.walk_packages(postal_bridge.__path__, "postal_bridge."):
        if module.name.endswith(("tables", "_tables")):
            importlib.import_module(module.name)


def test_the_history_is_one_line() -> None:
    script = ScriptDirectory(str(FOLDER))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1
    numbers = [path.name[:4] for path in sorted((FOLDER / "versions").glob("0*.py"))]
    assert numbers == sorted(set(numbers))


def test_up_down_and_up_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/postal_bridge.sqlite3"
    migrate(url)
    migrate(url, to="base")
    assert current_revision(url) is None
    migrate(url)
    assert current_revision(url) == newest_revision()


def test_the_schema_is_what_the_tables_say(database_url: str) -> None:
    load_all_tables()
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_every_check_of_the_tables_is_in_the_schema(database_url: str) -> None:
    """`compare_metadata` does not look at CHECK constraints."""
    load_all_tables()
    engine = make_engine(database_url)
    found = {
        check["name"]
        for table in Base.metadata.tables
        for check in inspect(engine).get_check_constraints(table)
    }
    engine.dispose()
    wanted = {
        str(check.name)
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }
    assert wanted <= found


def test_each_table_of_facts_refuses_change(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'"))
        else:
            rows = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
        triggers = {row[0] for row in rows}
    engine.dispose()
    for table in FACT_TABLES:
        for verb in ("update", "delete"):
            assert f"{table}_no_{verb}" in triggers
    assert {name.rsplit("_no_", 1)[0] for name in triggers if "_no_" in name} == set(FACT_TABLES)


def test_a_database_with_facts_is_not_taken_apart(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/postal_bridge.sqlite3"
    migrate(url)
    name_home(url, HomeKind.SANDBOX, now=datetime.now(UTC))
    engine = make_engine(url).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO stream_events (stream, seq, version, kind, prev_hash, hash,"
                " occurred_at, actor, body) VALUES ('item:x', 1, 1, 'k', '0', '0',"
                " '2026-01-01', '{}', '{}')"
            )
        )
    engine.dispose()
    with pytest.raises(RuntimeError, match="restore a backup"):
        migrate(url, to="base")
