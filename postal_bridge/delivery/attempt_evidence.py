"""When a failed visit counts: what its place, time and call prove. Pure.

An unverified visit consumes no attempt and starts no clock; a supervisor sees it.

Source: design section 4 ("attempts with evidence"); abuse cases D1, D2 and D4. The figures are
ours and stand here together.
"""

from geo.distance import great_circle_m
from geo.point import Point
from postal_bridge.delivery.types import Failure, Fix, Location, NoFixReason, Position
from postal_bridge.delivery.undeliverable import CONSUMES_NO_ATTEMPT, FailureReason

FENCE_M = 150
MIN_DWELL_S = 60
MAX_ACCURACY_M = 200

NOBODY_MET = frozenset(
    {
        FailureReason.ABSENT,
        FailureReason.CLOSED,
        FailureReason.BAD_ADDRESS,
        FailureReason.MOVED,
        FailureReason.NOT_FOUND,
    }
)
"""Nobody who could say otherwise was there: dwell and a call are asked for."""


def is_plausible(fix: Fix) -> bool:
    """Whether a phone could have measured this: no mock, no 0,0, no perfect accuracy."""
    return (
        not fix.is_mock
        and (fix.lat, fix.lon) != (0.0, 0.0)
        and 0 < fix.accuracy_m <= MAX_ACCURACY_M
    )


def distance_m(fix: Fix, position: Position) -> int:
    """Great-circle distance in metres."""
    return round(great_circle_m(Point(fix.lat, fix.lon), Point(position.lat, position.lon)))


def is_inside(fix: Fix, position: Position | None) -> bool:
    """Whether the fix lies at the address, as far as both are known."""
    if position is None:
        return True
    return distance_m(fix, position) <= FENCE_M + fix.accuracy_m + position.radius_m


def location_of(
    fix: Fix | None, no_fix_reason: NoFixReason | None, position: Position | None
) -> Location:
    """What the fix says about a hand-over at the door."""
    if fix is None:
        return Location.DECLARED if no_fix_reason is not None else Location.UNPROVED
    is_proved = is_plausible(fix) and is_inside(fix, position)
    return Location.PROVED if is_proved else Location.UNPROVED


def missing_evidence(failure: Failure, position: Position | None) -> tuple[str, ...]:
    """The pieces for want of which this visit is unverified; empty when it is proved."""
    missing = list(_missing_place(failure, position))
    if failure.reason in NOBODY_MET:
        if failure.dwell_s < MIN_DWELL_S:
            missing.append("dwell")
        if not failure.was_called:
            missing.append("call")
        if failure.fix is None and failure.photo_blob_id is None:
            missing.append("photo")
    return tuple(missing)


def consumes_attempt(failure: Failure, missing: tuple[str, ...]) -> bool:
    """Whether the visit uses up one of the recipient's attempts."""
    return not missing and failure.reason not in CONSUMES_NO_ATTEMPT


def _missing_place(failure: Failure, position: Position | None) -> tuple[str, ...]:
    if failure.fix is None:
        return () if failure.no_fix_reason is not None else ("fix",)
    if not is_plausible(failure.fix):
        return ("fix_implausible",)
    return () if is_inside(failure.fix, position) else ("far_away",)
