"""A run as a planning problem, and a plan as an order of stops. No database, no network.

Source: the figures are ours until own runs teach better ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from geo.check import check
from geo.distance import DistanceSource
from geo.geocoder import CommuneAddress
from geo.planner import Iterations, NoFeasiblePlan, plan
from geo.point import Point
from geo.problem import Plan, Problem, VehicleType, Visit

SERVICE_S = 240
LEAVING_OUT_VND = 100_000
"""What a visit left out for a later day is taken to cost; one with a promised window is never
left out."""
CAPACITY_G = 80_000
ITERATIONS = 400


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One stop to be put in order. `window`: promised to the recipient.

    `address`: what a geocoder may still be asked for, where `point` is only the commune's.
    """

    stop_id: UUID
    point: Point = field(repr=False)
    weight_g: int
    window: tuple[datetime, datetime] | None
    address: CommuneAddress | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """Everything the planner needs, read before it starts."""

    plan_id: UUID
    depot: Point
    visits: tuple[PlannedVisit, ...]
    leaves_at: datetime
    back_by: datetime
    seed: int


@dataclass(frozen=True, slots=True)
class PlanMade:
    """The order of the stops with times and legs, or the code of why there is none."""

    plan_id: UUID
    stops: tuple[tuple[UUID, datetime, int], ...] = ()
    left_out: tuple[UUID, ...] = ()
    distance_m: int | None = None
    duration_s: int | None = None
    problem: str | None = None


def make_plan(order: PlanOrder, distances: DistanceSource, *, iterations: int) -> PlanMade:
    """The cheapest order found, checked against the problem before it is returned.

    Same order, same seed, same number of iterations: same plan.
    """
    problem = as_problem(order, distances)
    try:
        made = plan(problem, stop=Iterations(iterations), seed=order.seed)
    except NoFeasiblePlan:
        return PlanMade(order.plan_id, problem="no_feasible_plan")
    check(problem, made)
    return _read(order, problem, made)


def as_problem(order: PlanOrder, distances: DistanceSource) -> Problem:
    """Times count in seconds from when the courier leaves."""
    matrices = distances.matrices([order.depot, *(visit.point for visit in order.visits)])
    shift_s = _seconds(order.leaves_at, order.back_by)
    return Problem(
        depots=1,
        distance_m=matrices.distance_m,
        duration_s=matrices.duration_s,
        visits=tuple(
            Visit(
                place=place,
                service_s=SERVICE_S,
                window_s=_window(order, visit.window, shift_s),
                deliver_g=visit.weight_g,
                prize_vnd=None if visit.window else LEAVING_OUT_VND,
            )
            for place, visit in enumerate(order.visits, start=1)
        ),
        vehicles=(VehicleType("motorbike", 0, 1, CAPACITY_G, (0, shift_s)),),
    )


def _window(
    order: PlanOrder, window: tuple[datetime, datetime] | None, shift_s: int
) -> tuple[int, int]:
    if window is None:
        return (0, shift_s)
    begins = max(0, _seconds(order.leaves_at, window[0]))
    return (begins, max(begins, _seconds(order.leaves_at, window[1])))


def _read(order: PlanOrder, problem: Problem, made: Plan) -> PlanMade:
    stops: list[tuple[UUID, datetime, int]] = []
    duration_s = 0
    for route in made.routes:
        place, duration_s = 0, route.end_s - route.start_s
        for stop in route.stops:
            visit = problem.visits[stop.visit]
            leg_m = int(problem.distance_m[place, visit.place])
            at = order.leaves_at + timedelta(seconds=stop.begin_s)
            stops.append((order.visits[stop.visit].stop_id, at, leg_m))
            place = visit.place
    left_out = tuple(order.visits[index].stop_id for index in made.left_out)
    return PlanMade(order.plan_id, tuple(stops), left_out, made.distance_m, duration_s)


def _seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def as_rows(made: PlanMade) -> tuple[list[list[str | int]], list[str]]:
    """Stops and what is left out, as the plan's row keeps them."""
    rows: list[list[str | int]] = [
        [str(stop_id), at.isoformat(), leg_m] for stop_id, at, leg_m in made.stops
    ]
    return rows, [str(stop_id) for stop_id in made.left_out]


def with_others(
    made: Sequence[list[str | int]], others: Sequence[UUID], at: datetime
) -> list[list[str | int]]:
    """Stops that deliver nothing (bank, exchange) follow the visits in their own order."""
    last: list[list[str | int]] = [[str(stop_id), at.isoformat(), 0] for stop_id in others]
    return [*made, *last]
