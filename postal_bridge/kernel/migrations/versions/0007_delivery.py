"""deliveries with attempts, invitations, proofs and disputes

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0007"
down_revision = "0006"

FACTS = ("delivery_attempts", "delivery_invitations", "delivery_proofs")


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("quote_id", sa.Uuid(), nullable=True),
        sa.Column("recipient_party_id", sa.Uuid(), nullable=False),
        sa.Column("courier_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(20), nullable=False),
        sa.Column("place", sa.String(20), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("status_at", sa.DateTime(), nullable=False),
        sa.Column("who_may_receive", sa.String(30), nullable=False),
        sa.Column("document_class", sa.String(30), nullable=False),
        sa.Column("proof_demanded", sa.BigInteger(), nullable=True),
        sa.Column("clearance", sa.String(30), nullable=True),
        sa.Column("window_from", sa.DateTime(), nullable=True),
        sa.Column("window_until", sa.DateTime(), nullable=True),
        sa.Column("take_back_papers", sa.BigInteger(), nullable=False),
        sa.Column("is_return_wanted", sa.Boolean(), nullable=False),
        sa.Column("attempts_used", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.DateTime(), nullable=True),
        sa.Column("parked_at", sa.DateTime(), nullable=True),
        sa.Column("parked_until", sa.DateTime(), nullable=True),
        sa.Column("parked_reason", sa.String(30), nullable=True),
        sa.Column("position_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["courier_id"], ["staff.id"], name="fk_deliveries_courier_id"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_deliveries_dossier_id"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_deliveries_item_id"),
        sa.ForeignKeyConstraint(["point_id"], ["service_points.id"], name="fk_deliveries_point_id"),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name="fk_deliveries_quote_id"),
        sa.ForeignKeyConstraint(
            ["recipient_party_id"], ["parties.id"], name="fk_deliveries_recipient_party_id"
        ),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name="fk_deliveries_section_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["operating_units.id"], name="fk_deliveries_unit_id"),
        sa.CheckConstraint(
            "attempts_used >= 0",
            name=op.f("ck_deliveries_attempts_used"),
        ),
        sa.CheckConstraint(
            "take_back_papers >= 0",
            name=op.f("ck_deliveries_take_back_papers"),
        ),
        sa.CheckConstraint(
            "(window_from IS NULL) = (window_until IS NULL) "
            "AND (window_from IS NULL OR window_from < window_until)",
            name=op.f("ck_deliveries_window"),
        ),
        sa.UniqueConstraint("label", name="uq_deliveries_label"),
    )
    op.create_index("ix_deliveries_dossier_id", "deliveries", ["dossier_id"])
    op.create_index("ix_deliveries_item_id", "deliveries", ["item_id"])
    op.create_index("ix_deliveries_section_id_status", "deliveries", ["section_id", "status"])
    op.create_index("ix_deliveries_unit_id_status", "deliveries", ["unit_id", "status"])
    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("reason", sa.String(30), nullable=False),
        sa.Column("next_step", sa.String(30), nullable=False),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("distance_m", sa.BigInteger(), nullable=True),
        sa.Column("dwell_s", sa.BigInteger(), nullable=False),
        sa.Column("was_called", sa.Boolean(), nullable=False),
        sa.Column("no_fix_reason", sa.String(30), nullable=True),
        sa.Column("fix_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("photo_blob_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempts"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_attempts_delivery_id"
        ),
    )
    op.create_index("ix_delivery_attempts_delivery_id", "delivery_attempts", ["delivery_id"])
    op.create_table(
        "delivery_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("invited_at", sa.DateTime(), nullable=False),
        sa.Column("invited_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_invitations"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_invitations_delivery_id"
        ),
    )
    op.create_index(
        "uq_delivery_invitations_delivery_id_no",
        "delivery_invitations",
        ["delivery_id", "no"],
        unique=True,
    )
    op.create_table(
        "delivery_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.Column("receiver", sa.String(30), nullable=True),
        sa.Column("party_id", sa.Uuid(), nullable=True),
        sa.Column("signature", sa.String(30), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("who_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("fix_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("distance_m", sa.BigInteger(), nullable=True),
        sa.Column("location", sa.String(30), nullable=False),
        sa.Column("signature_blob_id", sa.Uuid(), nullable=True),
        sa.Column("witness_blob_id", sa.Uuid(), nullable=True),
        sa.Column("photo_blob_id", sa.Uuid(), nullable=True),
        sa.Column("carrier_ref", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_proofs"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_proofs_delivery_id"
        ),
    )
    op.create_index("ix_delivery_proofs_delivery_id", "delivery_proofs", ["delivery_id"])
    op.create_table(
        "delivery_disputes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("opened_by", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answer_due_at", sa.DateTime(), nullable=False),
        sa.Column("outcome", sa.String(30), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("closed_by", sa.String(120), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_disputes"),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_delivery_disputes_delivery_id"
        ),
    )
    op.create_index("ix_delivery_disputes_delivery_id", "delivery_disputes", ["delivery_id"])
    for table in FACTS:
        make_insert_only(table)


def downgrade() -> None:
    for table in FACTS:
        refuse_if_facts(table)
    for table in ("delivery_disputes", *FACTS, "deliveries"):
        op.drop_table(table)
