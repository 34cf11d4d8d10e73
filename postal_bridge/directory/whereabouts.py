"""From an address, a commune or coordinates to a place to look around. No database.

WhereaboutsWrong (RuleViolation)
├── NotInVietnam     coordinates of elsewhere
└── Swapped          longitude where latitude belongs
"""

from dataclasses import dataclass
from datetime import date

from config.register import Register, Unit, UnknownUnit
from geo.address_answer import Answer
from geo.geocoder import Precision
from geo.land import NotInVietnam as Elsewhere
from geo.land import place_in_vietnam
from geo.point import Point
from geo.resolver import resolver_of
from postal_bridge.directory.administrative import UnitCodeUnknown
from postal_bridge.kernel.errors import RuleViolation


class WhereaboutsWrong(RuleViolation):
    code = "place_wrong"


class NotInVietnam(WhereaboutsWrong):
    code = "place_not_in_vietnam"


class Swapped(WhereaboutsWrong):
    code = "place_swapped"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where somebody is taken to be; without a `place` the answer says why, or what to ask.

    Attributes
    ----------
    commune, province : of the day; None where only coordinates are known
    """

    place: Point | None
    precision: Precision | None
    commune: Unit | None = None
    province: Unit | None = None
    answer: Answer | None = None


def whereabouts_of_address(register: Register, text: str, on: date) -> Whereabouts:
    """The commune the address lies in, if the text allows one only."""
    answer = resolver_of(register, on).resolve(text)
    if answer.new is None:
        return Whereabouts(None, None, answer=answer)
    return _commune(register, answer.new.code, on, answer)


def whereabouts_of_commune(register: Register, code: str, on: date) -> Whereabouts:
    """Raises UnitCodeUnknown for what is no commune of the day."""
    return _commune(register, code, on, None)


def whereabouts_of_point(lat: float, lon: float) -> Whereabouts:
    """Raises NotInVietnam, Swapped."""
    try:
        return Whereabouts(place_in_vietnam(lat, lon), Precision.POINT)
    except Elsewhere as wrong:
        raise (Swapped if wrong.is_swapped else NotInVietnam) from None


def _commune(register: Register, code: str, on: date, answer: Answer | None) -> Whereabouts:
    try:
        unit = register.unit(code, on)
    except UnknownUnit:
        raise UnitCodeUnknown(unit_code=code[:10]) from None
    if unit.level != "commune" or unit.lat is None or unit.lon is None:
        raise UnitCodeUnknown(unit_code=code[:10])
    province = register.province_of(unit.code, on)
    return Whereabouts(Point(unit.lat, unit.lon), Precision.COMMUNE, unit, province, answer)
