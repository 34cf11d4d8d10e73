"""Communes as a clerk types and reads them: candidates of the day, never a guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from config.register import Register, Unit
from geo.address_answer import Asked
from postal_bridge.delivery.types import Place
from postal_bridge.directory.addresses import (
    Meant,
    MeantCommune,
    commune_or_heirs,
    communes_meant,
)
from postal_bridge.directory.administrative import open_register
from routes.container import container

PERSONS = ("owner", "submitter", "delivery.recipient")
MOST_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class CommuneChoice:
    """One commune as the clerk reads it; the code in brackets tells namesakes apart."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CommuneChoices:
    """What a text may mean; `asks` is the question for the citizen where that is several."""

    found: tuple[CommuneChoice, ...] = ()
    asks: Asked | None = None


def commune_suggestions(text: str, on: date) -> list[CommuneChoice]:
    """For the list while typing: what the text means so far, then names that begin so."""
    register = open_register(units=container().units)
    begun = (u for u in register.search(text, on, 40) if u.level == "commune")
    likely = [
        *commune_choices(text, on).found,
        *(_choice(register, MeantCommune(u), on) for u in begun),
    ]
    first = {one.code: one for one in reversed(likely)}
    return [first[code] for code in dict.fromkeys(one.code for one in likely)][:MOST_CANDIDATES]


def commune_choices(text: str, on: date, address: str = "") -> CommuneChoices:
    """The communes of the day that a typed text may mean, at most ten.

    The text may be a name or a whole address of either form. The street line is read too where
    the text leaves several communes, or is empty: people write everything into one line.
    """
    register = open_register(units=container().units)
    code = _code_in_brackets(text)
    if code is not None:
        named = commune_or_heirs(register, code, on)
        if named:
            return CommuneChoices(tuple(_choice(register, MeantCommune(u), on) for u in named))
    meant = _meant(register, text, address, on)
    if not meant.communes and text:
        begun = [u for u in register.search(text, on, 40) if u.level == "commune"]
        meant = Meant(tuple(MeantCommune(unit) for unit in begun[:MOST_CANDIDATES]))
    found = tuple(
        _choice(register, one, on, is_told=meant.asks is not None) for one in meant.communes
    )
    return CommuneChoices(found, meant.asks)


def _meant(register: Register, text: str, address: str, on: date) -> Meant:
    alone = communes_meant(register, text, on)
    if len(alone.communes) == 1 or not address:
        return alone
    together = communes_meant(register, f"{address}, {text}" if text else address, on)
    known = {one.unit.code for one in alone.communes}
    is_clearer = len(together.communes) == 1 and together.communes[0].unit.code in known
    return together if is_clearer or not known else alone


def _choice(
    register: Register, one: MeantCommune, on: date, *, is_told: bool = False
) -> CommuneChoice:
    """The commune with what it lies in; its old name if that differs or `is_told`."""
    unit, old = one.unit, one.before
    label = ", ".join([unit.full_name, *_above(register, unit, on)])
    if old is not None and (is_told or not old.commune or old.commune.name != unit.name):
        before = [part.full_name for part in (old.commune, old.district) if part]
        label += f" ← {', '.join(before)}"
    return CommuneChoice(unit.code, f"{label} ({unit.code})")


def _above(register: Register, unit: Unit, on: date) -> list[str]:
    return [higher.full_name for higher in reversed(register.lineage(unit.code, on)[:-1])]


def _code_in_brackets(text: str) -> str | None:
    _, _, tail = text.rpartition("(")
    code = tail.removesuffix(")")
    return code if tail.endswith(")") and len(code) == 5 and code.isdecimal() else None


def communes_of(fields: Mapping[str, str], on: date) -> dict[str, CommuneChoices]:
    """For each person of the form the communes his text may mean."""
    return {
        person: _choices_of(fields, person, on)
        for person in PERSONS
        if fields.get(f"{person}.commune_text") or fields.get(f"{person}.address_text")
    }


def commune_code(fields: Mapping[str, str], person: str, on: date) -> str | None:
    """The one commune meant: the only candidate, or the one that was chosen among several."""
    found = _choices_of(fields, person, on).found
    chosen = fields.get(f"{person}.commune_code")
    if len(found) == 1:
        return found[0].code
    return chosen if any(choice.code == chosen for choice in found) else None


def _choices_of(fields: Mapping[str, str], person: str, on: date) -> CommuneChoices:
    text = fields.get(f"{person}.commune_text", "")
    return commune_choices(text, on, fields.get(f"{person}.address_text", ""))


def recipient_of(fields: Mapping[str, str]) -> str:
    """Whose address the result goes to."""
    return "delivery.recipient" if fields.get("delivery.recipient.full_name") else "owner"


def commune_faults(fields: Mapping[str, str], on: date) -> dict[str, str]:
    """Field to code, for each commune that is not one place of the day."""
    faults = {
        f"{person}.commune_text": "counter_commune_several"
        if choices.found
        else "counter_commune_unknown"
        for person, choices in communes_of(fields, on).items()
        if fields.get(f"{person}.commune_text") and commune_code(fields, person, on) is None
    }
    recipient = recipient_of(fields)
    needed = f"{recipient}.commune_text"
    is_known = fields.get(needed) or commune_code(fields, recipient, on) is not None
    if fields.get("delivery.place") == Place.DOOR and not is_known:
        faults[needed] = "counter_commune_needed"
    return faults
