"""Rows of contracts and of what agencies owe by them. Insert-only (triggers)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import Base, JsonText, ReferenceRow


class ContractSetRow(ReferenceRow):
    """Contracts were published as the file `published/<snapshot_id>`. A fact."""

    __tablename__ = "contract_sets"
    __table_args__ = (CheckConstraint("number > 0", name="number"),)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    snapshot_id: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    published_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


class ContractLineRow(Base):
    """One fact that a quote does not cover, with what the contract of its day says. A fact.

    A cause has one line: `no` 1 is the line, 2 takes it back with the amount turned round, 3 is
    the cause come again. `contract` is the version it was written under, NULL where none held.
    """

    __tablename__ = "contract_lines"
    __table_args__ = (
        UniqueConstraint(
            "delivery_id", "item", "cause", "no", name="uq_contract_lines_delivery_id_item_cause_no"
        ),
        CheckConstraint(
            "item IN ('heavier', 'remote', 'redelivery', 'storage', 'return')", name="item"
        ),
        CheckConstraint(
            "no >= 1 AND ((no % 2 = 1 AND amount_vnd >= 0) OR (no % 2 = 0 AND amount_vnd <= 0))",
            name="direction",
        ),
        CheckConstraint("(entry_id IS NULL) = (amount_vnd = 0)", name="posted"),
        CheckConstraint("contract IS NOT NULL OR amount_vnd = 0", name="by_contract"),
        CheckConstraint("(no % 2 = 0) = (why IS NOT NULL)", name="why"),
        Index("ix_contract_lines_at", "at"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    delivery_id: Mapped[UUID]
    dossier_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    section_id: Mapped[UUID]
    agency_id: Mapped[UUID]
    item: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(40))
    no: Mapped[int]
    contract: Mapped[str | None] = mapped_column(String(80))
    amount_vnd: Mapped[int]
    facts: Mapped[Any] = mapped_column(JsonText())
    why: Mapped[str | None] = mapped_column(String(40))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
