"""Files of days, and calendars with such days laid over. No database."""

from datetime import date

import pytest

from postal_bridge.directory.calendar import load_calendar
from postal_bridge.directory.calendar_days import (
    CalendarDay,
    laid_over,
    packed,
    read_days,
    unpacked,
)

HEAD = "calendar,day,work,unit,decision"
AGENCY, POST = load_calendar("agency"), load_calendar("post")
WEDNESDAY, SATURDAY = date(2027, 9, 1), date(2027, 8, 28)


def rows(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


def days(*lines: str) -> tuple[CalendarDay, ...]:
    found, faults = read_days(rows(*lines))
    assert faults == []
    return tuple(row for _, row in found)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", (1, "*", "import_empty")),
        (rows(), (1, "*", "import_empty")),
        (b"calendar,day,work\nagency,2027-09-01,no\n", (1, "decision", "import_column_missing")),
        (rows("court,2027-09-01,no,,x"), (2, "calendar", "import_unknown_value")),
        (rows("agency,31/02/2027,no,,x"), (2, "day", "import_not_a_date")),
        (rows("agency,2027-09-01,maybe,,x"), (2, "work", "import_unknown_value")),
        (rows("agency,2027-09-01,no,,"), (2, "decision", "import_value_missing")),
        (rows("agency,2027-09-01,no,Không,x"), (2, "unit", "import_key_wrong")),
        (
            rows("agency,2027-09-01,no,,x", "agency,01/09/2027,yes,,x"),
            (3, "day", "calendar_day_twice"),
        ),
        (rows("agency,2027-09-01,no,,thông báo").decode().encode("cp1258", "replace"),
         (2, "decision", "import_not_utf8")),
    ],
)  # fmt: skip
def test_a_fault_names_row_and_column(content: bytes, fault: tuple[int, str, str]) -> None:
    found, faults = read_days(content)
    assert found == []
    assert tuple(faults[0]) == fault


def test_semicolons_are_fine_and_a_byte_order_mark_is_refused() -> None:
    content = b"calendar;day;work;decision\nagency;01/09/2027;no;TB 1\n"
    assert read_days(b"\xef\xbb\xbf" + content) == ([], [(1, "calendar", "import_bom")])
    ((number, row),), faults = read_days(content)
    assert (number, row.day, row.unit, faults) == (2, WEDNESDAY, "", [])


def test_what_is_published_wins_over_weekend_and_holidays_and_the_last_word_counts() -> None:
    first = days(f"agency,{WEDNESDAY},no,,a", f"agency,{SATURDAY},yes,,a")
    calendar = laid_over(AGENCY, [first])
    assert (calendar.is_working_day(WEDNESDAY), calendar.is_working_day(SATURDAY)) == (False, True)
    assert calendar.add_working_days(date(2027, 8, 31), 1) == date(
        2027, 9, 6
    )  # 2 and 3 are holidays
    later = days(f"agency,{WEDNESDAY},yes,,b", f"agency,{SATURDAY},usual,,b")
    calendar = laid_over(AGENCY, [first, later])
    assert (calendar.is_working_day(WEDNESDAY), calendar.is_working_day(SATURDAY)) == (True, False)
    assert laid_over(POST, [first]).overrides == POST.overrides


def test_the_nearest_unit_decides_whichever_was_published_first() -> None:
    mine = days(f"post,{WEDNESDAY},yes,long-my,a")
    wide = days(f"post,{WEDNESDAY},no,can-tho,b")
    line = ("post", "can-tho", "long-my")
    assert laid_over(POST, [mine, wide], line).is_working_day(WEDNESDAY)
    assert not laid_over(POST, [mine, wide], line[:2]).is_working_day(WEDNESDAY)
    assert laid_over(POST, [mine, wide]).is_working_day(WEDNESDAY)
    back = days(f"post,{WEDNESDAY},usual,long-my,c")
    assert not laid_over(POST, [mine, wide, back], line).is_working_day(WEDNESDAY)


def test_a_snapshot_gives_back_what_went_into_it() -> None:
    some = days(f"agency,{WEDNESDAY},no,,Thông báo 1", f"post,{SATURDAY},usual,long-my,b")
    assert unpacked(packed(some)) == some
