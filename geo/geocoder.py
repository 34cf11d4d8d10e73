"""From a commune to a place; the offline form answers with centroids and says so.

Forms that ask a deployment's own server live in `postal_bridge/directory/`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from config.register import Register, UnknownUnit, load_register
from geo.point import Point


class Precision(StrEnum):
    """How exact a coordinate is, finest first."""

    POINT = "point"
    STREET = "street"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True)
class Location:
    """Where an address is taken to be. A commune's centroid may be kilometres off."""

    point: Point
    precision: Precision


class Geocoder(Protocol):
    """Whatever knows where an address is. None: it does not know; it never guesses."""

    def locate(self, commune_code: str, on: date, street: str = "") -> Location | None: ...


class OfflineGeocoder:
    """The commune's centroid of the register, whatever the street."""

    def __init__(self, register: Register | None = None) -> None:
        self._register = register or load_register()

    def locate(self, commune_code: str, on: date, street: str = "") -> Location | None:
        """None for a code that is no commune on that day."""
        try:
            unit = self._register.unit(commune_code, on)
        except UnknownUnit:
            return None  # a refusal: the caller asks a person
        if unit.level != "commune" or unit.lat is None or unit.lon is None:
            return None
        return Location(Point(unit.lat, unit.lon), Precision.COMMUNE)
