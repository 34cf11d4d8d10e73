"""Alembic's entry: the connection comes from `migrate.py`, which holds the lock."""

from alembic import context

from postal_bridge.kernel.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transaction_per_migration=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
