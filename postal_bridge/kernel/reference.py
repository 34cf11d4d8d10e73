"""What a process remembers of reference data, and how it learns that they changed.

Rows of classes below `ReferenceRow` change seldom and are read with almost every request. What is
made of them is remembered under the home's `reference_version`, which each unit of work reads
first. The version grows in the transaction of the change, by itself with every such row that is
flushed, so a version and the rows it stands for become visible together.
"""

import threading
from collections.abc import Hashable, MutableMapping
from itertools import chain
from typing import Any

from sqlalchemy import event, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, object_session

from postal_bridge.kernel.tables import HomeRow, ReferenceRow

MOST_KEPT = 20_000
"""Values of one version: days make new keys, and a process may run for months."""
_TOUCHED = "reference_touched"
Kept = MutableMapping[Hashable, object]


class ReferenceMemory:
    """One process's memory of one home: of the newest version that it has seen."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = -1
        self._kept: Kept = {}

    def at(self, version: int) -> Kept:
        """What is known of this version. A unit that still sees an older one starts from nothing.

        The mapping stays with its version: whoever holds one of yesterday fills that alone.
        """
        with self._lock:
            if version < self._version:
                return {}
            if version > self._version or len(self._kept) > MOST_KEPT:
                self._version, self._kept = version, {}
            return self._kept

    def newest(self) -> Kept:
        """What is known of the newest version that this process has seen."""
        with self._lock:
            return self._kept


def touch(session: Session) -> None:
    """The reference data change with this transaction."""
    _grow(session, session.connection())


def is_touched(session: Session) -> bool:
    """Whether this session has changed reference data, flushed or not."""
    if _TOUCHED in session.info:
        return True
    return any(isinstance(row, ReferenceRow) for row in chain(session.dirty, session.deleted))


def will_touch(session: Session) -> None:
    """A row of reference data was added that is still to be written."""
    session.info.setdefault(_TOUCHED, set())


def _grow(session: Session, connection: Connection) -> None:
    """Once in a transaction; a savepoint that is undone undoes no growth but its own."""
    transaction = session.get_nested_transaction() or session.get_transaction()
    grown: set[Any] = session.info.setdefault(_TOUCHED, set())
    if transaction in grown:
        return
    grown.add(transaction)
    connection.execute(update(HomeRow).values(reference_version=HomeRow.reference_version + 1))


def _row_changed(_: Any, connection: Connection, row: ReferenceRow) -> None:
    session = object_session(row)
    if session is not None:
        _grow(session, connection)


for _moment in ("after_insert", "after_update", "after_delete"):
    event.listen(ReferenceRow, _moment, _row_changed, propagate=True)
