"""Beside which field of the counter's form each refusal stands."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from marshmallow import ValidationError

from postal_bridge.kernel.errors import AppError, RuleViolation
from postal_bridge.people.identity import accept_id_number, accept_name, normalise_phone
from routes.container import container
from routes.forms import FormError, form_errors
from routes.language import chosen_language
from routes.pages.counter_communes import PERSONS, commune_faults, recipient_of
from routes.pages.counter_form import tallied_rows

# Codes of rules, and the one field where the clerk puts it right.
FIELD_OF = {
    "online_only": "offer",
    "not_by_post": "offer",
    "link_not_active": "offer",
    "procedure_not_in_link": "offer",
    "papers_missing": "papers",
    "paper_not_on_list": "papers",
    "tally_missing": "papers",
    "delivery_missing": "delivery.place",
    "place_not_served": "delivery.place",
    "receiver_too_wide": "delivery.who_may_receive",
    "door_not_theirs": "delivery.is_door_remembered",
    "visit_not_found": "joins_typed",
    "visit_not_open": "joins_typed",
    "visit_needs_door": "joins_typed",
    "visit_differs": "joins_typed",
    "receiver_unnamed": "delivery.may_receive.0.full_name",
    "pay_at_door_needs_door": "pay",
    "authority_not_agreed": "second_login",
    "borne_reason_missing": "borne_reason",
    "nothing_to_pay": "amount_vnd",
    "amount_differs": "amount_vnd",
    "drawer_not_open": "pay",
    "relief_proof_missing": "is_relief_proof_seen",
    "relief_unknown": "relief_code",
    "witness_missing": "signature.witness_name",
    "signature_missing": "signature.how",
    "dossier_code_taken": "dossier_code",
    "code_not_ours": "dossier_code",
    "receipt_in_future": "received_on",
}
# What a schema calls it, and what the form calls it.
RENAMED = {
    "link_id": "offer",
    "procedure_id": "offer",
    "owner": "owner.full_name",
    "delivery": "delivery.place",
    "signature": "signature.how",
    "signature.image": "signature.how",
    "received_at": "received_on",
    "joins_dossier": "joins_typed",
}
GROUPS = (*PERSONS, "delivery.may_receive.0")


def placed(exc: ValidationError | AppError, fields: Mapping[str, str], on: date) -> list[FormError]:
    """Every refusal beside its field, each said once."""
    errors = form_errors(exc)
    if isinstance(exc, AppError):
        return [replace(error, field=_field_of(exc, fields, on)) for error in errors]
    named = [replace(error, field=_renamed(error.field, fields)) for error in errors]
    if any(error.field == "offer" for error in named):
        return [next(error for error in named if error.field == "offer")]
    return list(dict.fromkeys([*map(_said, named), *_commune_errors(fields, on)]))


def _said(error: FormError) -> FormError:
    """The list of papers is no field that could be filled in: it is counted."""
    if error.field != "papers":
        return error
    sentence = container().texts.render("counter_no_paper_counted", {}, chosen_language())
    return replace(error, sentence=sentence)


def check_communes(fields: Mapping[str, str], on: date) -> None:
    """Raises ValidationError when a commune is not one place of the day."""
    if commune_faults(fields, on):
        raise ValidationError({})


def _commune_errors(fields: Mapping[str, str], on: date) -> list[FormError]:
    texts, language = container().texts, chosen_language()
    faults = commune_faults(fields, on).items()
    return [FormError(field, texts.render(code, {}, language)) for field, code in faults]


def _renamed(field: str, fields: Mapping[str, str]) -> str:
    """A schema counts the tallied papers; the form has a row for each paper of the list."""
    parts = field.split(".")
    rows = tallied_rows(fields)
    if parts[0] == "papers" and len(parts) == 3 and int(parts[1]) < len(rows):
        return f"papers.{rows[int(parts[1])]}.{parts[2]}"
    return RENAMED.get(field, field.replace(".commune_code", ".commune_text"))


def _field_of(exc: AppError, fields: Mapping[str, str], on: date) -> str:
    whose: dict[str, tuple[str, Callable[[str], Any]]] = {
        "name_not_accepted": ("full_name", accept_name),
        "phone_not_accepted": ("phone", normalise_phone),
        "id_number_implausible": ("id_number", lambda text: accept_id_number(text, today=on)),
    }
    if exc.code in whose:
        return _first_refused(*whose[exc.code], fields)
    if exc.code == "scan_unreadable":
        return f"scan.{exc.params.get('paper_no')}"
    if exc.code in ("commune_not_known", "commune_missing", "commune_ended", "address_missing"):
        name = "address_text" if exc.code == "address_missing" else "commune_text"
        return f"{recipient_of(fields)}.{name}"
    return FIELD_OF.get(exc.code, "")


def _first_refused(name: str, check: Callable[[str], Any], fields: Mapping[str, str]) -> str:
    """The error names no person; the first whose field is refused is meant."""
    for group in GROUPS:
        text = fields.get(f"{group}.{name}", "")
        try:
            _ = text and check(text)
        except RuleViolation:
            return f"{group}.{name}"
    return ""
