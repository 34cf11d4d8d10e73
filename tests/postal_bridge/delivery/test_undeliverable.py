from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.delivery.undeliverable import (
    CASE_OF,
    CONSUMES_NO_ATTEMPT,
    Article17Case,
    EvidenceMissing,
    FailureReason,
    InvitationsMissing,
    ReasonGivesNoCase,
    check_undeliverable,
    earliest_next_invitation,
    invitations_suffice,
)
from postal_bridge.directory.calendar import load_calendar

BOTH = (load_calendar("agency"), load_calendar("post"))
POST = BOTH[1:]
FRIDAY = date(2026, 3, 6)


def test_every_reason_has_its_case_or_none() -> None:
    assert set(CASE_OF) == set(FailureReason)
    assert {FailureReason.RESCHEDULED, FailureReason.FORCE_MAJEURE} == CONSUMES_NO_ATTEMPT


def test_the_stricter_calendar_decides_when_a_second_invitation_counts() -> None:
    assert earliest_next_invitation(FRIDAY, POST) == date(2026, 3, 9)  # Saturday, Monday
    assert earliest_next_invitation(FRIDAY, BOTH) == date(2026, 3, 10)  # Monday, Tuesday


@pytest.mark.parametrize(
    ("invited_on", "suffice"),
    [
        ([], False),
        ([FRIDAY], False),
        ([FRIDAY, FRIDAY], False),
        ([FRIDAY, date(2026, 3, 9)], False),
        ([FRIDAY, date(2026, 3, 10)], True),
        ([date(2026, 3, 10), FRIDAY], True),
        ([FRIDAY, date(2026, 3, 9), date(2026, 3, 10)], True),
        # Tết lies between: ten days and one working day.
        ([date(2026, 2, 13), date(2026, 2, 23)], False),
        ([date(2026, 2, 13), date(2026, 2, 24)], True),
    ],
)
def test_two_invitations_two_working_days_apart(invited_on: list[date], suffice: bool) -> None:
    assert invitations_suffice(invited_on, BOTH) is suffice


def asked(
    reason: FailureReason, *, has_evidence: bool = True, invited_on: tuple[date, ...] = ()
) -> Article17Case:
    return check_undeliverable(
        reason, has_evidence=has_evidence, invited_on=invited_on, calendars=BOTH
    )


@pytest.mark.parametrize("reason", list(FailureReason))
def test_a_failed_attempt_alone_is_never_enough(reason: FailureReason) -> None:
    with pytest.raises((ReasonGivesNoCase, EvidenceMissing, InvitationsMissing)):
        asked(reason, has_evidence=False)


def test_each_case_with_what_the_law_asks_of_it() -> None:
    invited = (FRIDAY, date(2026, 3, 10))
    assert asked(FailureReason.BAD_ADDRESS) is Article17Case.ADDRESS
    assert asked(FailureReason.MOVED) is Article17Case.MOVED
    assert asked(FailureReason.NOT_FOUND) is Article17Case.NOT_FOUND
    assert asked(FailureReason.REFUSED) is Article17Case.REFUSED
    assert asked(FailureReason.ABSENT, invited_on=invited) is Article17Case.NOT_COLLECTED
    with pytest.raises(InvitationsMissing):
        asked(FailureReason.ABSENT, invited_on=(FRIDAY,))
    with pytest.raises(ReasonGivesNoCase):
        asked(FailureReason.FORCE_MAJEURE, invited_on=invited)


days = st.dates(date(2026, 2, 9), date(2026, 3, 1))


@given(st.lists(days, max_size=4), days)
def test_one_invitation_more_never_undoes_what_was_enough(
    invited_on: list[date], more: date
) -> None:
    if invitations_suffice(invited_on, BOTH):
        assert invitations_suffice([*invited_on, more], BOTH)
    assert invitations_suffice(invited_on, BOTH) == invitations_suffice(invited_on[::-1], BOTH)
