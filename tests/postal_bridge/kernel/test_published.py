"""What was published stays, is found by its day, and is listed for whoever has no database."""

import stat
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.published import (
    content_of,
    folder_of,
    in_force,
    list_published,
    publish,
    published,
    verify_published,
)
from postal_bridge.kernel.snapshots import (
    Snapshot,
    SnapshotDamaged,
    SnapshotFolder,
    SnapshotMissing,
)
from postal_bridge.kernel.unit_of_work import Units

OPERATOR = Actor.operator()
SPRING, SUMMER = date(2027, 3, 1), date(2027, 6, 1)


def make(units: Units, content: bytes, valid_from: date, kind: str = "tariff") -> Snapshot:
    with units.write() as uow:
        made = publish(uow, kind, content, valid_from=valid_from, actor=OPERATOR)
        uow.commit()
    return made


def test_a_day_finds_the_snapshot_in_force_and_the_later_correction(units: Units) -> None:
    summer = make(units, b"summer", SUMMER)
    spring = make(units, b"spring", SPRING)
    corrected = make(units, b"spring, corrected", SPRING)
    make(units, b"elsewhere", SPRING, kind="register")
    with units.read() as uow:
        assert in_force(uow, "tariff", date(2027, 2, 28)) is None
        assert in_force(uow, "tariff", SPRING) == corrected
        assert in_force(uow, "tariff", date(2027, 5, 31)) == corrected
        assert in_force(uow, "tariff", SUMMER) == summer
        assert published(uow, "tariff") == (summer, spring, corrected)
        assert content_of(uow, spring.id) == b"spring"


def test_the_same_content_twice_in_a_row_is_published_once(units: Units) -> None:
    first = make(units, b"a", SPRING)
    assert make(units, b"a", SPRING) == first
    make(units, b"b", SPRING)
    again = make(units, b"a", SPRING)  # a correction is taken back
    assert (again.id, again.number) == (first.id, 3)


def test_what_was_not_committed_is_published_nowhere(units: Units) -> None:
    with units.write() as uow:
        made = publish(uow, "tariff", b"half", valid_from=SPRING, actor=OPERATOR)
    list_published(units)
    with units.read() as uow:
        assert in_force(uow, "tariff", SPRING) is None
        assert folder_of(uow).listed("tariff") == ()
        assert folder_of(uow).content(made.id) == b"half"  # a file nobody names


def test_the_list_beside_the_files_says_what_the_rows_say(units: Units, tmp_path: Path) -> None:
    make(units, b"a", SPRING)
    make(units, b"b", SUMMER)
    list_published(units, "tariff")
    with units.read() as uow:
        assert SnapshotFolder(tmp_path / "published").listed("tariff") == published(uow, "tariff")


def test_a_published_file_is_not_written_again_and_a_changed_one_is_seen(
    units: Units, tmp_path: Path
) -> None:
    made = make(units, b"a", SPRING)
    lost = make(units, b"b", SUMMER)
    file = tmp_path / "published" / made.id
    assert stat.S_IMODE(file.stat().st_mode) == 0o400
    with units.read() as uow:
        assert verify_published(uow) == []
    file.chmod(0o600)
    file.write_bytes(b"changed")
    (tmp_path / "published" / lost.id).unlink()
    with units.read() as uow:
        with pytest.raises(SnapshotDamaged):
            content_of(uow, made.id)
        with pytest.raises(SnapshotMissing):
            content_of(uow, lost.id)
        assert verify_published(uow) == sorted(
            [f"snapshot_damaged {made.id}", f"snapshot_missing {lost.id}"],
            key=lambda found: found.split()[1],
        )
    make(units, b"a", SUMMER)  # publishing the same content again mends the file
    with units.read() as uow:
        assert content_of(uow, made.id) == b"a"


def test_a_published_row_is_a_fact(units: Units) -> None:
    make(units, b"a", SPRING)
    for change in ("UPDATE published SET valid_from = '2020-01-01'", "DELETE FROM published"):
        with units.write() as uow, pytest.raises(DBAPIError):
            uow.session.execute(text(change))


def test_without_a_home_nothing_can_be_published(units: Units) -> None:
    units.snapshots = None
    with units.write() as uow, pytest.raises(SetupLacking):
        publish(uow, "tariff", b"a", valid_from=SPRING, actor=OPERATOR)
