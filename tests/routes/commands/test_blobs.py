"""A home's files go to a store and come back; settings and database must name the same place."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import app
from config.settings import read_settings
from postal_bridge.jobs.blob_moves import count_files, move_files
from postal_bridge.jobs.blob_places import take_store
from postal_bridge.jobs.first_start import known_home
from postal_bridge.jobs.outside_check import check_outside
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blob_stores import path_of
from postal_bridge.kernel.errors import StorageAway
from postal_bridge.kernel.ids import new_id
from routes.container import Container
from tests.routes.commands.test_operating import Bridge
from tests.sandbox.s3 import Manner, SandboxStore, serving

OPERATOR = Actor.operator()


@pytest.fixture
def box() -> Iterator[SandboxStore]:
    with serving() as store:
        yield store


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Bridge(tmp_path_factory.mktemp("prepared") / "home")
    assert made.json("migrate")["new"] is True
    return made.home


@pytest.fixture
def home(tmp_path: Path, prepared: Path) -> Bridge:
    return Bridge(shutil.copytree(prepared, tmp_path / "home"))


def opened(bridge: Bridge) -> Container:
    return app.create_container(read_settings(bridge.env), wiring=False)


def fill(bridge: Bridge, count: int) -> list[str]:
    made = opened(bridge)
    with made.units.write() as uow:
        dossier_id = new_id()
        uow.vault.create(dossier_id)
        filled = [
            made.blobs.put(uow, dossier_id, b"scan", kind="scan", media_type="text/plain").id
            for _ in range(count)
        ]
        uow.commit()
    made.units.engine.dispose()
    return [path_of(blob_id) for blob_id in filled]


def files(bridge: Bridge) -> set[str]:
    folder = bridge.home / "blobs"
    return {str(path.relative_to(folder)) for path in folder.glob("*/*")}


def why(bridge: Bridge) -> str:
    """What the doctor has against the store."""
    chosen = read_settings(bridge.env)
    (found,) = [one for one in check_outside(chosen) if one.code == "blob_store_reached"]
    assert found.ok is not bool(found.detail["cause"])
    return str(found.detail["cause"])


def test_files_move_to_a_store_and_back(home: Bridge, box: SandboxStore) -> None:
    before = fill(home, 3)
    assert home.error("blobs", "move", "--to", "store", status=3) == "blob_store_not_set"

    home.env.update(box.variables)
    assert home.error("verify", status=3) == "blob_store_not_taken"
    assert why(home) == "blob_store_not_taken"
    box.always = Manner.AWAY
    assert why(home) == "GenericError"
    assert home.error("blobs", "move", "--to", "store", status=3) == "storage_away"
    box.always = None
    done = home.json("blobs", "move", "--to", "store")
    assert (done["moved"], done["folder"], done["store"], done["removed"]) == (3, 0, 3, 0)
    assert files(home) == set(before)
    done = home.json("blobs", "move", "--to", "store", "--remove-originals")
    assert (done["moved"], done["removed"]) == (0, 3)
    assert files(home) == set()
    assert home.json("verify", "--only", "blobs")["ok"] is True
    assert why(home) == ""

    after = fill(home, 1)
    assert files(home) == set()
    without = Bridge(home.home)
    assert without.error("verify", status=3) == "blob_store_not_set"
    done = home.json("blobs", "move", "--to", "folder", "--remove-originals")
    assert (done["moved"], done["folder"], done["store"], done["removed"]) == (4, 4, 0, 4)
    assert files(home) == {*before, *after}
    assert without.json("verify", "--only", "blobs")["ok"] is True
    assert without.json("blobs", "count") == {"folder": 4, "store": 0}


def test_what_ended_a_move_halfway_loses_nothing(home: Bridge, box: SandboxStore) -> None:
    fill(home, 5)
    home.env.update(box.variables)
    made = taken(home)
    to = made.blobs.place(made.home_identity.blob_store_id)
    moving = move_files(made.blobs, to, actor=OPERATOR, units=made.units, at_once=2)
    assert [next(moving).has_moved for _ in range(2)] == [True, True]
    box.always = Manner.LOSES_REPLY
    with pytest.raises(StorageAway):
        next(moving)
    box.always = None
    assert count_files(actor=OPERATOR, units=made.units) == {None: 3, to.id: 2}
    with made.units.read() as look:
        assert made.blobs.broken(look) == []
    assert home.json("blobs", "move", "--to", "store")["moved"] == 3
    made.units.engine.dispose()


def taken(bridge: Bridge) -> Container:
    """The home with a store that holds nothing of it yet."""
    chosen = read_settings(bridge.env)
    take_store(chosen, known_home(chosen), url=chosen.effective_database_url)
    return opened(bridge)


def test_a_broken_file_stays_where_it_is_and_is_named(home: Bridge, box: SandboxStore) -> None:
    broken, whole = fill(home, 2)
    (home.home / "blobs" / broken).write_bytes(b"noise")
    home.env.update(box.variables)
    done = home.json("blobs", "move", "--to", "store", "--remove-originals", status=1)
    assert done["broken"] == [Path(broken).stem]
    assert (done["moved"], done["removed"], done["folder"]) == (1, 0, 1)
    assert files(home) == {broken, whole}
    assert home.json("verify", "--only", "blobs", status=1)["broken"] == 1


def test_a_store_that_lies_while_files_move_gets_none(home: Bridge, box: SandboxStore) -> None:
    fill(home, 2)
    home.env.update(box.variables)
    made = taken(home)
    to = made.blobs.place(made.home_identity.blob_store_id)
    to.put(new_id(), b"known to be ours")
    box.always = Manner.LIES
    fates = list(move_files(made.blobs, to, actor=OPERATOR, units=made.units))
    assert [fate.has_moved for fate in fates] == [False, False]
    assert count_files(actor=OPERATOR, units=made.units) == {None: 2}
    made.units.engine.dispose()


def test_an_original_goes_only_where_its_new_place_has_it(home: Bridge, box: SandboxStore) -> None:
    lost, moved = fill(home, 2)
    orphan = home.home / "blobs" / path_of(new_id())
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"what a crash left")
    home.env.update(box.variables)
    home.json("blobs", "move", "--to", "store")
    del box.objects[box.of_blob(Path(lost).stem)]
    assert home.json("blobs", "move", "--to", "store", "--remove-originals")["removed"] == 1
    assert files(home) == {lost, str(orphan.relative_to(home.home / "blobs"))}
    assert moved not in files(home)
