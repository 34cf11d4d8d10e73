"""What import wrote, export gives back: as CSV and as GeoJSON; and carriers' own numbers."""

import json

import pytest

from postal_bridge.directory.carrier_numbers import CarrierNumberUnknown
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.exporting import EXPORTED, ExportForm, NotExported
from postal_bridge.directory.service import (
    carrier_number,
    export_file,
    import_csv,
    load_reference,
    past_changes,
    point_by_key,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.directory import today

OPERATOR = Actor.operator()
EMPTY = (ImportKind.CARRIER_UNITS, ImportKind.HOUSES)
CSV, GEOJSON = ExportForm.CSV, ExportForm.GEOJSON
BOTH_WAYS = [(kind, CSV) for kind in EXPORTED if kind not in EMPTY]
BOTH_WAYS += [(kind, GEOJSON) for kind in (ImportKind.SECTIONS, ImportKind.SERVICE_POINTS)]


def export(units: Units, kind: ImportKind, form: ExportForm) -> bytes:
    return export_file(kind, form, actor=OPERATOR, units=units)


@pytest.mark.parametrize(("kind", "form"), BOTH_WAYS)
def test_what_was_exported_imports_as_no_change(
    units: Units, kind: ImportKind, form: ExportForm
) -> None:
    load_reference(units)
    content = export(units, kind, form)
    report = import_csv(kind.value, content, actor=OPERATOR, units=units)
    assert not report.errors
    assert report.rows > 0
    assert (report.added, report.changed) == (0, 0)
    assert export(units, kind, form) == content


def test_a_map_in_geojson_writes_longitude_first(units: Units) -> None:
    load_reference(units)
    document = json.loads(export(units, ImportKind.SERVICE_POINTS, GEOJSON))
    point = next(f for f in document["features"] if f["properties"]["key"] == "long-my")
    assert point["geometry"] == {"type": "Point", "coordinates": [105.609, 9.6862]}


def changed(units: Units, geometry: object, **properties: object) -> bytes:
    document = json.loads(export(units, ImportKind.SERVICE_POINTS, GEOJSON))
    document["features"] = [
        f for f in document["features"] if f["properties"]["key"] == "long-my"
    ] * 1
    (feature,) = document["features"]
    feature["geometry"] = geometry
    feature["properties"] |= properties
    return json.dumps(document).encode()


def test_a_point_moved_on_a_map_is_moved(units: Units) -> None:
    load_reference(units)
    moved = changed(units, {"type": "Point", "coordinates": [105.57, 9.68]}, precision="point")
    report = import_csv("service_points", moved, actor=OPERATOR, units=units)
    assert report.changes[0].differences == (
        ("lat", "9.6862", "9.68"), ("lon", "105.609", "105.57"), ("precision", "commune", "point"),
    )  # fmt: skip
    with units.read() as uow:
        assert point_by_key(uow, "long-my").lon == 105.57
        assert past_changes(uow, kind="service_points", key="long-my")


@pytest.mark.parametrize(
    ("geometry", "properties", "fault"),
    [
        ({"type": "Point", "coordinates": [9.68, 105.57]}, {}, ("lat", "import_swapped_lat_lon")),
        ({"type": "Point", "coordinates": [2.35, 48.8]}, {}, ("lat", "import_outside_vietnam")),
        ({"type": "Polygon", "coordinates": []}, {}, ("geometry", "import_not_a_point")),
        ({"type": "Point"}, {}, ("geometry", "import_not_a_point")),
        (None, {"colour": "red"}, ("colour", "import_column_unknown")),
        (None, {"hours": ["Mon"]}, ("hours", "import_unknown_value")),
    ],
)
def test_a_feature_that_cannot_be_is_named_by_number_and_property(
    units: Units, geometry: object, properties: dict[str, object], fault: tuple[str, str]
) -> None:
    load_reference(units)
    content = changed(units, geometry, **properties)
    report = import_csv("service_points", content, actor=OPERATOR, units=units)
    assert report.errors == ((1, *fault),)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "import_not_json"),
        (b'{"type": "Feature"}', "import_not_a_feature_collection"),
        (b'{"type": "FeatureCollection", "features": []}', "import_empty"),
        (b'{"type": "FeatureCollection", "features": [7]}', "import_not_a_feature"),
    ],
)
def test_a_file_that_is_no_feature_collection_is_refused(
    units: Units, content: bytes, code: str
) -> None:
    report = import_csv("service_points", content, actor=OPERATOR, units=units)
    assert [problem.code for problem in report.errors] == [code]


def test_the_table_for_excel_is_the_plain_one_with_the_mark(units: Units) -> None:
    load_reference(units)
    plain = export(units, ImportKind.SECTIONS, CSV)
    for_excel = export(units, ImportKind.SECTIONS, ExportForm.EXCEL)
    assert (for_excel, plain[:3]) == (b"\xef\xbb\xbf" + plain, b"key")
    report = import_csv("sections", for_excel, actor=OPERATOR, units=units)
    assert report.errors == ((1, "key", "import_bom"),)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{\n "type": "FeatureCollection",,\n}', (2, "30", "import_not_json")),
        ('{\n "name": "Bưu đi\u00eb'.encode() + b'\xf2"}', (2, "18", "import_text_not_utf8")),
        (b'\xef\xbb\xbf{"type": "FeatureCollection", "features": []}', (1, "*", "import_bom")),
    ],
)
def test_geojson_that_cannot_be_read_is_named_by_line_and_character(
    units: Units, content: bytes, fault: tuple[int, str, str]
) -> None:
    report = import_csv("service_points", content, actor=OPERATOR, units=units)
    assert report.errors == (fault,)


def test_links_are_no_map(units: Units) -> None:
    with pytest.raises(NotExported):
        export(units, ImportKind.LINKS, GEOJSON)
    report = import_csv("links", b"{}", actor=OPERATOR, units=units)
    assert report.errors == ((1, "*", "import_no_geojson_of_this"),)
    clerk = Actor(ActorKind.STAFF, "c", roles=frozenset({Role.CLERK}))
    with pytest.raises(Forbidden):
        export_file(ImportKind.LINKS, CSV, actor=clerk, units=units)


def test_a_windows_1258_file_is_refused_by_row_and_column(units: Units) -> None:
    content = export(units, ImportKind.SERVICE_POINTS, CSV).decode("utf-8")
    heading = content.splitlines()[0]
    row = "x,level2,post,,Bưu đi,Office" + "," * (heading.count(",") - 5)
    report = import_csv(
        "service_points", f"{heading}\r\n{row}".encode("cp1258"), actor=OPERATOR, units=units
    )
    assert report.errors == ((2, "name_vi", "import_not_utf8"),)


def test_a_carriers_numbers_are_empty_until_its_operator_imports_them(units: Units) -> None:
    load_reference(units)
    day = today(units)
    with units.read() as uow, pytest.raises(CarrierNumberUnknown):
        carrier_number(uow, "swift", "937", era="old", on=day)
    rows = (
        "carrier,era,unit_code,number,valid_from,valid_to\nswift,old,937,9370,,\nswift,new,92,5,,\n"
    )
    report = import_csv("carrier_units", rows.encode(), actor=OPERATOR, units=units)
    assert (report.added, report.errors) == (2, ())
    with units.read() as uow:
        assert carrier_number(uow, "swift", "937", era="old", on=day) == "9370"
        assert carrier_number(uow, "swift", "92", era="new", on=day) == "5"
    wrong = import_csv(
        "carrier_units", rows.replace("old,937", "new,937").encode(), actor=OPERATOR, units=units
    )
    assert wrong.errors == ((2, "unit_code", "import_unknown_unit_code"),)
