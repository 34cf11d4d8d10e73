"""Rows of the accounts that transfers go to. Insert-only (triggers)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from postal_bridge.kernel.tables import ReferenceRow


class ReceivingAccountRow(ReferenceRow):
    """From `valid_from` payers are shown this account, two people have said. A fact."""

    __tablename__ = "receiving_accounts"
    __table_args__ = (
        UniqueConstraint("number", name="uq_receiving_accounts_number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("second_person <> actor", name="two_people"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int]
    bank_bin: Mapped[str] = mapped_column(String(6))
    account: Mapped[str] = mapped_column(String(19))
    holder: Mapped[str] = mapped_column(String(60))
    bank_name: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[date]
    words: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    second_person: Mapped[str] = mapped_column(String(120))
