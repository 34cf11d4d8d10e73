"""A home: one installation's folder and the row in its database that names it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.kernel.database import make_engine
from postal_bridge.kernel.errors import AppError, SetupLacking
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.tables import HomeRow


class HomeKind(StrEnum):
    LIVE = "live"
    SANDBOX = "sandbox"


class NotASandbox(AppError):
    """Only a sandbox's business clock may be moved."""

    code = "not_a_sandbox"


@dataclass(frozen=True, slots=True)
class HomeFolder:
    """Where things lie in a home."""

    path: Path

    @property
    def blobs(self) -> Path:
        return self.path / "blobs"

    @property
    def keys(self) -> Path:
        return self.path / "keys.json"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def published(self) -> Path:
        return self.path / "published"

    @property
    def messages(self) -> Path:
        """What a sandbox would have sent: one file for each channel."""
        return self.path / "messages"

    def create(self) -> None:
        """The folders exist, readable by their owner only."""
        for folder in (self.path, self.blobs, self.logs, self.published, self.messages):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def load_or_make_keys(self) -> KeyRing:
        """The home's keys; made on the first start."""
        if not self.keys.exists():
            KeyRing.fresh().save(self.keys)
        return KeyRing.load(self.keys)


@dataclass(frozen=True, slots=True)
class HomeIdentity:
    id: UUID
    kind: HomeKind
    clock_offset_us: int
    blob_store_id: UUID | None


def name_home(url: str, kind: HomeKind, *, now: datetime) -> HomeIdentity:
    """The migrated database at `url` has its home row; an existing one is left as it is."""
    engine = make_engine(url)
    try:
        with Session(engine.execution_options(writes=True)) as session:
            row = session.scalars(select(HomeRow)).one_or_none()
            if row is None:
                row = HomeRow(id=new_id(), kind=kind, created_at=now, clock_offset_us=0)
                session.add(row)
                session.commit()
            return _identity(row)
    finally:
        engine.dispose()


def read_home(url: str) -> HomeIdentity:
    """Which home the database at `url` belongs to. Raises SetupLacking before `migrate`."""
    engine = make_engine(url)
    try:
        with Session(engine) as session:
            row = session.scalars(select(HomeRow)).one_or_none()
            if row is None:
                raise SetupLacking(what="home")
            return _identity(row)
    finally:
        engine.dispose()


def bind_store(url: str, store_id: UUID | None) -> None:
    """New files of the home go to this object store, or into its folder."""
    engine = make_engine(url)
    try:
        with Session(engine.execution_options(writes=True)) as session:
            session.scalars(select(HomeRow)).one().blob_store_id = store_id
            session.commit()
    finally:
        engine.dispose()


def _identity(row: HomeRow) -> HomeIdentity:
    return HomeIdentity(row.id, HomeKind(row.kind), row.clock_offset_us, row.blob_store_id)


def move_clock(session: Session, offset_us: int) -> None:
    """The sandbox's business clock stands `offset_us` ahead of the machine's."""
    row = session.scalars(select(HomeRow)).one()
    if row.kind != HomeKind.SANDBOX:
        raise NotASandbox
    row.clock_offset_us = offset_us
