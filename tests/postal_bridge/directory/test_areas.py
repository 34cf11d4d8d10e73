"""Service areas of a home: checked, published whole or not at all, and in force from that day."""

import json
from datetime import date
from typing import Any

import pytest

from geo.area_files import AreaFault
from geo.point import Point
from geo.service_areas import ServedBy
from postal_bridge.directory.area_checks import verify_areas
from postal_bridge.directory.area_store import AreaStore
from postal_bridge.directory.areas import AreaFiles, areas_of, check_areas, publish_areas
from postal_bridge.directory.nearby import business_day
from postal_bridge.directory.tables import ServiceAreaSetRow
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.published import folder_of
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.directory import a_place
from tests.builders.registers import publish as publish_register

OPERATOR = Actor.operator()
PHU_QUOC = "31078"
LONG_MY = Point(9.6862, 105.609)
RING = [[105.55, 9.65], [105.65, 9.65], [105.65, 9.75], [105.55, 9.75], [105.55, 9.65]]


def drawn(key: str, ring: Any = None) -> bytes:
    feature = {
        "type": "Feature",
        "properties": {"point": key},
        "geometry": {"type": "Polygon", "coordinates": [ring or RING]},
    }
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def served(
    units: Units, place: Point, commune: str | None = None
) -> tuple[tuple[str, ...], ServedBy]:
    with units.read() as uow:
        found = areas_of(uow, business_day(units=units)).serving(place, commune)
    return found.keys, found.by


def test_published_areas_decide_from_that_day_and_the_last_ones_win(units: Units) -> None:
    a_place(units)
    assert served(units, LONG_MY)[1] is ServedBy.NEAREST
    files = AreaFiles(drawn=drawn("tri-ton"), rules=b"commune,point\n31473,long-my\n")
    made = publish_areas(files, actor=OPERATOR, units=units)
    assert made.faults == ()
    assert made.snapshot_id is not None
    assert served(units, LONG_MY) == (("tri-ton",), ServedBy.DRAWN)
    assert served(units, Point(9.80, 105.55), "31473") == (("long-my",), ServedBy.RULE)
    publish_areas(AreaFiles(), actor=OPERATOR, units=units)
    assert served(units, LONG_MY)[1] is ServedBy.NEAREST


def test_checking_changes_nothing_and_says_what_is_amiss(units: Units) -> None:
    a_place(units)
    checked = check_areas(AreaFiles(drawn=drawn("tri-ton")), units=units)
    assert checked.report is not None
    assert checked.report.across_sea  # the samples have no point on any island
    assert checked.cells is not None
    assert checked.snapshot_id is None
    assert served(units, LONG_MY)[1] is ServedBy.NEAREST


def test_an_island_is_what_the_published_register_calls_one(units: Units) -> None:
    a_place(units)

    def across_sea() -> tuple[str, ...]:
        report = check_areas(AreaFiles(), units=units).report
        assert report is not None
        return report.across_sea

    before = across_sea()
    assert PHU_QUOC in before
    publish_register(units, f"type,{PHU_QUOC},2026-09-20,Phường,,,,12/NQ")
    assert set(across_sea()) == set(before) - {PHU_QUOC}


@pytest.mark.parametrize(
    ("files", "file", "fault"),
    [
        (AreaFiles(drawn=drawn("nobody")), "drawn", AreaFault(1, "point", "area_point_unknown")),
        (AreaFiles(drawn=b"{"), "drawn", AreaFault(1, "2", "area_file_unreadable")),
        (
            AreaFiles(drawn=b"\xef\xbb\xbf" + drawn("long-my")),
            "drawn", AreaFault(1, "*", "import_bom"),
        ),
        (
            AreaFiles(rules=b"\xef\xbb\xbfcommune,point\n"),
            "rules", AreaFault(1, "commune", "import_bom"),
        ),
        (AreaFiles(land=b"{}"), "land", AreaFault(0, "type", "area_no_collection")),
        (
            AreaFiles(rules=b"commune,point,why\n"),
            "rules", AreaFault(1, "why", "import_column_unknown"),
        ),
        (
            AreaFiles(rules="commune;point\n31471;nô-i\n".encode("cp1258")),
            "rules", AreaFault(2, "point", "import_not_utf8"),
        ),
        (
            AreaFiles(rules=b"commune,point\n99999,long-my\n"),
            "rules", AreaFault(2, "commune", "area_commune_unknown"),
        ),
        (
            AreaFiles(rules=b"commune,point\n31471,long-my\n31471,long-tri\n"),
            "rules", AreaFault(3, "commune", "area_commune_twice"),
        ),
        (
            AreaFiles(rules=b"commune,point\n31471,nobody\n"),
            "rules", AreaFault(2, "point", "area_point_unknown"),
        ),
        (
            AreaFiles(drawn=drawn("long-my", [at[::-1] for at in RING])),
            "drawn", AreaFault(1, "geometry", "place_swapped"),
        ),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_publishes_nothing(
    units: Units, files: AreaFiles, file: str, fault: AreaFault
) -> None:
    a_place(units)
    found = publish_areas(files, actor=OPERATOR, units=units)
    assert found.faults == ((file, fault),)
    assert served(units, LONG_MY)[1] is ServedBy.NEAREST


def test_only_the_operator_publishes(units: Units) -> None:
    a_place(units)
    clerk = Actor(kind=ActorKind.STAFF, id="x", roles=frozenset({Role.CLERK}))
    with pytest.raises(Forbidden):
        publish_areas(AreaFiles(), actor=clerk, units=units)


def broken(units: Units) -> list[str]:
    with units.read() as uow:
        return list(verify_areas(uow))


def test_verify_finds_snapshots_that_are_gone_damaged_or_no_areas(units: Units) -> None:
    a_place(units)
    assert broken(units) == []
    made = [
        publish_areas(AreaFiles(rules=rules), actor=OPERATOR, units=units).snapshot_id
        for rules in (b"commune,point\n31471,long-my\n", b"commune,point\n31473,long-my\n")
    ]
    assert broken(units) == []
    with units.write() as uow:
        folder = folder_of(uow)
        other = folder.write("service_areas", b"{}")
        AreaStore(uow.session).add(other, date(2026, 11, 1), at=uow.now, actor=OPERATOR.ref)
        uow.commit()
    gone, damaged = (folder.path / str(one) for one in made)
    gone.unlink()
    damaged.chmod(0o600)
    damaged.write_bytes(b"{}")
    assert sorted(broken(units)) == sorted(
        [
            f"service_areas_unreadable {other}",
            f"snapshot_damaged {made[1]}",
            f"snapshot_missing {made[0]}",
        ]
    )


def test_verify_finds_a_set_that_was_left_out(units: Units) -> None:
    a_place(units)
    with units.write() as uow:
        snapshot_id = folder_of(uow).write("service_areas", b'{"drawn":[],"rules":{},"land":null}')
        row = ServiceAreaSetRow(
            number=2, snapshot_id=snapshot_id, valid_from=date(2026, 11, 1),
            published_at=uow.now, actor=OPERATOR.ref,
        )  # fmt: skip
        uow.session.add(row)
        uow.commit()
    assert broken(units) == ["service_areas 1 left_out"]
