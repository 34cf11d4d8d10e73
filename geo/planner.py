"""In which order to visit: the one door to planning."""

from collections.abc import Callable

from geo import pyvrp_adapter
from geo.check import check
from geo.construction import construct
from geo.problem import Plan, Problem, Quality
from geo.stop import Iterations, Progress, Seconds, Stop
from geo.timetable import drive, finish

__all__ = ["Iterations", "NoFeasiblePlan", "Progress", "Seconds", "Stop", "plan"]


# The time allowed is spent when the solver has found nothing: a last short try.
_AFTER_THE_SOLVER = Iterations(20)


class NoFeasiblePlan(Exception):
    """No plan that holds was found.

    `visits`: those without a prize that fit in no vehicle. `is_certain`: each of them fits in
    none even alone; otherwise they found no room beside the others.
    """

    def __init__(self, visits: tuple[int, ...], *, is_certain: bool) -> None:
        super().__init__(visits, is_certain)
        self.visits = visits
        self.is_certain = is_certain


def plan(
    problem: Problem,
    *,
    stop: Stop,
    seed: int,
    on_progress: Callable[[Progress], None] | None = None,
    with_solver: bool | None = None,
) -> Plan:
    """The cheapest feasible plan found before `stop` says so, checked before it is returned.

    Parameters
    ----------
    stop : Stop
        `Iterations(n)` is repeatable on every machine, `Seconds(s)` is not; zero of
        either returns the first construction.
    seed : int, at least 0
        Same problem, same seed, same number of iterations: same plan.
    on_progress : Callable
        Told about each iteration; cannot change the search.
    with_solver : bool, optional
        False leaves the solver out. By default it is used where it is installed; a plan
        made without it is marked `Quality.FALLBACK`.

    Raises
    ------
    NoFeasiblePlan
        Holds the visits without a prize that fit in no vehicle.

    Source
    ------
    Solver: see `geo.pyvrp_adapter`; construction: see `geo.construction`.
    """
    if hopeless := _hopeless(problem):
        raise NoFeasiblePlan(hopeless, is_certain=True)
    made = None
    if with_solver is None:
        with_solver = pyvrp_adapter.is_at_hand()
    if with_solver and problem.visits and not stop.is_over(0, 0.0):
        made = _solved(problem, stop, seed, on_progress)
        stop = _AFTER_THE_SOLVER
    if made is None:
        made = _constructed(problem, stop, seed, on_progress)
    check(problem, made)
    return made


def _hopeless(problem: Problem) -> tuple[int, ...]:
    """Visits that must be made and that no vehicle could make even alone."""
    kinds = range(len(problem.vehicles))
    return tuple(
        index
        for index, visit in enumerate(problem.visits)
        if visit.prize_vnd is None and all(drive(problem, k, (index,)) is None for k in kinds)
    )


def _solved(
    problem: Problem,
    stop: Stop,
    seed: int,
    on_progress: Callable[[Progress], None] | None,
) -> Plan | None:
    tours, iterations = pyvrp_adapter.search(problem, stop=stop, seed=seed, on_progress=on_progress)
    if tours is None:
        return None
    return finish(problem, tours, quality=Quality.SOLVER, iterations=iterations)


def _constructed(
    problem: Problem,
    stop: Stop,
    seed: int,
    on_progress: Callable[[Progress], None] | None,
) -> Plan:
    found = construct(problem, stop=stop, seed=seed, on_progress=on_progress)
    made = finish(problem, found.tours, quality=Quality.FALLBACK, iterations=found.iterations)
    if found.unplaced or made is None:
        raise NoFeasiblePlan(found.unplaced, is_certain=False)
    return made
