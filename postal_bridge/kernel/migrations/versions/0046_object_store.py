"""each file's row says whether it lies in the home's folder or in an object store

Expand only: the release before reads and writes the folder alone, and no row names a store until
an operator gives the home one.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.add_column("home", sa.Column("blob_store_id", sa.Uuid(), nullable=True))
    op.add_column("blobs", sa.Column("store_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    if op.get_bind().scalar(sa.text("SELECT count(*) FROM blobs WHERE store_id IS NOT NULL")):
        raise RuntimeError("files lie in an object store: bin/bridge blobs move --to folder first")
    op.drop_column("blobs", "store_id")
    op.drop_column("home", "blob_store_id")
