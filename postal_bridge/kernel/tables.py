"""Rows that every room leans on: home, streams, later work, kept answers, keys, blobs."""

import json
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import BigInteger, DateTime, TypeDecorator

from postal_bridge.kernel.canonical import CanonicalText, canonical_json

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware in Python, UTC without zone in the table. A naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class JsonText(TypeDecorator[Any]):
    """Canonical JSON kept as text, so that a digest of it can be made again for ever."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return str(value if isinstance(value, CanonicalText) else canonical_json(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime(), str: String(200), int: BigInteger()}  # noqa: RUF012  (SQLAlchemy reads it from the class)

    def __init__(self, **values: Any) -> None:
        """A new row of these columns. Set one by one, each would be compared with nothing."""
        if not values.keys() <= _columns_of(type(self)):
            raise TypeError(
                f"{type(self).__name__} has no {values.keys() - _columns_of(type(self))}"
            )
        vars(self).update(values)


class HomeRow(Base):
    """One row: which home this database belongs to, and how far its business clock is moved.

    `reference_version` counts the changes of reference data. `blob_store_id` names the object
    store that new files go to; where it is empty, they go to the home's folder.
    """

    __tablename__ = "home"
    __table_args__ = (
        CheckConstraint("kind IN ('live', 'sandbox')", name="kind"),
        CheckConstraint("kind = 'sandbox' OR clock_offset_us = 0", name="live_clock_is_true"),
        CheckConstraint('"only" = 1', name="one_row"),
    )
    only: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    id: Mapped[UUID]
    kind: Mapped[str]
    clock_offset_us: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    reference_version: Mapped[int] = mapped_column(default=0, server_default="0")
    blob_store_id: Mapped[UUID | None]


class ReferenceRow(Base):
    """A row that processes remember between units of work (`kernel/reference.py`)."""

    __abstract__ = True


class StreamHead(Base):
    """Where a stream stands; the row that writers of one stream queue for."""

    __tablename__ = "stream_heads"
    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class StreamEvent(Base):
    """A fact, chained to the one before it. Insert-only."""

    __tablename__ = "stream_events"
    __table_args__ = (Index("ix_stream_events_recorded_at", "recorded_at"),)
    stream: Mapped[str] = mapped_column(String(80), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(60))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime | None]
    actor: Mapped[Any] = mapped_column(JsonText())
    body: Mapped[Any] = mapped_column(JsonText())


class StreamRoot(Base):
    """The signed Merkle root over all heads of a day. Insert-only."""

    __tablename__ = "stream_roots"
    day: Mapped[date] = mapped_column(primary_key=True)
    sealed_at: Mapped[datetime]
    heads: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(40))
    leaves: Mapped[Any] = mapped_column(JsonText())


class MessageRow(Base):
    """Something happened, written with its cause."""

    __tablename__ = "messages"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(80))
    body: Mapped[Any] = mapped_column(JsonText())
    at: Mapped[datetime]


class ActionRow(Base):
    """One piece of later work owed to one handler (design section 7)."""

    __tablename__ = "actions"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'sending', 'accepted', 'refused', 'needs_person')", name="state"
        ),
        Index("ix_actions_state_next_try_at", "state", "next_try_at"),
        Index("ix_actions_handler_order_key", "handler", "order_key"),
        Index("ix_actions_lease_until", "lease_until"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    handler: Mapped[str] = mapped_column(String(80))
    order_key: Mapped[str | None] = mapped_column(String(80))
    ordinal: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    offer_no: Mapped[int] = mapped_column(default=0)
    token: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None]
    message: Mapped[MessageRow] = relationship(lazy="joined", innerjoin=True)


class KeptAnswer(Base):
    """The first answer to a request with an Idempotency-Key.

    `body_sha256`: of the request's body, keyed by the home (HMAC); plain in rows of old releases.
    """

    __tablename__ = "kept_answers"
    __table_args__ = (Index("ix_kept_answers_at", "at"),)
    actor: Mapped[str] = mapped_column(String(120), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    route: Mapped[str] = mapped_column(String(255))
    body_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    dossier_id: Mapped[UUID | None]
    outcome: Mapped[bytes | None] = mapped_column(LargeBinary)


class DataKey(Base):
    """A dossier's own data key, wrapped by the master key; destroying it erases the person."""

    __tablename__ = "data_keys"
    dossier_id: Mapped[UUID] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class BlobRow(Base):
    """An encrypted file, named by its own id: in the home's `blobs/`, or in `store_id`."""

    __tablename__ = "blobs"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dossier_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(40))
    media_type: Mapped[str] = mapped_column(String(80))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    store_id: Mapped[UUID | None]


class PublishedRow(Base):
    """Something was published as the file `published/<snapshot_id>`. A fact."""

    __tablename__ = "published"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("kind IN ('register', 'tariff', 'calendar')", name="kind"),
    )
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    snapshot_id: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    published_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))


@cache
def _columns_of(entity: type[Base]) -> frozenset[str]:
    return frozenset(inspect(entity).column_attrs.keys())


def table_of(entity: type[Base]) -> Table:
    """For statements that make no objects."""
    return cast(Table, entity.__table__)
