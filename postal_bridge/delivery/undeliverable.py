"""When the postal law lets a delivery be called undeliverable. Pure.

Source: Postal Law 49/2010/QH12 art. 17(1). The map from our reasons to its cases is our proposal,
to be confirmed with the operator.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType
from typing import Protocol

from postal_bridge.kernel.errors import RuleViolation


class FailureReason(StrEnum):
    """Why a visit failed. Ours: the numeric codes of the UPU are not known."""

    ABSENT = "absent"
    CLOSED = "closed"
    BAD_ADDRESS = "bad_address"
    MOVED = "moved"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    NO_ID = "no_id"
    NOT_AUTHORISED = "not_authorised"
    FEE_UNPAID = "fee_unpaid"
    FEE_REFUSED = "fee_refused"
    RESCHEDULED = "rescheduled"
    FORCE_MAJEURE = "force_majeure"


class NextStep(StrEnum):
    """What happens after a failed visit: the second axis, free of the first."""

    RETRY_TODAY = "retry_today"
    RETRY_NEXT_WORKING_DAY = "retry_next_working_day"
    HOLD_NOTIFY = "hold_notify"
    VERIFY_ADDRESS = "verify_address"
    FORWARD = "forward"
    RETURN = "return"


class Article17Case(StrEnum):
    """The only five cases in which an item is undeliverable."""

    ADDRESS = "a"  # none, incomplete or wrong
    MOVED = "b"
    NOT_FOUND = "c"
    NOT_COLLECTED = "d"  # invited at least twice, two working days apart
    REFUSED = "đ"


_R, _C = FailureReason, Article17Case

CASE_OF: Mapping[FailureReason, Article17Case | None] = MappingProxyType(
    {
        _R.ABSENT: _C.NOT_COLLECTED,
        _R.CLOSED: _C.NOT_COLLECTED,
        _R.BAD_ADDRESS: _C.ADDRESS,
        _R.MOVED: _C.MOVED,
        _R.NOT_FOUND: _C.NOT_FOUND,
        _R.REFUSED: _C.REFUSED,
        _R.NO_ID: _C.NOT_COLLECTED,
        _R.NOT_AUTHORISED: _C.NOT_COLLECTED,
        _R.FEE_UNPAID: _C.NOT_COLLECTED,
        _R.FEE_REFUSED: _C.REFUSED,
        _R.RESCHEDULED: None,
        _R.FORCE_MAJEURE: None,
    }
)

CONSUMES_NO_ATTEMPT = frozenset(reason for reason, case in CASE_OF.items() if case is None)

INVITATIONS_NEEDED = 2
WORKING_DAYS_BETWEEN_INVITATIONS = 2


class ReasonGivesNoCase(RuleViolation):
    """This reason alone never makes a delivery undeliverable."""

    code = "reason_gives_no_case"


class EvidenceMissing(RuleViolation):
    code = "undeliverable_evidence_missing"


class InvitationsMissing(RuleViolation):
    """Fewer than two invitations that lie two working days apart."""

    code = "invitations_missing"


class CountsWorkingDays(Protocol):
    """What is asked of a calendar here; `directory/calendar.py` has it."""

    def add_working_days(self, day: date, count: int, /) -> date: ...


def earliest_next_invitation(first: date, calendars: Sequence[CountsWorkingDays]) -> date:
    """Return the first day on which a second invitation counts, by the strictest calendar."""
    return max(
        calendar.add_working_days(first, WORKING_DAYS_BETWEEN_INVITATIONS) for calendar in calendars
    )


def invitations_suffice(invited_on: Sequence[date], calendars: Sequence[CountsWorkingDays]) -> bool:
    """Tell whether two of the invitations lie two working days apart on every calendar given."""
    return any(
        later >= earliest_next_invitation(earlier, calendars)
        for earlier, later in combinations(sorted(invited_on), INVITATIONS_NEEDED)
    )


def check_undeliverable(
    reason: FailureReason,
    *,
    has_evidence: bool,
    invited_on: Sequence[date],
    calendars: Sequence[CountsWorkingDays],
) -> Article17Case:
    """Return the case of art. 17(1) under which the delivery is undeliverable.

    Parameters
    ----------
    calendars : all that have to agree; give the agency's and the post's unless configured.

    Raises
    ------
    ReasonGivesNoCase, InvitationsMissing, EvidenceMissing
        The law's condition is not met; a failed attempt alone never is enough.
    """
    case = CASE_OF[reason]
    if case is None:
        raise ReasonGivesNoCase(reason=reason.value)
    if case is Article17Case.NOT_COLLECTED:
        if not invitations_suffice(invited_on, calendars):
            raise InvitationsMissing(needed=INVITATIONS_NEEDED, sent=len(invited_on))
    elif not has_evidence:
        raise EvidenceMissing(reason=reason.value)
    return case
