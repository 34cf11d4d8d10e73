"""Nobody fills the disk: a day's scans of one person are counted, one by one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from postal_bridge.counter.envelope import keep_scans
from postal_bridge.dossiers.scan_intake import CleanScan
from postal_bridge.dossiers.scan_quota import BYTES_A_DAY, SCANS_A_DAY, ScanQuotaUsed
from postal_bridge.dossiers.service import use_scan_quota
from postal_bridge.dossiers.tables import ScanDay
from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units

MAI, HOA = Actor(ActorKind.STAFF, "mai"), Actor(ActorKind.STAFF, "hoa")


def upload(units: Units, actor: Actor, *sizes_bytes: int) -> None:
    with units.write() as uow:
        use_scan_quota(uow, sizes_bytes, actor=actor)
        uow.commit()


def counted(units: Units) -> dict[str, tuple[int, int]]:
    with units.read() as uow:
        rows = uow.session.scalars(select(ScanDay)).all()
        return {row.uploaded_by: (row.scans, row.size_bytes) for row in rows}


@pytest.mark.parametrize("sizes", [(1,) * (SCANS_A_DAY - 1), (BYTES_A_DAY - 10,)])
def test_a_full_day_refuses_the_next_and_another_person_goes_on(
    units: Units, sizes: tuple[int, ...]
) -> None:
    upload(units, MAI, *sizes)
    upload(units, MAI, 5)
    before = counted(units)
    with pytest.raises(ScanQuotaUsed):
        upload(units, MAI, 6, 7)
    assert counted(units) == before
    upload(units, HOA, 6)


def test_uploads_at_the_same_moment_are_all_counted(units: Units) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: upload(units, MAI, 100, 200), range(12)))
    assert counted(units) == {MAI.ref: (24, 3600)}


def test_what_is_kept_at_the_counter_is_counted(units: Units, tmp_path: Path) -> None:
    upload(units, MAI, *(1,) * SCANS_A_DAY)
    one = CleanScan(1, "image/jpeg", 1, b"a cleaned picture")
    with units.write() as uow, pytest.raises(ScanQuotaUsed):
        keep_scans(uow, new_id(), (one,), Blobs(tmp_path / "blobs"), MAI)
    assert list((tmp_path / "blobs").rglob("*.*")) == []


def test_what_has_no_scan_asks_for_no_count(units: Units) -> None:
    upload(units, MAI)
    assert counted(units) == {}
