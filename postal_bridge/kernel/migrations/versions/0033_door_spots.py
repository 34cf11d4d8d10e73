"""doors known from good hand-overs, sealed, while their consent stands

Rows are deleted when the consent ends, so this is no table of facts.

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "door_spots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dossier_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("blind", sa.String(100), nullable=False),
        sa.Column("spot_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("handed_over_on", sa.Date(), nullable=False),
        sa.Column("kept_until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name="fk_door_spots_dossier_id_dossiers"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name="fk_door_spots_delivery_id_deliveries"
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name="fk_door_spots_consent_id_consents"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_door_spots"),
        sa.UniqueConstraint("delivery_id", name="uq_door_spots_delivery_id"),
    )
    op.create_index("ix_door_spots_blind", "door_spots", ["blind"])
    op.create_index("ix_door_spots_dossier_id", "door_spots", ["dossier_id"])
    op.create_index("ix_door_spots_kept_until", "door_spots", ["kept_until"])


def downgrade() -> None:
    for name in ("kept_until", "dossier_id", "blind"):
        op.drop_index(f"ix_door_spots_{name}", table_name="door_spots")
    op.drop_table("door_spots")
