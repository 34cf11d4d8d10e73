"""Reference files: whole or not at all, each fault named, nothing of the operator's overwritten."""

import csv
import io
from pathlib import Path

import pytest

from postal_bridge.directory.columns import COLUMNS, ImportKind
from postal_bridge.directory.importing import PLACES
from postal_bridge.directory.marks import unmarked
from postal_bridge.directory.service import (
    ImportKindUnknown,
    ImportReport,
    import_csv,
    load_reference,
    point_by_key,
    procedure_by_code,
    section_by_key,
    unit_by_key,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units

OPERATOR = Actor.operator()


def shipped(kind: str) -> list[dict[str, str]]:
    with (PLACES / f"{kind}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def take_in(units: Units, kind: str, rows: list[dict[str, str]]) -> ImportReport:
    return import_csv(kind, as_csv(rows), actor=OPERATOR, units=units)


def test_loading_the_release_twice_changes_nothing(units: Units) -> None:
    first, second = load_reference(units), load_reference(units)
    empty = {kind for kind, report in first.items() if not report.rows}
    assert empty == {"carrier_units", "houses"}, "nothing is made up"
    assert all(report.added == report.rows for report in first.values())
    assert not second


@pytest.mark.parametrize("kind", ImportKind)
def test_every_shipped_file_can_be_imported_as_it_is(units: Units, kind: ImportKind) -> None:
    load_reference(units)
    content = (PLACES / f"{kind.value}.csv").read_bytes()
    report = import_csv(kind.value, content, actor=OPERATOR, units=units)
    assert not report.errors
    assert (report.added, report.changed) == (0, 0)


def test_a_dry_run_reports_and_keeps_nothing(units: Units) -> None:
    load_reference(units)
    rows = shipped("service_points")[:1]
    rows[0]["name_vi"] = "Bưu cục Mới"
    content = as_csv(rows)
    report = import_csv("service_points", content, actor=OPERATOR, units=units, dry_run=True)
    assert (report.rows, report.changed) == (1, 1)
    with units.read() as uow:
        assert point_by_key(uow, rows[0]["key"]).name != "Bưu cục Mới"


def test_an_import_adds_and_changes_by_key(units: Units) -> None:
    load_reference(units)
    rows = shipped("service_points")[:2]
    rows[0]["name_vi"] = "Bưu cục Mới"
    rows[1]["key"] = "fresh-point"
    report = take_in(units, "service_points", rows)
    assert (report.added, report.changed) == (1, 1)
    with units.read() as uow:
        assert point_by_key(uow, rows[0]["key"]).name == "Bưu cục Mới"
        assert point_by_key(uow, "fresh-point").id


def test_one_fault_keeps_the_whole_file_out(units: Units) -> None:
    load_reference(units)
    rows = shipped("service_points")[:3]
    rows[0]["name_vi"] = "Bưu cục Mới"
    rows[2]["operating_unit"] = "nowhere"
    report = take_in(units, "service_points", rows)
    assert report.errors == ((4, "operating_unit", "import_unknown_reference"),)
    assert (report.added, report.changed) == (0, 0)
    with units.read() as uow:
        assert point_by_key(uow, rows[0]["key"]).name != "Bưu cục Mới"


FAULTS = [
    ("service_points", {"name_vi": ""}, ("name_vi", "import_value_missing")),
    ("service_points", {"key": "Bưu cục"}, ("key", "import_key_wrong")),
    ("service_points", {"lat": "north"}, ("lat", "import_not_a_number")),
    ("service_points", {"lon": "181"}, ("lon", "import_not_degrees")),
    ("service_points", {"valid_from": "2025-13-01"}, ("valid_from", "import_not_a_date")),
    (
        "service_points",
        {"new_commune_code": "99999"},
        ("new_commune_code", "import_unknown_unit_code"),
    ),
    (
        "service_points",
        {"valid_from": "2025-09-02", "valid_to": "2025-09-01"},
        ("valid_to", "import_dates_reversed"),
    ),
    ("operating_units", {"level": "planet"}, ("level", "import_unknown_value")),
    ("links", {"transport_days": "1 8"}, ("transport_days", "import_not_a_weekday")),
    ("links", {"transport_departures": "25:00"}, ("transport_departures", "import_not_a_time")),
    ("links", {"procedures": "land-change nothing"}, ("procedures", "import_unknown_reference")),
    ("links", {"acceptance_mode": "standing"}, ("acceptance_mode", "import_unknown_value")),
    ("procedures", {"fee_vnd": "1.000"}, ("fee_vnd", "import_not_a_number")),
    ("procedures", {"bcci_allowed": "yes"}, ("bcci_allowed", "import_not_a_flag")),
    ("paper_lists", {"tally_default": "cloned"}, ("tally_default", "import_unknown_value")),
    ("sections", {"code_prefix": "H-56"}, ("code_prefix", "import_code_prefix_wrong")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "fault"), FAULTS)
def test_each_fault_is_named_by_row_and_column(
    units: Units, kind: str, change: dict[str, str], fault: tuple[str, str]
) -> None:
    load_reference(units)
    rows = [shipped(kind)[-1] | change]
    assert take_in(units, kind, rows).errors == ((2, *fault),)


def test_all_faults_of_a_file_are_named_at_once(units: Units) -> None:
    load_reference(units)
    rows = shipped("service_points")[-2:]
    rows[0] |= {"lat": "north", "name_vi": ""}
    rows[1] |= {"operating_unit": ""}
    assert take_in(units, "service_points", rows).errors == (
        (2, "lat", "import_not_a_number"),
        (2, "name_vi", "import_value_missing"),
        (3, "operating_unit", "import_value_missing"),
    )


def test_a_key_may_stand_once(units: Units) -> None:
    load_reference(units)
    row = shipped("service_points")[-1]
    assert take_in(units, "service_points", [row, row]).errors == ((3, "key", "import_key_twice"),)


def test_wrong_columns_are_named(units: Units) -> None:
    load_reference(units)
    row = shipped("service_points")[-1]
    row["colour"] = row.pop("hotline")
    assert take_in(units, "service_points", [row]).errors == (
        (1, "colour", "import_column_unknown"),
        (1, "hotline", "import_column_missing"),
    )


def test_a_short_row_is_named(units: Units) -> None:
    load_reference(units)
    content = as_csv(shipped("service_points")[-1:]) + b"only,two\r\n"
    report = import_csv("service_points", content, actor=OPERATOR, units=units)
    assert report.errors == ((3, "*", "import_row_shape"),)


def test_another_encoding_is_named_by_row_and_column(units: Units) -> None:
    load_reference(units)
    content = as_csv(shipped("operating_units")[:3])
    lines = content.split(b"\r\n")
    lines[2] = "dong-nai,post,province,Bưu điện,Post".encode("cp1258", errors="replace")
    report = import_csv("operating_units", b"\r\n".join(lines), actor=OPERATOR, units=units)
    assert report.errors == ((3, "name_vi", "import_not_utf8"),)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_byte_order_mark_is_refused_unless_it_is_taken_off_and_semicolons_are_fine(
    units: Units, delimiter: str
) -> None:
    load_reference(units)
    rows = shipped("operating_units")[:1]
    rows[0]["name_vi"] = "Bưu điện Việt Nam (mới)"
    content = b"\xef\xbb\xbf" + as_csv(rows, delimiter)
    report = import_csv("operating_units", content, actor=OPERATOR, units=units)
    assert report.errors == ((1, "key", "import_bom"),)
    with units.read() as uow:
        assert unit_by_key(uow, "post").name != "Bưu điện Việt Nam (mới)"
    report = import_csv("operating_units", unmarked(content), actor=OPERATOR, units=units)
    assert not report.errors
    with units.read() as uow:
        assert unit_by_key(uow, "post").name == "Bưu điện Việt Nam (mới)"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named(units: Units, content: bytes) -> None:
    report = import_csv("agencies", content, actor=OPERATOR, units=units)
    assert report.errors == ((1, "*", "import_empty"),)


def test_units_above_one_another_in_a_circle_are_refused(units: Units) -> None:
    load_reference(units)
    rows = shipped("operating_units")[:2]
    rows[0]["parent_key"], rows[1]["parent_key"] = rows[1]["key"], rows[0]["key"]
    report = take_in(units, "operating_units", rows)
    assert [fault.code for fault in report.errors] == ["import_circle"]
    with units.read() as uow:
        assert unit_by_key(uow, "post").parent_id is None


def test_lines_that_a_published_list_no_longer_has_end(units: Units) -> None:
    load_reference(units)
    rows = [row for row in shipped("paper_lists") if row["procedure"] == "household-business"]
    report = take_in(units, "paper_lists", rows[:2])
    with units.read() as uow:
        left = procedure_by_code(uow, "1.001612").papers
        other = procedure_by_code(uow, "1.001776").papers
    assert report.changed == len(rows) - 2
    assert [paper.no for paper in left] == [1, 2]
    assert len(other) == 3


def test_a_fee_that_became_another_kind_is_asked_once(units: Units) -> None:
    load_reference(units)
    row = next(row for row in shipped("procedures") if row["key"] == "household-business")
    take_in(units, "procedures", [row | {"fee_kind": "phi", "fee_vnd": "50000"}])
    with units.read() as uow:
        (fee,) = procedure_by_code(uow, "1.001612").fees
    assert (fee.kind, fee.amount_vnd) == ("phi", 50_000)
    take_in(units, "procedures", [row | {"fee_kind": "none", "fee_vnd": ""}])
    with units.read() as uow:
        assert not procedure_by_code(uow, "1.001612").fees


def test_what_the_operator_imported_survives_the_next_release(units: Units, tmp_path: Path) -> None:
    load_reference(units)
    take_in(units, "sections", [shipped("sections")[-1] | {"code_prefix": "H92.7"}])
    for kind in ImportKind:
        (tmp_path / f"{kind.value}.csv").write_bytes(
            (PLACES / f"{kind.value}.csv").read_bytes().replace(b"0000 000 ", b"1111 111 ")
        )
    load_reference(units, tmp_path)
    with units.read() as uow:
        mine = section_by_key(uow, shipped("sections")[-1]["key"])
        theirs = section_by_key(uow, shipped("sections")[-2]["key"])
    assert mine.code_prefix == "H92.7"
    assert mine.hotline.startswith("0000 000")
    assert theirs.hotline.startswith("1111 111")


def test_only_the_operator_imports_and_only_known_kinds(units: Units) -> None:
    clerk = Actor(ActorKind.STAFF, "c", roles=frozenset({Role.CLERK, Role.SUPERVISOR}))
    with pytest.raises(Forbidden):
        import_csv("agencies", b"", actor=clerk, units=units)
    with pytest.raises(ImportKindUnknown):
        import_csv("dragons", b"", actor=OPERATOR, units=units)


def test_every_fault_has_a_text_in_both_languages() -> None:
    texts = Texts.load()
    folder = Path(__file__).parents[3] / "postal_bridge" / "directory"
    source = "".join(path.read_text() for path in folder.glob("*.py") if path.name != "service.py")
    codes = {word for word in source.split('"') if word.startswith("import_")}
    assert len(codes) > 15
    assert not [code for code in codes if not texts.has(code)]


def test_every_kind_of_file_has_its_columns() -> None:
    assert set(COLUMNS) == set(ImportKind)
