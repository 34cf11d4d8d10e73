from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postal_bridge.directory.calendar import (
    SHIPPED,
    VIETNAM,
    CalendarUnknown,
    Pause,
    PeriodOutOfRange,
    calendar_from,
    load_calendar,
)

AGENCY = load_calendar("agency")
POST = load_calendar("post")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2022-04-01", 3, "2022-04-06"),
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-02-13", 5, "2026-02-27"),
        ("2026-04-24", 1, "2026-04-28"),
        ("2026-04-29", 1, "2026-05-04"),
        ("2026-08-21", 1, "2026-08-22"),
        ("2026-08-20", 3, "2026-08-24"),
        ("2026-08-21", 5, "2026-08-27"),
        ("2026-08-28", 5, "2026-09-09"),
        ("2026-11-23", 1, "2026-11-25"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2025-04-25", 1, "2025-04-26"),
        ("2027-02-03", 1, "2027-02-11"),
    ],
)
def test_the_nth_working_day_after_a_date(start: str, days: int, due: str) -> None:
    assert AGENCY.add_working_days(date.fromisoformat(start), days) == date.fromisoformat(due)
    assert AGENCY.due_after_working_days(at(f"{start}T09:10"), days) == at(f"{due}T09:10")
    assert AGENCY.due_after_hours(at(f"{start}T09:10"), days * 8) == at(f"{due}T09:10")


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [("2026-02-10", "2026-02-28", 9), ("2026-08-17", "2026-09-06", 13)],
)
def test_working_days_are_counted_with_both_ends(first: str, last: str, count: int) -> None:
    counted = AGENCY.working_days_between(date.fromisoformat(first), date.fromisoformat(last))
    assert counted == count


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2026-08-22", True),
        ("2026-08-29", False),
        ("2026-08-31", False),
        ("2026-11-24", False),
        ("2025-04-26", True),
        ("2025-05-02", False),
    ],
)
def test_single_days_of_the_agency(day: str, is_working: bool) -> None:
    assert AGENCY.is_working_day(date.fromisoformat(day)) is is_working


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        ("2026-08-29", True),  # a plain Saturday
        ("2026-08-31", True),  # a day off of civil servants
        ("2025-05-02", True),
        ("2026-08-30", False),  # Sunday
        ("2026-09-02", False),
        ("2026-02-17", False),
    ],
)
def test_the_post_works_on_saturdays_and_on_swapped_days_off(day: str, is_working: bool) -> None:
    assert POST.is_working_day(date.fromisoformat(day)) is is_working


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        ("2026-03-02T06:15", "2026-03-02T07:00"),
        ("2026-03-02T11:30", "2026-03-02T11:30"),
        ("2026-03-02T11:45", "2026-03-02T13:30"),
        ("2026-03-02T17:00", "2026-03-02T17:00"),
        ("2026-03-02T17:01", "2026-03-03T07:00"),
        ("2026-03-06T17:01", "2026-03-09T07:00"),
        ("2026-03-07T10:00", "2026-03-09T07:00"),
        ("2026-02-17T10:00", "2026-02-23T07:00"),
    ],
)
def test_an_event_outside_working_time_counts_from_the_next_worked_moment(
    event: str, counted: str
) -> None:
    assert AGENCY.counts_from(at(event)) == at(counted)


def test_a_period_from_the_evening_starts_the_next_working_morning() -> None:
    assert AGENCY.due_after_working_days(at("2026-03-02T17:01"), 1) == at("2026-03-04T07:00")
    assert AGENCY.due_after_working_days(at("2026-03-02T11:45"), 1) == at("2026-03-03T13:30")
    assert AGENCY.due_after_hours(at("2026-03-02T16:00"), 2) == at("2026-03-03T08:00")


def test_plain_days_ending_on_a_sunday_before_a_holiday_roll_to_tuesday() -> None:
    # Sun 26 Apr 2026 is Hung Kings' day, Mon 27 Apr is off in its stead.
    assert AGENCY.add_calendar_days(date(2026, 4, 21), 5) == date(2026, 4, 28)


def test_a_supplement_shifts_the_due_moment_by_the_working_time_waited() -> None:
    pause = Pause(at("2026-03-06T16:00"), at("2026-03-09T08:00"))
    due = at("2026-03-11T09:00")
    assert AGENCY.working_seconds_between(pause.began_at, pause.ended_at) == 2 * 3600
    assert AGENCY.shift_by_pauses(due, [pause]) == at("2026-03-11T11:00")
    assert AGENCY.shift_by_pauses(at("2026-03-11T16:00"), [pause]) == at("2026-03-12T08:00")


def test_pauses_that_overlap_count_once() -> None:
    due = at("2026-03-11T09:00")
    long = Pause(at("2026-03-09T08:00"), at("2026-03-09T10:00"))
    inside = Pause(at("2026-03-09T09:00"), at("2026-03-09T09:30"))
    assert AGENCY.shift_by_pauses(due, [inside, long, inside]) == at("2026-03-11T11:00")


def test_a_dated_override_wins_over_package_and_weekend(tmp_path: Path) -> None:
    shipped = (SHIPPED / "agency.toml").read_text(encoding="utf-8")
    decided = (
        '[[overrides]]\nday = 2027-02-03\nis_working = false\nsource = "decision"\n'
        '[[overrides]]\nday = 2027-02-07\nis_working = true\nsource = "decision"\n'
    )
    (tmp_path / "agency.toml").write_text(shipped + decided, encoding="utf-8")
    calendar = load_calendar("agency", tmp_path)
    assert not calendar.is_working_day(date(2027, 2, 3))
    assert calendar.is_working_day(date(2027, 2, 7))


def test_an_unknown_calendar_or_a_period_without_measure_is_refused() -> None:
    with pytest.raises(CalendarUnknown):
        load_calendar("../agency")
    with pytest.raises(PeriodOutOfRange):
        AGENCY.add_working_days(date(2026, 3, 2), -1)
    with pytest.raises(PeriodOutOfRange):
        AGENCY.due_after_hours(at("2026-03-02T08:00"), 10**9)
    with pytest.raises(PeriodOutOfRange):
        AGENCY.is_working_day(date(9999, 12, 31))


def test_hours_that_are_not_eight_a_day_are_refused() -> None:
    short = {"id": "x", "hours": [{"from": "07:00", "to": "11:30"}]}
    with pytest.raises(ValueError, match="add up to 8"):
        calendar_from({**short, "works_on_saturdays": False, "follows_swapped_saturdays": True})


moments = st.integers(0, 60 * 24 * 40).map(
    lambda minute: at("2026-08-10T00:00") + timedelta(minutes=minute)
)


@settings(max_examples=60)
@given(moments, st.integers(0, 200_000))
def test_adding_working_time_and_measuring_it_agree(start: datetime, seconds: int) -> None:
    end = AGENCY.add_working_seconds(start, seconds)
    assert AGENCY.working_seconds_between(start, end) == seconds
    assert AGENCY.counts_from(end) == end


@settings(max_examples=60)
@given(moments, moments, moments)
def test_working_time_adds_up_over_any_moment_between(
    a: datetime, b: datetime, c: datetime
) -> None:
    a, b, c = sorted([a, b, c])
    whole = AGENCY.working_seconds_between(a, c)
    assert whole == AGENCY.working_seconds_between(a, b) + AGENCY.working_seconds_between(b, c)


@settings(max_examples=60)
@given(moments, moments, st.integers(0, 12))
def test_a_later_start_is_never_due_earlier(a: datetime, b: datetime, days: int) -> None:
    early, late = sorted([a, b])
    due_early, due_late = (
        AGENCY.due_after_working_days(early, days),
        AGENCY.due_after_working_days(late, days),
    )
    assert due_early <= due_late
    assert AGENCY.is_working_day(due_early.astimezone(VIETNAM).date())
