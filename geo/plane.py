"""Vietnam laid flat for drawing: the stereographic projection about its middle. Pure.

It keeps angles, and at any one place all directions stretch alike: by half a percent at the ends
of the mainland, by less than two at the far end of Trường Sa. So borders midway between
neighbours stay midway to a few metres, which a test measures. Distances are never taken from
here; `geo/nearest.py` and `geo/distance.py` have those.

Source: J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395, 1987,
equations 21-2 to 21-4, 20-14, 20-15 and 21-15 (sphere).
"""

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.distance import EARTH_RADIUS_M

Floats = npt.NDArray[np.float64]
MIDDLE_LAT, MIDDLE_LON = 16.0, 107.5
_SIN, _COS = np.sin(np.radians(MIDDLE_LAT)), np.cos(np.radians(MIDDLE_LAT))


def to_plane(lon_lat: Floats) -> Floats:
    """Degrees, longitude first, to metres east and north of the middle; shape (n, 2) both."""
    lam, phi = np.radians(lon_lat[:, 0] - MIDDLE_LON), np.radians(lon_lat[:, 1])
    cosine = _SIN * np.sin(phi) + _COS * np.cos(phi) * np.cos(lam)
    scale = 2 * EARTH_RADIUS_M / (1 + cosine)
    east = scale * np.cos(phi) * np.sin(lam)
    north = scale * (_COS * np.sin(phi) - _SIN * np.cos(phi) * np.cos(lam))
    return np.column_stack((east, north))


def from_plane(metres: Floats) -> Floats:
    """Back to degrees, longitude first."""
    east, north = metres[:, 0], metres[:, 1]
    away = np.hypot(east, north)
    angle = 2 * np.arctan2(away, 2 * EARTH_RADIUS_M)
    ratio = np.divide(north, away, out=np.zeros_like(away), where=away > 0)
    phi = np.arcsin(np.clip(np.cos(angle) * _SIN + ratio * np.sin(angle) * _COS, -1, 1))
    lam = np.arctan2(
        east * np.sin(angle), away * _COS * np.cos(angle) - north * _SIN * np.sin(angle)
    )
    return np.column_stack((np.degrees(lam) + MIDDLE_LON, np.degrees(phi)))


def flat(shape: BaseGeometry) -> BaseGeometry:
    """A shape in degrees as one in metres."""
    return shapely.transform(shape, to_plane)


def round_again(shape: BaseGeometry) -> BaseGeometry:
    """A shape in metres as one in degrees."""
    return shapely.transform(shape, from_plane)
