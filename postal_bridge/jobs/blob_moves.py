"""Moves a home's files between its folder and an object store while the service works.

Each row says where its file lies, and says otherwise only after the other place has given back
what was stored. So whatever ends a move, every file is found, and the next move goes on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from postal_bridge.jobs.blobs_store import counted, elsewhere, file_of, lie_there, unbind_store
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blob_stores import BlobStore, KeptFile, path_of
from postal_bridge.kernel.blobs import Blobs, FileOfBlob, digest_of, side_by_side
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.log import log
from postal_bridge.kernel.unit_of_work import Units

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Moved:
    """One file's fate; where it did not move, no place holds what was stored."""

    id: UUID
    has_moved: bool


def count_files(*, actor: Actor, units: Units) -> dict[UUID | None, int]:
    """How many files lie where; None is the home's folder."""
    with units.read() as uow:
        return counted(uow)


def move_files(
    blobs: Blobs, to: BlobStore, *, actor: Actor, units: Units, at_once: int = AT_ONCE
) -> Iterator[Moved]:
    """Every file lies in `to`, and where it lay before as well.

    A file that is missing or broken stays as it is. Raises StorageAway: what was moved so far
    has moved.
    """
    last: UUID | None = None
    while some := _some(units, to, after=last, at_most=at_once):
        fates = [
            Moved(file.id, has_moved)
            for file, has_moved in side_by_side(lambda file: _copied(blobs, file, to), some)
        ]
        there = [fate.id for fate in fates if fate.has_moved]
        with units.write() as uow:
            lie_there(uow, there, to.id)
            uow.commit()
        log.info("blobs_moved", actor=actor.ref, count=len(there), broken=len(some) - len(there))
        yield from fates
        last = some[-1].id


def leave_store(*, actor: Actor, units: Units) -> None:
    """New files go to the home's folder, unless some still lie in the store."""
    with units.write() as uow:
        unbind_store(uow)
        uow.commit()


def remove_originals(blobs: Blobs, to: BlobStore, *, actor: Actor, units: Units) -> Iterator[bool]:
    """What moved to `to` lies there alone; True for each file removed from the other place.

    `to` is asked for each file once more before the original goes.
    """
    for place in blobs.places():
        if place.id == to.id:
            continue
        for original in place.kept():
            file = _of_original(original, units)
            goes = file is not None and file.store_id == to.id and blobs.stands(file)
            if goes:
                place.remove(original.path)
            yield goes


def fetch_files(blobs: Blobs, files: Sequence[FileOfBlob], into: Path) -> int:
    """Those files stand below `into`; how many no place holds as they were stored."""

    def fetched(file: FileOfBlob) -> bool:
        sealed = _sealed(blobs, file)
        if sealed is None:
            return False
        target = into / path_of(file.id)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # a second name of the folder's own must not change it
        target.write_bytes(sealed)
        return True

    return sum(not is_there for _, is_there in side_by_side(fetched, files))


def _some(units: Units, to: BlobStore, *, after: UUID | None, at_most: int) -> list[FileOfBlob]:
    with units.read() as uow:
        return elsewhere(uow, to.id, after=after, at_most=at_most)


def _of_original(kept: KeptFile, units: Units) -> FileOfBlob | None:
    try:
        blob_id = UUID(kept.stem)
    except ValueError:  # a half-written file
        return None
    with units.read() as uow:
        return file_of(uow, blob_id)


def _copied(blobs: Blobs, file: FileOfBlob, to: BlobStore) -> bool:
    sealed = _sealed(blobs, file)
    if sealed is None:
        return False
    to.put(file.id, sealed)
    return blobs.stands(FileOfBlob(file.id, to.id, file.sha256))


def _sealed(blobs: Blobs, file: FileOfBlob) -> bytes | None:
    """The file as it was stored, or None where its place has it not."""
    try:
        sealed = blobs.place(file.store_id).get(file.id)
    except NotFound:
        return None
    return sealed if digest_of(sealed) == file.sha256 else None
