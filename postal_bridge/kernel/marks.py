"""Has anything about a dossier changed? One statement asks all rooms (decision 0005).

A room names *marks* of its own rows: numbers that grow with every change of them, such as a sum
of versions or a count of facts. What was made under certain marks is true while they are equal.
Other rooms pass marks on and ask for them together; they learn nothing of the tables.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from postal_bridge.kernel.tables import StreamHead
from postal_bridge.kernel.unit_of_work import HOME, Glance, Question, ReadUnit

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


def _streams(count: int) -> Mark:
    """Grows with every fact that is appended to one of so many streams.

    One parameter each: a list of them would be written into the statement anew each time.
    """
    names: list[ColumnElement[str]] = [bindparam(_stream(number)) for number in range(count)]
    return sum_of(StreamHead.seq, where=StreamHead.stream.in_(names))


def _stream(number: int) -> str:
    return f"stream_{number}"


class Marks:
    """The marks that something depends on. Made once, at import: making it is the costly part."""

    def __init__(self, *marks: Mark) -> None:
        self._columns = [mark.sql for mark in marks]
        self._alone = cache(lambda streams: select(*self._columns, _streams(streams).sql))
        self._with_home = cache(
            lambda streams: HOME.add_columns(*self._columns, _streams(streams).sql)
        )

    def of(self, uow: ReadUnit, dossier_id: UUID, streams: Collection[str]) -> tuple[int, ...]:
        """How all of them, these streams and the reference data stand in this unit of work."""
        query = self._alone(len(streams))
        numbers = uow.connection.execute(query, _asked(dossier_id, streams)).one()
        return _marks(uow.reference_version, numbers)

    def question(self, dossier_id: UUID, streams: Collection[str]) -> Question:
        """For a glance at them and at the home together."""
        return Question(self._with_home(len(streams)), _asked(dossier_id, streams))

    def told(self, glance: Glance) -> tuple[int, ...]:
        """What `of` would say, by a glance with `question`."""
        return _marks(glance.reference_version, glance.told)


def _asked(dossier_id: UUID, streams: Collection[str]) -> dict[str, object]:
    names = {_stream(number): name for number, name in enumerate(streams)}
    return {"dossier_id": dossier_id, **names}


def _marks(reference_version: int, numbers: Iterable[int]) -> tuple[int, ...]:
    return (reference_version, *(int(number) for number in numbers))
