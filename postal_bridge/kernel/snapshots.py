"""The home's `published/`: what was published, file by file, for ever. No database here.

A snapshot is named by the digest of its content and is never written twice. `<kind>.json` beside
the files repeats the published rows, in their order, for commands that open no database; the rows
decide (`kernel/published.py`).
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from postal_bridge.kernel.errors import NotFound, SetupLacking

SNAPSHOT_MODE = 0o400  # nobody writes into it again


class SnapshotMissing(NotFound):
    """A published file is not in this home's folder."""

    code = "snapshot_missing"


class SnapshotDamaged(SetupLacking):
    """A published file is not what its name says."""

    code = "snapshot_damaged"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One act of publishing.

    Attributes
    ----------
    number : the how-manieth of its kind, from 1; the later one wins on the same day
    id : `<kind>-<sha256 of the content>`
    valid_from : from this day on it is in force
    """

    kind: str
    number: int
    id: str
    valid_from: date
    published_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class SnapshotFolder:
    """Reads and writes `published/`."""

    path: Path

    def write(self, kind: str, content: bytes) -> str:
        """The content is safe on disk under its own name, which is returned.

        Called before the row that names it commits; a file that no row names harms nobody.
        """
        snapshot_id = f"{kind}-{hashlib.sha256(content).hexdigest()}"
        if not self._stands(snapshot_id):
            self._replace(snapshot_id, content, mode=SNAPSHOT_MODE)
        return snapshot_id

    def content(self, snapshot_id: str) -> bytes:
        """What was published, byte for byte. Raises SnapshotMissing, SnapshotDamaged."""
        try:
            content = (self.path / snapshot_id).read_bytes()
        except OSError:
            raise SnapshotMissing(snapshot=snapshot_id) from None
        if not snapshot_id.endswith(f"-{hashlib.sha256(content).hexdigest()}"):
            raise SnapshotDamaged(snapshot=snapshot_id)
        return content

    def listed(self, kind: str) -> tuple[Snapshot, ...]:
        """What is published, oldest first, by the list beside the files; () without one."""
        try:
            rows = json.loads((self.path / f"{kind}.json").read_text("utf-8"))
        except FileNotFoundError:
            return ()
        return tuple(
            Snapshot(
                kind=kind,
                number=row["number"],
                id=row["id"],
                valid_from=date.fromisoformat(row["valid_from"]),
                published_at=datetime.fromisoformat(row["published_at"]),
                actor=row["actor"],
            )
            for row in rows
        )

    def list_anew(self, kind: str, published: Iterable[Snapshot]) -> None:
        """The list beside the files says what the rows say; a reader sees the old or the new."""
        rows = [
            {
                "number": one.number,
                "id": one.id,
                "valid_from": one.valid_from.isoformat(),
                "published_at": one.published_at.isoformat(),
                "actor": one.actor,
            }
            for one in published
        ]
        content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
        file = self.path / f"{kind}.json"
        stands = file.read_bytes() if file.exists() else b"[]"
        if stands != content:
            self._replace(file.name, content, mode=0o600)

    def _stands(self, snapshot_id: str) -> bool:
        try:
            self.content(snapshot_id)
        except (SnapshotMissing, SnapshotDamaged):
            return False
        return True

    def _replace(self, name: str, content: bytes, *, mode: int) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.path / f".{name}.{os.getpid()}.partial"
        partial.unlink(missing_ok=True)
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(mode)
        partial.rename(self.path / name)
        handle = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
