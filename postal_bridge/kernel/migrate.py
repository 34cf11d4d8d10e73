"""Bring a database to the newest schema, under a lock, with the owner's role."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, make_url

from postal_bridge.kernel.database import make_engine, sqlite_lock_path
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.writer_lock import WriterLock

VERSION_TABLE = "alembic_version"
ADVISORY_LOCK = 7_302_511
FACT_TABLES = (
    "stream_events",
    "stream_roots",
    "journal_entries",
    "postings",
    "looks",
    "delivery_attempts",
    "delivery_invitations",
    "delivery_proofs",
    "quotes",
    "provider_events",
    "parked_answers",
    "drawer_counts",
    "hand_in_counts",
    "receipts",
    "receipt_copies",
    "remittances",
    "remittance_items",
    "recounts",
    "dossier_papers",
    "published",
    "service_area_sets",
    "fare_budget_grants",
    "fare_budget_bookings",
    "directory_changes",
    "fare_ends",
    "fee_refunds",
    "remittance_refunds",
    "contract_sets",
    "contract_lines",
    "receiving_accounts",
    "refund_accounts",
    "refund_files",
    "refund_orders",
    "refund_steps",
    "statement_payments",
    "device_rows",
    "device_receipts",
    "refused_reports",
)


class DatabaseForeign(SetupLacking):
    """The database holds the tables of something else; nothing of ours is put beside them."""

    code = "database_foreign"


def migrate(url: str, *, to: str = "head", app_role: str | None = None) -> tuple[str, str]:
    """The schema stands at `to`; returns (revision before, revision now).

    Two at once wait for each other. On PostgreSQL `app_role` (the role of DATABASE_URL, when
    the owner is another) may read and write, but only insert into tables of facts.
    """
    with _locked(url) as connection:
        config = _config(connection)
        before = _revision(connection)
        head = ScriptDirectory.from_config(config).get_current_head() if to == "head" else to
        going_down = to == "base" or (to != "head" and before is not None and to < before)
        (command.downgrade if going_down else command.upgrade)(config, to)
        if app_role and connection.dialect.name == "postgresql":
            _grant(connection, app_role)
        connection.commit()
        return before or "-", head or "-"


def newest_revision() -> str:
    """The revision this release wants."""
    return _script().get_current_head() or "-"


def is_known(revision: str) -> bool:
    """Whether this release has the migration that leads there."""
    try:
        return _script().get_revision(revision) is not None
    except CommandError:
        return False


def holds_tables_of_others(connection: Connection) -> bool:
    """Whether something that is no home of ours lives in this database."""
    tables = inspect(connection).get_table_names()
    return bool(tables) and VERSION_TABLE not in tables


def current_revision(url: str) -> str | None:
    """Where the database stands; None before the first migration.

    Raises DatabaseForeign where it was filled by something else.
    """
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if holds_tables_of_others(connection):
                raise DatabaseForeign
            return _revision(connection)
    finally:
        engine.dispose()


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@contextmanager
def _locked(url: str) -> Iterator[Connection]:
    lock = WriterLock(sqlite_lock_path(url))
    engine = make_engine(url).execution_options(writes=True)
    try:
        with lock(), engine.connect() as connection:
            if make_url(url).get_backend_name() != "sqlite":
                connection.execute(text("SET lock_timeout = '60s'"))
                connection.execute(text("SET statement_timeout = 0"))
                connection.execute(text(f"SELECT pg_advisory_lock({ADVISORY_LOCK})"))
                connection.commit()
            yield connection
    finally:
        engine.dispose()


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    grants = [
        f"GRANT USAGE ON SCHEMA public TO {quoted}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}",
        *(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {quoted}"
            for table in FACT_TABLES
            if connection.dialect.has_table(connection, table)
        ),
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {quoted}",
    ]
    for grant in grants:
        connection.execute(text(grant))
