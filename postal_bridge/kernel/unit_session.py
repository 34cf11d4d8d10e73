"""The session of a writing unit of work: what is added waits, and is written in one go.

New and changed rows wait in memory until the unit's end, or until a statement names a table of
theirs: whoever asks sees what the unit did. New rows are written a table at a time, those first
that others refer to.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any
from weakref import ref

from sqlalchemy import Connection, Engine, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, make_transient_to_detached

from postal_bridge.kernel.held import note_made
from postal_bridge.kernel.reference import touch, will_touch
from postal_bridge.kernel.row_sending import send_rows, sent_together, shape_of
from postal_bridge.kernel.tables import Base, ReferenceRow

_SESSION = "unit_session"
_STATEMENTS_KNOWN = 4_096
_WORD = re.compile(r"\w+")


class UnitSession(Session):
    """A session that sends nothing twice, and nothing before somebody asks for it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, autoflush=False, expire_on_commit=False)
        self._is_writing = False
        self._waiting: dict[type[Base], dict[int, Base]] = {}
        self._facts: dict[type[Base], list[dict[str, Any]]] = {}
        self._made: list[ref[Base]] = []  # weak: a row that nobody has is read anew

    def add(self, instance: object, *, _warn: bool = True) -> None:
        """A new row waits to be written, with what defaults make of the columns nobody set."""
        if not isinstance(instance, Base) or inspect(instance).key is not None:
            super().add(instance, _warn=_warn)
            return
        shape_of(type(instance)).fill(vars(instance))
        self._waiting.setdefault(type(instance), {})[id(instance)] = instance
        self._expect(type(instance))

    def put(self, entity: type[Base], **values: Any) -> None:
        """A row waits to be written that this unit will not change: no object is made of it."""
        shape_of(entity).fill(values)
        self._facts.setdefault(entity, []).append(values)
        self._expect(entity)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Everything added, changed or deleted so far is in the transaction."""
        self._write(objects, is_last=False)

    def write_last(self) -> None:
        """As `flush`, before the unit ends: what was added need not become the session's own."""
        self._write(None, is_last=True)

    def _write(self, objects: Sequence[Any] | None, *, is_last: bool) -> None:
        with self._writing():
            while both := self._fresh() & self._changed():
                # A new row may be unique only after one of its table has changed, and a changed
                # one may refer to a new one: table by table, as far as they are both.
                rank = min(map(_rank, both))
                self._insert(up_to=rank - 1)
                self._update(up_to=rank)
                self._insert(up_to=rank)
            self._insert(is_last=is_last)
            super().flush(objects)

    def flush_before(self, statement: str) -> None:
        """What waits for a table that the statement reads or refers to is written."""
        if self._is_writing:
            return
        waiting = {entity.__tablename__ for entity in self._fresh() | self._changed()}
        if waiting and not waiting.isdisjoint(_tables_of(statement)):
            self.flush()

    def mark(self) -> int:
        """What a savepoint goes back to. Nothing may wait."""
        return len(self._made)

    def go_back(self, mark: int) -> None:
        """What was added since the mark is gone, and not the session's own any more."""
        for row in (made() for made in self._made[mark:]):
            if row is not None:
                self.expunge(row)
        del self._made[mark:]

    def forget_waiting(self) -> None:
        """What waits was added since the savepoint, or in the transaction, that was undone."""
        self._waiting.clear()
        self._facts.clear()

    def _fresh(self) -> set[type[Base]]:
        return self._facts.keys() | self._waiting.keys()

    def _changed(self) -> set[type[Base]]:
        return {type(row) for row in chain(self.dirty, self.deleted)}

    def _expect(self, entity: type[Base]) -> None:
        note_made(self, entity)
        if issubclass(entity, ReferenceRow):
            will_touch(self)

    def _update(self, up_to: int) -> None:
        """What was changed or deleted is written; changed rows of later tables wait on."""
        later = [row for row in self.dirty if _rank(type(row)) > up_to]
        for row in later:
            self.expunge(row)
        super().flush()
        for row in later:
            super().add(row)

    def _insert(self, up_to: int = sys.maxsize, *, is_last: bool = False) -> None:
        """The rows stand, and those added are the session's own as if it had just read them.

        To make one so costs as much as to send it, which is spared when the unit ends.
        """
        entities = sorted((one for one in self._fresh() if _rank(one) <= up_to), key=_rank)
        if not entities:
            return
        connection = self.connection()
        added: list[Base] = []
        with sent_together(connection):
            for entity in entities:
                rows = self._waiting.pop(entity, {}).values()
                send_rows(connection, entity, [*self._facts.pop(entity, []), *map(vars, rows)])
                added += rows
        if any(issubclass(entity, ReferenceRow) for entity in entities):
            touch(self)
        if is_last:
            return
        for row in added:
            make_transient_to_detached(row)
            super().add(row)
        self._made += map(ref, added)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        before, self._is_writing = self._is_writing, True
        try:
            yield
        finally:
            self._is_writing = before


def _rank(entity: type[Base]) -> int:
    return _ranks(len(Base.metadata.tables))[entity.__tablename__]


@lru_cache(1)
def _ranks(_: int) -> Mapping[str, int]:
    """Each table stands after those its rows refer to, of as many as are known by now."""
    ranks: dict[str, int] = {}

    def rank(name: str) -> int:
        if name not in ranks:
            ranks[name] = 0  # rows of one table may refer to each other
            ranks[name] = 1 + max(map(rank, _referred(name)), default=0)
        return ranks[name]

    for name in Base.metadata.tables:
        rank(name)
    return ranks


def _referred(name: str) -> set[str]:
    """The tables that must have a row before this one has; a deferred key can wait."""
    keys = (key for key in Base.metadata.tables[name].foreign_key_constraints if not key.use_alter)
    named = {one.target_fullname.partition(".")[0] for key in keys for one in key.elements}
    return named & Base.metadata.tables.keys()


@lru_cache(_STATEMENTS_KNOWN)
def _tables_of(statement: str) -> frozenset[str]:
    """The tables that a statement names; of one that writes, also those its rows refer to."""
    named = {word for word in _WORD.findall(statement) if word in Base.metadata.tables}
    if statement.startswith("SELECT"):
        return frozenset(named)
    return frozenset(named.union(*map(_referred, named)))


def write_on_demand(engine: Engine) -> None:
    """Statements on this engine find what the unit session of their connection has waiting."""
    event.listen(engine, "before_cursor_execute", _write_first)


def _write_first(connection: Connection, _: Any, statement: str, *__: Any) -> None:
    session = connection.info.get(_SESSION, lambda: None)()
    if session is not None:
        session.flush_before(statement)


def _know_session(session: UnitSession, _: SessionTransaction, connection: Connection) -> None:
    connection.info[_SESSION] = ref(session)


def _flush_before_rows_in_memory_follow(state: ORMExecuteState) -> None:
    """An UPDATE or DELETE of a class also changes its rows in memory: they must be written."""
    if not state.is_select:
        state.session.flush()


def _forget_waiting(session: UnitSession, _: SessionTransaction) -> None:
    session.forget_waiting()


event.listen(UnitSession, "after_begin", _know_session)
event.listen(UnitSession, "after_soft_rollback", _forget_waiting)
event.listen(UnitSession, "do_orm_execute", _flush_before_rows_in_memory_follow)
