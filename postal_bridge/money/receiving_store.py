"""Queries of the accounts that transfers go to. Never commits."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.money.receiving_tables import ReceivingAccountRow


def account_rows(session: Session) -> Sequence[ReceivingAccountRow]:
    """Every account that was published, oldest first."""
    wanted = select(ReceivingAccountRow).order_by(ReceivingAccountRow.number)
    return session.scalars(wanted).all()
