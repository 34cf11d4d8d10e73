"""Whether a plan holds, recomputed from the problem alone.

Shares no arithmetic with the planner: it walks each route with the matrices in hand. Run on
every plan before it leaves `geo.planner`.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from geo.problem import Plan, PlannedRoute, Problem


class PlanBroken(Exception):
    """The planner made a plan that does not hold; `conditions` names each breach."""

    def __init__(self, conditions: tuple[str, ...]) -> None:
        super().__init__(conditions)
        self.conditions = conditions


def check(problem: Problem, plan: Plan) -> None:
    """Returns when the plan holds. Raises PlanBroken."""
    if conditions := tuple(broken(problem, plan)):
        raise PlanBroken(conditions)


def broken(problem: Problem, plan: Plan) -> Iterator[str]:
    """Each condition the plan breaks, in words for a log."""
    yield from _visits(problem, plan)
    used = Counter(route.vehicle for route in plan.routes)
    for kind, number in used.items():
        if not 0 <= kind < len(problem.vehicles):
            yield f"vehicle type {kind} does not exist"
            return
        if number > problem.vehicles[kind].count:
            yield f"{number} vehicles of type {kind}, only {problem.vehicles[kind].count} exist"
    known = range(len(problem.visits))
    if any(stop.visit not in known for route in plan.routes for stop in route.stops):
        return  # said above; without the visit there is nothing to walk
    for number, route in enumerate(plan.routes):
        for condition in _route(problem, route):
            yield f"route {number}: {condition}"
    yield from _cost(problem, plan)


def _visits(problem: Problem, plan: Plan) -> Iterator[str]:
    served = Counter(stop.visit for route in plan.routes for stop in route.stops)
    for visit, times in served.items():
        if not 0 <= visit < len(problem.visits):
            yield f"visit {visit} does not exist"
        elif times > 1:
            yield f"visit {visit} is made {times} times"
    missing = {i for i in range(len(problem.visits)) if i not in served}
    if missing != set(plan.left_out) or len(missing) != len(plan.left_out):
        yield "what is left out is not what is listed as left out"
    for visit in sorted(missing):
        if problem.visits[visit].prize_vnd is None:
            yield f"visit {visit} must be made and is not"


def _route(problem: Problem, route: PlannedRoute) -> Iterator[str]:
    if not route.stops:
        yield "empty"
    yield from _loads(problem, route)
    yield from _times(problem, route)
    depot = problem.vehicles[route.vehicle].depot
    places = [depot, *(problem.visits[stop.visit].place for stop in route.stops), depot]
    metres = sum(int(problem.distance_m[a, b]) for a, b in pairwise(places))
    if route.distance_m != metres:
        yield f"says {route.distance_m} m, goes {metres} m"


def _loads(problem: Problem, route: PlannedRoute) -> Iterator[str]:
    """Everything to deliver is aboard at the start, what is collected stays until the end."""
    capacity_g = problem.vehicles[route.vehicle].capacity_g
    load_g = sum(problem.visits[stop.visit].deliver_g for stop in route.stops)
    if load_g > capacity_g:
        yield f"leaves with {load_g} g, holds {capacity_g} g"
    for stop in route.stops:
        visit = problem.visits[stop.visit]
        load_g += visit.collect_g - visit.deliver_g
        if load_g > capacity_g:
            yield f"carries {load_g} g after visit {stop.visit}, holds {capacity_g} g"


def _times(problem: Problem, route: PlannedRoute) -> Iterator[str]:
    vehicle = problem.vehicles[route.vehicle]
    if route.start_s < vehicle.shift_s[0]:
        yield "leaves before the shift"
    place, clock = vehicle.depot, route.start_s
    for stop in route.stops:
        visit = problem.visits[stop.visit]
        if stop.arrive_s < clock + int(problem.duration_s[place, visit.place]):
            yield f"visit {stop.visit} is reached sooner than the way takes"
        if not stop.arrive_s <= stop.begin_s <= stop.leave_s - visit.service_s:
            yield f"visit {stop.visit} has no room for its service"
        if not visit.window_s[0] <= stop.begin_s <= visit.window_s[1]:
            yield f"visit {stop.visit} begins outside its window"
        place, clock = visit.place, stop.leave_s
    if route.end_s < clock + int(problem.duration_s[place, vehicle.depot]):
        yield "is back sooner than the way takes"
    if route.end_s > vehicle.shift_s[1]:
        yield "is back after the shift"
    if vehicle.longest_s is not None and route.end_s - route.start_s > vehicle.longest_s:
        yield f"takes {route.end_s - route.start_s} s, may take {vehicle.longest_s} s"


def _cost(problem: Problem, plan: Plan) -> Iterator[str]:
    milli = 0
    for route in plan.routes:
        vehicle = problem.vehicles[route.vehicle]
        milli += 1_000 * vehicle.fixed_vnd + vehicle.vnd_per_km * route.distance_m
    for visit in set(plan.left_out) & set(range(len(problem.visits))):
        milli += 1_000 * (problem.visits[visit].prize_vnd or 0)
    if plan.cost_vnd != -(-milli // 1_000):
        yield f"says {plan.cost_vnd} đồng, costs {milli} thousandths"
    if plan.distance_m != sum(route.distance_m for route in plan.routes):
        yield "the distances do not add up"
