"""The register from files alone: the release's, with the changes this home published. No database.

The rows of the database decide what is published (`administrative.py`); the list beside the files
repeats them for commands that only compute.
"""

from collections.abc import Sequence
from functools import lru_cache

from config.register import Register, load_register
from config.register_changes import ChangedRegister, unpacked
from postal_bridge.kernel.snapshots import SnapshotFolder

KIND = "register"


def listed_register(folder: SnapshotFolder) -> Register:
    """Every unit as this home knows it, by the list beside the published files.

    Raises
    ------
    SnapshotMissing, SnapshotDamaged
        A published file is gone: no unit is better than one that is no more.
    """
    return register_with(folder, tuple(one.id for one in folder.listed(KIND)))


@lru_cache(maxsize=4)
def register_with(folder: SnapshotFolder, snapshot_ids: tuple[str, ...]) -> Register:
    """The release's register and these published changes, oldest first; one object for a process.

    Published files never change, so each list of them is read once.
    """
    return build_register(folder, snapshot_ids)


def build_register(folder: SnapshotFolder, snapshot_ids: Sequence[str]) -> Register:
    """As `register_with`, for a look at an earlier one: nothing is remembered of it."""
    if not snapshot_ids:
        return load_register()
    published_rows = [unpacked(folder.content(one)) for one in snapshot_ids]
    return ChangedRegister(load_register(), published_rows)
