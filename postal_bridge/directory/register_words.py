"""What rows of changes do, as names before and after. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from config.register import FareArea, Register, Unit, UnknownUnit
from config.register_changes import Change, ChangeRow

_EVE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SaidChange:
    """One row in names. `before` and `after`: empty where there is none.

    For a point these are coordinates, for fares the old district and the zone; `part` is of a
    successor.
    """

    change: str
    code: str
    valid_from: date
    before: str
    after: str
    part: str = ""
    instrument: str = ""


def said_changes(
    rows: Iterable[ChangeRow], before: Register, after: Register
) -> tuple[SaidChange, ...]:
    """The rows against the register without them and with them."""
    return tuple(_said(row, before, after) for row in rows)


def place_name(register: Register, code: str, on: date) -> str:
    """The unit with its province: "Xã Bố Hạ, Thành phố Bắc Ninh"; empty if there is none."""
    try:
        units = register.lineage(code, on)
    except UnknownUnit:
        return ""
    return ", ".join(one.full_name for one in reversed(units))


def _said(row: ChangeRow, before: Register, after: Register) -> SaidChange:
    on = row.valid_from
    # What was said of the unit for these very days counts, unless it begins with them.
    was_on = on - _EVE if row.change in (Change.END, Change.BECOMES, Change.RESTORE) else on
    was = place_name(before, row.code, was_on)
    now = place_name(after, row.to or row.code, on)
    if row.change is Change.POINT:
        was, now = _point(before, row.code, on), _point(after, row.code, on)
    elif row.change is Change.FARE:
        was, now = _fares(before, row.code, on), _fares(after, row.code, on)
    elif row.change is Change.RESTORE:
        was = ""
    return SaidChange(
        change=row.change.value,
        code=row.code,
        valid_from=on,
        before=was,
        after="" if row.change is Change.END else now,
        part=row.part.value if row.part else "",
        instrument=row.instrument,
    )


def _point(register: Register, code: str, on: date) -> str:
    unit: Unit = register.unit(code, on)
    return "" if unit.lat is None or unit.lon is None else f"{unit.lat:.5f}, {unit.lon:.5f}"


def _fares(register: Register, code: str, on: date) -> str:
    area: FareArea = register.fare_area(code, on)
    return f"{area.district_code} / {area.zone}"
