"""The courier's day as his phone shows it: runs, the next door, the places on the map."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.delivery.service import delivery_view, fare_at_door
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.service import PaymentView
from postal_bridge.runs.rules import RunStatus, StopStatus
from postal_bridge.runs.service import courier_day
from postal_bridge.runs.types import CourierDay, CourierStop

TYPED_DIGITS = 5  # four of the serial number and the check digit: enough to tell one run's apart


@dataclass(frozen=True, slots=True)
class PlacedStop:
    """A door on the map. `radius_m`: how far its place may be wrong."""

    delivery_id: UUID
    position: int
    status: StopStatus
    name: str = field(repr=False)
    lat: float = field(repr=False)
    lon: float = field(repr=False)
    radius_m: int


def runs_of_today(*, actor: Actor, units: Units) -> tuple[CourierDay, ...]:
    """The courier's runs of the business day; each look is on record before it is shown."""
    with units.read() as uow:
        today = local(uow.now).date()
    return courier_day(today, actor=actor, units=units)


def door(delivery_id: UUID, *, actor: Actor, units: Units) -> tuple[CourierDay, CourierStop]:
    """One stop of the courier's own run on the road. Raises NotFound for all others."""
    for day in runs_of_today(actor=actor, units=units):
        for stop in day.stops:
            if stop.delivery_id == delivery_id and day.status is RunStatus.ON_ROAD:
                return day, stop
    raise NotFound


def transfer_at_door(delivery_id: UUID, *, actor: Actor, units: Units) -> PaymentView:
    """The fare that waits at a door of the courier's run, to be paid with the recipient's phone.

    Raises NotFound where nothing waits: it is paid, or none of his.
    """
    door(delivery_id, actor=actor, units=units)
    with units.read() as uow:
        waiting = fare_at_door(uow, delivery_view(uow, delivery_id, actor.scope))
    if waiting is None:
        raise NotFound
    return waiting


def own_run(run_id: UUID, *, actor: Actor, units: Units) -> CourierDay:
    """Raises NotFound for a run that is not this courier's of today."""
    for day in runs_of_today(actor=actor, units=units):
        if day.run_id == run_id:
            return day
    raise NotFound


def next_door(day: CourierDay) -> CourierStop | None:
    """The first stop without an answer; None when every stop has one."""
    return next((stop for stop in day.stops if stop.status is StopStatus.PLANNED), None)


def whole_number(typed: str, expected: str | None) -> str:
    """The envelope's number for what was typed or scanned.

    The last five digits stand for the whole number; anything that does not fit is handed on
    as it was typed, for the hand-over to refuse.
    """
    digits = "".join(sign for sign in typed if sign.isdigit())
    own = "".join(sign for sign in expected or "" if sign.isdigit())
    is_tail = digits == typed.strip() and len(digits) == TYPED_DIGITS and own.endswith(digits)
    return expected if expected and is_tail else typed


def whole_numbers(typed: str, days_numbers: Sequence[str]) -> tuple[str, ...]:
    """Several numbers at once, separated by blanks, commas or lines."""
    return tuple(
        next((whole_number(one, own) for own in days_numbers if whole_number(one, own) == own), one)
        for one in _words(typed)
    )


def stops_on_map(*, actor: Actor, units: Units) -> tuple[PlacedStop, ...]:
    """Every door of today whose place is known."""
    days = runs_of_today(actor=actor, units=units)
    with units.read() as uow:
        placed = []
        for stop in (one for day in days for one in day.stops):
            if stop.delivery_id is None:
                continue
            where = delivery_view(uow, stop.delivery_id, actor.scope).position
            if where is not None:
                placed.append(
                    PlacedStop(
                        stop.delivery_id, stop.position, stop.status, stop.name,
                        where.lat, where.lon, where.radius_m,
                    )
                )  # fmt: skip
    return tuple(placed)


def _words(typed: str) -> Iterator[str]:
    """ "RZ 703 410 012 VN" is one number; commas and line ends part several."""
    for line in typed.replace(",", "\n").replace(";", "\n").splitlines():
        if word := "".join(line.split()).upper():
            yield word
