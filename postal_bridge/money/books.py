"""The tables this home prices by: what ships with the release and what was published here."""

from postal_bridge.kernel.published import published
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.tariff import TariffBook
from postal_bridge.money.tariff_files import KIND, book_with, load_tariffs


def tariff_book(uow: ReadUnit) -> TariffBook:
    """Every table that was ever in force here: old quotes are explained by their own.

    Raises
    ------
    SnapshotMissing, SnapshotDamaged
        A published file is gone: no price is better than one by another table.
    """
    return uow.reference("tariff_book", lambda: _book(uow))


def _book(uow: ReadUnit) -> TariffBook:
    made = published(uow, KIND)
    if not made or uow.snapshots is None:
        return load_tariffs()
    return book_with(uow.snapshots, tuple(one.id for one in made))
