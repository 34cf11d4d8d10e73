"""A newer register: looked at, published once, read by everybody, kept for ever."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from config.register import Register, UnknownUnit, load_register
from geo.geocoder import OfflineGeocoder
from geo.point import Point
from geo.resolver import resolver_of
from postal_bridge.directory.addresses import communes_meant
from postal_bridge.directory.areas import AreaFiles, publish_areas
from postal_bridge.directory.register_files import listed_register
from postal_bridge.directory.service import (
    RegisterFileWrong,
    open_register,
    register_of,
)
from postal_bridge.insight.areas import areas_in_force
from postal_bridge.insight.service import look_at_register, register_page, registers_page
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import Forbidden, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.published import verify_published
from postal_bridge.kernel.snapshots import SnapshotDamaged, SnapshotFolder, SnapshotMissing
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.fare_column import fare_place
from tests.builders.directory import a_place, today
from tests.builders.money import clerk
from tests.builders.people import a_party
from tests.builders.registers import LONG_BINH, LONG_MY, OPERATOR, file, merged, publish
from tests.conftest import MakeUnits


def test_a_look_says_what_changes_and_what_is_left_behind_and_keeps_nothing(units: Units) -> None:
    a_place(units)
    with units.write() as uow:
        dossier_id = new_id()
        uow.vault.create(dossier_id)
        uow.commit()
    a_party(units, dossier_id, commune_code=LONG_MY)
    rules = f"commune,point\n{LONG_MY},long-my\n{LONG_BINH},long-my\n".encode()
    publish_areas(AreaFiles(rules=rules), actor=OPERATOR, units=units)
    seen = look_at_register(file(*merged(units)), actor=OPERATOR, units=units)
    assert [one.change for one in seen.look.changes] == ["end", "becomes"]
    assert seen.look.changes[0].before.startswith("Phường Long Mỹ, Thành phố Cần Thơ")
    assert seen.look.changes[1].after.startswith(
        load_register().unit(LONG_BINH, today(units)).full_name
    )
    in_use = {one.kind: one.keys for one in seen.in_use}
    assert in_use["sections"]
    assert in_use["service_points"]
    assert in_use["links"]
    assert in_use["area_rules"] == (LONG_MY,)
    assert seen.people == 1
    assert registers_page(actor=OPERATOR, units=units) == ()
    assert open_register(units=units) is load_register()


def test_a_rule_for_a_commune_that_ended_is_marked_where_areas_are_shown(units: Units) -> None:
    a_place(units)
    rules = f"commune,point\n{LONG_MY},long-my\n{LONG_BINH},long-my\n".encode()
    publish_areas(AreaFiles(rules=rules), actor=OPERATOR, units=units)
    publish(units, *merged(units))
    with units.read() as uow:
        found = areas_in_force(uow, Scope(everything=True)).rules
    assert {one.commune_code: one.has_ended for one in found} == {
        LONG_MY: True,
        LONG_BINH: False,
    }


def _given(register: Register) -> Register:
    return register


def test_what_is_published_is_read_by_everybody_and_by_other_processes_at_once(
    units: Units, units_with: MakeUnits, tmp_path: Path
) -> None:
    other = units_with({})
    on = today(units)
    assert open_register(units=other).unit(LONG_MY, on)
    assert publish(units, *merged(units)) == 1
    with other.read() as uow, pytest.raises(UnknownUnit):
        register_of(uow).unit(LONG_MY, on)
    for register in (
        open_register(units=units),
        open_register(units=other),
        listed_register(SnapshotFolder(tmp_path / "published")),
    ):
        meant = communes_meant(register, "phường Long Mỹ, Cần Thơ", on)
        assert [one.unit.code for one in meant.communes] == [LONG_BINH]
        assert fare_place(register, LONG_MY, on) == fare_place(load_register(), LONG_MY, on)
        was = load_register().unit(LONG_MY, on)
        found = OfflineGeocoder(partial(_given, register)).locate(LONG_MY, on)
        assert found is not None
        assert found.point == Point(was.lat or 0, was.lon or 0)  # its people are where they were
        assert register.unit(LONG_MY, on - timedelta(days=1))
    assert open_register(units=units) is open_register(units=units)
    with units.read() as uow:
        assert register_of(uow) is open_register(units=units)


def test_other_reference_data_change_without_another_register_or_index(units: Units) -> None:
    publish(units, *merged(units))
    register = open_register(units=units)
    resolver = resolver_of(register, today(units))
    a_place(units)  # the version of reference data grows
    assert open_register(units=units) is register
    assert resolver_of(open_register(units=units), today(units)) is resolver


def test_a_file_that_was_published_changes_nothing_again_and_its_request_is_answered_alike(
    units: Units,
) -> None:
    rows = (f"type,{LONG_MY},2026-09-20,Xã,,,,",)
    assert publish(units, *rows) == publish(units, *rows) == 1
    with pytest.raises(RegisterFileWrong):
        publish(units, *rows, key="another")
    assert len(registers_page(actor=OPERATOR, units=units)) == 1


def test_a_file_with_one_fault_publishes_nothing(units: Units, tmp_path: Path) -> None:
    with pytest.raises(RegisterFileWrong):
        publish(units, f"type,{LONG_MY},2026-09-20,Xã,,,,", "type,99999,2026-09-20,Xã,,,,")
    assert registers_page(actor=OPERATOR, units=units) == ()
    assert not list((tmp_path / "published").glob("register*"))


def test_every_register_there_was_can_be_looked_at(units: Units) -> None:
    publish(units, f"rename,{LONG_MY},2026-09-20,,Long Mỹ Mới,,,")
    publish(units, f"type,{LONG_MY},2026-10-01,Xã,,,,", key="second")
    latest, first = registers_page(actor=OPERATOR, units=units)
    assert (latest.made.snapshot.number, first.made.snapshot.number) == (2, 1)
    assert first.made.changes[0].after.startswith("Phường Long Mỹ Mới")
    assert latest.made.changes[0].before.startswith("Phường Long Mỹ Mới")
    assert latest.made.changes[0].after.startswith("Xã Long Mỹ Mới")
    names = []
    for number in (0, 1, 2):
        page = register_page(number, text="Long Mỹ", actor=OPERATOR, units=units)
        names += [one.name.partition(",")[0] for one in page.found if one.code == LONG_MY]
        assert page.is_latest is (number == 2)
    assert names == ["Phường Long Mỹ", "Phường Long Mỹ Mới", "Xã Long Mỹ Mới"]
    with pytest.raises(NotFound):
        register_page(3, actor=OPERATOR, units=units)


def test_a_register_that_is_gone_or_altered_is_noticed_and_never_passed_over(
    units: Units, units_with: MakeUnits, tmp_path: Path
) -> None:
    publish(units, f"type,{LONG_MY},2026-09-20,Xã,,,,")
    (snapshot,) = (tmp_path / "published").glob("register-*")
    content = snapshot.read_bytes()
    snapshot.chmod(0o600)
    snapshot.write_bytes(content.replace("Xã".encode(), b"Xa"))
    fresh = units_with({})
    with fresh.read() as uow:
        assert [one.split()[0] for one in verify_published(uow)] == ["snapshot_damaged"]
    elsewhere = SnapshotFolder(tmp_path / "published" / ".." / "published")  # not yet remembered
    with pytest.raises(SnapshotDamaged):
        listed_register(elsewhere)
    snapshot.unlink()
    with fresh.read() as uow:
        assert [one.split()[0] for one in verify_published(uow)] == ["snapshot_missing"]
    with pytest.raises(SnapshotMissing):
        listed_register(elsewhere)


def test_only_the_operator_looks_and_publishes(units: Units) -> None:
    row = f"type,{LONG_MY},2026-09-20,Xã,,,,"
    for act in (
        lambda: publish(units, row, actor=clerk()),
        lambda: look_at_register(file(row), actor=clerk(), units=units),
        lambda: registers_page(actor=clerk(), units=units),
        lambda: register_page(0, actor=clerk(), units=units),
    ):
        with pytest.raises(Forbidden):
            act()


def test_the_twelve_communes_of_bac_ninh_take_one_row_each(units: Units) -> None:
    register: Register = load_register()
    on = today(units)
    communes = [u for u in register.communes(on, "24") if u.unit_type == "Xã"][:12]
    rows = [f"type,{one.code},2026-09-20,Phường,,,,388/NQ-UBTVQH16" for one in communes]
    publish(units, *rows)
    now = open_register(units=units)
    assert {now.unit(one.code, on).unit_type for one in communes} == {"Phường"}
    assert len(now.communes(on)) == 3_321
    (made,) = registers_page(actor=OPERATOR, units=units)
    assert json.dumps([one.instrument for one in made.made.changes]).count("388") == 12
