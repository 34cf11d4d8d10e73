"""An operator's CSV file of changes to the register, or everything that is wrong with it. Pure.

One row says one thing about one unit from a day on::

    change,code,valid_from,unit_type,name,parent,lat,lon,fare_as,to,part,instrument
    type,07363,2026-09-20,Phường,,,,,,,,388/NQ-UBTVQH16
    end,07366,2027-01-01,,,,,,,,,12/NQ-UBTVQH17
    becomes,07366,2027-01-01,,,,,,,07363,whole,12/NQ-UBTVQH17

What the rows say of units that exist is for `register_checks.py`.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from config.register_changes import Change, ChangeRow, Part, level_of
from geo.land import NotInVietnam, place_in_vietnam
from postal_bridge.directory.cells import CellFault, day, degrees, one_of, text
from postal_bridge.directory.columns import Column
from postal_bridge.directory.csv_files import WHOLE_ROW, read_columns
from postal_bridge.directory.views import RowProblem

MOST_BYTES = 1_000_000
_CODE = re.compile(r"\d{2}|\d{5}", re.ASCII)
TYPES = {"province": ("Tỉnh", "Thành phố"), "commune": ("Xã", "Phường", "Đặc khu")}
_ALL_TYPES = [one for types in TYPES.values() for one in types]


def _code(cell: str) -> str:
    if not _CODE.fullmatch(cell):
        raise CellFault("register_code_wrong")
    return cell


def _name(cell: str) -> str:
    """A bare name in NFC. One with its type before it would be shown with the type twice."""
    name = " ".join(unicodedata.normalize("NFC", cell).split())
    has_type = any(name.casefold().startswith(f"{one} ".casefold()) for one in _ALL_TYPES)
    is_plain = all(c.isalnum() or unicodedata.combining(c) or c in " -'’." for c in name)
    if has_type or not is_plain or not any(c.isalnum() for c in name):
        raise CellFault("register_name_wrong")
    return text(100)(name)  # type: ignore[no-any-return]  # a cell's reader gives any value


def _type(cell: str) -> str:
    name = unicodedata.normalize("NFC", cell)
    if name not in _ALL_TYPES:
        raise CellFault("register_type_wrong")
    return name


COLUMNS: Mapping[str, Column] = {
    "change": Column(one_of([one.value for one in Change]), is_required=True),
    "code": Column(_code, is_required=True),
    "valid_from": Column(day, is_required=True),
    "unit_type": Column(_type, empty="", is_optional=True),
    "name": Column(_name, empty="", is_optional=True),
    "parent": Column(_code, empty="", is_optional=True),
    "lat": Column(degrees(180), is_optional=True),  # wide: a swapped one is told as such
    "lon": Column(degrees(180), is_optional=True),
    "fare_as": Column(_code, empty="", is_optional=True),
    "to": Column(_code, empty="", is_optional=True),
    "part": Column(one_of([one.value for one in Part]), is_optional=True),
    "instrument": Column(text(200), empty="", is_optional=True),
}
_ALWAYS = frozenset({"change", "code", "valid_from", "instrument"})
NEEDED: Mapping[Change, tuple[str, ...]] = {
    Change.ADD: ("unit_type", "name", "parent", "lat", "lon", "fare_as"),
    Change.RENAME: ("name",),
    Change.TYPE: ("unit_type",),
    Change.MOVE: ("parent",),
    Change.POINT: ("lat", "lon"),
    Change.FARE: ("fare_as",),
    Change.END: (),
    Change.BECOMES: ("to", "part"),
    Change.RESTORE: (),
}
_OF_COMMUNES = frozenset({"parent", "fare_as", "to", "part"})


def read_changes(content: bytes) -> tuple[list[tuple[int, ChangeRow]], list[RowProblem]]:
    """The numbered rows, and every fault by row and column."""
    if len(content) > MOST_BYTES:
        return [], [RowProblem(1, WHOLE_ROW, "import_too_many_rows")]
    rows, problems = read_columns(COLUMNS, content)
    if problems:
        return [], problems
    if not rows:
        return [], [RowProblem(1, WHOLE_ROW, "import_empty")]
    for row in rows:
        problems += _of_its_kind(row.number, row.values)
    if problems:
        return [], problems
    return [(row.number, _change(row.values)) for row in rows], []


def _of_its_kind(number: int, values: Mapping[str, Any]) -> list[RowProblem]:
    """Each kind of change has its cells: none is missing, and none is silently left aside."""
    change = Change(values["change"])
    is_province = level_of(values["code"]) == "province"
    if is_province and change in (Change.BECOMES, Change.FARE, Change.MOVE):
        return [RowProblem(number, "change", "register_not_of_provinces")]
    needed = [n for n in NEEDED[change] if not (is_province and n in _OF_COMMUNES)]
    problems = [
        RowProblem(number, name, "import_value_missing")
        for name in needed
        if values.get(name) in ("", None)
    ]
    problems += [
        RowProblem(number, name, "register_cell_unused")
        for name, value in values.items()
        if value not in ("", None) and name not in needed and name not in _ALWAYS
    ]
    unit_type, parent = values.get("unit_type"), values.get("parent")
    if unit_type and unit_type not in TYPES[level_of(values["code"])]:
        problems.append(RowProblem(number, "unit_type", "register_type_wrong"))
    if parent and level_of(parent) != "province":
        problems.append(RowProblem(number, "parent", "register_parent_wrong"))
    for name in ("fare_as", "to"):
        if values.get(name) and level_of(values[name]) != "commune":
            problems.append(RowProblem(number, name, "register_code_wrong"))
    if values.get("lat") is not None and values.get("lon") is not None:
        problems += _outside(number, values["lat"], values["lon"])
    return problems


def _outside(number: int, lat: float, lon: float) -> list[RowProblem]:
    try:
        place_in_vietnam(lat, lon)
    except NotInVietnam as wrong:
        code = "import_swapped_lat_lon" if wrong.is_swapped else "import_outside_vietnam"
        return [RowProblem(number, "lat", code)]
    return []


def _change(values: Mapping[str, Any]) -> ChangeRow:
    part = values.get("part")
    return ChangeRow(
        **{
            **values,
            "change": Change(values["change"]),
            "part": Part(part) if part else None,
        }
    )
