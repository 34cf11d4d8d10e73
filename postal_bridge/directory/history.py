"""Who changed what in the directory: one fact for each row changed. Parts."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from postal_bridge.directory.cells import cell_of
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import DirectoryChangeRow
from postal_bridge.directory.views import PastChange, RowChange
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


def told(
    differences: Mapping[str, tuple[Any, Any]], names: Mapping[UUID, str]
) -> tuple[tuple[str, str, str], ...]:
    """Each difference as column, before and after, as a file would write it."""
    return tuple(
        (name, cell_of(names.get(before, before)), cell_of(names.get(after, after)))
        if not isinstance(before, list) and not isinstance(after, list)
        else (name, cell_of(before), cell_of(after))
        for name, (before, after) in differences.items()
    )


def write_history(
    uow: UnitOfWork, kind: str, changes: Collection[RowChange], *, actor: str
) -> None:
    """Each change is recorded with its author and the business time."""
    DirectoryStore(uow.session).add_all(
        DirectoryChangeRow(
            id=new_id(),
            kind=kind,
            key=change.key,
            what=change.what,
            differences=[list(one) for one in change.differences],
            actor=actor,
            at=uow.now,
        )
        for change in changes
    )


def past_changes(
    uow: ReadUnit, *, kind: str | None = None, key: str | None = None, most: int = 100
) -> list[PastChange]:
    """The latest changes first: all, of one kind, or of one row."""
    rows = DirectoryStore(uow.session).changes(kind, key, most)
    return [
        PastChange(
            row.kind,
            row.key,
            row.what,
            tuple((name, before, after) for name, before, after in row.differences),
            row.actor,
            row.at,
        )
        for row in rows
    ]
