"""Written addresses as rooms ask for them: communes of a day, never a guess. No database."""

from dataclasses import dataclass
from datetime import date

from config.register import Register, Unit, UnknownUnit, era_on
from geo.address_answer import Asked, Candidate, OldPlace
from geo.resolver import resolver_of


@dataclass(frozen=True, slots=True)
class MeantCommune:
    """One commune a text can mean; `before`: the old one it was found by, where it has one."""

    unit: Unit
    before: OldPlace | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """All communes of the day that a text can mean; `asks` decides where they are several."""

    communes: tuple[MeantCommune, ...] = ()
    asks: Asked | None = None


def communes_meant(register: Register, text: str, on: date) -> Meant:
    """The commune an address lies in on that day, or the ones it may lie in; at most ten.

    An address of either form is understood on any day. Nothing is kept of the text.
    """
    answer = resolver_of(register, on).resolve(text)
    places = answer.candidates or (Candidate(answer.old, answer.new),)
    found: dict[str, MeantCommune] = {}
    for place in places:
        one = _on_the_day(register, place, on)
        if one is not None:
            found.setdefault(one.unit.code, one)
    asks = answer.question.asked if answer.question and len(found) > 1 else None
    return Meant(tuple(found.values()), asks)


def _on_the_day(register: Register, place: Candidate, on: date) -> MeantCommune | None:
    old = place.old.commune if place.old else None
    if era_on(on) == "old":
        is_of_then = old is not None and old.era == "old"  # a commune of today may have ended too
        return MeantCommune(register.unit(old.code, on)) if old and is_of_then else None
    if place.new is None:
        return None
    return MeantCommune(register.unit(place.new.code, on), place.old)


def commune_or_heirs(register: Register, code: str, on: date) -> tuple[Unit, ...]:
    """The commune of the day that bears this code; of one that ended, those its people live in.

    Empty where no commune ever bore it. A code of before the reform that names none of today is
    followed as well; where one of today bears it, that one is meant.
    """
    try:
        unit = register.unit(code, on)
    except UnknownUnit:
        return _heirs(register, code, on)
    return (unit,) if unit.level == "commune" else ()


def _heirs(register: Register, code: str, on: date) -> tuple[Unit, ...]:
    if era_on(on) == "old":
        return ()  # nothing had ended before the reform
    became = register.successors(code, "new") or register.successors(code, "old")
    with_people = [one for one in became if one.takes_people] or became
    found = [u for one in with_people for u in commune_or_heirs(register, one.new_code, on)]
    return tuple({unit.code: unit for unit in found}.values())
