"""The same fault in several offices is the system's before it is anybody's (facts: H-14). Pure.

A difference of one and the same amount in three offices within a week is suspicious when that
amount is not met so often by itself: the weeks before say how often it and amounts as round as
it come (Poisson, so that small change, which every counter miscounts now and then, raises no
alarm).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

WEEK = timedelta(days=7)
WEEKS_BEFORE = 8
FEWEST_OFFICES = 3
RAREST = 1e-3
"""How unlikely the week must be by chance."""
STEPS_VND = (1_000, 500, 100, 10, 1)
FLOOR_A_WEEK = 0.1
"""An amount never met before is taken to come by chance once in ten weeks."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A difference that some office counted; below zero is short."""

    unit_id: UUID
    difference_vnd: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The system is suspected: no office and no person is named."""

    difference_vnd: int
    offices: int
    since: datetime


def suspicions(counted: Iterable[Counted], now: datetime) -> tuple[Suspicion, ...]:
    """Amounts that this week's offices share beyond chance, the most offices first."""
    this_week: dict[int, list[Counted]] = defaultdict(list)
    before: dict[int, int] = defaultdict(int)
    for one in counted:
        if one.difference_vnd == 0 or one.at > now:
            continue
        if one.at > now - WEEK:
            this_week[one.difference_vnd].append(one)
        elif one.at > now - WEEK * (WEEKS_BEFORE + 1):
            before[one.difference_vnd] += 1
    found, alike = [], _usual_of_alike(before)
    for difference_vnd, same in this_week.items():
        offices = {one.unit_id for one in same}
        own = before[difference_vnd] / WEEKS_BEFORE
        usual = max(FLOOR_A_WEEK, own, alike.get(_roundness(difference_vnd), 0.0))
        if len(offices) >= FEWEST_OFFICES and chance_of(len(offices), usual) < RAREST:
            since = min(one.at for one in same)
            found.append(Suspicion(difference_vnd, len(offices), since))
    return tuple(sorted(found, key=lambda one: (-one.offices, one.difference_vnd)))


def _usual_of_alike(before: Mapping[int, int]) -> dict[int, float]:
    """How often, in a week, an amount as round as this one comes on the average."""
    counts: dict[int, list[int]] = defaultdict(list)
    for difference_vnd, count in before.items():
        counts[_roundness(difference_vnd)].append(count)
    return {step: sum(all_) / len(all_) / WEEKS_BEFORE for step, all_ in counts.items()}


def _roundness(difference_vnd: int) -> int:
    """The coarsest of these steps that the amount is a multiple of: as notes and coins are."""
    return next(step for step in STEPS_VND if difference_vnd % step == 0)


def chance_of(at_least: int, usual: float) -> float:
    """How likely so many or more are where `usual` come on the average (Poisson)."""
    term, below = math.exp(-usual), 0.0
    for number in range(at_least):
        below += term
        term *= usual / (number + 1)
    return max(0.0, 1.0 - below)
