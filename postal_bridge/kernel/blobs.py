"""Encrypted files beside the database: scans, signatures, photographs.

The file is written, synced and renamed (or confirmed by the object store) before the row that
names it commits; a crash in between leaves a file that nothing names, which `sweep` removes.
Each row says where its file lies, so a home can move from the one place to the other while it
works.
"""

import hashlib
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from postal_bridge.kernel.blob_stores import BlobStore, FolderStore
from postal_bridge.kernel.errors import NotFound, StorageAway
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.tables import BlobRow
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

T = TypeVar("T")
AT_ONCE = 500
PATIENCE_S = 10.0
READERS = 8
"""Files that are read side by side where every one is read."""


@dataclass(frozen=True, slots=True)
class Blob:
    id: UUID
    kind: str
    media_type: str
    size_bytes: int
    sha256: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FileOfBlob:
    """What the database says of a file: where it lies and what it must be."""

    id: UUID
    store_id: UUID | None
    sha256: str


@dataclass(frozen=True, slots=True)
class FoundBlob:
    """A blob with its file and the dossier whose key opens it."""

    blob: Blob
    file: FileOfBlob
    dossier_id: UUID


class Blobs:
    """The home's files.

    Parameters
    ----------
    folder : the home's own
    store : the home's object store; new files go there where it has one
    patience_s : how long one unit of work may have waited for its files before it ends
    """

    def __init__(
        self, folder: Path, store: BlobStore | None = None, *, patience_s: float = PATIENCE_S
    ) -> None:
        self.folder = FolderStore(folder)
        self.store = store
        self._patience_s = patience_s

    def put(
        self, uow: UnitOfWork, dossier_id: UUID, content: bytes, *, kind: str, media_type: str
    ) -> Blob:
        """`content` is safe under the dossier's key, and its row is in the unit.

        Raises StorageAway where the disk is full, or the store does not take it in time or has
        kept this unit waiting too long.
        """
        place = self.store or self.folder
        if place.id not in (None, uow.blob_store_id):
            raise StorageAway(cause="OtherStore")  # the home was moved while this process ran
        blob_id = new_id()
        sealed = uow.vault.seal(dossier_id, content, place=f"blobs.file:{blob_id}")
        with self._waiting(uow):
            place.put(blob_id, sealed)
        row = BlobRow(
            id=blob_id,
            dossier_id=dossier_id,
            kind=kind,
            media_type=media_type,
            size_bytes=len(content),
            sha256=digest_of(sealed),
            created_at=uow.now,
            store_id=place.id,
        )
        uow.session.add(row)
        uow.session.flush()
        return _view(row)

    def find(self, uow: ReadUnit, blob_id: UUID) -> FoundBlob:
        """Where the file lies. Raises NotFound where no row names it."""
        row = uow.session.get(BlobRow, blob_id)
        if row is None:
            raise NotFound
        return FoundBlob(_view(row), FileOfBlob(row.id, row.store_id, row.sha256), row.dossier_id)

    def fetch(self, file: FileOfBlob) -> bytes:
        """The file as it lies there, sealed. Needs no unit of work: its place may be far away.

        Raises
        ------
        NotFound
            Its place says that it has no such file.
        StorageAway
            Its place cannot be asked; whether the file is there is not known.
        """
        place = self.place(file.store_id)
        sealed = place.get(file.id)
        if digest_of(sealed) != file.sha256:
            sealed = place.get(file.id)  # what went wrong on the way comes right
        return sealed

    def opened(self, uow: ReadUnit, found: FoundBlob, sealed: bytes) -> bytes:
        """Its content. Raises KeyUnusable where the file is not the one that was stored, and
        Erased once its dossier's key was destroyed."""
        return uow.vault.open(found.dossier_id, sealed, place=f"blobs.file:{found.blob.id}")

    def get(self, uow: ReadUnit, blob_id: UUID) -> tuple[Blob, bytes]:
        """The blob and its content, fetched inside the unit. Raises as the three steps do."""
        found = self.find(uow, blob_id)
        return found.blob, self.opened(uow, found, self.fetch(found.file))

    def broken(self, uow: ReadUnit) -> list[UUID]:
        """Blobs whose file is missing or is not the one that was stored. Raises StorageAway."""
        asked = select(BlobRow.id, BlobRow.store_id, BlobRow.sha256)
        files = [FileOfBlob(*row) for row in uow.session.execute(asked)]
        found = side_by_side(self.stands, files)
        return [file.id for file, stands in found if not stands]

    def named(self, uow: ReadUnit) -> frozenset[str]:
        """Every blob that has a row: what `sweep` must leave."""
        return frozenset(map(str, uow.session.scalars(select(BlobRow.id))))

    def sweep(self, named: Collection[str], *, older_than_s: float, now_s: float) -> int:
        """Files of this home that are not `named` and older than `older_than_s` are gone."""
        count = 0
        for place in self.places():
            orphans = [
                file.path
                for file in place.kept()
                if file.stem not in named and now_s - file.changed_at_s > older_than_s
            ]
            for path in orphans:
                place.remove(path)
            count += len(orphans)
        return count

    @contextmanager
    def _waiting(self, uow: UnitOfWork) -> Iterator[None]:
        """One put more of this unit, unless those before have taken too long together.

        Others queue for what the unit holds, and files that come slowly may be many.
        """
        waited = uow.remember("blobs.waited_s", lambda: [0.0])
        if waited[0] > self._patience_s:
            raise StorageAway(cause="TooSlow")
        begun = time.monotonic()
        yield
        waited[0] += time.monotonic() - begun

    def places(self) -> list[BlobStore]:
        return [self.folder] if self.store is None else [self.folder, self.store]

    def place(self, store_id: UUID | None) -> BlobStore:
        """Where a row says its file lies. Raises StorageAway where this process has it not."""
        for place in self.places():
            if place.id == store_id:
                return place
        raise StorageAway(cause="OtherStore")

    def stands(self, file: FileOfBlob) -> bool:
        """The place holds the file that was stored. Raises StorageAway."""
        try:
            return digest_of(self.place(file.store_id).get(file.id)) == file.sha256
        except NotFound:
            return False


def lost_blobs(uow: ReadUnit, named: Iterable[UUID]) -> Iterator[UUID]:
    """Those of the files named elsewhere whose own row is gone: soon they would be swept."""
    wanted = list(named)
    for first in range(0, len(wanted), AT_ONCE):
        some = set(wanted[first : first + AT_ONCE])
        yield from some - set(uow.session.scalars(select(BlobRow.id).where(BlobRow.id.in_(some))))


def side_by_side(
    ask: Callable[[FileOfBlob], T], files: Sequence[FileOfBlob]
) -> Iterator[tuple[FileOfBlob, T]]:
    """Each file and its answer, in their order; a few are asked about at a time."""
    with ThreadPoolExecutor(READERS) as readers:
        for first in range(0, len(files), AT_ONCE):
            some = files[first : first + AT_ONCE]
            yield from zip(some, readers.map(ask, some), strict=True)


def digest_of(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()


def _view(row: BlobRow) -> Blob:
    return Blob(row.id, row.kind, row.media_type, row.size_bytes, row.sha256, row.created_at)
