"""agency fees that change after acceptance, and what is given back of them

Expand only: the release before neither reads nor writes them.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0032"
down_revision = "0031"
FACTS = ("fee_refunds", "remittance_refunds")
OPEN = sa.text("status IN ('due', 'owed')")


def upgrade() -> None:
    _changes()
    _refunds()
    for table in FACTS:
        make_insert_only(table)
    op.add_column(
        "deliveries",
        sa.Column("door_fee_vnd", sa.BigInteger(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    for table in ("fee_changes", *FACTS):
        refuse_if_facts(table)
    op.drop_column("deliveries", "door_fee_vnd")
    for table in ("remittance_refunds", "fee_refunds", "fee_changes"):
        op.drop_table(table)


def _changes() -> None:
    op.create_table(
        "fee_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("fee_code", sa.String(40), nullable=False),
        sa.Column("fee_name", sa.String(200), nullable=False),
        sa.Column("fee_kind", sa.String(20), nullable=False),
        sa.Column("paid_vnd", sa.BigInteger(), nullable=False),
        sa.Column("new_vnd", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("legal_ground", sa.String(200), nullable=False),
        sa.Column("at_door", sa.Boolean(), nullable=False),
        sa.Column("corrects", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("stated_by", sa.String(120), nullable=False),
        sa.Column("stated_at", sa.DateTime(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('due', 'paid', 'owed', 'given_back', 'replaced')", name="status"
        ),
        sa.CheckConstraint(
            "paid_vnd >= 0 AND new_vnd >= 0 AND paid_vnd <> new_vnd", name="amounts"
        ),
        sa.CheckConstraint("NOT at_door OR new_vnd > paid_vnd", name="at_door"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_fee_changes_payment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fee_changes"),
    )
    op.create_index("ix_fee_changes_dossier_id", "fee_changes", ["dossier_id"])
    op.create_index("ix_fee_changes_unit_id_status", "fee_changes", ["unit_id", "status"])
    op.create_index("ix_fee_changes_payment_id", "fee_changes", ["payment_id"])
    op.create_index(
        "uq_fee_changes_dossier_id_fee_code_open",
        "fee_changes",
        ["dossier_id", "fee_code"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _refunds() -> None:
    op.create_table(
        "fee_refunds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.String(20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("bank_reference", sa.String(60), nullable=True),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("second_person", sa.String(120), nullable=True),
        sa.CheckConstraint("number > 0 AND amount_vnd > 0", name="amounts"),
        sa.CheckConstraint(
            "way = 'cash' OR (way = 'transfer' AND bank_reference IS NOT NULL)", name="way"
        ),
        sa.CheckConstraint("second_person <> actor", name="two_people"),
        sa.ForeignKeyConstraint(["change_id"], ["fee_changes.id"], name="fk_fee_refunds_change_id"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name="fk_fee_refunds_entry_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_fee_refunds"),
        sa.UniqueConstraint(
            "unit_id", "series", "number", name="uq_fee_refunds_unit_id_series_number"
        ),
        sa.UniqueConstraint("change_id", name="uq_fee_refunds_change_id"),
    )
    op.create_index("ix_fee_refunds_dossier_id", "fee_refunds", ["dossier_id"])
    op.create_index(
        "ix_fee_refunds_section_id_issued_on", "fee_refunds", ["section_id", "issued_on"]
    )
    op.create_table(
        "remittance_refunds",
        sa.Column("refund_id", sa.Uuid(), nullable=False),
        sa.Column("remittance_id", sa.Uuid(), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["fee_refunds.id"], name="fk_remittance_refunds_refund_id"
        ),
        sa.ForeignKeyConstraint(
            ["remittance_id"], ["remittances.id"], name="fk_remittance_refunds_remittance_id"
        ),
        sa.PrimaryKeyConstraint("refund_id", name="pk_remittance_refunds"),
    )
    op.create_index("ix_remittance_refunds_remittance_id", "remittance_refunds", ["remittance_id"])
