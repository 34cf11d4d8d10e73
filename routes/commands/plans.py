"""Routing instances solved from the command line. Pure: no home, no database."""

import time
from pathlib import Path
from typing import Any

import click

from geo.planner import Iterations, NoFeasiblePlan, Seconds, Stop, plan
from geo.problem import Plan, Problem
from geo.vrplib import BadInstance, read_instance
from postal_bridge.kernel.errors import RuleViolation
from routes.commands.speech import EXIT_CHECK_FAILED, InputWrong, Reply, SpokenCommand

SECONDS_UNLESS_SAID = 10.0
NOTHING_FOUND: dict[str, Any] = {"cost": None, "feasible": False, "routes": []}


class InstanceUnreadable(RuleViolation):
    """`problem` says what in the file is not understood."""

    code = "instance_unreadable"


@click.group("plan")
def plans() -> None:
    """Lộ trình. Plan runs."""


@plans.command("solve", cls=SpokenCommand)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(min=0, max=86_400), help="wall clock; default 10")
@click.option("--iterations", type=click.IntRange(min=0), help="repeatable on every machine")
@click.option("--seed", type=click.IntRange(min=0, max=2**32 - 1), default=0, show_default=True)
def plan_solve(file: Path, seconds: float | None, iterations: int | None, seed: int) -> Reply:
    """Giải bài toán lộ trình. Plan a VRPLIB instance; exit 1 when no plan is found.

    `cost` is in the units of the published best solutions; each route lists its clients in
    their order, numbered as in published solutions (the place after one depot is 1).
    """
    if seconds is not None and iterations is not None:
        raise InputWrong(problem="--seconds, --iterations")
    problem = _read(file)
    stop = _stop(seconds, iterations)
    began = time.monotonic()
    try:
        found = plan(problem, stop=stop, seed=seed)
    except NoFeasiblePlan as none:
        left = {"is_certain": none.is_certain, "visits": [_client(problem, v) for v in none.visits]}
        return Reply({**NOTHING_FOUND, **left}, "–", exit_code=EXIT_CHECK_FAILED)
    document = {**_said(problem, found), "seconds": round(time.monotonic() - began, 3)}
    lines = [
        f"#{no}: {' '.join(map(str, route))}" for no, route in enumerate(document["routes"], 1)
    ]
    return Reply(document, "\n".join([*lines, f"cost {found.cost_vnd}"]))


def _stop(seconds: float | None, iterations: int | None) -> Stop:
    if iterations is not None:
        return Iterations(iterations)
    return Seconds(SECONDS_UNLESS_SAID if seconds is None else seconds)


def _read(file: Path) -> Problem:
    """Raises InstanceUnreadable."""
    try:
        return read_instance(file)
    except BadInstance as bad:
        raise InstanceUnreadable(problem=bad.reason) from None
    except (ValueError, OSError) as bad:
        raise InstanceUnreadable(problem=type(bad).__name__) from None


def _said(problem: Problem, found: Plan) -> dict[str, Any]:
    """`feasible` is what the plan's own check made sure of before it was returned."""
    return {
        "cost": found.cost_vnd,
        "feasible": True,
        "routes": [[_client(problem, v) for v in route.visits] for route in found.routes],
        "vehicles": [problem.vehicles[route.vehicle].name for route in found.routes],
        "left_out": [_client(problem, visit) for visit in found.left_out],
        "quality": found.quality.value,
        "iterations": found.iterations,
    }


def _client(problem: Problem, visit: int) -> int:
    return problem.visits[visit].place
