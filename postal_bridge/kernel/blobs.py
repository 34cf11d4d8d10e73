"""Encrypted files beside the database: scans, signatures, photographs.

The file is written, synced and renamed before the row that names it commits; a crash in
between leaves a file that nothing names, which `sweep` removes.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from postal_bridge.kernel.errors import NotFound, StorageAway
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.tables import BlobRow
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Blob:
    id: UUID
    kind: str
    media_type: str
    size_bytes: int
    sha256: str
    created_at: datetime


class Blobs:
    """The home's blob folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(
        self, uow: UnitOfWork, dossier_id: UUID, content: bytes, *, kind: str, media_type: str
    ) -> Blob:
        """`content` is safe on disk under the dossier's key, and its row is in the unit.

        Raises StorageAway where the disk is full or takes nothing.
        """
        blob_id = new_id()
        sealed = uow.vault.seal(dossier_id, content, place=f"blobs.file:{blob_id}")
        path = self._path(blob_id)
        try:
            _write(path, sealed)
        except OSError as exc:
            raise StorageAway(cause=type(exc).__name__) from exc
        row = BlobRow(
            id=blob_id,
            dossier_id=dossier_id,
            kind=kind,
            media_type=media_type,
            size_bytes=len(content),
            sha256=hashlib.sha256(sealed).hexdigest(),
            created_at=uow.now,
        )
        uow.session.add(row)
        uow.session.flush()
        return _view(row)

    def get(self, uow: ReadUnit, blob_id: UUID) -> tuple[Blob, bytes]:
        """The blob and its content. Raises NotFound; KeyUnusable when the file was changed."""
        row = uow.session.get(BlobRow, blob_id)
        if row is None or not self._path(blob_id).exists():
            raise NotFound
        sealed = self._path(blob_id).read_bytes()
        content = uow.vault.open(row.dossier_id, sealed, place=f"blobs.file:{blob_id}")
        return _view(row), content

    def broken(self, uow: ReadUnit) -> list[UUID]:
        """Blobs whose file is missing or is not the one that was stored."""
        return [row.id for row in uow.session.scalars(select(BlobRow)) if not self._stands(row)]

    def sweep(self, uow: ReadUnit, *, older_than_s: float, now_s: float) -> int:
        """Files that no row names and that are older than `older_than_s` are gone."""
        named = {str(blob_id) for blob_id in uow.session.scalars(select(BlobRow.id))}
        orphans = [
            path
            for path in self._folder.glob("*/*")
            if path.stem not in named and now_s - path.stat().st_mtime > older_than_s
        ]
        for path in orphans:
            path.unlink()
        return len(orphans)

    def _stands(self, row: BlobRow) -> bool:
        path = self._path(row.id)
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == row.sha256

    def _path(self, blob_id: UUID) -> Path:
        return self._folder / str(blob_id)[-2:] / f"{blob_id}.blob"


def lost_blobs(uow: ReadUnit, named: Iterable[UUID]) -> Iterator[UUID]:
    """Those of the files named elsewhere whose own row is gone: soon they would be swept."""
    wanted = list(named)
    for first in range(0, len(wanted), AT_ONCE):
        some = set(wanted[first : first + AT_ONCE])
        yield from some - set(uow.session.scalars(select(BlobRow.id).where(BlobRow.id.in_(some))))


def _write(path: Path, content: bytes) -> None:
    """The whole file stands under its name and survives a power cut; or nothing of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    partial.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _view(row: BlobRow) -> Blob:
    return Blob(row.id, row.kind, row.media_type, row.size_bytes, row.sha256, row.created_at)
