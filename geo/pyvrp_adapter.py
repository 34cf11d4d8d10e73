"""The solver PyVRP behind our own problem; the only file that knows it.

It is imported inside the functions, because it takes longer to load than a command may take
to start. Written for 0.14, whose interface moved.

Source
------
Wouda, Lan and Kool (2024), doi:10.1287/ijoc.2023.0055.
"""

import warnings
from collections.abc import Callable
from importlib.util import find_spec
from math import gcd
from time import monotonic
from typing import Any

import numpy as np

from geo.distance import Matrix
from geo.problem import MILLI, Problem
from geo.stop import Progress, Stop
from geo.timetable import Tour

_UNLIMITED = 1 << 40


def is_at_hand() -> bool:
    """Whether the solver is installed; nothing is imported to find out."""
    return find_spec("pyvrp") is not None


def search(
    problem: Problem,
    *,
    stop: Stop,
    seed: int,
    on_progress: Callable[[Progress], None] | None = None,
) -> tuple[list[Tour] | None, int]:
    """(tours, iterations); no tours if the search found none that hold."""
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.PenaltyManager import PenaltyParams
    from pyvrp.solve import SolveParams, solve

    unit = _cost_unit(problem)
    rule = _Rule(stop, on_progress, unit)
    with warnings.catch_warnings():
        # It says that feasible tours are hard to find; the answer below says whether any were.
        warnings.simplefilter("ignore", PenaltyBoundWarning)
        result = solve(
            _data(problem, unit),
            rule,
            seed=seed,
            collect_stats=False,
            display=False,
            params=SolveParams(penalty=PenaltyParams(max_penalty=_highest_penalty(problem, unit))),
        )
    best = result.best
    if not (best.is_feasible() and best.is_complete()):
        return None, rule.iterations
    tours = [
        (route.vehicle_type(), tuple(step.idx for step in route if step.is_client()))
        for route in best.routes()
    ]
    return tours, rule.iterations


class _Rule:
    """Our stopping rule in PyVRP's form, called once before each iteration."""

    def __init__(
        self, stop: Stop, on_progress: Callable[[Progress], None] | None, unit: int
    ) -> None:
        self._stop = stop
        self._unit = unit
        self._on_progress = on_progress
        self._began = monotonic()
        self._calls = 0

    @property
    def iterations(self) -> int:
        return max(0, self._calls - 1)

    def __call__(self, best_cost: float) -> bool:
        elapsed = monotonic() - self._began
        is_over = self._stop.is_over(self._calls, elapsed)
        self._calls += 1
        if self._on_progress is not None and self.iterations:
            known = -(-int(best_cost) * self._unit // MILLI) if best_cost < 2**62 else None
            self._on_progress(Progress(self.iterations, elapsed, known))
        return is_over


def _cost_unit(problem: Problem) -> int:
    """The largest number of thousandths of a đồng in which all costs stay whole."""
    each = [v.vnd_per_km for v in problem.vehicles]
    each += [v.fixed_vnd * MILLI for v in problem.vehicles]
    each += [(v.prize_vnd or 0) * MILLI for v in problem.visits]
    return gcd(*each) or 1


def _highest_penalty(problem: Problem, unit: int) -> float:
    """PyVRP's own bound, or what the dearest way costs where that is more.

    Below the price of a way a gram too much pays, and PyVRP never finds tours that hold.
    """
    dearest = max(v.vnd_per_km // unit for v in problem.vehicles)
    return max(100_000.0, float(dearest) * float(problem.distance_m.max()))


def _data(problem: Problem, unit: int) -> Any:
    """PyVRP's problem; costs are whole numbers of `unit` thousandths of a đồng."""
    from pyvrp import Client, Depot, Location, ProblemData, VehicleType

    return ProblemData(
        locations=[Location(0, 0) for _ in range(len(problem.distance_m))],
        clients=[
            Client(
                location=visit.place,
                delivery=[visit.deliver_g],
                pickup=[visit.collect_g],
                service_duration=visit.service_s,
                tw_early=visit.window_s[0],
                tw_late=visit.window_s[1],
                prize=(visit.prize_vnd or 0) * MILLI // unit,
                required=visit.prize_vnd is None,
            )
            for visit in problem.visits
        ],
        depots=[Depot(location=place) for place in range(problem.depots)],
        vehicle_types=[
            VehicleType(
                num_available=vehicle.count,
                capacity=[vehicle.capacity_g],
                start_depot=vehicle.depot,
                end_depot=vehicle.depot,
                fixed_cost=vehicle.fixed_vnd * MILLI // unit,
                tw_early=vehicle.shift_s[0],
                tw_late=vehicle.shift_s[1],
                shift_duration=_UNLIMITED if vehicle.longest_s is None else vehicle.longest_s,
                unit_distance_cost=vehicle.vnd_per_km // unit,
                max_reloads=0,
            )
            for vehicle in problem.vehicles
        ],
        distance_matrices=[_matrix(problem.distance_m)],
        duration_matrices=[_matrix(problem.duration_s)],
    )


def _matrix(matrix: Matrix) -> Any:
    """PyVRP declares a shape type of its own that numpy's types do not fit."""
    return np.ascontiguousarray(matrix, dtype=np.int64)
