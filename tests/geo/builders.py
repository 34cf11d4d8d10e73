"""Small problems for the tests of geo/."""

from dataclasses import replace

import numpy as np

from geo.distance import OfflineDistance
from geo.point import Point
from geo.problem import Problem, VehicleType, Visit

DAY = (7 * 3_600, 17 * 3_600)
LONG_MY = Point(9.6862, 105.609)


def visit(place: int, **changes: object) -> Visit:
    plain = Visit(place=place, service_s=120, window_s=DAY, deliver_g=100)
    return replace(plain, **changes)  # type: ignore[arg-type]  # names checked by replace


def motorbike(**changes: object) -> VehicleType:
    plain = VehicleType("motorbike", depot=0, count=2, capacity_g=20_000, shift_s=DAY)
    return replace(plain, **changes)  # type: ignore[arg-type]  # as above


def around_long_my(
    stops: int, *, depots: int = 1, seed: int = 7, visits: tuple[Visit, ...] | None = None
) -> Problem:
    """`stops` addresses within about 10 km, each visited once."""
    chance = np.random.default_rng(seed)
    points = [
        Point(LONG_MY.lat + float(dy), LONG_MY.lon + float(dx))
        for dy, dx in chance.uniform(-0.09, 0.09, size=(depots + stops, 2))
    ]
    ways = OfflineDistance().matrices(points)
    return Problem(
        depots=depots,
        distance_m=ways.distance_m,
        duration_s=ways.duration_s,
        visits=visits or tuple(visit(depots + i) for i in range(stops)),
        vehicles=tuple(motorbike(name=f"motorbike {d}", depot=d) for d in range(depots)),
    )
