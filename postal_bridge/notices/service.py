"""The log of messages: parts for other floors."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.notices import store
from postal_bridge.notices.tables import NoticeRow


@dataclass(frozen=True, slots=True)
class SentNotice:
    """What is kept of one message."""

    dossier_id: UUID
    unit_id: UUID
    section_id: UUID | None
    party_id: UUID
    channel: str
    template: str
    language: str
    is_neutral: bool


@dataclass(frozen=True, slots=True)
class NoticeView:
    template: str
    channel: str
    party_id: UUID
    is_neutral: bool
    sent_at: datetime


def record_notice(uow: UnitOfWork, action_id: UUID, sent: SentNotice) -> None:
    """The log says that it was sent, once for each action and person."""
    uow.session.add(
        NoticeRow(
            id=new_id(),
            action_id=action_id,
            dossier_id=sent.dossier_id,
            unit_id=sent.unit_id,
            section_id=sent.section_id,
            party_id=sent.party_id,
            channel=sent.channel,
            template=sent.template,
            language=sent.language,
            is_neutral=sent.is_neutral,
            sent_at=uow.now,
        )
    )
    uow.session.flush()


def notices_of(uow: ReadUnit, dossier_id: UUID) -> tuple[NoticeView, ...]:
    """What people were told about a dossier, oldest first. Who may ask is the caller's check."""
    return tuple(
        NoticeView(row.template, row.channel, row.party_id, row.is_neutral, row.sent_at)
        for row in store.of_dossier(uow.session, dossier_id)
    )
