"""Cheapest insertion, ruin and recreate, and 2-opt: the planner where no solver is at hand.

Plain Python on purpose: it must work when nothing else does.

Source
------
Insertion after Solomon (1987), doi:10.1287/opre.35.2.254; 2-opt after Croes (1958),
doi:10.1287/opre.6.6.791; ruin and recreate after Schrimpf et al. (2000),
doi:10.1006/jcph.1999.6413.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic

import numpy as np

from geo.problem import MILLI, Problem, cost_milli, way_m
from geo.stop import Progress, Stop
from geo.timetable import Tour, drive

_RUIN_SHARE = 0.15
_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Found:
    """Tours, the visits that must be made and fit nowhere, and the iterations it took."""

    tours: list[Tour]
    unplaced: tuple[int, ...]
    iterations: int


class _Route:
    """A tour with what is needed to try an insertion in constant time."""

    def __init__(self, problem: Problem, kind: int, visits: tuple[int, ...] = ()) -> None:
        self.problem = problem
        self.kind = kind
        self.vehicle = problem.vehicles[kind]
        self.set(visits)

    def set(self, visits: tuple[int, ...]) -> None:
        """The tour is these visits; all bounds are reckoned anew."""
        vehicle, all_visits, way = self.vehicle, self.problem.visits, self.problem.duration_s
        self.visits = visits
        self.places = [vehicle.depot, *(all_visits[v].place for v in visits), vehicle.depot]
        self.leave = [vehicle.shift_s[0]]  # soonest departure from depot and each visit
        load = sum(all_visits[v].deliver_g for v in visits)
        loads = [load]
        for at, v in enumerate(visits):
            visit = all_visits[v]
            reach = self.leave[-1] + int(way[self.places[at], visit.place])
            self.leave.append(max(reach, visit.window_s[0]) + visit.service_s)
            load += visit.collect_g - visit.deliver_g
            loads.append(load)
        self.latest = [vehicle.shift_s[1]]  # last moment to begin each visit, then be back
        for at in range(len(visits), 0, -1):
            visit = all_visits[visits[at - 1]]
            onward = self.latest[0] - int(way[visit.place, self.places[at + 1]])
            self.latest.insert(0, min(visit.window_s[1], onward - visit.service_s))
        self.most_before = list(np.maximum.accumulate(loads))
        self.most_after = list(np.maximum.accumulate(loads[::-1]))[::-1]

    def cheapest(self, v: int) -> tuple[int, int]:
        """(added cost in thousandths of a đồng, position) of the best feasible insertion."""
        visit, vehicle = self.problem.visits[v], self.vehicle
        metres, way = self.problem.distance_m, self.problem.duration_s
        opening = 0 if self.visits else vehicle.fixed_vnd * MILLI
        best = (_NEVER, 0)
        for at in range(len(self.visits) + 1):
            before, after = self.places[at], self.places[at + 1]
            begin = max(self.leave[at] + int(way[before, visit.place]), visit.window_s[0])
            if begin > visit.window_s[1]:
                continue
            if begin + visit.service_s + int(way[visit.place, after]) > self.latest[at]:
                continue
            if self.most_before[at] + visit.deliver_g > vehicle.capacity_g:
                continue
            if self.most_after[at] + visit.collect_g > vehicle.capacity_g:
                continue
            longer = int(
                metres[before, visit.place] + metres[visit.place, after] - metres[before, after]
            )
            added = opening + longer * vehicle.vnd_per_km
            if added < best[0] and self._is_short_enough(v, at):
                best = (added, at)
        return best

    def _is_short_enough(self, v: int, at: int) -> bool:
        if self.vehicle.longest_s is None:
            return True
        longer = (*self.visits[:at], v, *self.visits[at:])
        return drive(self.problem, self.kind, longer) is not None


def construct(
    problem: Problem,
    *,
    stop: Stop,
    seed: int,
    on_progress: Callable[[Progress], None] | None = None,
) -> Found:
    """The best tours found; the first construction if `stop` allows no iteration."""
    chance = np.random.default_rng(seed)
    began = monotonic()
    best, unplaced = _insert(problem, [], _first_order(problem))
    iterations = 0
    while not stop.is_over(iterations, monotonic() - began) and problem.visits:
        iterations += 1
        tours, missing = _recreate(problem, best, chance)
        if _rank(problem, tours, missing) <= _rank(problem, best, unplaced):
            best, unplaced = tours, missing
        if on_progress is not None:
            cost = None if unplaced else -(-cost_milli(problem, best) // MILLI)
            on_progress(Progress(iterations, monotonic() - began, cost))
    return Found(best, unplaced, iterations)


def _rank(problem: Problem, tours: list[Tour], unplaced: tuple[int, ...]) -> tuple[int, int]:
    return (len(unplaced), cost_milli(problem, tours))


def _first_order(problem: Problem) -> list[int]:
    """What must be visited first, by the end of its window, then what is worth most."""

    def urgency(v: int) -> tuple[bool, int, int]:
        visit = problem.visits[v]
        return (visit.prize_vnd is not None, -(visit.prize_vnd or 0), visit.window_s[1])

    return sorted(range(len(problem.visits)), key=urgency)


def _recreate(
    problem: Problem, tours: list[Tour], chance: np.random.Generator
) -> tuple[list[Tour], tuple[int, ...]]:
    """Takes out what lies around one visit, and what was left out, and puts it in again."""
    visits = problem.visits
    centre = visits[int(chance.integers(len(visits)))].place
    near = sorted(
        range(len(visits)), key=lambda v: int(problem.distance_m[centre, visits[v].place])
    )
    out = set(near[: 1 + int(len(visits) * _RUIN_SHARE)])
    kept = [(kind, tuple(v for v in tour if v not in out)) for kind, tour in tours]
    placed = {v for _, tour in kept for v in tour}
    loose = [v for v in range(len(visits)) if v not in placed]
    order = sorted(
        (loose[i] for i in chance.permutation(len(loose))),
        key=lambda v: visits[v].prize_vnd is not None,
    )
    again, unplaced = _insert(problem, [t for t in kept if t[1]], order)
    return [(kind, _two_opt(problem, kind, tour)) for kind, tour in again], unplaced


def _insert(
    problem: Problem, tours: list[Tour], order: Iterable[int]
) -> tuple[list[Tour], tuple[int, ...]]:
    """Each visit where it costs least; one with a prize only where that costs less."""
    routes = [_Route(problem, kind, tour) for kind, tour in tours]
    unplaced = []
    for v in order:
        tries = routes + _fresh(problem, routes)
        (added, at), index = min((r.cheapest(v), i) for i, r in enumerate(tries))
        prize = problem.visits[v].prize_vnd
        if added == _NEVER:
            if prize is None:
                unplaced.append(v)
        elif prize is None or added < prize * MILLI:
            route = tries[index]
            route.set((*route.visits[:at], v, *route.visits[at:]))
            if index >= len(routes):
                routes.append(route)
    return [(r.kind, r.visits) for r in routes], tuple(unplaced)


def _fresh(problem: Problem, routes: list[_Route]) -> list[_Route]:
    """One empty route of each vehicle type of which one is still at its depot."""
    used = [r.kind for r in routes]
    kinds = range(len(problem.vehicles))
    return [_Route(problem, k) for k in kinds if used.count(k) < problem.vehicles[k].count]


def _two_opt(problem: Problem, kind: int, tour: tuple[int, ...]) -> tuple[int, ...]:
    """Turns stretches round while that shortens the way and can be driven."""
    metres, depot = problem.distance_m, problem.vehicles[kind].depot
    improved = True
    while improved:
        improved = False
        places = [depot, *(problem.visits[v].place for v in tour), depot]
        for i in range(len(tour) - 1):
            for j in range(i + 1, len(tour)):
                gain = (
                    metres[places[i], places[i + 1]]
                    + metres[places[j + 1], places[j + 2]]
                    - metres[places[i], places[j + 1]]
                    - metres[places[i + 1], places[j + 2]]
                )
                if gain > 0:
                    turned = (*tour[:i], *reversed(tour[i : j + 1]), *tour[j + 1 :])
                    route = drive(problem, kind, turned)
                    if route is not None and route.distance_m < way_m(problem, kind, tour):
                        tour, improved = turned, True
                        places = [depot, *(problem.visits[v].place for v in tour), depot]
    return tour
