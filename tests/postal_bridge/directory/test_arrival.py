"""When a dossier handed in now would reach the agency, by hours, schedule and calendars."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.directory.arrival import handed_in_at, leaves_at, reaches_agency_at
from postal_bridge.directory.calendar import VIETNAM, load_calendar
from postal_bridge.directory.opening_times import cut_offs, opening_week
from postal_bridge.directory.rules import AcceptanceMode, LinkStatus
from postal_bridge.directory.views import LinkView
from postal_bridge.kernel.ids import new_id

POST, AGENCY = load_calendar("post"), load_calendar("agency")
HOURS = "Mon-Fri 07:00-11:30 13:00-17:00; Sat 07:00-11:30"
MONDAY, TUESDAY, SATURDAY, NEXT_MONDAY = 16, 17, 21, 23  # November 2026


def at(day: int, clock: str) -> datetime:
    return datetime.combine(date(2026, 11, day), time.fromisoformat(clock), VIETNAM).astimezone(UTC)


def a_link(**changes: Any) -> LinkView:
    plain = LinkView(
        id=new_id(), section_id=new_id(), point_id=new_id(), unit_id=new_id(),
        acceptance_mode=AcceptanceMode.CARRIER, procedure_ids=frozenset(), transit_h=1,
        transport_days=(1, 2, 3, 4, 5), departures=("08:30", "14:30"), proof_demanded="own_proof",
        who_may_receive=None, return_instruction="", valid_from=None, valid_to=None,
        status=LinkStatus.ACTIVE,
    )  # fmt: skip
    return replace(plain, **changes)


def test_hours_are_read_by_day_of_the_week() -> None:
    week = opening_week(HOURS)
    assert week is not None
    assert [len(spans) for spans in week] == [2, 2, 2, 2, 2, 1, 0]
    assert week[5] == ((time(7), time(11, 30)),)


@pytest.mark.parametrize(
    "words", ["", "gọi trước", "Mon-Fri", "Fri-Mon 07:00-11:00", "Mon 25:00-26:00",
              "Mon 11:00-07:00", "Mon 07:00"],
)  # fmt: skip
def test_an_offices_own_words_are_no_hours(words: str) -> None:
    assert opening_week(words) is None


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(TUESDAY, "09:00"), at(TUESDAY, "09:00")),
        (at(TUESDAY, "06:00"), at(TUESDAY, "07:00")),
        (at(TUESDAY, "11:30"), at(TUESDAY, "13:00")),  # the door has just closed
        (at(TUESDAY, "17:30"), at(18, "07:00")),
        (at(SATURDAY, "12:00"), at(NEXT_MONDAY, "07:00")),
    ],
)
def test_it_is_handed_in_when_the_point_is_next_open(now: datetime, opens: datetime) -> None:
    assert handed_in_at(now, opening_week(HOURS), POST) == opens


def test_a_public_holiday_is_no_day_to_hand_in() -> None:
    new_year_eve = datetime(2026, 12, 31, 18, 0, tzinfo=VIETNAM)
    opens = handed_in_at(new_year_eve, opening_week(HOURS), POST)
    assert opens == datetime(2027, 1, 2, 7, 0, tzinfo=VIETNAM)


def test_a_point_that_lists_sunday_is_open_and_one_that_lists_nothing_never_is() -> None:
    sunday = at(22, "08:00")
    assert handed_in_at(sunday, opening_week("Sun 08:00-11:00"), POST) == sunday
    assert handed_in_at(sunday, ((),) * 7, POST) is None


@pytest.mark.parametrize(
    ("handed_in", "leaves"),
    [
        (at(TUESDAY, "08:30"), at(TUESDAY, "08:30")),
        (at(TUESDAY, "08:31"), at(TUESDAY, "14:30")),
        (at(TUESDAY, "15:00"), at(18, "08:30")),
        (at(SATURDAY, "07:00"), at(NEXT_MONDAY, "08:30")),
    ],
)
def test_it_leaves_with_the_next_pouch(handed_in: datetime, leaves: datetime) -> None:
    assert leaves_at(handed_in, a_link(), POST) == leaves


@pytest.mark.parametrize(
    ("handed_in", "leaves"),
    [
        (at(TUESDAY, "13:59"), at(TUESDAY, "14:30")),
        (at(TUESDAY, "14:00"), at(18, "08:30")),  # the pouch is still there
        (at(SATURDAY, "14:00"), at(SATURDAY, "14:30")),  # of Saturdays nothing is said
    ],
)
def test_what_comes_after_the_cut_off_leaves_on_another_day(
    handed_in: datetime, leaves: datetime
) -> None:
    link = a_link(transport_days=(1, 2, 3, 4, 5, 6))
    assert leaves_at(handed_in, link, POST, cut_offs("Mon-Fri 14:00")) == leaves
    late = reaches_agency_at(at(TUESDAY, "14:00"), link, POST, AGENCY, cut_offs("Tue 14:00"))
    assert late == at(18, "09:30")


def test_cut_offs_are_read_by_day_of_the_week() -> None:
    assert cut_offs("Mon-Fri 15:30; Sat 10:30") == (*(time(15, 30),) * 5, time(10, 30), None)
    assert cut_offs("Mon-Fri 15:30; Fri 11:00") == (*(time(15, 30),) * 4, time(11), None, None)
    for words in ("", "trước bữa trưa", "Mon 25:00", "Fri-Mon 15:30", "Mon 07:00-11:00"):
        assert cut_offs(words) is None


def test_transit_is_worked_by_the_post_and_counted_in_when_the_agency_works() -> None:
    friday_afternoon = at(20, "14:00")
    slow = a_link(transit_h=3)
    # 14:30 and two and a half hours until five; half an hour is left for Saturday morning, when
    # the agency is closed.
    assert reaches_agency_at(friday_afternoon, slow, POST, AGENCY) == at(NEXT_MONDAY, "07:00")
    assert reaches_agency_at(at(TUESDAY, "08:00"), a_link(), POST, AGENCY) == at(TUESDAY, "09:30")


def test_where_the_post_sits_in_the_section_nothing_travels() -> None:
    seated = a_link(acceptance_mode=AcceptanceMode.SEATED, departures=(), transit_h=None)
    assert reaches_agency_at(at(TUESDAY, "09:00"), seated, POST, AGENCY) == at(TUESDAY, "09:00")


@pytest.mark.parametrize("lack", [{"departures": ()}, {"transport_days": ()}, {"transit_h": None}])
def test_without_a_schedule_nothing_is_expected(lack: dict[str, Any]) -> None:
    assert reaches_agency_at(at(TUESDAY, "09:00"), a_link(**lack), POST, AGENCY) is None


@given(st.integers(0, 500 * 24 * 60), st.integers(0, 40))
def test_the_agency_has_it_after_it_was_handed_in_and_when_it_works(
    minutes: int, transit_h: int
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    opens = handed_in_at(now, opening_week(HOURS), POST)
    assert opens is not None
    assert opens >= now
    arrives = reaches_agency_at(opens, a_link(transit_h=transit_h), POST, AGENCY)
    assert arrives is not None
    assert arrives >= opens
    assert AGENCY.counts_from(arrives) == arrives
