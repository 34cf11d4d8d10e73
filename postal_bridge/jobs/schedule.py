"""Periodic work as a table: when its time comes it is an ordinary message with its action.

So it has tries, a lease and a person's attention like all later work; a keeper that was away
writes one message for what it missed, not one for each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from postal_bridge.jobs import store
from postal_bridge.jobs.relay import Guard, unguarded
from postal_bridge.jobs.tables import ScheduleRow
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units

SEAL_DAY = "jobs.seal_day"
FORGET_ANSWERS = "jobs.forget_answers"
SWEEP_BLOBS = "jobs.sweep_blobs"
VERIFY_ALL = "jobs.verify_all"


@dataclass(frozen=True, slots=True)
class Daily:
    """Each day at `at`, by the wall clock in Vietnam."""

    topic: str
    at: time
    clock: Literal["business", "machine"]

    def after(self, moment: datetime) -> datetime:
        """The first time this falls due later than `moment`."""
        here = local(moment)
        day = here.date() if here.time() < self.at else here.date() + timedelta(days=1)
        return datetime.combine(day, self.at, VIETNAM)


SCHEDULE: tuple[Daily, ...] = (
    Daily(SEAL_DAY, time(0, 10), "business"),
    Daily(VERIFY_ALL, time(2, 0), "machine"),
    Daily(FORGET_ANSWERS, time(3, 0), "machine"),
    Daily(SWEEP_BLOBS, time(3, 30), "machine"),
)


def reconcile(units: Units, schedule: Sequence[Daily] = SCHEDULE) -> None:
    """The table holds these pieces of work and no others; unchanged ones keep their time."""
    with units.write() as uow:
        known = {row.name: row for row in store.schedule_rows(uow.session)}
        for piece in schedule:
            definition = digest({"at": piece.at.isoformat(), "clock": piece.clock})
            row = known.get(piece.topic)
            if row is not None and row.definition == definition:
                continue
            if row is None:
                row = ScheduleRow(name=piece.topic)
                uow.session.add(row)
            row.definition, row.clock = definition, piece.clock
            row.next_at = piece.after(_now(uow, piece))
        store.drop_others(uow.session, [piece.topic for piece in schedule])
        uow.commit()


def write_due(
    units: Units, *, schedule: Sequence[Daily] = SCHEDULE, guard: Guard = unguarded
) -> int:
    """What is due became messages, once each, and has its next time; returns how many."""
    if not _is_any_due(units):
        return 0
    pieces = {piece.topic: piece for piece in schedule}
    with units.write() as uow:
        guard(uow)
        rows = _due(uow)
        for row in rows:
            piece = pieces[row.name]
            ended = local(row.next_at).date() - timedelta(days=1)
            uow.outbox.add(Message(topic=row.name, body={"day": ended.isoformat()}))
            row.last_at, row.next_at = row.next_at, piece.after(_now(uow, piece))
        uow.commit()
    return len(rows)


def is_business_work_due(view: ReadUnit) -> bool:
    """True while the keeper has not written a message that the business clock asks for."""
    return any(row.clock == "business" for row in _due(view))


def _is_any_due(units: Units) -> bool:
    with units.read() as view:
        return bool(_due(view))


def _due(view: ReadUnit) -> Sequence[ScheduleRow]:
    return store.due_rows(view.session, business_now=view.now, machine_now=view.machine_now)


def _now(uow: UnitOfWork, piece: Daily) -> datetime:
    return uow.now if piece.clock == "business" else uow.machine_now
