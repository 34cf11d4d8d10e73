"""A home on PostgreSQL whose files lie in an object store: accepted, saved, restored, verified."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

import app
from config.settings import Settings
from postal_bridge.counter.service import accept_dossier
from postal_bridge.dossiers.scan_intake import CleanScan
from postal_bridge.jobs.backup import back_up, restore
from postal_bridge.jobs.blob_moves import count_files, move_files
from postal_bridge.jobs.blob_places import StoreNotTaken, take_store
from postal_bridge.jobs.first_start import known_home, prepare_home
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import StorageAway
from postal_bridge.kernel.home import HomeKind
from routes.container import Container
from tests.builders.clock import set_business_time
from tests.builders.counter import AUGUST_2022, home_delivery, once_key, open_shift
from tests.builders.directory import Place, a_place
from tests.builders.people import a_clerk
from tests.sandbox.s3 import KEY_ID, SECRET, Manner, SandboxStore, serving

OPERATOR = Actor.operator()
SCAN = b"a cleaned picture"


@pytest.fixture
def box() -> Iterator[SandboxStore]:
    with serving() as store:
        yield store


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    server = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with ExitStack() as stack:
        first, second = (stack.enter_context(server.empty_database()) for _ in range(2))
        yield first, second


@pytest.fixture
def home(tmp_path: Path, databases: tuple[str, str], box: SandboxStore) -> Iterator[Container]:
    settings = Settings(
        home=tmp_path / "home",
        database_url=databases[0],
        blob_store_url=f"{box.url}/files",
        blob_store_key_id=KEY_ID,
        blob_store_secret=SECRET,
        blob_store_timeout_s=1,
    )
    prepare_home(settings, kind=HomeKind.SANDBOX)
    made = app.create_container(settings)
    yield made
    made.units.engine.dispose()


def broken(made: Container) -> dict[str, list[object]]:
    with made.units.read() as look:
        found = {name: list(check(look)) for name, check in made.checks.items()}
    return {name: rows for name, rows in found.items() if rows}


def file_ids(made: Container) -> frozenset[UUID]:
    with made.units.read() as look:
        return frozenset(map(UUID, made.blobs.named(look)))


def hand_in(made: Container, place: Place, clerk: Actor) -> None:
    accept_dossier(
        home_delivery(place),
        scans=(CleanScan(1, "image/jpeg", 1, SCAN),),
        actor=clerk,
        once=once_key(),
        units=made.units,
        blobs=made.blobs,
    )


def test_scans_of_a_home_lie_in_its_store_and_come_back(
    home: Container, box: SandboxStore, databases: tuple[str, str], tmp_path: Path
) -> None:
    set_business_time(home.units, AUGUST_2022)
    place = a_place(home.units, "long-my-seated-2025")
    clerk = a_clerk(home.units, "long-my-2025")
    open_shift(home.units, clerk)

    # Accepted: one scan, sealed, in the store alone.
    hand_in(home, place, clerk)
    (blob_id,) = file_ids(home)
    with home.units.read() as look:
        assert home.blobs.get(look, blob_id)[1] == SCAN
    assert SCAN not in box.objects[box.of_blob(blob_id)].content
    assert list(home.home.blobs.glob("*/*")) == []

    # The store goes away: nothing is accepted and nothing is half there.
    box.always = Manner.AWAY
    with pytest.raises(StorageAway):
        hand_in(home, place, clerk)
    box.always = None
    assert file_ids(home) == {blob_id}
    assert broken(home) == {}

    # Saved and restored elsewhere: the files come along, into the new home's folder.
    assert back_up(home.settings, tmp_path / "home.backup").blobs_lost == 0
    done = restore(tmp_path / "home.backup", tmp_path / "new", database_url=databases[1])
    assert (done.home_id, done.blobs) == (str(home.home_identity.id), 1)
    shutil.copy(home.home.keys, tmp_path / "new" / "keys.json")
    drill = replace(home.settings, home=tmp_path / "new", database_url=databases[1])
    with pytest.raises(StoreNotTaken):
        app.create_container(drill)

    # It takes a part of the same bucket that is not the first one's.
    take_store(drill, known_home(drill), url=databases[1])
    restored = app.create_container(drill)
    to = restored.blobs.place(restored.home_identity.blob_store_id)
    assert all(
        fate.has_moved
        for fate in move_files(restored.blobs, to, actor=OPERATOR, units=restored.units)
    )
    assert count_files(actor=OPERATOR, units=restored.units) == {to.id: 1}
    assert broken(restored) == {}
    copies = [key for key in box.objects if key.endswith(f"/{blob_id}.blob")]
    assert len(copies) == 2
    assert {key.split("/")[1] for key in copies} == {str(home.home_identity.id)}

    # What the restored home sweeps is its own; what the first one lost is named, and not saved.
    assert restored.blobs.sweep(frozenset(), older_than_s=-1, now_s=4e9) == 2
    assert broken(home) == {}
    assert list(broken(restored)) == ["blobs"]
    lost = back_up(restored.settings, tmp_path / "again.backup")
    assert lost.blobs_lost == 1
    restored.units.engine.dispose()
