"""Has anything about a dossier changed? One statement asks all rooms (decision 0005).

A room names *marks* of its own rows: numbers that grow with every change of them, such as a sum
of versions or a count of facts. What was made under certain marks is true while they are equal.
Other rooms pass marks on and ask for them together; they learn nothing of the tables.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from postal_bridge.kernel.tables import StreamHead
from postal_bridge.kernel.unit_of_work import HOME, Beginning, ReadUnit

DOSSIER_ID: ColumnElement[UUID] = bindparam("dossier_id", type_=Uuid())
"""The dossier asked about, in the conditions of marks."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A number that is another after every change of the rows it stands for."""

    sql: ColumnElement[int] = field(repr=False)


def sum_of(versions: InstrumentedAttribute[int], *, where: ColumnElement[bool]) -> Mark:
    """Grows with every row that is added or changed; rows that can go must not be marked so."""
    return Mark(select(func.coalesce(func.sum(versions), 0)).where(where).scalar_subquery())


def count_of(facts: InstrumentedAttribute[Any], *, where: ColumnElement[bool]) -> Mark:
    """For rows that are only added."""
    return Mark(select(func.count(facts)).where(where).scalar_subquery())


STREAMS = sum_of(
    StreamHead.seq, where=StreamHead.stream.in_(bindparam("streams", expanding=True))
)  # fmt: skip
"""Grows with every fact that is appended to one of the named streams."""


class Marks:
    """The marks that something depends on. Made once, at import: making it is the costly part."""

    def __init__(self, *marks: Mark) -> None:
        columns = [mark.sql for mark in (*marks, STREAMS)]
        self._alone = select(*columns)
        self._with_home = HOME.add_columns(*columns)

    def of(self, uow: ReadUnit, dossier_id: UUID, streams: Collection[str]) -> tuple[int, ...]:
        """How all of them, these streams and the reference data stand in this unit of work."""
        return _marks(uow, uow.connection.execute(self._alone, _asked(dossier_id, streams)).one())

    def beginning(self, dossier_id: UUID, streams: Collection[str]) -> Beginning:
        """A unit that begins so is `told` the marks, without a statement of their own."""
        return Beginning(self._with_home, _asked(dossier_id, streams))

    def told(self, uow: ReadUnit) -> tuple[int, ...]:
        """What `of` would say, in a unit that began with `beginning`."""
        return _marks(uow, uow.told)


def _asked(dossier_id: UUID, streams: Collection[str]) -> dict[str, object]:
    return {"dossier_id": dossier_id, "streams": list(streams)}


def _marks(uow: ReadUnit, numbers: Iterable[int]) -> tuple[int, ...]:
    return (uow.reference_version, *(int(number) for number in numbers))
