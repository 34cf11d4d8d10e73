"""Queries over the messages that were sent."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.notices.tables import NoticeRow


def of_dossier(session: Session, dossier_id: UUID) -> Sequence[NoticeRow]:
    """Oldest first."""
    return session.scalars(
        select(NoticeRow)
        .where(NoticeRow.dossier_id == dossier_id)
        .order_by(NoticeRow.sent_at, NoticeRow.template)
    ).all()
