"""Where a transaction begins and ends. A use case opens one unit and commits it once.

`units.read()` looks and cannot write; `units.write()` queues for the writer and keeps what
it did only by `uow.commit()`; leaving by any other door undoes everything.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection, Engine, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.exc import StaleDataError

from postal_bridge.kernel.chains import Chains
from postal_bridge.kernel.clock import MachineClock
from postal_bridge.kernel.database import asking, make_engine, reading, sqlite_lock_path
from postal_bridge.kernel.errors import (
    Conflict,
    HomeMismatch,
    LostUpdate,
    SetupLacking,
)
from postal_bridge.kernel.held import held_now, hold_only
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import Handler, Outbox
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.reference import Kept, ReferenceMemory, is_touched, touch
from postal_bridge.kernel.snapshots import SnapshotFolder
from postal_bridge.kernel.tables import HomeRow
from postal_bridge.kernel.unit_faults import a_fault_ends, busy_is_temporary
from postal_bridge.kernel.unit_session import UnitSession, write_on_demand
from postal_bridge.kernel.vault import Vault
from postal_bridge.kernel.writer_lock import WRITER_WAIT_S, WriterLock

Wiring = Mapping[str, tuple[Handler, ...]]
T = TypeVar("T")
HOME = select(
    HomeRow.id,
    HomeRow.kind,
    HomeRow.clock_offset_us,
    HomeRow.reference_version,
    HomeRow.blob_store_id,
)
"""Every unit of work begins with it: columns, not the object."""
HOME_COLUMNS = len(HOME.selected_columns)
_HOME = ReadyStatement(HOME)


@dataclass(frozen=True, slots=True)
class Question:
    """`HOME` with more columns."""

    query: Select[*tuple[Any, ...]]
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Glance:
    """What one statement told of one moment.

    Attributes
    ----------
    now : the business clock
    told : what was asked beyond the home
    """

    now: datetime
    reference_version: int
    told: tuple[Any, ...]


class ReadUnit:
    """A look at the database. It has no `commit`.

    Attributes
    ----------
    now : the business clock, read once
    machine_now : the machine clock, read once
    snapshots : what was published in this home; None in a process without a home's folder
    reference_version : grows whenever reference data of this home change
    blob_store_id : the object store of this home's files; None where it has none
    asked : what `asked_once` has found so far
    """

    def __init__(
        self,
        connection: Connection,
        *,
        home: Any,
        machine_now: datetime,
        ring: KeyRing,
        reference: ReferenceMemory,
        snapshots: SnapshotFolder | None = None,
    ) -> None:
        self._connection = connection
        self.snapshots = snapshots
        self.home_id: UUID = home.id
        self.is_sandbox = home.kind == "sandbox"
        self.machine_now = machine_now
        self.now = _business_now(home, machine_now)
        self.ring = ring
        self.reference_version: int = home.reference_version
        self.blob_store_id: UUID | None = home.blob_store_id
        self._reference: Kept = reference.at(home.reference_version)
        self.asked: dict[Hashable, object] = {}
        self._remembered: dict[Hashable, object] = {}

    @property
    def connection(self) -> Connection:
        """The session's own, for statements that make no objects."""
        return self._connection

    @cached_property
    def session(self) -> Session:
        """Made when someone wants objects: some looks want none."""
        return Session(self._connection)

    @cached_property
    def vault(self) -> Vault:
        """Opens the personal fields, and in a writing unit seals them."""
        return Vault(self.session, self.ring, self.now)

    def close(self) -> None:
        """Nothing more can be asked of it."""
        if "session" in vars(self):
            self.session.close()

    def reference(self, key: Hashable, make: Callable[[], T]) -> T:
        """Reference data, made once in this process until the home's reference data change.

        `make` gives frozen values, never rows, and looks at reference data and the key alone.
        """
        if key not in self._reference:
            self._reference[key] = make()
        return cast(T, self._reference[key])

    def asked_once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What the database says. A reading unit sees one moment, so it need not ask again."""
        if key not in self.asked:
            self.asked[key] = make()
        return cast(T, self.asked[key])

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave when this unit first asked under this key."""
        if key not in self._remembered:
            self._remembered[key] = make()
        return cast(T, self._remembered[key])

    def forget(self) -> None:
        """Whatever was remembered is read anew."""
        self._remembered.clear()

    def drop(self, key: Hashable) -> None:
        """What was remembered under this key is read anew."""
        self._remembered.pop(key, None)


class UnitOfWork(ReadUnit):
    """A transaction that may write."""

    session: UnitSession
    outbox: Outbox
    chains: Chains

    def __init__(self, session: UnitSession, **given: Any) -> None:
        super().__init__(session.connection(), **given)
        self.session = session
        self._is_kept = False

    @property
    def connection(self) -> Connection:
        """After a commit the session has another one."""
        return self.session.connection()

    def reference(self, key: Hashable, make: Callable[[], T]) -> T:
        """As in a reading unit; one that changed reference data keeps its own to itself."""
        if is_touched(self.session):
            return self.remember(key, make)
        return super().reference(key, make)

    def asked_once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What the database says now: this unit itself may have changed it."""
        return make()

    def forget(self) -> None:
        """Whatever was remembered is read anew: here at once, elsewhere after the commit."""
        super().forget()
        touch(self.session)

    @contextmanager
    def savepoint(self) -> Iterator[SessionTransaction]:
        """What is done inside can be undone alone: by an exception, or by `rollback()` on it."""
        mark, messages = self.chains.mark(), self.outbox.mark()
        rows = held_now(self.session)
        self.session.flush()
        made = self.session.mark()
        is_kept = False
        try:
            with self.session.begin_nested() as point:
                yield point
                is_undone = not point.is_active
                if not is_undone:
                    self.session.flush()
            is_kept = not is_undone
        finally:
            if not is_kept:
                self.chains.go_back(mark)
                self.outbox.go_back(messages)
                self.session.go_back(made)
                hold_only(self.session, rows)

    def queue_for_home(self) -> None:
        """Whoever asks for this waits until nobody else holds it in an open unit of work."""
        self.session.execute(select(HomeRow.id).with_for_update())

    def commit(self) -> None:
        """Everything done in this unit is kept, and nothing more: its rows are plain values now.

        Raises LostUpdate or Conflict.
        """
        if self._is_kept:
            raise RuntimeError("a unit of work is committed once")
        try:
            self.session.write_last()
            self.chains.write()
            self.outbox.write()
            self.session.commit()
        except StaleDataError:
            raise LostUpdate from None
        except IntegrityError as exc:
            raise Conflict(constraint=type(exc.orig).__name__) from exc
        hold_only(self.session)
        self._is_kept = True


class Units:
    """Makes units of work on one database. Build it in the composition root only.

    Parameters
    ----------
    home_id : the home this process belongs to; None while the home is being made
    wiring : topic -> handlers; one action row is written for each handler
    snapshots : the home's published files; None where nothing can be published
    """

    def __init__(
        self,
        url: str,
        *,
        home_id: UUID | None,
        ring: KeyRing,
        machine: MachineClock,
        wiring: Wiring | None = None,
        make: Callable[[str], Engine] = make_engine,
        snapshots: SnapshotFolder | None = None,
    ) -> None:
        self.engine = make(url)
        self.machine = machine
        self.ring = ring
        self.wiring: Wiring = {} if wiring is None else wiring
        self.snapshots = snapshots
        self._asking = asking(self.engine)
        self._reading = reading(self.engine)
        self._writing = self.engine.execution_options(writes=True)
        write_on_demand(self._writing)
        self._reference = ReferenceMemory()
        self._home_id = home_id
        self._writer_lock = WriterLock(sqlite_lock_path(url), wait_s=WRITER_WAIT_S)

    def glance(self, question: Question) -> Glance:
        """What one statement says: it sees one moment without a transaction around it."""
        with busy_is_temporary(), self._asking.connect() as connection:
            found = connection.execute(question.query, question.params).one_or_none()
            home = self._checked(found)
        now = _business_now(home, self.machine.now())
        return Glance(now, home.reference_version, tuple(home[HOME_COLUMNS:]))

    @contextmanager
    def read(self) -> Iterator[ReadUnit]:
        """Looks, takes no lock, and cannot write: the database itself refuses."""
        with busy_is_temporary(), self._reading.connect() as connection:
            unit = ReadUnit(
                connection,
                home=self._home(connection),
                machine_now=self.machine.now(),
                ring=self.ring,
                reference=self._reference,
                snapshots=self.snapshots,
            )
            try:
                with a_fault_ends(connection.invalidate):
                    yield unit
            finally:
                unit.close()

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Opens a transaction that may write; only `uow.commit()` keeps what it did."""
        with (
            busy_is_temporary(),
            self._writer_lock(),
            UnitSession(self._writing) as session,
        ):
            machine_now = self.machine.now()
            uow = UnitOfWork(
                session,
                home=self._home(session.connection()),
                machine_now=machine_now,
                ring=self.ring,
                snapshots=self.snapshots,
                reference=self._reference,
            )
            uow.outbox = Outbox(session, self.wiring, at=uow.now, machine_now=machine_now)
            uow.chains = Chains(session)
            with a_fault_ends(session.invalidate):
                yield uow

    def reference(self, key: Hashable, make: Callable[[ReadUnit], T]) -> T:
        """Reference data as of this process's last unit of work; read where it knows none.

        For what has no unit open: a request has had one already, if only for who asks.
        """
        known = self._reference.newest()
        if key in known:
            return cast(T, known[key])
        with self.read() as uow:
            return uow.reference(key, lambda: make(uow))

    def reference_at(self, glance: Glance, key: Hashable, make: Callable[[ReadUnit], T]) -> T:
        """Reference data as of a glance; a unit of work is opened where this process knows none."""
        known = self._reference.at(glance.reference_version)
        if key in known:
            return cast(T, known[key])
        with self.read() as uow:
            return make(uow)

    def dispose(self) -> None:
        """Close pooled connections. Needed after a fork: the child must open its own."""
        self.engine.dispose(close=False)

    def _home(self, connection: Connection) -> Any:
        return self._checked(_HOME.row(connection, {}))

    def _checked(self, home: Any) -> Any:
        """The row of the home that this process belongs to."""
        if home is None:
            raise SetupLacking(what="home")
        if self._home_id is not None and home.id != self._home_id:
            raise HomeMismatch(database=str(home.id), process=str(self._home_id))
        return home


def _business_now(home: Any, machine_now: datetime) -> datetime:
    return machine_now + timedelta(microseconds=home.clock_offset_us)
