"""From an order of visits to times; None where the order cannot be driven."""

from geo.problem import MILLI, Plan, PlannedRoute, PlannedStop, Problem, Quality, cost_milli, way_m

Tour = tuple[int, tuple[int, ...]]  # vehicle type, visits in order


def drive(problem: Problem, kind: int, visits: tuple[int, ...]) -> PlannedRoute | None:
    """The route that is back soonest and, among those, leaves last, so that waiting is least."""
    vehicle = problem.vehicles[kind]
    if not _carries(problem, kind, visits):
        return None
    soonest = _forward(problem, kind, visits, vehicle.shift_s[0])
    if soonest is None or soonest.end_s > vehicle.shift_s[1]:
        return None
    latest = _backward(problem, kind, visits, soonest.end_s)
    route = _forward(problem, kind, visits, max(latest, vehicle.shift_s[0]))
    if route is None or vehicle.longest_s is None:
        return route
    # Being back soonest and leaving last is also the shortest this order can take.
    return route if route.end_s - route.start_s <= vehicle.longest_s else None


def finish(
    problem: Problem, tours: list[Tour], *, quality: Quality, iterations: int
) -> Plan | None:
    """The plan of these tours with times and cost; None if one cannot be driven."""
    routes = []
    for kind, visits in tours:
        if visits:
            route = drive(problem, kind, visits)
            if route is None:
                return None
            routes.append(route)
    done = {visit for route in routes for visit in route.visits}
    milli = cost_milli(problem, [(route.vehicle, route.visits) for route in routes])
    return Plan(
        routes=tuple(routes),
        left_out=tuple(i for i in range(len(problem.visits)) if i not in done),
        cost_vnd=-(-milli // MILLI),
        distance_m=sum(route.distance_m for route in routes),
        quality=quality,
        iterations=iterations,
    )


def _carries(problem: Problem, kind: int, visits: tuple[int, ...]) -> bool:
    capacity_g = problem.vehicles[kind].capacity_g
    load_g = most_g = sum(problem.visits[v].deliver_g for v in visits)
    for v in visits:
        load_g += problem.visits[v].collect_g - problem.visits[v].deliver_g
        most_g = max(most_g, load_g)
    return most_g <= capacity_g


def _forward(
    problem: Problem, kind: int, visits: tuple[int, ...], start_s: int
) -> PlannedRoute | None:
    depot = problem.vehicles[kind].depot
    stops, place, clock = [], depot, start_s
    for v in visits:
        visit = problem.visits[v]
        arrive = clock + int(problem.duration_s[place, visit.place])
        begin = max(arrive, visit.window_s[0])
        if begin > visit.window_s[1]:
            return None
        place, clock = visit.place, begin + visit.service_s
        stops.append(PlannedStop(v, arrive, begin, clock))
    end_s = clock + int(problem.duration_s[place, depot])
    return PlannedRoute(kind, start_s, end_s, tuple(stops), way_m(problem, kind, visits))


def _backward(problem: Problem, kind: int, visits: tuple[int, ...], end_s: int) -> int:
    """The last moment to leave the depot and still be back at `end_s`."""
    depot = problem.vehicles[kind].depot
    place, clock = depot, end_s
    for v in reversed(visits):
        visit = problem.visits[v]
        leave = clock - int(problem.duration_s[visit.place, place])
        clock = min(leave - visit.service_s, visit.window_s[1])
        place = visit.place
    return clock - int(problem.duration_s[depot, place])
