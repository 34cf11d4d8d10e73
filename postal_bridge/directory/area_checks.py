"""What stored data can show of published service areas."""

from collections.abc import Iterator

from postal_bridge.directory.area_store import AreaStore
from postal_bridge.directory.areas import unpacked
from postal_bridge.kernel.published import folder_of
from postal_bridge.kernel.snapshots import SnapshotDamaged, SnapshotMissing
from postal_bridge.kernel.unit_of_work import ReadUnit


def verify_areas(uow: ReadUnit) -> Iterator[str]:
    """Sets whose snapshot is missing, damaged or unreadable, and numbers that are left out."""
    sets = AreaStore(uow.session).sets()
    for expected, (number, _) in enumerate(sets, start=1):
        if number != expected:
            yield f"service_areas {expected} left_out"
            break
    if uow.snapshots is None:
        return
    for snapshot_id in sorted({snapshot_id for _, snapshot_id in sets}):
        try:
            unpacked(folder_of(uow).content(snapshot_id))
        except (SnapshotMissing, SnapshotDamaged) as wrong:
            yield f"{wrong.code} {snapshot_id}"
        except (ValueError, KeyError, TypeError):  # whole, and yet no set of areas
            yield f"service_areas_unreadable {snapshot_id}"
