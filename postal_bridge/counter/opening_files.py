"""A kept file as staff open it: the look stands before anything is shown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.service import record_look


class KeptFile(NamedTuple):
    """`dossier_id`: whose it is, and whose history the look stands in.

    `name`: under which it may lie in somebody's folder; it tells nothing of a person.
    """

    dossier_id: UUID
    blob_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class OpenedFile:
    name: str
    media_type: str
    content: bytes = field(repr=False)


def open_file(
    chosen: Callable[[UnitOfWork], KeptFile],
    *,
    reason: str,
    actor: Actor,
    units: Units,
    blobs: Blobs,
) -> OpenedFile:
    """The file that `chosen` finds in the actor's scope; the look stands (S4).

    Raises
    ------
    StorageAway
        The files' place does not answer now.
    KeyUnusable
        The file was changed, or the dossier's key was destroyed.
    """
    with units.write() as uow:
        kept = chosen(uow)
        found = blobs.find(uow, kept.blob_id)
        record_look(uow, kept.dossier_id, actor=actor, reason=reason)
        uow.commit()
    sealed = blobs.fetch(found.file)  # with no transaction open: their place may be far away
    with units.read() as seen:
        content = blobs.opened(seen, found, sealed)
    return OpenedFile(kept.name, found.blob.media_type, content)
