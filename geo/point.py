"""A place on the earth that knows both orders in which libraries write it."""

from dataclasses import dataclass
from math import isfinite


class BadPoint(ValueError):
    """Not a place on the earth. `is_swapped`: it would be one, read the other way round."""

    def __init__(self, lat: float, lon: float, *, is_swapped: bool) -> None:
        super().__init__(lat, lon)
        self.lat = lat
        self.lon = lon
        self.is_swapped = is_swapped


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84 degrees. Raises BadPoint out of range, so every swapped point of Vietnam.

    All of Vietnam lies east of 102°, which is no latitude: longitude first is never taken
    for latitude first.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not _fits(self.lat, self.lon):
            raise BadPoint(self.lat, self.lon, is_swapped=_fits(self.lon, self.lat))

    @classmethod
    def from_lat_lon(cls, pair: tuple[float, float]) -> "Point":
        """From geopy's order."""
        return cls(lat=pair[0], lon=pair[1])

    @classmethod
    def from_lon_lat(cls, pair: tuple[float, float]) -> "Point":
        """From the order of shapely and GeoJSON."""
        return cls(lat=pair[1], lon=pair[0])

    @property
    def lat_lon(self) -> tuple[float, float]:
        """For geopy."""
        return (self.lat, self.lon)

    @property
    def lon_lat(self) -> tuple[float, float]:
        """For shapely and GeoJSON."""
        return (self.lon, self.lat)


def _fits(lat: float, lon: float) -> bool:
    return isfinite(lat) and isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
