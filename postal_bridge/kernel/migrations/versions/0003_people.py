"""staff, devices, sessions, keys, codes, parties, consents, looks

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from postal_bridge.kernel.migrations.facts import make_insert_only, refuse_if_facts

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "citizen_links",
        sa.Column("token_hash", sa.String(length=100), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name="pk_citizen_links"),
    )
    op.create_index("ix_citizen_links_dossier_id", "citizen_links", ["dossier_id"])
    op.create_table(
        "looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.String(length=120), nullable=False),
        sa.Column("device_id", sa.String(length=40), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_looks"),
    )
    op.create_index("ix_looks_dossier_id_at", "looks", ["dossier_id", "at"])
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.String(length=100), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("last_try_at", sa.DateTime(), nullable=True),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "purpose IN ('hand_over', 'sign_in')", name=op.f("ck_one_time_codes_purpose")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
    )
    op.create_index(
        "ix_one_time_codes_purpose_subject_id", "one_time_codes", ["purpose", "subject_id"]
    )
    op.create_table(
        "parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("full_name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("is_phone_shared", sa.Boolean(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_kind", sa.String(length=20), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("address_text", sa.LargeBinary(), nullable=True),
        sa.Column("commune_code", sa.String(length=10), nullable=True),
        sa.Column("relation", sa.LargeBinary(), nullable=True),
        sa.Column("authority_until", sa.Date(), nullable=True),
        sa.Column("authority_scope", sa.LargeBinary(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "role IN ('owner', 'submitter', 'payer', 'recipient', 'proxy', 'may_receive')",
            name=op.f("ck_parties_role"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_parties"),
    )
    op.create_index("ix_parties_dossier_id", "parties", ["dossier_id"])
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('post', 'agency', 'operator')", name=op.f("ck_staff_kind")),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("login", name="uq_staff_login"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("text_version", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by", sa.String(length=120), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_consents_party_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index("ix_consents_dossier_id", "consents", ["dossier_id"])
    op.create_table(
        "devices",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("registered_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=True),
        sa.Column("changed_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("state IN ('active', 'locked')", name=op.f("ck_devices_state")),
        sa.ForeignKeyConstraint(["unit_id"], ["operating_units.id"], name="fk_devices_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
    )
    op.create_table(
        "party_index",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("blind", sa.String(length=100), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name="fk_party_index_party_id"),
        sa.PrimaryKeyConstraint("party_id", "kind", name="pk_party_index"),
    )
    op.create_index("ix_party_index_blind", "party_index", ["blind"])
    op.create_index("ix_party_index_dossier_id", "party_index", ["dossier_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key_hash", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("section_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "unit_id IS NOT NULL OR section_id IS NOT NULL", name=op.f("ck_api_keys_has_scope")
        ),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name="fk_api_keys_section_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["operating_units.id"], name="fk_api_keys_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("key_hash", name="uq_api_keys_key_hash"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("employer_unit_id", sa.Uuid(), nullable=True),
        sa.Column("seat_point_id", sa.Uuid(), nullable=True),
        sa.Column("seat_section_id", sa.Uuid(), nullable=True),
        sa.Column("scope_unit_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "role IN ('clerk', 'courier', 'officer', 'supervisor', 'operator')",
            name=op.f("ck_assignments_role"),
        ),
        sa.CheckConstraint(
            "scope_unit_id IS NOT NULL OR seat_section_id IS NOT NULL",
            name=op.f("ck_assignments_has_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["employer_unit_id"], ["operating_units.id"], name="fk_assignments_employer_unit_id"
        ),
        sa.ForeignKeyConstraint(
            ["scope_unit_id"], ["operating_units.id"], name="fk_assignments_scope_unit_id"
        ),
        sa.ForeignKeyConstraint(
            ["seat_point_id"], ["service_points.id"], name="fk_assignments_seat_point_id"
        ),
        sa.ForeignKeyConstraint(
            ["seat_section_id"], ["sections.id"], name="fk_assignments_seat_section_id"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_assignments_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_scope_unit_id", "assignments", ["scope_unit_id"])
    op.create_index("ix_assignments_staff_id", "assignments", ["staff_id"])
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=100), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name="fk_sessions_device_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_sessions_staff_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sessions"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_index("ix_sessions_staff_id", "sessions", ["staff_id"])
    make_insert_only("looks")


def downgrade() -> None:
    refuse_if_facts("looks")
    for table in (
        "sessions",
        "assignments",
        "api_keys",
        "party_index",
        "devices",
        "consents",
        "staff",
        "parties",
        "one_time_codes",
        "looks",
        "citizen_links",
    ):
        op.drop_table(table)
