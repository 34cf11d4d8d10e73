"""Rows of devices' own streams: columns and constraints only.

What a phone recorded, and what we said when it came, are facts: added, never changed.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText

_IS_ACTIVE = text("ended_at IS NULL")


class DeviceKeyRow(Base):
    """The public half of a key made on a device. One of a device is active; the others ended."""

    __tablename__ = "device_keys"
    __table_args__ = (
        CheckConstraint(
            "(ended_at IS NULL) = (end_reason IS NULL)"
            " AND (ended_at IS NULL) = (ended_by IS NULL)",
            name="ended",
        ),
        CheckConstraint("end_reason IN ('replaced', 'revoked')", name="end_reason"),
        Index(
            "uq_device_keys_device_id", "device_id", unique=True,
            sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE,
        ),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"))
    public_key: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
    end_reason: Mapped[str | None] = mapped_column(String(20))


class DeviceFactRow(Base):
    """A row of a device's stream, as its phone wrote and signed it. Insert-only.

    `text` is what was signed, `id` a digest of it with its signature; `is_signed` says whether
    the key it names made that. A row whose device or key nobody here knows is kept too, so
    neither is a foreign key.
    """

    __tablename__ = "device_rows"
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq"),
        Index("ix_device_rows_device_id_seq", "device_id", "seq"),
    )
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    device_id: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    prev_hash: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(100))
    key_id: Mapped[UUID]
    is_signed: Mapped[bool]


class DeviceReceiptRow(Base):
    """What we found when a row came, and what became of its act. Insert-only.

    `act_stream` and `act_seq` name the fact that the act made. The salt of the row's digests
    stands sealed under the dossier's key, so that they say nothing once it is destroyed.
    """

    __tablename__ = "device_receipts"
    __table_args__ = (
        CheckConstraint("fate IN ('done', 'refused')", name="fate"),
        CheckConstraint(
            "chain_state IN ('in_order', 'late', 'gap', 'fork', 'unsigned')", name="chain_state"
        ),
        CheckConstraint("(fate = 'refused') = (refused_code IS NOT NULL)", name="refused"),
        CheckConstraint("(act_stream IS NULL) = (act_seq IS NULL)", name="act"),
        Index("ix_device_receipts_row_id", "row_id"),
        Index("ix_device_receipts_device_id", "device_id"),
        Index("ix_device_receipts_dossier_id", "dossier_id"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(ForeignKey("device_rows.id"))
    device_id: Mapped[str] = mapped_column(String(40))
    received_at: Mapped[datetime]
    clock_ahead_s: Mapped[int | None]
    chain_state: Mapped[str] = mapped_column(String(20))
    faults: Mapped[Any] = mapped_column(JsonText())
    fate: Mapped[str] = mapped_column(String(20))
    refused_code: Mapped[str | None] = mapped_column(String(80))
    actor: Mapped[str] = mapped_column(String(120))
    dossier_id: Mapped[UUID | None]
    act_stream: Mapped[str | None] = mapped_column(String(80))
    act_seq: Mapped[int | None]
    salt_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
