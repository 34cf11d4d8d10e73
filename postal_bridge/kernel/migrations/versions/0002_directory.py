"""operating units, agencies, sections, points, links, procedures

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("old_unit_code", sa.String(length=10), nullable=True),
        sa.Column("new_unit_code", sa.String(length=10), nullable=True),
        sa.Column("succeeds", sa.String(length=80), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agencies"),
        sa.UniqueConstraint("key", name="uq_agencies_key"),
    )
    op.create_table(
        "operating_units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("old_unit_code", sa.String(length=10), nullable=True),
        sa.Column("new_unit_code", sa.String(length=10), nullable=True),
        sa.Column("succeeds", sa.String(length=80), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["operating_units.id"], name="fk_operating_units_parent_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_operating_units"),
        sa.UniqueConstraint("key", name="uq_operating_units_key"),
    )
    op.create_index("ix_operating_units_parent_id", "operating_units", ["parent_id"])
    op.create_table(
        "procedures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name_vi", sa.String(length=400), nullable=False),
        sa.Column("name_en", sa.String(length=400), nullable=False),
        sa.Column("sector_vi", sa.String(length=200), nullable=False),
        sa.Column("sector_en", sa.String(length=200), nullable=False),
        sa.Column("level_old", sa.String(length=20), nullable=False),
        sa.Column("level_new", sa.String(length=20), nullable=False),
        sa.Column("time_limit_days", sa.BigInteger(), nullable=False),
        sa.Column("time_limit_hours", sa.BigInteger(), nullable=False),
        sa.Column("is_same_day", sa.Boolean(), nullable=False),
        sa.Column("bcci_allowed", sa.Boolean(), nullable=False),
        sa.Column("online_only_from", sa.Date(), nullable=True),
        sa.Column("result_kind", sa.String(length=20), nullable=False),
        sa.Column("document_class", sa.String(length=20), nullable=False),
        sa.Column("who_may_receive", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "time_limit_days >= 0 AND time_limit_hours >= 0", name=op.f("ck_procedures_time_limit")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_procedures"),
        sa.UniqueConstraint("code", name="uq_procedures_code"),
        sa.UniqueConstraint("key", name="uq_procedures_key"),
    )
    op.create_table(
        "register_changes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_register_changes"),
    )
    op.create_table(
        "procedure_fees",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=400), nullable=False),
        sa.Column("name_en", sa.String(length=400), nullable=False),
        sa.Column("amount_vnd", sa.BigInteger(), nullable=False),
        sa.Column("per", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.CheckConstraint("kind IN ('phi', 'le_phi')", name=op.f("ck_procedure_fees_kind")),
        sa.CheckConstraint("amount_vnd >= 0", name=op.f("ck_procedure_fees_amount_vnd")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name="fk_procedure_fees_procedure_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_fees"),
        sa.UniqueConstraint("key", name="uq_procedure_fees_key"),
    )
    op.create_index("ix_procedure_fees_procedure_id", "procedure_fees", ["procedure_id"])
    op.create_table(
        "procedure_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("no", sa.BigInteger(), nullable=False),
        sa.Column("name_vi", sa.String(length=400), nullable=False),
        sa.Column("name_en", sa.String(length=400), nullable=False),
        sa.Column("is_required", sa.Boolean(), nullable=False),
        sa.Column("originals", sa.BigInteger(), nullable=False),
        sa.Column("certified_copies", sa.BigInteger(), nullable=False),
        sa.Column("photocopies", sa.BigInteger(), nullable=False),
        sa.Column("default_tally", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "originals >= 0 AND certified_copies >= 0 AND photocopies >= 0",
            name=op.f("ck_procedure_papers_counts"),
        ),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name="fk_procedure_papers_procedure_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_procedure_papers"),
        sa.UniqueConstraint("key", name="uq_procedure_papers_key"),
    )
    op.create_index("ix_procedure_papers_procedure_id", "procedure_papers", ["procedure_id"])
    op.create_table(
        "sections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("old_commune_code", sa.String(length=10), nullable=True),
        sa.Column("new_commune_code", sa.String(length=10), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("hotline", sa.String(length=40), nullable=False),
        sa.Column("mailbox", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("code_prefix", sa.String(length=40), nullable=False),
        sa.Column("first_number", sa.BigInteger(), nullable=False),
        sa.Column("succeeds", sa.String(length=80), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.CheckConstraint("first_number >= 1", name=op.f("ck_sections_first_number")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_sections_agency_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sections"),
        sa.UniqueConstraint("key", name="uq_sections_key"),
    )
    op.create_table(
        "service_points",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("old_commune_code", sa.String(length=10), nullable=True),
        sa.Column("new_commune_code", sa.String(length=10), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("precision", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("hotline", sa.String(length=40), nullable=False),
        sa.Column("succeeds", sa.String(length=80), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["operating_units.id"], name="fk_service_points_unit_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_points"),
        sa.UniqueConstraint("key", name="uq_service_points_key"),
    )
    op.create_index("ix_service_points_unit_id", "service_points", ["unit_id"])
    op.create_table(
        "competences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name="fk_competences_agency_id"),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name="fk_competences_procedure_id"
        ),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name="fk_competences_section_id"),
        sa.PrimaryKeyConstraint("id", name="pk_competences"),
        sa.UniqueConstraint("key", name="uq_competences_key"),
    )
    op.create_index(
        "ix_competences_section_id_procedure_id", "competences", ["section_id", "procedure_id"]
    )
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("acceptance_mode", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("service_forms", sa.Text(), nullable=False),
        sa.Column("transport_days", sa.Text(), nullable=False),
        sa.Column("departures", sa.Text(), nullable=False),
        sa.Column("transit_h", sa.BigInteger(), nullable=True),
        sa.Column("proof_demanded", sa.String(length=40), nullable=False),
        sa.Column("who_may_receive", sa.String(length=20), nullable=True),
        sa.Column("return_instruction", sa.Text(), nullable=False),
        sa.Column("fee_channel", sa.String(length=20), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("data_status", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "acceptance_mode IN ('carrier', 'seated')", name=op.f("ck_links_acceptance_mode")
        ),
        sa.CheckConstraint(
            "status IN ('proposed', 'active', 'suspended', 'ended')", name=op.f("ck_links_status")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["service_points.id"], name="fk_links_point_id"),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name="fk_links_section_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["operating_units.id"], name="fk_links_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.UniqueConstraint("key", name="uq_links_key"),
    )
    op.create_index("ix_links_point_id", "links", ["point_id"])
    op.create_index("ix_links_section_id", "links", ["section_id"])
    op.create_table(
        "section_day_numbers",
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["section_id"], ["sections.id"], name="fk_section_day_numbers_section_id"
        ),
        sa.PrimaryKeyConstraint("section_id", "day", name="pk_section_day_numbers"),
    )
    op.create_table(
        "link_procedures",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("procedure_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["links.id"], name="fk_link_procedures_link_id"),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["procedures.id"], name="fk_link_procedures_procedure_id"
        ),
        sa.PrimaryKeyConstraint("link_id", "procedure_id", name="pk_link_procedures"),
    )


def downgrade() -> None:
    for table in (
        "link_procedures",
        "section_day_numbers",
        "links",
        "competences",
        "service_points",
        "sections",
        "procedure_papers",
        "procedure_fees",
        "register_changes",
        "procedures",
        "operating_units",
        "agencies",
    ):
        op.drop_table(table)
