"""The map of the day: points, sections, pouch ways and runs. Parts.

A door is a person's home: stops are rounded to a hundredth of a degree, about a kilometre.
"""

from datetime import date
from functools import lru_cache

from config.register import NEW_FROM, Register
from postal_bridge.delivery.service import delivery_view
from postal_bridge.directory.administrative import open_register
from postal_bridge.directory.service import links_of_point, points_of_units
from postal_bridge.insight.names import Names
from postal_bridge.insight.views import MapOfDay, Spot, Way
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.runs.service import runs_for
from postal_bridge.runs.types import RunView

Place = tuple[float, float]
EVERYTHING = Scope(everything=True)


def map_of_day(uow: ReadUnit, scope: Scope, names: Names) -> MapOfDay:
    """What of the scope has a place."""
    today = local(uow.now).date()
    spots: dict[str, Spot] = {}
    ways: list[Way] = []
    for point in points_of_units(uow, scope.units):
        here = _place(point.lat, point.lon)
        if here is None:
            continue
        spots[str(point.id)] = Spot("point", point.name, *here, detail=point.hours)
        for link in links_of_point(uow, point.id, today):
            section = names.section_view(link.section_id)
            there = _place(section.lat, section.lon)
            if there is None:
                continue
            spots.setdefault(
                str(section.id), Spot("section", section.name, *there, detail=section.agency_name)
            )
            if here != there and link.transit_h is not None:
                ways.append(
                    Way("pouch", f"{point.name} – {section.name}", link.status, (here, there))
                )
    ways += [way for run in runs_for(uow, scope, day=today) if (way := _run(uow, run, names))]
    return MapOfDay(tuple(spots.values()), tuple(ways))


def country_dots(*, units: Units) -> tuple[Place, ...]:
    """The centre of each commune of today as (lat, lon): the ground of our maps."""
    register = open_register(units=units)
    today = max(NEW_FROM, local(units.machine.now()).date())
    return _dots(register, register.same_index_until(today))


@lru_cache(maxsize=1)
def _dots(register: Register, on: date) -> tuple[Place, ...]:
    return tuple(
        (round(unit.lat, 3), round(unit.lon, 3))
        for unit in register.communes(on)
        if unit.lat is not None and unit.lon is not None
    )


def _run(uow: ReadUnit, run: RunView, names: Names) -> Way | None:
    point = names.point_view(run.point_id)
    home = _place(point.lat, point.lon)
    stops: list[Place] = []
    for stop in run.stops:
        if stop.delivery_id is None:
            continue
        position = delivery_view(uow, stop.delivery_id, EVERYTHING).position
        if position is not None:
            stops.append((round(position.lat, 2), round(position.lon, 2)))
    if home is None or not stops:
        return None
    name = f"{point.name} {run.no} · {names.staff(str(run.courier_id))}"
    return Way("run", name, run.status, (home, *stops, home))


def _place(lat: float | None, lon: float | None) -> Place | None:
    return None if lat is None or lon is None else (lat, lon)
