"""How far and how long between places; the offline form needs nothing but arithmetic.

Network forms live in `postal_bridge/runs/`; they keep the same protocol.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geo.point import Point

Matrix = npt.NDArray[np.int64]

EARTH_RADIUS_M = 6_371_009.0  # the mean radius geopy's great_circle uses; a test compares
DETOUR_FACTOR = 1.35
SPEED_KMH = 22.0


@dataclass(frozen=True, slots=True)
class Matrices:
    """distance_m, duration_s : int, shape (n, n), zero on the diagonal."""

    distance_m: Matrix
    duration_s: Matrix


class DistanceSource(Protocol):
    """Whatever knows the ways between places."""

    def matrices(self, points: Sequence[Point]) -> Matrices: ...


def great_circle_m(a: Point, b: Point) -> float:
    """Metres along the sphere; within 0.55 % of the ellipsoid."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, radians(b.lon - a.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True, slots=True)
class OfflineDistance:
    """Great circle times a detour factor at one speed. Knows no river, sea or ferry.

    The defaults are those of the planning benchmark and are to be learned from own runs.
    """

    detour_factor: float = DETOUR_FACTOR
    speed_kmh: float = SPEED_KMH

    def __post_init__(self) -> None:
        if self.detour_factor < 1:
            raise ValueError("detour_factor must be at least 1")
        if self.speed_kmh <= 0:
            raise ValueError("speed_kmh must be positive")

    def matrices(self, points: Sequence[Point]) -> Matrices:
        """All pairs at once: 800 places in a fraction of a second."""
        lat = np.radians(np.array([p.lat for p in points], dtype=np.float64))
        lon = np.radians(np.array([p.lon for p in points], dtype=np.float64))
        half_lat = (lat[:, None] - lat[None, :]) / 2
        half_lon = (lon[:, None] - lon[None, :]) / 2
        chord = np.sin(half_lat) ** 2 + np.outer(np.cos(lat), np.cos(lat)) * np.sin(half_lon) ** 2
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(chord)))
        road_m = np.rint(metres * self.detour_factor).astype(np.int64)
        duration_s = np.ceil(road_m / (self.speed_kmh / 3.6)).astype(np.int64)
        return Matrices(road_m, duration_s)
