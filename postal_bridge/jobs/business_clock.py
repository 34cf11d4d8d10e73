"""Moving a sandbox's business clock, from due time to due time."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from postal_bridge.jobs import schedule, store
from postal_bridge.kernel import actions
from postal_bridge.kernel.errors import RuleViolation, TemporaryFailure
from postal_bridge.kernel.home import NotASandbox, move_clock
from postal_bridge.kernel.unit_of_work import Units

POLL_S = 0.05


class ClockGoesForward(RuleViolation):
    """A sandbox's clock is never turned back."""

    code = "clock_goes_forward"


class WorkStaysOpen(TemporaryFailure):
    """Due work did not finish in time: is a keeper running, and its workers?"""

    code = "work_stays_open"


@dataclass(frozen=True, slots=True)
class Advanced:
    """`stops`: how many due times lay on the way."""

    now: datetime
    stops: int


def advance_to(target: datetime, *, units: Units, timeout_s: float = 120.0) -> Advanced:
    """The business clock shows `target` and nothing due by then is open.

    A keeper and workers must be running. What needs a person holds nothing up.

    Raises
    ------
    NotASandbox, ClockGoesForward
    WorkStaysOpen
        Work due on the way was still open `timeout_s` after it fell due; the clock stands
        where it fell due.
    """
    with units.read() as view:
        if not view.is_sandbox:
            raise NotASandbox
        if target < view.now:
            raise ClockGoesForward
    stops = 0
    while (due := _next_stop(units, target, timeout_s)) is not None:
        _set(units, due)
        stops += 1
    _set(units, target)
    _wait_until_quiet(units, timeout_s)
    return Advanced(target, stops)


def _next_stop(units: Units, target: datetime, timeout_s: float) -> datetime | None:
    _wait_until_quiet(units, timeout_s)
    with units.read() as view:
        times = (
            actions.next_due(view.session, after=view.now, until=target),
            store.next_business_time(view.session, after=view.now, until=target),
        )
    return min((at for at in times if at is not None), default=None)


def _wait_until_quiet(units: Units, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while count := _open(units):
        if time.monotonic() > deadline:
            raise WorkStaysOpen(open=count)
        time.sleep(POLL_S)


def _open(units: Units) -> int:
    with units.read() as view:
        waiting = actions.count_open(view.session, business_now=view.now)
        return waiting + schedule.is_business_work_due(view)


def _set(units: Units, at: datetime) -> None:
    with units.write() as uow:
        if at > uow.now:  # the clock runs on by itself meanwhile
            move_clock(uow.session, (at - uow.machine_now) // timedelta(microseconds=1))
            uow.commit()
