"""A day's work to be planned, and what a plan of it is. Nothing here searches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from geo.distance import Matrix

MILLI = 1_000  # costs are added in thousandths of a đồng: metres times đồng a kilometre


@dataclass(frozen=True, slots=True)
class Visit:
    """One stop at an address. Service begins inside the window, both ends included."""

    place: int
    service_s: int
    window_s: tuple[int, int]
    deliver_g: int = 0
    collect_g: int = 0  # a pick-up: it enters the vehicle here
    prize_vnd: int | None = None  # what leaving it out costs today; None: it must be visited


@dataclass(frozen=True, slots=True)
class VehicleType:
    """`count` equal vehicles that start and end at one depot within the shift.

    `vnd_per_km` 1,000 makes a metre cost one đồng, so that the cost is the distance.
    """

    name: str
    depot: int
    count: int
    capacity_g: int
    shift_s: tuple[int, int]
    vnd_per_km: int = 1_000
    fixed_vnd: int = 0  # for each vehicle that leaves at all
    longest_s: int | None = None  # from leaving to being back, within the shift


@dataclass(frozen=True, slots=True)
class Problem:
    """A day's work. Raises ValueError naming the first condition that does not hold."""

    depots: int  # the first places are post offices
    distance_m: Matrix = field(repr=False)  # shape (n, n), between places
    duration_s: Matrix = field(repr=False)  # the same shape
    visits: tuple[Visit, ...]
    vehicles: tuple[VehicleType, ...]

    def __post_init__(self) -> None:
        for condition in self._broken():
            raise ValueError(condition)

    def _broken(self) -> Iterator[str]:
        places = len(self.distance_m)
        for name, matrix in (("distance_m", self.distance_m), ("duration_s", self.duration_s)):
            if matrix.shape != (places, places):
                yield f"{name} must have shape ({places}, {places})"
            elif not np.issubdtype(matrix.dtype, np.integer):
                yield f"{name} must hold integers"
            elif matrix.size and matrix.min() < 0:
                yield f"{name} must not be negative"
            elif np.diagonal(matrix).any():
                yield f"{name} must be zero on the diagonal"
        if not 0 < self.depots <= places:
            yield "depots must be between 1 and the number of places"
        for index, visit in enumerate(self.visits):
            yield from _broken_visit(f"visit {index}", visit, places)
        if not self.vehicles:
            yield "there must be at least one vehicle type"
        for vehicle in self.vehicles:
            yield from _broken_vehicle(f"vehicle {vehicle.name}", vehicle, self.depots)


def _broken_visit(name: str, visit: Visit, places: int) -> Iterator[str]:
    if not 0 <= visit.place < places:
        yield f"{name}: place must be one of the matrix"
    if not 0 <= visit.window_s[0] <= visit.window_s[1]:
        yield f"{name}: window_s must begin at 0 or later and not end before it begins"
    if min(visit.service_s, visit.deliver_g, visit.collect_g, visit.prize_vnd or 0) < 0:
        yield f"{name}: service, loads and prize must not be negative"


def _broken_vehicle(name: str, vehicle: VehicleType, depots: int) -> Iterator[str]:
    if not 0 <= vehicle.depot < depots:
        yield f"{name}: depot must be one of the depots"
    if vehicle.count < 1:
        yield f"{name}: count must be at least 1"
    if not 0 <= vehicle.shift_s[0] <= vehicle.shift_s[1]:
        yield f"{name}: shift_s must begin at 0 or later and not end before it begins"
    if min(vehicle.capacity_g, vehicle.vnd_per_km, vehicle.fixed_vnd, vehicle.longest_s or 0) < 0:
        yield f"{name}: capacity, costs and longest tour must not be negative"


class Quality(StrEnum):
    """Who made the plan: the solver, or the simple construction where it is not at hand."""

    SOLVER = "solver"
    FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A visit with its times; waiting lies between arrival and beginning."""

    visit: int
    arrive_s: int
    begin_s: int
    leave_s: int


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """One vehicle's tour from its depot and back; `vehicle` counts in Problem.vehicles."""

    vehicle: int
    start_s: int
    end_s: int
    stops: tuple[PlannedStop, ...]
    distance_m: int

    @property
    def visits(self) -> tuple[int, ...]:
        return tuple(stop.visit for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Plan:
    """Routes, what was left out at a price, and the cost of both in đồng, rounded up."""

    routes: tuple[PlannedRoute, ...]
    left_out: tuple[int, ...]
    cost_vnd: int
    distance_m: int
    quality: Quality
    iterations: int


def cost_milli(problem: Problem, routes: list[tuple[int, tuple[int, ...]]]) -> int:
    """Thousandths of a đồng: ways, vehicles that leave, and prizes of what is not visited."""
    total, done = 0, set[int]()
    for kind, visits in routes:
        vehicle = problem.vehicles[kind]
        total += vehicle.fixed_vnd * MILLI + way_m(problem, kind, visits) * vehicle.vnd_per_km
        done.update(visits)
    missed = (v.prize_vnd or 0 for i, v in enumerate(problem.visits) if i not in done)
    return total + sum(missed) * MILLI


def way_m(problem: Problem, kind: int, visits: tuple[int, ...]) -> int:
    """Metres from the depot through the visits and back."""
    depot = problem.vehicles[kind].depot
    places = [depot, *(problem.visits[v].place for v in visits), depot]
    return int(problem.distance_m[places[:-1], places[1:]].sum())
