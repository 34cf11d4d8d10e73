"""A reading unit cannot write, a writing one keeps nothing without commit."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from postal_bridge.kernel.errors import AppError, DatabaseBusy, HomeMismatch
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.marks import DOSSIER_ID, Marks, count_of
from postal_bridge.kernel.tables import HomeRow, MessageRow
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.writer_lock import WriterLock


def add_message(units: Units, *, commit: bool) -> None:
    with units.write() as uow:
        uow.session.add(MessageRow(id=new_id(), topic="t", body={}, at=uow.now))
        if commit:
            uow.commit()


@contextmanager
def beside(units: Units) -> Iterator[Units]:
    """Another process's units on the same database."""
    url = units.engine.url.render_as_string(hide_password=False)
    other = Units(url, home_id=None, ring=units.ring, machine=units.machine)
    yield other
    other.engine.dispose()


def count(units: Units) -> int:
    with units.read() as uow:
        return len(uow.session.scalars(select(MessageRow.id)).all())


def test_only_commit_keeps_what_was_done(units: Units) -> None:
    add_message(units, commit=False)
    assert count(units) == 0
    add_message(units, commit=True)
    assert count(units) == 1


def test_the_database_refuses_to_write_in_a_reading_unit(units: Units) -> None:
    with pytest.raises((AppError, DBAPIError)), units.read() as uow:
        uow.session.execute(text("DELETE FROM messages"))


def test_a_connection_that_read_may_write_afterwards(units: Units) -> None:
    assert count(units) == 0
    add_message(units, commit=True)
    assert count(units) == 1


@pytest.mark.parametrize("opened", ["read", "write"])
def test_a_fault_amid_reading_leaves_no_connection_that_cannot_write(
    units: Units, opened: str
) -> None:
    """Whoever logs the exception may hold the result that was open when it was raised."""
    add_message(units, commit=True)
    held = []

    def fail() -> None:
        with getattr(units, opened)() as uow:
            held.append(uow.session.execute(select(MessageRow.id)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with beside(units) as others:
        add_message(others, commit=True)
    add_message(units, commit=True)
    assert count(units) == 3
    assert len(held) == 1


def test_a_glance_tells_what_a_unit_would(units: Units) -> None:
    add_message(units, commit=True)
    marks, nobody = Marks(count_of(MessageRow.id, where=MessageRow.id != DOSSIER_ID)), new_id()
    with units.read() as uow:
        in_unit, version = marks.of(uow, nobody, ("a", "b")), uow.reference_version
    glance = units.glance(marks.question(nobody, ("a", "b")))
    assert marks.told(glance) == in_unit == (version, 1, 0)
    with units.read() as uow:
        assert timedelta(0) < uow.now - glance.now < timedelta(seconds=60)


def test_a_connection_that_was_asked_alone_keeps_nothing_without_commit(units: Units) -> None:
    """No transaction around a glance; around all that follows on its connection there is one."""
    marks = Marks()
    units.glance(marks.question(new_id(), ()))
    add_message(units, commit=False)
    units.glance(marks.question(new_id(), ()))
    assert count(units) == 0
    with pytest.raises((AppError, DBAPIError)), units.read() as uow:
        uow.session.execute(text("DELETE FROM messages"))


def test_writers_queue_and_nobody_starves(units: Units) -> None:
    def add_five() -> None:
        for _ in range(5):
            add_message(units, commit=True)

    threads = [threading.Thread(target=add_five) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(units) == 40


def test_a_process_of_another_home_is_refused(units: Units) -> None:
    stranger = Units(
        units.engine.url.render_as_string(hide_password=False),
        home_id=new_id(),
        ring=units.ring,
        machine=units.machine,
    )
    with pytest.raises(HomeMismatch), stranger.read():
        pass
    with pytest.raises(HomeMismatch):
        stranger.glance(Marks().question(new_id(), ()))
    stranger.engine.dispose()


def test_a_live_home_keeps_the_true_time(units: Units) -> None:
    with units.write() as uow:
        row = uow.session.scalars(select(HomeRow)).one()
        row.kind, row.clock_offset_us = "live", 5
        with pytest.raises(DBAPIError):
            uow.session.flush()


def test_the_sandbox_clock_moves_the_business_time_only(units: Units) -> None:
    hour_us = 3_600_000_000
    with units.write() as uow:
        uow.session.scalars(select(HomeRow)).one().clock_offset_us = hour_us
        uow.commit()
    with units.read() as uow:
        assert (uow.now - uow.machine_now).total_seconds() == 3600


def test_a_writer_inside_a_writer_is_told_instead_of_waiting_for_itself(tmp_path: Path) -> None:
    lock = WriterLock(tmp_path / "write.lock")
    with lock(), pytest.raises(RuntimeError, match="inside another"), lock():
        pass
    with lock():  # the refused one left it usable
        pass


def test_a_writer_that_was_stopped_holds_up_nobody_for_ever(tmp_path: Path) -> None:
    """As with SIGSTOP: the lock is held, and whoever holds it does not go on (F10, F14)."""
    file = tmp_path / "write.lock"
    stopped, lock = WriterLock(file), WriterLock(file, wait_s=0.1)
    before = threading.active_count()
    with stopped():
        for _ in range(3):
            with pytest.raises(DatabaseBusy), lock():
                pass
        assert threading.active_count() <= before + 1
    with lock():  # it went on, and the place in the queue that was left behind is given up
        with pytest.raises(DatabaseBusy), WriterLock(file, wait_s=0.05)():
            pass
        busy = threading.Thread(target=lambda: _refused(lock))
        busy.start()
        busy.join()
    with WriterLock(file, wait_s=5.0)():
        pass


def _refused(lock: WriterLock) -> None:
    with pytest.raises(DatabaseBusy), lock():
        pass


def test_a_disk_that_takes_no_lock_is_away_for_now(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBusy), WriterLock(tmp_path / "gone" / "write.lock", wait_s=1)():
        pass
