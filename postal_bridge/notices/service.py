"""The log of messages: parts for other floors."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import rows_that_differ, say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.notices import store
from postal_bridge.notices.tables import NoticeRow

AREA = "notice"
_SAID = ("action_id", "dossier_id", "party_id", "channel", "template", "is_neutral", "sent_at")


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


def record_notice(uow: UnitOfWork, action_id: UUID, sent: SentNotice, *, actor: Actor) -> None:
    """The log says that it was sent, once for each action and person, and a stream says so too."""
    row = NoticeRow(
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
    uow.session.add(row)
    uow.session.flush()
    say_row(uow, f"{AREA}:{sent.dossier_id}", "notice.sent", row, _SAID, actor=actor)


def notices_of(uow: ReadUnit, dossier_id: UUID) -> tuple[NoticeView, ...]:
    """What people were told about a dossier, oldest first. Who may ask is the caller's check."""
    return tuple(
        NoticeView(row.template, row.channel, row.party_id, row.is_neutral, row.sent_at)
        for row in store.of_dossier(uow.session, dossier_id)
    )


def verify_notices(uow: ReadUnit) -> Iterator[Finding]:
    """Every notice that a stream tells of stands as it was; those from before are passed."""
    for notice_id, why in rows_that_differ(uow, AREA, NoticeRow):
        yield Finding(f"notice:{notice_id}", f"notice_{why}")
