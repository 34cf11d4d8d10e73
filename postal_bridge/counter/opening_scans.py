"""A scan of a dossier's paper as staff open it."""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.dossiers.service import dossier_view, scans_of
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import record_look

LOOK = "open_scan"


@dataclass(frozen=True, slots=True)
class OpenedScan:
    paper_no: int
    media_type: str
    content: bytes = field(repr=False)


def open_scan(
    dossier_id: UUID, scan_id: UUID, *, actor: Actor, units: Units, blobs: Blobs
) -> OpenedScan:
    """What was scanned of one paper; the look stands before it is shown (S4).

    Raises
    ------
    NotFound
        No such scan in a dossier of the actor's scope.
    StorageAway
        The files' place does not answer now.
    KeyUnusable
        The file was changed, or the dossier's key was destroyed.
    """
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        scan = next((one for one in scans_of(uow, dossier.id) if one.id == scan_id), None)
        if scan is None:
            raise NotFound
        found = blobs.find(uow, scan.blob_id)
        record_look(uow, dossier.id, actor=actor, reason=LOOK)
        uow.commit()
    sealed = blobs.fetch(found.file)  # with no transaction open: their place may be far away
    with units.read() as seen:
        content = blobs.opened(seen, found, sealed)
    return OpenedScan(scan.paper_no, found.blob.media_type, content)
