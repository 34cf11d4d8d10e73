"""From an address to a place, offline: a house of the operator's gazetteer, or the commune.

The offline form is a geopy geocoder, so what is written for geopy works with it; its adapter
refuses to ask anything. A form that asks a deployment's own server lives in
`postal_bridge/directory/`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NoReturn, Protocol

import numpy as np
from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import DEFAULT_SENTINEL
from geopy.geocoders.base import Geocoder as GeopyGeocoder
from geopy.location import Location as GeopyLocation

from config.register import Register, UnknownUnit, load_register
from geo.folding import fold
from geo.nearest import NearestPlaces
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


@dataclass(frozen=True, slots=True)
class CommuneAddress:
    """A commune of a day by its code, and what is written below it."""

    commune_code: str
    on: date
    street: str = field(default="", repr=False)


class Geocoder(Protocol):
    """Whatever knows where an address is. None: it does not know; it never guesses."""

    def locate(self, commune_code: str, on: date, street: str = "") -> Location | None: ...


class NetworkRefused(RuntimeError):
    """Somebody tried to make the offline geocoder ask a server."""


class NoNetwork(BaseSyncAdapter):  # type: ignore[misc]  # geopy brings no types
    """An adapter of geopy that asks nobody."""

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> NoReturn:
        raise NetworkRefused(url)

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> NoReturn:
        raise NetworkRefused(url)


Houses = Mapping[tuple[str, str], Location]
NO_HOUSES: Houses = MappingProxyType({})


def house_key(commune_code: str, street: str) -> tuple[str, str]:
    """How a house of a gazetteer is found again: marks, case and blanks aside."""
    return (commune_code, fold(street))


class OfflineGeocoder(GeopyGeocoder):  # type: ignore[misc]  # as above
    """A known house of the gazetteer, else the commune's centroid of the register.

    Attributes
    ----------
    register : gives the register as it is when asked for
    houses : by `house_key`, each with its own precision
    """

    def __init__(
        self, register: Callable[[], Register] = load_register, houses: Houses = NO_HOUSES
    ) -> None:
        super().__init__(adapter_factory=NoNetwork)
        self._register = register
        self._houses = houses
        self._nearest: tuple[Register, date, NearestPlaces, tuple[str, ...]] | None = None

    def locate(self, commune_code: str, on: date, street: str = "") -> Location | None:
        """None for a code that named no commune up to that day; one that ended is where it was."""
        try:
            unit = self._register().last_known(commune_code, on)
        except UnknownUnit:
            return None  # a refusal: the caller asks a person
        if unit.level != "commune" or unit.lat is None or unit.lon is None:
            return None
        house = self._houses.get(house_key(unit.code, street)) if street else None
        return house or Location(Point(unit.lat, unit.lon), Precision.COMMUNE)

    def geocode(
        self,
        query: CommuneAddress,
        *,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> GeopyLocation | list[GeopyLocation] | None:
        """geopy's form of `locate`; `raw` holds `code` and `precision`. `timeout` is not needed."""
        found = self.locate(query.commune_code, query.on, query.street)
        if found is None:
            return None
        unit = self._register().last_known(query.commune_code, query.on)
        name = ", ".join(part for part in (query.street, unit.full_name) if part)
        raw = {"code": unit.code, "precision": found.precision.value}
        place = GeopyLocation(name, found.point.lat_lon, raw)
        return place if exactly_one else [place]

    def reverse(
        self,
        query: tuple[float, float],
        *,
        on: date,
        exactly_one: bool = True,
        timeout: Any = DEFAULT_SENTINEL,
    ) -> GeopyLocation | list[GeopyLocation]:
        """The commune of the day whose centre is nearest to (lat, lon): near, not where it lies."""
        register = self._register()
        nearest, codes = self._centres(register, on)
        lat, lon = query
        Point(lat, lon)  # refuses what is no place
        found = nearest.nearest(np.array([lat]), np.array([lon]))
        unit = register.unit(codes[int(found.index[0])], on)
        raw = {"code": unit.code, "precision": Precision.COMMUNE.value}
        place = GeopyLocation(unit.full_name, (unit.lat, unit.lon), raw)
        return place if exactly_one else [place]

    def _centres(self, register: Register, on: date) -> tuple[NearestPlaces, tuple[str, ...]]:
        if self._nearest is None or self._nearest[:2] != (register, on):
            units = [one for one in register.communes(on) if one.lat is not None]
            points = [Point(one.lat or 0.0, one.lon or 0.0) for one in units]
            codes = tuple(one.code for one in units)
            self._nearest = (register, on, NearestPlaces(points), codes)
        return self._nearest[2:]
