"""The counter's form between typed fields and commands: shapes only, no rule."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from config.register import Register, Unit, load_register
from postal_bridge.counter.commands import PayHow
from postal_bridge.counter.service import SlipAsk
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import ServiceForm

PERSONS = ("owner", "submitter", "delivery.recipient")
PNG_URL = "data:image/png;base64,"
MOST_CANDIDATES = 10
NOT_WIRE = frozenset({"offer", "_key", "csrf_token", "signature.image_data"})


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
    found = [unit for unit in register.search(text, on, 40) if unit.level == "commune"]
    if not found and "," in text:
        found = _by_both_names(register, text, on)
    return [_choice(register, unit, on) for unit in found[:MOST_CANDIDATES]]


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
    return code if tail.endswith(")") and len(code) == 5 and code.isdigit() else None


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


def wire_pairs(fields: Mapping[str, str], on: date) -> list[tuple[str, str]]:
    """The fields as the schema of `POST /api/v1/dossiers` names them."""
    link_id, _, procedure_id = fields.get("offer", "").partition(":")
    pairs = [("link_id", link_id), ("procedure_id", procedure_id)]
    absent = _absent_groups(fields)
    number = 0
    for row in _paper_rows(fields):
        if row.get("tally"):
            pairs += [(f"papers.{number}.{name}", value) for name, value in row.items()]
            number += 1
    for name, value in fields.items():
        is_paper = name.startswith(("papers.", "scan."))
        is_commune = name.endswith((".commune_text", ".commune_code"))
        if not is_paper and not is_commune and name not in NOT_WIRE and not name.startswith(absent):
            pairs.append((name, value))
    for person in PERSONS:
        code = commune_code(fields, person, on)
        if code and not f"{person}.".startswith(absent):
            pairs.append((f"{person}.commune_code", code))
    image = fields.get("signature.image_data", "")
    if image.startswith(PNG_URL):
        pairs.append(("signature.image", image.removeprefix(PNG_URL)))
    return pairs


def _absent_groups(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Groups of fields that were left empty: no other submitter, recipient or receiver."""
    groups = {
        "submitter.": "submitter.full_name",
        "delivery.recipient.": "delivery.recipient.full_name",
        "delivery.may_receive.": "delivery.may_receive.0.full_name",
        "delivery.": "delivery.place",
    }
    return tuple(group for group, key in groups.items() if not fields.get(key)) or ("\0",)


def _paper_rows(fields: Mapping[str, str]) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for name, value in fields.items():
        parts = name.split(".")
        if parts[0] == "papers" and len(parts) == 3 and parts[1].isdigit():
            rows.setdefault(int(parts[1]), {})[parts[2]] = value
    return [rows[number] for number in sorted(rows)]


def slip_ask(fields: Mapping[str, str], on: date) -> SlipAsk | None:
    """What the running slip is asked for; None before a procedure is chosen."""
    link_id, _, procedure_id = fields.get("offer", "").partition(":")
    try:
        ids = UUID(link_id), UUID(procedure_id)
    except ValueError:
        return None
    recipient = "delivery.recipient" if fields.get("delivery.recipient.full_name") else "owner"
    return SlipAsk(
        *ids,
        service_form=_one_of(ServiceForm, fields.get("service_form")),
        place=_one_of(Place, fields.get("delivery.place")),
        recipient_commune=commune_code(fields, recipient, on),
        weight_g=_whole(fields.get("weight_g"), 100),
        result_weight_g=_whole(fields.get("delivery.result_weight_g"), 100),
        relief_code=fields.get("relief_code") or None,
        is_relief_proof_seen=bool(fields.get("is_relief_proof_seen")),
        pay=_one_of(PayHow, fields.get("pay")) or PayHow.CASH,
    )


def _one_of(enum: Any, value: str | None) -> Any:
    return next((member for member in enum if member.value == value), None)


def _whole(text: str | None, otherwise: int) -> int:
    digits = (text or "").replace(".", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() else otherwise


def people_fields(fields: Mapping[str, str]) -> dict[str, str]:
    """What the next dossier of the same submitter takes over."""
    kept = ("owner.", "submitter.", "signature.how")
    return {name: value for name, value in fields.items() if name.startswith(kept)}
