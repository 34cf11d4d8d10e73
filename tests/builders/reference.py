"""The release's places in a test's database: read from their files once, then copied as rows.

Once for each day of the business clock: a place's address names its province as it is called then.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import exists, or_, select

from postal_bridge.directory.service import load_reference
from postal_bridge.directory.tables import OperatingUnitRow, RegisterChangeRow
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.tables import Base
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units

Rows = list[tuple[type[Base], dict[str, Any]]]
_rows: dict[date, Rows] = {}


def with_places(units: Units) -> None:
    """What `load_reference` leaves, where nothing stood by its rows: half a second for a test."""
    with units.write() as uow:
        day = local(uow.now).date()
        is_bare = not uow.session.scalar(
            select(or_(exists(select(RegisterChangeRow.id)), exists(select(OperatingUnitRow.id))))
        )
        if is_bare and day in _rows:
            _copy(uow, _rows[day])
            uow.commit()
            return
    if not is_bare:
        load_reference(units)
        return
    with units.read() as look:
        others = {entity for entity, _ in _all_rows(look)}
    load_reference(units)
    with units.read() as look:
        rows = _all_rows(look)
        _rows[day] = [(entity, values) for entity, values in rows if entity not in others]


def _copy(uow: UnitOfWork, rows: Rows) -> None:
    for entity, values in rows:
        now = {"at": uow.machine_now} if entity is RegisterChangeRow else {}
        uow.session.put(entity, **(values | now))


def _all_rows(look: ReadUnit) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """Every row there is; a unit stands before those below it."""
    for mapper in Base.registry.mappers:
        names = [one.key for one in mapper.column_attrs]
        rows = [{name: getattr(row, name) for name in names} for row in _read(look, mapper.class_)]
        for values in _parents_first(rows) if mapper.class_ is OperatingUnitRow else rows:
            yield mapper.class_, values


def _read(look: ReadUnit, entity: type[Base]) -> list[Base]:
    return list(look.session.scalars(select(entity)))


def _parents_first(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    ordered: list[dict[str, Any]] = []
    while len(ordered) < len(rows):
        above = {None, *(row["id"] for row in ordered)}
        ordered += [row for row in rows if row["parent_id"] in above and row not in ordered]
    return ordered
