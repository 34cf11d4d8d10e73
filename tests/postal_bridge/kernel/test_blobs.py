"""Files of a home, in its folder and in an object store: the same promises in both places."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from config.blob_store import read_store_address
from postal_bridge.kernel.blob_stores import path_of
from postal_bridge.kernel.blobs import Blob, Blobs
from postal_bridge.kernel.errors import NotFound, StorageAway
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyUnusable
from postal_bridge.kernel.object_store import ObjectStore
from postal_bridge.kernel.tables import HomeRow
from postal_bridge.kernel.unit_of_work import Units
from tests.sandbox.s3 import KEY_ID, SECRET, Manner, SandboxStore, serving

SCAN = b"a scanned paper"
TIMEOUT_S = 0.4
PATIENCE_S = 5.0  # a busy machine; what hangs or drips would take far longer
DAY_S = 86_400


@pytest.fixture(scope="module")
def served() -> Iterator[SandboxStore]:
    with serving() as store:
        yield store


@pytest.fixture
def box(served: SandboxStore) -> SandboxStore:
    served.objects.clear()
    served.seen.clear()
    served.tokens.clear()
    served.manners.clear()
    served.always, served.patience_s = None, 1.5 * TIMEOUT_S
    return served


def store_of(
    box: SandboxStore, *, home_id: UUID | None = None, bucket: str = "files/pb"
) -> ObjectStore:
    return ObjectStore(
        read_store_address(f"{box.url}/{bucket}"),
        key_id=KEY_ID,
        secret=SECRET,
        home_id=home_id or new_id(),
        store_id=new_id(),
        timeout_s=TIMEOUT_S,
    )


@pytest.fixture
def ours(box: SandboxStore) -> ObjectStore:
    store = store_of(box)
    store.claim()
    return store


@dataclass
class Place:
    """One of the two places, and what may befall a file there."""

    blobs: Blobs
    folder: Path
    box: SandboxStore | None

    def change(self, blob: Blob, content: bytes) -> None:
        if self.box:
            key = self.box.of_blob(blob.id)
            self.box.objects[key] = replace(self.box.objects[key], content=content)
        else:
            (self.folder / path_of(blob.id)).write_bytes(content)

    def content(self, blob: Blob) -> bytes:
        if self.box:
            return self.box.objects[self.box.of_blob(blob.id)].content
        return (self.folder / path_of(blob.id)).read_bytes()

    def lose(self, blob: Blob) -> None:
        if self.box:
            del self.box.objects[self.box.of_blob(blob.id)]
        else:
            (self.folder / path_of(blob.id)).unlink()

    def age(self, blob: Blob) -> None:
        """As if it had been put two days ago."""
        if self.box:
            kept = self.box.objects[self.box.of_blob(blob.id)]
            kept.changed_at = datetime.now(UTC) - timedelta(days=2)
        else:
            os.utime(self.folder / path_of(blob.id), (time.time() - 2 * DAY_S,) * 2)


@pytest.fixture(params=["folder", "store"])
def place(request: pytest.FixtureRequest, tmp_path: Path, units: Units) -> Place:
    folder = tmp_path / "blobs"
    folder.mkdir()
    if request.param == "folder":
        return Place(Blobs(folder), folder, None)
    box, store = request.getfixturevalue("box"), request.getfixturevalue("ours")
    with units.write() as uow:
        uow.session.execute(update(HomeRow).values(blob_store_id=store.id))
        uow.commit()
    return Place(Blobs(folder, store), folder, box)


def put(place: Place, units: Units, *, commits: bool = True) -> Blob:
    with units.write() as uow:
        dossier_id = new_id()
        uow.vault.create(dossier_id)
        blob = place.blobs.put(uow, dossier_id, SCAN, kind="scan", media_type="text/plain")
        if commits:
            uow.commit()
    return blob


def put_many(blobs: Blobs, units: Units) -> None:
    with units.write() as uow:
        dossier_id = new_id()
        uow.vault.create(dossier_id)
        for _ in range(9):
            blobs.put(uow, dossier_id, SCAN, kind="scan", media_type="text/plain")
        uow.commit()


def test_a_file_comes_back_and_what_lies_there_is_noise(place: Place, units: Units) -> None:
    blob = put(place, units)
    with units.read() as look:
        assert place.blobs.get(look, blob.id) == (blob, SCAN)
        assert place.blobs.broken(look) == []
        with pytest.raises(NotFound):
            place.blobs.get(look, new_id())
    assert SCAN not in place.content(blob)


def test_what_is_lost_or_changed_is_named(place: Place, units: Units) -> None:
    good, lost, changed, cut = (put(place, units) for _ in range(4))
    place.lose(lost)
    place.change(changed, bytes(len(SCAN)))
    place.change(cut, place.content(cut)[:-1])
    with units.read() as look:
        assert set(place.blobs.broken(look)) == {lost.id, changed.id, cut.id}
        assert place.blobs.get(look, good.id)[1] == SCAN
        with pytest.raises(NotFound):
            place.blobs.get(look, lost.id)
        for broken in (changed, cut):
            with pytest.raises(KeyUnusable):
                place.blobs.get(look, broken.id)


def test_only_old_files_that_nothing_names_are_swept(place: Place, units: Units) -> None:
    kept = put(place, units)
    young, orphan = (put(place, units, commits=False) for _ in range(2))
    for blob in (kept, orphan):
        place.age(blob)
    with units.read() as look:
        named = place.blobs.named(look)
    assert place.blobs.sweep(named, older_than_s=DAY_S, now_s=time.time()) == 1
    assert place.content(kept)
    assert place.content(young)
    with pytest.raises((ValueError, FileNotFoundError)):
        place.content(orphan)


def test_a_sweep_leaves_what_another_home_keeps_in_the_bucket(
    box: SandboxStore, tmp_path: Path
) -> None:
    home_id, stores = new_id(), []
    for whose in (home_id, home_id, new_id()):  # the second was restored from the first
        store = store_of(box, home_id=whose)
        store.claim()
        store.put(new_id(), b"sealed")
        stores.append(store)
    for kept in box.objects.values():
        kept.changed_at = datetime(2020, 1, 1, tzinfo=UTC)
    swept = Blobs(tmp_path, stores[0]).sweep(frozenset(), older_than_s=DAY_S, now_s=time.time())
    assert swept == 1
    assert [len(list(store.kept())) for store in stores] == [0, 1, 1]
    stores[0].check()  # the marker is no orphan


@pytest.mark.parametrize(
    ("manner", "cause"),
    [
        (Manner.AWAY, "GenericError"),
        (Manner.SLOW, "GenericError"),
        (Manner.DENIES, "PermissionDeniedError"),
        (Manner.LOSES_REPLY, "GenericError"),
        (Manner.SAYS_YES, "GenericError"),
    ],
)
def test_a_store_that_does_not_take_a_file_is_away_in_time(
    box: SandboxStore, ours: ObjectStore, manner: Manner, cause: str
) -> None:
    box.always = manner
    begun = time.monotonic()
    with pytest.raises(StorageAway) as away:
        ours.put(new_id(), b"sealed")
    assert time.monotonic() - begun < 2 * TIMEOUT_S + PATIENCE_S
    assert away.value.params == {"cause": cause}


@pytest.mark.parametrize(
    "manner", [Manner.AWAY, Manner.SLOW, Manner.DRIPS, Manner.DENIES, Manner.CUTS]
)
def test_a_file_that_cannot_be_read_now_is_not_said_to_be_gone(
    box: SandboxStore, ours: ObjectStore, manner: Manner
) -> None:
    blob_id = new_id()
    ours.put(blob_id, b"sealed" * 100)
    box.always = manner
    begun = time.monotonic()
    with pytest.raises(StorageAway):
        ours.get(blob_id)
    assert time.monotonic() - begun < 2 * TIMEOUT_S + PATIENCE_S


@pytest.mark.parametrize("manner", [Manner.AWAY, Manner.LOSES_REPLY])
def test_one_bad_answer_is_asked_again(
    box: SandboxStore, ours: ObjectStore, manner: Manner
) -> None:
    blob_id = new_id()
    box.manners = [manner]
    ours.put(blob_id, b"sealed")
    box.manners = [manner]
    assert ours.get(blob_id) == b"sealed"
    assert len([key for key in box.objects if key.endswith(f"{blob_id}.blob")]) == 1


def test_what_went_wrong_on_the_way_comes_right(
    box: SandboxStore, ours: ObjectStore, units: Units, tmp_path: Path
) -> None:
    with units.write() as uow:
        uow.session.execute(update(HomeRow).values(blob_store_id=ours.id))
        uow.commit()
    place = Place(Blobs(tmp_path, ours), tmp_path, box)
    blob = put(place, units)
    for manner in (Manner.LIES, Manner.SAYS_YES):
        with units.read() as look:
            box.manners = [manner]
            assert place.blobs.get(look, blob.id)[1] == SCAN
            box.manners = [manner]
            assert place.blobs.broken(look) == [blob.id]


def test_a_store_that_is_away_leaves_no_row(
    box: SandboxStore, ours: ObjectStore, units: Units, tmp_path: Path
) -> None:
    with units.write() as uow:
        uow.session.execute(update(HomeRow).values(blob_store_id=ours.id))
        uow.commit()
    place = Place(Blobs(tmp_path, ours), tmp_path, box)
    box.always = Manner.AWAY
    with pytest.raises(StorageAway):
        put(place, units)
    with units.read() as look:
        assert place.blobs.named(look) == frozenset()


def test_a_slow_store_ends_a_unit_that_has_waited_long_enough(
    box: SandboxStore, ours: ObjectStore, units: Units, tmp_path: Path
) -> None:
    with units.write() as uow:
        uow.session.execute(update(HomeRow).values(blob_store_id=ours.id))
        uow.commit()
    box.always, box.patience_s = Manner.SLOW, TIMEOUT_S / 4
    blobs = Blobs(tmp_path, ours, patience_s=TIMEOUT_S / 3)
    with pytest.raises(StorageAway) as away:
        put_many(blobs, units)
    assert away.value.params == {"cause": "TooSlow"}
    sent = [key for key in box.objects if str(ours.id) in key and key.endswith(".blob")]
    assert len(sent) in (1, 2)
    put(Place(blobs, tmp_path, box), units)  # the next unit begins anew


def test_a_process_whose_home_moved_on_puts_nothing(
    box: SandboxStore, ours: ObjectStore, units: Units, tmp_path: Path
) -> None:
    """The home's row names no store, or another one."""
    seen = len(box.seen)
    with pytest.raises(StorageAway):
        put(Place(Blobs(tmp_path, ours), tmp_path, box), units)
    assert len(box.seen) == seen


def test_a_bucket_that_is_not_ours_is_not_believed(box: SandboxStore, ours: ObjectStore) -> None:
    """Another bucket, an emptied one or another home's part: nothing is gone, nothing is put."""
    for bucket in ("other", "missing"):
        strange = store_of(box, bucket=bucket)
        with pytest.raises(StorageAway):
            strange.get(new_id())
        with pytest.raises(StorageAway):
            strange.put(new_id(), b"sealed")
        with pytest.raises(StorageAway):
            list(strange.kept())
    assert not [key for key in box.objects if key.startswith(("other", "missing"))]
    with pytest.raises(NotFound):
        ours.get(new_id())
    box.objects.clear()
    with pytest.raises(StorageAway):
        ours.get(new_id())


def test_a_listing_that_is_late_costs_time_alone(
    box: SandboxStore, ours: ObjectStore, tmp_path: Path
) -> None:
    for _ in range(4):
        ours.put(new_id(), b"sealed")
    box.always = Manner.LISTS_LATE
    blobs = Blobs(tmp_path, ours)
    early = blobs.sweep(frozenset(), older_than_s=0, now_s=time.time() + DAY_S)
    box.always = None
    late = blobs.sweep(frozenset(), older_than_s=0, now_s=time.time() + DAY_S)
    assert (early, early + late) == (1, 4)
    ours.remove(path_of(new_id()))  # gone already


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"),
        ("AWS_SESSION_TOKEN", "another's"),
        ("AWS_SKIP_SIGNATURE", "true"),
        ("AWS_UNSIGNED_PAYLOAD", "true"),
        ("AWS_S3_EXPRESS", "true"),
    ],
)
def test_the_settings_alone_say_where_and_who(
    box: SandboxStore, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    blob_id = new_id()
    store = store_of(box)
    store.claim()
    store.put(blob_id, b"sealed")
    assert box.objects[box.of_blob(blob_id)].content == b"sealed"
    assert box.tokens == set()


def test_a_fork_of_a_process_that_used_the_store_does_not_wait_for_ever(
    ours: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getpid", lambda: 1)
    with pytest.raises(RuntimeError, match="forked"):
        ours.get(new_id())
