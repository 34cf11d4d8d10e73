"""Where encrypted files lie: what the service asks of such a place, and the home's own folder.

A file is named by its blob's id and never changed. What it must be like stands in the database;
a place is not believed (`kernel/blobs.py` compares digests).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from uuid import UUID

from postal_bridge.kernel.errors import NotFound, StorageAway


@dataclass(frozen=True, slots=True)
class KeptFile:
    """What a place holds: `path` within it, `stem` the blob's id where it is a blob's."""

    path: str
    stem: str
    changed_at_s: float


class BlobStore(Protocol):
    """A place for files. Every method raises StorageAway where it cannot be asked in time."""

    @property
    def id(self) -> UUID | None:
        """What the rows of its blobs name; None is the home's folder."""
        ...

    def put(self, blob_id: UUID, sealed: bytes) -> None:
        """The whole file stands under its name and survives a power cut; or StorageAway."""
        ...

    def get(self, blob_id: UUID) -> bytes:
        """What stands there. Raises NotFound only where the place says that nothing does."""
        ...

    def kept(self) -> Iterator[KeptFile]:
        """Every file of this home, whoever names it."""
        ...

    def remove(self, path: str) -> None:
        """The file is gone; one that is gone already stays so."""
        ...


class FolderStore:
    """The home's `blobs/`."""

    id = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, blob_id: UUID, sealed: bytes) -> None:
        try:
            _write(self._path(blob_id), sealed)
        except OSError as exc:
            raise StorageAway(cause=type(exc).__name__) from exc

    def get(self, blob_id: UUID) -> bytes:
        try:
            return self._path(blob_id).read_bytes()
        except FileNotFoundError:
            if self._folder.is_dir():
                raise NotFound from None
            raise StorageAway(cause="FolderMissing") from None  # not mounted, say
        except OSError as exc:
            raise StorageAway(cause=type(exc).__name__) from exc

    def kept(self) -> Iterator[KeptFile]:
        for path in self._folder.glob("*/*"):
            inside = str(path.relative_to(self._folder))
            yield KeptFile(inside, path.stem, path.stat().st_mtime)

    def remove(self, path: str) -> None:
        (self._folder / path).unlink(missing_ok=True)

    def _path(self, blob_id: UUID) -> Path:
        return self._folder / path_of(blob_id)


def path_of(blob_id: UUID) -> str:
    """A file's path within its place: the random end of the id spreads files over folders."""
    return f"{str(blob_id)[-2:]}/{blob_id}.blob"


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
