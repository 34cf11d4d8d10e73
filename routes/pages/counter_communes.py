"""Communes as a clerk types and reads them: candidates of the day, never a guess."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from config.register import NEW_FROM, Register, Unit, era_on, load_register
from postal_bridge.delivery.types import Place

PERSONS = ("owner", "submitter", "delivery.recipient")
MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class CommuneChoice:
    """One commune as the clerk reads it; the code in brackets tells namesakes apart."""

    code: str
    label: str


def commune_choices(text: str, on: date) -> list[CommuneChoice]:
    """The communes of the day that a typed text may mean, at most ten."""
    register = load_register()
    code = _code_in_brackets(text)
    if code is not None:
        with suppress(LookupError):
            return [_choice(register, register.unit(code, on), on)]
    found = _by_name(register, text, on) or _by_former_name(register, text, on)
    return [_choice(register, unit, on) for unit in found[:MOST_CANDIDATES]]


def _by_name(register: Register, text: str, on: date) -> list[Unit]:
    found = [unit for unit in register.search(text, on, 40) if unit.level == "commune"]
    return found if found or "," not in text else _by_both_names(register, text, on)


def _by_former_name(register: Register, text: str, on: date) -> list[Unit]:
    """What became of the communes that bore this name before the reform: people still say it."""
    if era_on(on) == "old":
        return []
    former = _by_name(register, text, NEW_FROM - timedelta(days=1))
    codes = [later.new_code for unit in former for later in register.successors(unit.code)]
    return [register.unit(code, on) for code in dict.fromkeys(codes)]


def _by_both_names(register: Register, text: str, on: date) -> list[Unit]:
    """ "Long Trị, Hậu Giang": the first name is the commune's, the last one its province's."""
    first, *_, last = [part.strip() for part in text.split(",")]
    provinces = {unit.code for unit in register.search(last, on, 10) if unit.level == "province"}
    return [
        unit
        for unit in register.search(first, on, 60)
        if unit.level == "commune" and register.province_of(unit.code, on).code in provinces
    ]


def _choice(register: Register, unit: Unit, on: date) -> CommuneChoice:
    above = [higher.full_name for higher in register.lineage(unit.code, on)[1:-1]]
    names = [unit.full_name, *above, register.province_of(unit.code, on).full_name]
    return CommuneChoice(unit.code, f"{', '.join(names)} ({unit.code})")


def _code_in_brackets(text: str) -> str | None:
    _, _, tail = text.rpartition("(")
    code = tail.removesuffix(")")
    return code if tail.endswith(")") and len(code) == 5 and code.isdecimal() else None


def communes_of(fields: Mapping[str, str], on: date) -> dict[str, list[CommuneChoice]]:
    """For each person of the form the communes his text may mean."""
    return {
        person: commune_choices(fields[f"{person}.commune_text"], on)
        for person in PERSONS
        if fields.get(f"{person}.commune_text")
    }


def commune_code(fields: Mapping[str, str], person: str, on: date) -> str | None:
    """The one commune meant: the only candidate, or the one that was chosen among several."""
    text = fields.get(f"{person}.commune_text", "")
    choices = commune_choices(text, on) if text else []
    chosen = fields.get(f"{person}.commune_code")
    if len(choices) == 1:
        return choices[0].code
    return chosen if any(choice.code == chosen for choice in choices) else None


def recipient_of(fields: Mapping[str, str]) -> str:
    """Whose address the result goes to."""
    return "delivery.recipient" if fields.get("delivery.recipient.full_name") else "owner"


def commune_faults(fields: Mapping[str, str], on: date) -> dict[str, str]:
    """Field to code, for each commune that is not one place of the day."""
    faults = {
        f"{person}.commune_text": "counter_commune_several" if found else "counter_commune_unknown"
        for person, found in communes_of(fields, on).items()
        if commune_code(fields, person, on) is None
    }
    needed = f"{recipient_of(fields)}.commune_text"
    if fields.get("delivery.place") == Place.DOOR and not fields.get(needed):
        faults[needed] = "counter_commune_needed"
    return faults
