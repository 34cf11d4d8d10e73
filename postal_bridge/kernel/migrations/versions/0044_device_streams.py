"""streams made on couriers' phones: keys, signed rows, the server's receipts

Expand only: the release before never reads these, and its couriers' acts come without a row.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0044"
down_revision = "0043"
FACTS = ("device_receipts", "device_rows")


def upgrade() -> None:
    _keys()
    _rows()
    _receipts()
    for table in FACTS:
        make_insert_only(table)


def downgrade() -> None:
    for table in FACTS:
        refuse_if_facts(table)
    for table in (*FACTS, "device_keys"):
        op.drop_table(table)


def _keys() -> None:
    op.create_table(
        "device_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.String(40), nullable=False),
        sa.Column("public_key", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(120), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(120), nullable=True),
        sa.Column("end_reason", sa.String(20), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)",
            name="ended",
        ),
        sa.CheckConstraint("end_reason IN ('replaced', 'revoked')", name="end_reason"),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_device_keys_device_id"),
        sa.PrimaryKeyConstraint("id", name="pk_device_keys"),
    )
    is_active = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_device_keys_device_id",
        "device_keys",
        ["device_id"],
        unique=True,
        sqlite_where=is_active,
        postgresql_where=is_active,
    )


def _rows() -> None:
    op.create_table(
        "device_rows",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("prev_hash", sa.String(64), nullable=False),
        sa.Column("occurred_at", sa.DateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(100), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seq > 0", name="seq"),
        sa.PrimaryKeyConstraint("id", name="pk_device_rows"),
    )
    op.create_index("ix_device_rows_device_id_seq", "device_rows", ["device_id", "seq"])


def _receipts() -> None:
    op.create_table(
        "device_receipts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("row_id", sa.String(64), nullable=False),
        sa.Column("device_id", sa.String(40), nullable=False),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.Column("clock_ahead_s", sa.BigInteger(), nullable=True),
        sa.Column("chain_state", sa.String(20), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("fate", sa.String(20), nullable=False),
        sa.Column("refused_code", sa.String(80), nullable=True),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=True),
        sa.Column("act_stream", sa.String(80), nullable=True),
        sa.Column("act_seq", sa.BigInteger(), nullable=True),
        sa.Column("salt_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("fate IN ('done', 'refused')", name="fate"),
        sa.CheckConstraint(
            "chain_state IN ('in_order', 'late', 'gap', 'fork', 'unsigned')", name="chain_state"
        ),
        sa.CheckConstraint("(fate = 'refused') = (refused_code IS NOT NULL)", name="refused"),
        sa.CheckConstraint("(act_stream IS NULL) = (act_seq IS NULL)", name="act"),
        sa.ForeignKeyConstraint(["row_id"], ["device_rows.id"], name="fk_device_receipts_row_id"),
        sa.PrimaryKeyConstraint("id", name="pk_device_receipts"),
    )
    op.create_index("ix_device_receipts_row_id", "device_receipts", ["row_id"])
    op.create_index("ix_device_receipts_device_id", "device_receipts", ["device_id"])
    op.create_index("ix_device_receipts_dossier_id", "device_receipts", ["dossier_id"])
