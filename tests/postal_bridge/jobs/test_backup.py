"""A home is saved and restored elsewhere: everything holds, no key travels, no number returns."""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import app
from config.settings import Settings
from postal_bridge.custody.service import draw_number
from postal_bridge.directory.service import load_reference, unit_by_key
from postal_bridge.jobs import archive
from postal_bridge.jobs.archive import BackupDamaged
from postal_bridge.jobs.backup import DatabaseNotEmpty, HomeNotEmpty, back_up, restore
from postal_bridge.jobs.counters_store import ITEM_NUMBERS_SKIPPED
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.home import HomeKind
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing
from routes.container import Container

SECRET = b"a scanned paper"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """The URLs of the home to save and of the one to restore into; empty on SQLite."""
    if request.param == "sqlite":
        yield "", ""
        return
    server = request.getfixturevalue("postgres")
    if server is None:
        pytest.skip("no PostgreSQL on this machine: this half is left out")
    with ExitStack() as stack:
        yield (
            stack.enter_context(server.empty_database()),
            stack.enter_context(server.empty_database()),
        )


@pytest.fixture
def saved(tmp_path: Path, database: tuple[str, str]) -> Iterator[Container]:
    settings = Settings(home=tmp_path / "home", database_url=database[0])
    prepare_home(settings, kind=HomeKind.SANDBOX)
    made = app.create_container(settings)
    load_reference(made.units)
    yield made
    made.units.engine.dispose()


def fill(made: Container) -> tuple[str, object]:
    """A drawn number, a chained fact and a blob; returns the number and the blob's id."""
    dossier_id = new_id()
    with made.units.write() as uow:
        number = draw_number(uow, "RR", unit_by_key(uow, "post").id)
        uow.vault.create(dossier_id)
        blob = made.blobs.put(uow, dossier_id, SECRET, kind="scan", media_type="text/plain")
        streams.append(uow, f"device:{dossier_id}", "tested", {}, actor=Actor.job("tests"))
        streams.seal_day(uow, datetime.now(UTC).date())
        uow.commit()
    return number, blob.id


def open_restored(saved: Container, into: Path, url: str) -> Container:
    shutil.copy(saved.home.keys, into / "keys.json")
    return app.create_container(replace(saved.settings, home=into, database_url=url))


def test_a_restored_home_holds_everything_and_draws_no_number_again(
    saved: Container, tmp_path: Path, database: tuple[str, str]
) -> None:
    number, blob_id = fill(saved)
    back_up(saved.settings, tmp_path / "home.backup")
    with saved.units.write() as uow:  # printed after the backup, and lost with the machine
        lost = {draw_number(uow, "RR", unit_by_key(uow, "post").id) for _ in range(5)}
        uow.commit()
    done = restore(tmp_path / "home.backup", tmp_path / "new", database_url=database[1])
    assert done.home_id == str(saved.home_identity.id)
    assert 0 < done.item_numbers_given_up <= ITEM_NUMBERS_SKIPPED
    made = open_restored(saved, tmp_path / "new", database[1])
    with made.units.write() as uow:
        assert made.blobs.get(uow, blob_id)[1] == SECRET  # type: ignore[arg-type]
        for name, check in made.checks.items():
            assert list(check(uow)) == [], name
        drawn = {draw_number(uow, "RR", unit_by_key(uow, "post").id) for _ in range(5)}
    assert not drawn & {number, *lost}
    made.units.engine.dispose()


def test_no_key_travels_in_a_backup(saved: Container, tmp_path: Path) -> None:
    fill(saved)
    back_up(saved.settings, tmp_path / "home.backup")
    archive.unpack(tmp_path / "home.backup", tmp_path / "seen")
    secrets = [
        row["secret"].encode() for row in json.loads(saved.home.keys.read_text())["keys"]
    ] + [key.secret for key in KeyRing.load(saved.home.keys).keys.values()]
    for file in (tmp_path / "seen").rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert not any(secret in content for secret in secrets), file.name
        assert SECRET not in content


def test_a_restored_home_without_its_keys_refuses_to_start(
    saved: Container, tmp_path: Path, database: tuple[str, str]
) -> None:
    back_up(saved.settings, tmp_path / "home.backup")
    restore(tmp_path / "home.backup", tmp_path / "new", database_url=database[1])
    settings = replace(saved.settings, home=tmp_path / "new", database_url=database[1])
    with pytest.raises(SetupLacking):
        app.create_container(settings)
    with pytest.raises(SetupLacking):  # and new keys are not made behind the operator's back
        prepare_home(settings, kind=HomeKind.SANDBOX)


def test_nothing_is_restored_over_what_is_there(
    saved: Container, tmp_path: Path, database: tuple[str, str]
) -> None:
    back_up(saved.settings, tmp_path / "home.backup")
    with pytest.raises(HomeNotEmpty):
        restore(tmp_path / "home.backup", saved.settings.home, database_url=database[1])
    if database[0]:
        with pytest.raises(DatabaseNotEmpty):
            restore(tmp_path / "home.backup", tmp_path / "new", database_url=database[0])
        assert not (tmp_path / "new").exists()


def test_a_damaged_backup_is_refused_and_leaves_nothing(
    saved: Container, tmp_path: Path, database: tuple[str, str]
) -> None:
    fill(saved)
    file = tmp_path / "home.backup"
    back_up(saved.settings, file)
    whole = file.read_bytes()
    for damage in (whole[:-200], b"no archive", retold(file, tmp_path / "seen")):
        (tmp_path / "damaged").write_bytes(damage)
        with pytest.raises(BackupDamaged):
            restore(tmp_path / "damaged", tmp_path / "new", database_url=database[1])
        assert not (tmp_path / "new").exists()


def retold(file: Path, folder: Path) -> bytes:
    """The same archive with one byte of one blob changed under the old manifest."""
    archive.unpack(file, folder)
    blob = next((folder / "blobs").rglob("*.blob"))
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    changed = io.BytesIO()
    with tarfile.open(fileobj=changed, mode="w:gz") as tar:
        tar.add(folder, ".")
    return changed.getvalue()
