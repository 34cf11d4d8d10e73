"""A file of changes to the register: what it may say, and every fault by row and column. Pure."""

from datetime import date

import pytest

from config.register import Register, load_register
from config.register_changes import ChangeRow, changed
from postal_bridge.directory.register_checks import problems_alone, problems_of
from postal_bridge.directory.register_csv import read_changes

HEAD = "change,code,valid_from,unit_type,name,parent,lat,lon,fare_as,to,part,instrument"
TODAY = date(2026, 11, 22)
BO_HA, YEN_THE, NHA_NAM = "07294", "07288", "07306"
ADDED = f"add,07295,2027-01-01,Phường,Đông Thế,24,21.5,106.2,{YEN_THE},,,"


def faults(*rows: str, over: Register | None = None, head: str = HEAD) -> set[tuple[int, str, str]]:
    numbered, found = read_changes("\n".join([head, *rows]).encode())
    if not found:
        found = problems_alone(numbered, TODAY)
    if not found:
        before = over or load_register()
        found = problems_of(numbered, before, changed(before, [row for _, row in numbered]))
    return {(one.row, one.column, one.code) for one in found}


def rows_of(*rows: str) -> list[ChangeRow]:
    numbered, found = read_changes("\n".join([HEAD, *rows]).encode())
    assert found == []
    return [row for _, row in numbered]


END = f"end,{BO_HA},2027-01-01,,,,,,,,,"
BECOMES = f"becomes,{BO_HA},2027-01-01,,,,,,,{YEN_THE},whole,"


def test_a_sound_file_has_no_fault_in_any_order_of_its_rows() -> None:
    rows = [
        BECOMES.replace(YEN_THE, "07295"),
        END,
        ADDED,
        f"type,{NHA_NAM},2026-09-20,Phường,,,,,,,,",
    ]
    assert faults(*rows) == faults(*reversed(rows)) == set()


def test_only_the_columns_that_are_used_need_to_be_there() -> None:
    assert (
        faults(f"type,{BO_HA},20/09/2026,Phường", head="change,code,valid_from,unit_type") == set()
    )


def test_semicolons_are_read_and_a_mark_and_another_encoding_are_refused() -> None:
    text = f"change;code;valid_from;name\nrename;{BO_HA};2027-01-01;Bố Hạ Mới\n"
    assert read_changes(b"\xef\xbb\xbf" + text.encode()) == ([], [(1, "change", "import_bom")])
    ((number, change),) = read_changes(text.encode())[0]
    assert (number, change.name) == (2, "Bố Hạ Mới")
    ((row, column, code),) = read_changes(text.replace("Bố Hạ Mới", "Bô Ha").encode("cp1258"))[1]
    assert (row, column, code) == (2, "name", "import_not_utf8")


@pytest.mark.parametrize("cell", ['"12/NQ', "x" * 200_000, '"12"/NQ'])
def test_a_row_that_would_take_the_rows_after_it_into_its_cell_is_named(cell: str) -> None:
    good = f"type,{BO_HA},2026-09-20,Phường,12/NQ"
    text = "\n".join(
        ["change,code,valid_from,unit_type,instrument", good, good.replace("12/NQ", cell), good]
    )
    assert read_changes(text.encode()) == ([], [(3, "*", "import_quotes")])


def test_a_name_of_another_normal_form_is_the_same_name() -> None:
    (row,) = rows_of(f"rename,{BO_HA},2027-01-01,,Bố Ha\u0323 Mới,,,,,,,")
    assert row.name == "Bố Hạ Mới"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (f"widen,{BO_HA},2027-01-01,,,,,,,,,", "change", "import_unknown_value"),
        ("type,0729,2027-01-01,Phường,,,,,,,,", "code", "register_code_wrong"),
        ("type,07 94,2027-01-01,Phường,,,,,,,,", "code", "register_code_wrong"),
        (f"type,{BO_HA},2027-02-29,Phường,,,,,,,,", "valid_from", "import_not_a_date"),
        (f"type,{BO_HA},,Phường,,,,,,,,", "valid_from", "import_value_missing"),
        (f"type,{BO_HA},2027-01-01,,,,,,,,,", "unit_type", "import_value_missing"),
        (f"type,{BO_HA},2027-01-01,Thị trấn,,,,,,,,", "unit_type", "register_type_wrong"),
        (f"type,{BO_HA},2027-01-01,Tỉnh,,,,,,,,", "unit_type", "register_type_wrong"),
        ("type,24,2027-01-01,Xã,,,,,,,,", "unit_type", "register_type_wrong"),
        (f"type,{BO_HA},2027-01-01,Phường,Bố Hạ Mới,,,,,,,", "name", "register_cell_unused"),
        (f"rename,{BO_HA},2027-01-01,,Xã Bố Hạ,,,,,,,", "name", "register_name_wrong"),
        (f"rename,{BO_HA},2027-01-01,,B<b>,,,,,,,", "name", "register_name_wrong"),
        (f"move,{BO_HA},2027-01-01,,,{NHA_NAM},,,,,,", "parent", "register_parent_wrong"),
        ("becomes,24,2027-01-01,,,,,,,24,whole,", "change", "register_not_of_provinces"),
        (f"point,{BO_HA},2027-01-01,,,,106.2,21.5,,,,", "lat", "import_swapped_lat_lon"),
        (f"point,{BO_HA},2027-01-01,,,,48.8,2.3,,,,", "lat", "import_outside_vietnam"),
        (f"point,{BO_HA},2027-01-01,,,,21.5,,,,,", "lon", "import_value_missing"),
        (f"becomes,{BO_HA},2027-01-01,,,,,,,{YEN_THE},half,", "part", "import_unknown_value"),
        (f"type,{BO_HA},2025-06-30,Phường,,,,,,,,", "valid_from", "register_before_reform"),
        (f"type,{BO_HA},2206-09-20,Phường,,,,,,,,", "valid_from", "register_day_too_far"),
        ("type,99999,2027-01-01,Phường,,,,,,,,", "code", "import_unknown_unit_code"),
        ("type,06978,2027-01-01,Phường,,,,,,,,", "code", "import_unknown_unit_code"),
        (f"type,{BO_HA},2027-01-01,Xã,,,,,,,,", "code", "register_nothing_changes"),
        (f"fare,{BO_HA},2027-01-01,,,,,,{YEN_THE},,,", "code", "register_nothing_changes"),
        (f"rename,{BO_HA},2027-01-01,,Yên Thế,,,,,,,", "name", "register_name_taken"),
        (f"move,{BO_HA},2027-01-01,,,99,,,,,,", "parent", "import_unknown_unit_code"),
        (ADDED.replace("07295", BO_HA), "code", "register_code_exists"),
        (ADDED.replace(",24,", ",,"), "parent", "import_value_missing"),
        (ADDED.replace(",24,", ",27,"), "parent", "import_unknown_unit_code"),
        (ADDED.replace(YEN_THE, "99999"), "fare_as", "import_unknown_unit_code"),
        (END, "code", "register_no_successor"),
        (BECOMES, "code", "register_not_ended"),
        (f"end,{BO_HA},2025-07-01,,,,,,,,,", "code", "register_has_predecessors"),
        ("end,24,2027-01-01,,,,,,,,,", "code", "register_province_in_use"),
        (f"restore,{BO_HA},2027-01-01,,,,,,,,,", "valid_from", "register_not_ended"),
        ("becomes,99999,2025-07-01,,,,,,,07294,whole,", "code", "import_unknown_unit_code"),
    ],
)  # fmt: skip
def test_each_fault_is_named_by_row_and_column(row: str, column: str, code: str) -> None:
    sound = f"type,{NHA_NAM},2026-09-20,Phường,,,,,,,,"
    assert faults(sound, row) == {(3, column, code)}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((END, BECOMES.replace(YEN_THE, "99999")), (3, "to", "import_unknown_unit_code")),
        ((END, BECOMES.replace(YEN_THE, BO_HA)), (3, "to", "import_unknown_unit_code")),
        ((END, BECOMES, BECOMES), (4, "code", "import_key_twice")),
        ((END, END.replace("2027-01", "2027-02"), BECOMES), (3, "code", "import_key_twice")),
        ((END, BECOMES, BECOMES.replace(YEN_THE, NHA_NAM)), (4, "part", "register_parts_wrong")),
        ((END, BECOMES.replace("whole", "land")), (3, "part", "register_nobody_moves")),
        ((ADDED, END.replace(BO_HA, "07295")), (3, "code", "register_code_exists")),
    ],
)
def test_rows_are_held_against_one_another(
    rows: tuple[str, ...], found: tuple[int, str, str]
) -> None:
    assert found in faults(*rows)


def test_an_end_that_was_published_must_be_taken_back_before_another_is_given() -> None:
    ended = changed(load_register(), rows_of(END, BECOMES))
    earlier = [row.replace("2027-01", "2026-12") for row in (END, BECOMES)]
    assert faults(*earlier, over=ended) == {(2, "valid_from", "register_ends_already")}
    assert faults(f"restore,{BO_HA},2027-01-01,,,,,,,,,", *earlier, over=ended) == set()
    assert (2, "code", "import_unknown_unit_code") in faults(
        f"type,{BO_HA},2027-03-01,Phường,,,,,,,,", over=ended
    )


def test_an_empty_or_huge_file_or_another_heading_is_refused() -> None:
    assert faults() == {(1, "*", "import_empty")}
    assert {code for _, _, code in faults("x", head="change,code,wann")} == {
        "import_column_missing", "import_column_unknown",
    }  # fmt: skip
    assert read_changes(b"x" * 1_000_001)[1][0].code == "import_too_many_rows"
