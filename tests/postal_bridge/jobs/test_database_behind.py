"""F12: a database that lacks what this home had recorded is refused, and nobody works on it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from config.settings import Settings
from postal_bridge.jobs.first_start import check_home, prepare_home
from postal_bridge.jobs.keeper import Keeper
from postal_bridge.jobs.lease import Lease
from postal_bridge.jobs.outside_check import check_outside
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.home import HomeKind
from postal_bridge.kernel.outbox import Policy
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.witness import FILE, DatabaseBehind, check_witness, note_newest

ACTOR = Actor.job("tests")


class NoQueue:
    names: tuple[str, ...] = ()

    def room(self, name: str) -> int:
        raise AssertionError

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None:
        raise AssertionError


def record(units: Units, kind: str) -> None:
    with units.write() as uow:
        streams.append(uow, "item:x", kind, {}, actor=ACTOR)
        uow.commit()


def note(units: Units, home: Path) -> None:
    with units.read() as view:
        note_newest(view.session, home)


def test_the_newest_fact_is_noted_and_asked_for(
    units: Units, database_url: str, tmp_path: Path
) -> None:
    note(units, tmp_path)
    assert not (tmp_path / FILE).exists()  # nothing has happened yet
    check_witness(tmp_path, database_url)
    for seq in (1, 2):
        record(units, "moved")
        note(units, tmp_path)
        assert json.loads((tmp_path / FILE).read_text())["seq"] == seq
        check_witness(tmp_path, database_url)


@pytest.mark.parametrize("other", [{"seq": 2}, {"hash": "0" * 64}, {"stream": "item:y"}])
def test_a_database_without_the_noted_fact_is_behind(
    units: Units, database_url: str, tmp_path: Path, other: dict[str, object]
) -> None:
    record(units, "moved")
    note(units, tmp_path)
    noted = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**noted, **other}))
    with pytest.raises(DatabaseBehind):
        check_witness(tmp_path, database_url)
    record(units, "moved again")  # what comes later does not make up for it, unless it is that fact
    with pytest.raises(DatabaseBehind):
        note(units, tmp_path)


def test_no_part_starts_or_goes_on_with_an_older_copy(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    made = prepare_home(settings, kind=HomeKind.SANDBOX)
    database = settings.home / "postal_bridge.sqlite3"
    units = Units(
        settings.effective_database_url,
        home_id=made.identity.id,
        ring=made.ring,
        machine=SystemClock(),
    )
    record(units, "moved")
    units.engine.dispose()
    older = shutil.copy(database, tmp_path / "older")
    record(units, "moved again")
    keeper = Keeper(
        units=units,
        handlers={},
        queue=NoQueue(),
        lease=Lease(units, "keeper"),
        reap_every_s=0.0,
        offer_lease_s=1,
        pieces=(),
        home=settings.home,
    )
    keeper.step()
    units.engine.dispose()
    newer = shutil.copy(database, tmp_path / "newer")
    shutil.copy(older, database)

    refused: list[Callable[[], object]] = [
        lambda: prepare_home(settings, kind=HomeKind.SANDBOX),
        lambda: check_home(settings),
        keeper.step,
    ]
    for start in refused:
        with pytest.raises(DatabaseBehind):
            start()
    (found,) = check_outside(settings)
    assert (found.ok, found.detail["reason"]) == (False, "database_behind")
    units.engine.dispose()
    shutil.copy(newer, database)
    check_home(settings)
    shutil.copy(older, database)
    (settings.home / FILE).rename(tmp_path / "kept")  # as an operator who accepts the loss
    check_home(settings)
