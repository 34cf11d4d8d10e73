"""A disk that is full and a database that gives up: the clerk is told no, and a retry does it once.

F13 (a dead-lock or serialization failure now and then) and F15 (the disk is full) at the door of
the API, F3 (the connection is cut around COMMIT) on PostgreSQL.
"""

import resource
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select, table
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.errors import DatabaseBusy
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.tables import MessageRow
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from routes.commands.demo_acts import accept, open_shift
from tests.abuse.played import CANARY, POINT, InHouse, SilentStage
from tests.builders.site import Site, a_site
from tests.faults.cut_wire import CutWire

if TYPE_CHECKING:
    from tests.provision.postgres import PostgresServer

COUNTED = ("dossiers", "items", "payments", "journal_entries", "receipts", "messages", "blobs")
NO_FILE, NO_LOG = 64, 4_096
"""Bytes after which the disk is full: too few for a scan, or for SQLite's own log."""


class Careful(InHouse):
    """Remembers the last thing he asked to be done."""

    last: dict[str, Any]

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        self.last = {"path": path, "json": body}
        return super().post(path, body, key=key)

    def again(self, key: str) -> Any:
        return self.ask("POST", **self.last, headers={"Idempotency-Key": key})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = a_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture(scope="module")
def clerk(site: Site) -> Careful:
    person = Careful(site, f"gdv.{POINT}")
    stage = SilentStage(site)
    points = {row["key"]: row for row in person.get("/points")["rows"]}
    owner = {**CANARY, "commune_code": points[POINT]["commune_code"]}
    open_shift(stage, person)
    accept(stage, person, POINT, "household-business", owner=owner, place="point", amount_vnd=None)
    return person


def counts(site: Site) -> dict[str, int]:
    with site.container.units.read() as uow:
        return {
            name: uow.session.scalar(select(func.count()).select_from(table(name))) or 0
            for name in COUNTED
        }


def broken(site: Site) -> list[object]:
    with site.container.units.read() as uow:
        return [found for check in site.container.checks.values() for found in check(uow)]


@contextmanager
def disk_full_after(size_bytes: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(("room", "code"), [(NO_FILE, "storage_away"), (NO_LOG, "database_busy")])
def test_with_a_full_disk_nothing_is_accepted_and_nobody_gets_a_slip(
    site: Site, clerk: Careful, room: int, code: str
) -> None:
    before, key = counts(site), str(uuid4())
    with capture_logs(), disk_full_after(room):
        refused = clerk.again(key)
    assert (refused.status_code, refused.json["title"]) == (503, code)
    assert counts(site) == before
    assert not list(site.container.home.path.glob("blobs/*/*.partial"))
    done = clerk.again(key)
    assert done.status_code == 201
    assert counts(site)["dossiers"] == before["dossiers"] + 1
    assert clerk.again(key).data == done.data
    assert broken(site) == []


def test_what_the_database_gave_up_is_done_whole_when_it_is_sent_again(
    site: Site, clerk: Careful
) -> None:
    seen = 0

    def every_third(_: object) -> None:
        nonlocal seen
        seen += 1
        if seen % 3 == 1:
            raise OperationalError("COMMIT", {}, sqlite3.OperationalError("deadlock detected"))

    before, keys = counts(site), [str(uuid4()) for _ in range(3)]
    event.listen(site.container.units.engine, "commit", every_third)
    try:
        answers = [[clerk.again(key).status_code for _ in range(3)] for key in keys]
    finally:
        event.remove(site.container.units.engine, "commit", every_third)
    assert all({503, 201} >= {*said} and 201 in said for said in answers)
    assert 503 in {code for said in answers for code in said}
    assert counts(site)["dossiers"] == before["dossiers"] + len(keys)
    assert broken(site) == []


@pytest.mark.parametrize("reaches_it", [False, True])
def test_a_connection_cut_around_commit_is_found_out_by_its_key(
    postgres: "PostgresServer | None", key_ring: KeyRing, reaches_it: bool
) -> None:
    """Nobody can tell whether it was kept: the row of the key says so."""
    if postgres is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    clerk = Actor.job("clerk")

    def note(uow: UnitOfWork) -> str:
        uow.session.add(MessageRow(id=new_id(), topic="t", body={}, at=uow.now))
        return str(new_id())

    once = Once("key", "POST /x", "0" * 64, str.encode)
    with postgres.fresh_database() as url, CutWire(url) as wire:
        units = Units(wire.url, home_id=None, ring=key_ring, machine=SystemClock())
        with units.read():
            pass  # connected
        wire.cut_at_commit(reaches_it=reaches_it)
        with pytest.raises(DatabaseBusy):
            once.answer(note, actor=clerk, units=units)
        first = once.answer(note, actor=clerk, units=units)
        assert once.answer(note, actor=clerk, units=units) == first
        with units.read() as uow:
            assert uow.session.scalar(select(func.count()).select_from(MessageRow)) == 1
        units.engine.dispose()
    assert wire.was_cut
