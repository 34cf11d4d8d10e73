"""dossiers, their papers, signatures, scans and notes

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0006"
down_revision = "0005"

UPWARDS = {
    "procedure_id": "procedures",
    "link_id": "links",
    "unit_id": "operating_units",
    "point_id": "service_points",
    "section_id": "sections",
    "competent_section_id": "sections",
    "returning_section_id": "sections",
}


def upgrade() -> None:
    op.create_table(
        "acceptance_units",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("unit_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", name="pk_acceptance_units"),
        sa.UniqueConstraint("unit_no", name="uq_acceptance_units_unit_no"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["operating_units.id"], name="fk_acceptance_units_unit_id"
        ),
    )
    op.create_table(
        "acceptance_days",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_no", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "day", name="pk_acceptance_days"),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["operating_units.id"], name="fk_acceptance_days_unit_id"
        ),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("acceptance_number", sa.String(40), nullable=False),
        sa.Column("dossier_code", sa.String(64), nullable=True),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in UPWARDS),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("service_form", sa.String(20), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("status", sa.String(30), nullable=False),
        sa.Column("sets", sa.BigInteger(), nullable=False),
        sa.Column("result_kind", sa.String(20), nullable=False),
        sa.Column("document_class", sa.String(20), nullable=False),
        sa.Column("result_number", sa.String(80), nullable=True),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dossiers"),
        sa.UniqueConstraint("acceptance_number", name="uq_dossiers_acceptance_number"),
        sa.UniqueConstraint("dossier_code", name="uq_dossiers_dossier_code"),
        sa.CheckConstraint("sets > 0", name=op.f("ck_dossiers_sets")),
        sa.CheckConstraint("mode IN ('carrier', 'seated')", name=op.f("ck_dossiers_mode")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_dossiers_{name}")
            for name, table in UPWARDS.items()
        ),
    )
    op.create_index("ix_dossiers_unit_id", "dossiers", ["unit_id", "status"])
    op.create_index("ix_dossiers_section_id", "dossiers", ["section_id", "status"])
    op.create_index("ix_dossiers_point_id", "dossiers", ["point_id", "opened_at"])
    op.create_index("ix_dossiers_due_at", "dossiers", ["due_at"])
    op.create_index("ix_dossiers_opened_at", "dossiers", ["opened_at"])
    op.create_table(
        "dossier_papers",
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("paper_no", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("tally", sa.String(20), nullable=False),
        sa.Column("originals", sa.BigInteger(), nullable=False),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("sheets", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "dossier_id", "round", "paper_no", "tally", name="pk_dossier_papers"
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name="fk_dossier_papers_dossier_id"
        ),
        sa.CheckConstraint("originals >= 0 AND copies >= 0", name=op.f("ck_dossier_papers_counts")),
    )
    op.create_table(
        "scans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("paper_no", sa.BigInteger(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scans"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_scans_dossier_id"),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name="fk_scans_blob_id"),
    )
    op.create_index("ix_scans_dossier_id", "scans", ["dossier_id"])
    op.create_table(
        "signatures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=True),
        sa.Column("witness", sa.LargeBinary(), nullable=True),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name="fk_signatures_dossier_id"),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name="fk_signatures_blob_id"),
    )
    op.create_index("ix_signatures_dossier_id", "signatures", ["dossier_id"])
    op.create_table(
        "dossier_notes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("papers", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_notes"),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name="fk_dossier_notes_dossier_id"
        ),
    )
    op.create_index("ix_dossier_notes_dossier_id", "dossier_notes", ["dossier_id"])
    make_insert_only("dossier_papers")


def downgrade() -> None:
    refuse_if_facts("dossier_papers")
    for table in (
        "dossier_notes", "signatures", "scans", "dossier_papers", "dossiers",
        "acceptance_days", "acceptance_units",
    ):  # fmt: skip
        op.drop_table(table)
