"""A scan of a dossier's paper as staff open it."""

from uuid import UUID

from postal_bridge.counter.opening_files import KeptFile, OpenedFile, open_file
from postal_bridge.dossiers.service import dossier_view, scans_of
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units

LOOK = "open_scan"


def open_scan(
    dossier_id: UUID, scan_id: UUID, *, actor: Actor, units: Units, blobs: Blobs
) -> OpenedFile:
    """What was scanned of one paper; the look stands before it is shown (S4).

    Raises
    ------
    NotFound
        No such scan in a dossier of the actor's scope.
    StorageAway, KeyUnusable
    """

    def scan(uow: UnitOfWork) -> KeptFile:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        for one in scans_of(uow, dossier.id):
            if one.id == scan_id:
                return KeptFile(dossier.id, one.blob_id, f"giay-{one.paper_no}")
        raise NotFound

    return open_file(scan, reason=LOOK, actor=actor, units=units, blobs=blobs)
