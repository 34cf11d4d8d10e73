"""Tables of facts: rows are added and never changed (design section 6). Frozen like a migration.

They grow by plain `op.add_column`, never in batch mode, which drops triggers silently.
"""

import sqlalchemy as sa
from alembic import op

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'insert_only'); END
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def make_insert_only(table: str) -> None:
    """From now on UPDATE, DELETE (and TRUNCATE on PostgreSQL) of `table` are refused."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete") if is_sqlite else ("update", "delete", "truncate"):
        op.execute((_SQLITE if is_sqlite else _POSTGRESQL).format(table=table, verb=verb))


def refuse_if_facts(table: str) -> None:
    """A downgrade must not destroy facts."""
    if op.get_bind().scalar(sa.select(sa.func.count()).select_from(sa.table(table))):
        raise RuntimeError(f"{table} holds facts: restore a backup instead")
