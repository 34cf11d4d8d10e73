"""How much one member of staff may upload in a day, so that nobody fills the disk (AC-G8).

The figures are ours: eighty dossiers in a morning with ten papers each are 1,600 scans in a day
of two such mornings; a cleaned page in colour takes about half a megabyte. Machine clock.
"""

from postal_bridge.dossiers import papers_store
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import TooMany
from postal_bridge.kernel.unit_of_work import UnitOfWork

SCANS_A_DAY = 2_000
BYTES_A_DAY = 2 * 1024**3


class ScanQuotaUsed(TooMany):
    """Nothing of the request is kept; tomorrow there is room again."""

    code = "scan_quota_used"


def use_scan_quota(uow: UnitOfWork, sizes_bytes: tuple[int, ...], *, actor: Actor) -> None:
    """These scans are counted for the actor's day, in the unit that keeps them.

    Raises
    ------
    ScanQuotaUsed
        More scans or bytes than a day holds.
    """
    if not sizes_bytes:
        return
    used = papers_store.scan_day(uow.session, actor.ref, local(uow.machine_now).date())
    used.scans += len(sizes_bytes)
    used.size_bytes += sum(sizes_bytes)
    if used.scans > SCANS_A_DAY or used.size_bytes > BYTES_A_DAY:
        raise ScanQuotaUsed(scans=SCANS_A_DAY, gigabytes=BYTES_A_DAY // 1024**3)
