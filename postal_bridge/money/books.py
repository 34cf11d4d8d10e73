"""The tables this home prices by: what ships with the release and what was published here."""

from functools import lru_cache

from postal_bridge.kernel.published import published
from postal_bridge.kernel.snapshots import SnapshotFolder
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.tariff import TariffBook
from postal_bridge.money.tariff_files import load_tariffs, with_published

KIND = "tariff"


def tariff_book(uow: ReadUnit) -> TariffBook:
    """Every table that was ever in force here: old quotes are explained by their own.

    Raises
    ------
    SnapshotMissing, SnapshotDamaged
        A published file is gone: no price is better than one by another table.
    """
    return uow.remember("tariff_book", lambda: _book(uow))


def published_book(folder: SnapshotFolder) -> TariffBook:
    """The same for a command without a database, by the list beside the files."""
    return _of(folder, tuple(one.id for one in folder.listed(KIND)))


def _book(uow: ReadUnit) -> TariffBook:
    made = published(uow, KIND)
    if not made or uow.snapshots is None:
        return load_tariffs()
    return _of(uow.snapshots, tuple(one.id for one in made))


@lru_cache(maxsize=64)
def _of(folder: SnapshotFolder, snapshot_ids: tuple[str, ...]) -> TariffBook:
    """Published files never change, so each list of them is read once in a process."""
    if not snapshot_ids:
        return load_tariffs()
    return with_published(tuple(folder.content(one) for one in snapshot_ids))
