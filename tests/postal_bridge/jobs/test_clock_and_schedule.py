"""Periodic work, and the business clock of a sandbox going from due time to due time."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from postal_bridge.jobs import schedule
from postal_bridge.jobs.business_clock import ClockGoesForward, WorkStaysOpen, advance_to
from postal_bridge.jobs.handlers import ForgetAnswers, SealDay, VerifyAll
from postal_bridge.jobs.runner import run_action
from postal_bridge.jobs.schedule import SEAL_DAY, Daily
from postal_bridge.jobs.store import schedule_rows
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import Message, by_name
from postal_bridge.kernel.tables import ActionRow, MessageRow, StreamRoot
from postal_bridge.kernel.unit_of_work import Units, Wiring
from tests.builders.clock import pass_days
from tests.postal_bridge.jobs.outside import Outside

SEAL_AT_TEN_PAST = Daily(SEAL_DAY, time(0, 10), "business")


class Notes(Outside):
    """Notes the business time at which each of its actions was prepared."""

    seen: list[datetime]

    def prepare(self, uow, work):  # type: ignore[no-untyped-def]
        self.seen.append(uow.now)
        return super().prepare(uow, work)


class Hands:
    """Does in a thread what a keeper and its workers do."""

    def __init__(self, units: Units, pieces: tuple[Daily, ...] = ()) -> None:
        self.units, self.pieces, self.stop = units, pieces, threading.Event()
        self.thread = threading.Thread(target=self._work)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _work(self) -> None:
        handlers = by_name(self.units.wiring)
        while not self.stop.wait(0.01):
            schedule.write_due(self.units, schedule=self.pieces)
            with self.units.read() as view:
                waiting = select(ActionRow.id).where(
                    ActionRow.state == "waiting", ActionRow.due_at <= view.now
                )
                due = view.session.scalars(waiting).all()
            for action_id in due:
                run_action(action_id, units=self.units, handlers=handlers)


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    made = Notes("notes", tmp_path)
    made.seen = []
    return made


@pytest.fixture
def units(database_url: str, key_ring: KeyRing, notes: Notes) -> Iterator[Units]:
    wiring: Wiring = {"notes": (notes,), SEAL_DAY: (SealDay(),)}
    made = Units(database_url, home_id=None, ring=key_ring, machine=SystemClock(), wiring=wiring)
    yield made
    made.engine.dispose()


def business_now(units: Units) -> datetime:
    with units.read() as view:
        return view.now


def ask(units: Units, due_at: datetime) -> None:
    with units.write() as uow:
        uow.outbox.add(Message("notes", {}, due_at=due_at))
        uow.commit()


def test_the_clock_stops_at_each_due_time_on_its_way(units: Units, notes: Notes) -> None:
    start = business_now(units)
    due = [start + timedelta(days=days) for days in (3, 9)]
    later = start + timedelta(days=40)
    for at in (*due, later):
        ask(units, at)
    with Hands(units):
        done = advance_to(start + timedelta(days=30), units=units, timeout_s=20)
    assert done.stops == 2
    for seen, at in zip(notes.seen, due, strict=True):
        assert timedelta(0) <= seen - at < timedelta(seconds=10)
    assert timedelta(0) <= business_now(units) - done.now < timedelta(seconds=20)


def test_every_day_on_the_way_is_sealed(units: Units) -> None:
    with units.read() as view:
        first = view.now
    schedule.reconcile(units, (SEAL_AT_TEN_PAST,))
    with Hands(units, (SEAL_AT_TEN_PAST,)):
        advance_to(first + timedelta(days=4), units=units, timeout_s=20)
    with units.read() as view:
        days = list(view.session.scalars(select(StreamRoot.day).order_by(StreamRoot.day)))
    assert days == [days[0] + timedelta(days=n) for n in range(4)]


def test_the_clock_is_not_turned_back(units: Units) -> None:
    with pytest.raises(ClockGoesForward):
        advance_to(business_now(units) - timedelta(minutes=1), units=units)


def test_work_that_nobody_does_is_said_and_the_clock_stays_there(units: Units) -> None:
    due = business_now(units) + timedelta(days=1)
    ask(units, due)
    with pytest.raises(WorkStaysOpen):
        advance_to(due + timedelta(days=5), units=units, timeout_s=0.2)
    assert business_now(units) - due < timedelta(minutes=1)


def test_daily_work_that_was_missed_is_written_once(units: Units) -> None:
    schedule.reconcile(units, (SEAL_AT_TEN_PAST,))
    pass_days(units, 5)
    pieces = (SEAL_AT_TEN_PAST,)
    assert schedule.write_due(units, schedule=pieces) == 1
    assert schedule.write_due(units, schedule=pieces) == 0
    with units.read() as view:
        assert len(view.session.scalars(select(MessageRow)).all()) == 1


def test_reconciling_keeps_times_and_drops_what_is_unknown(units: Units) -> None:
    other = Daily("notes", time(5, 0), "machine")
    schedule.reconcile(units, (SEAL_AT_TEN_PAST, other))
    schedule.reconcile(units, (SEAL_AT_TEN_PAST,))
    with units.read() as view:
        assert [row.name for row in schedule_rows(view.session)] == [SEAL_DAY]


def test_daily_means_the_next_wall_clock_time_in_vietnam() -> None:
    piece = Daily("x", time(0, 10), "business")
    evening = datetime(2026, 3, 1, 17, 5, tzinfo=UTC)  # five past midnight on the second
    assert piece.after(evening) == datetime(2026, 3, 1, 17, 10, tzinfo=UTC)
    assert piece.after(piece.after(evening)) == datetime(2026, 3, 2, 17, 10, tzinfo=UTC)


def test_a_day_is_sealed_once(units: Units) -> None:
    with units.write() as uow:
        handler = SealDay()
        handler.settle(uow, None, date(2026, 3, 1))  # type: ignore[arg-type]
        handler.settle(uow, None, date(2026, 3, 1))  # type: ignore[arg-type]
        uow.commit()
    with units.read() as view:
        assert len(view.session.scalars(select(StreamRoot)).all()) == 1


def test_a_finding_of_the_nightly_check_waits_for_a_person(
    database_url: str, key_ring: KeyRing
) -> None:
    wiring: Wiring = {
        "verify": (VerifyAll({"one": lambda _: ["broken"], "two": lambda _: []}),),
        "forget": (ForgetAnswers(),),
    }
    units = Units(database_url, home_id=None, ring=key_ring, machine=SystemClock(), wiring=wiring)
    with units.write() as uow:
        uow.outbox.add(Message("verify", {"day": "2026-03-01"}))
        uow.outbox.add(Message("forget", {"day": "2026-03-01"}))
        uow.commit()
    with units.read() as view:
        rows = view.session.scalars(select(ActionRow)).all()
        ids = {row.handler: row.id for row in rows}
    for action_id in ids.values():
        run_action(action_id, units=units, handlers=by_name(wiring))
    with units.read() as view:
        states = {
            row.handler: (row.state, row.reason) for row in view.session.scalars(select(ActionRow))
        }
    assert states == {
        "jobs.verify_all": ("needs_person", "verify_found"),
        "jobs.forget_answers": ("accepted", None),
    }
    units.engine.dispose()
