"""The counter's form between typed fields and commands: shapes only, no rule."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from postal_bridge.counter.commands import PayHow, Person
from postal_bridge.counter.service import SlipAsk
from postal_bridge.custody.types import TallyKind
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.directory.views import ProcedureView
from routes.pages.counter_communes import PERSONS, commune_code, recipient_of

PNG_URL = "data:image/png;base64,"
NOT_TYPED = frozenset({"csrf_token", "_key", "signature.image_data", "then", "do"})
NOT_KEPT = frozenset({"second_login", "second_password"})
"""Of the second person, who types them anew: a draft never holds them."""
NOT_WIRE = NOT_TYPED | {"offer", "papers_of", "joins_typed", "joins_offered"}
STARTING = {"sets": "1", "weight_g": "100", "service_form": ServiceForm.BOTH.value}
BY_POST = (ServiceForm.BOTH, ServiceForm.RECEIVE)
BROUGHT = (Place.DOOR.value, Place.POINT.value)


def prefilled(
    fields: Mapping[str, str], procedure: ProcedureView | None, forms: Sequence[str] = ()
) -> dict[str, str]:
    """What was typed, over the rows of the published list; another list's tally is dropped.

    Parameters
    ----------
    forms : the service forms of the procedure's link, the usual one first
    """
    offer = fields.get("offer", "")
    if procedure is None or fields.get("papers_of") == offer:
        return _with_place({**STARTING, **fields}, forms)
    kept = {name: value for name, value in fields.items() if not name.startswith("papers")}
    typed = {**STARTING, **_rows(procedure), **kept, "papers_of": offer}
    return _with_place(typed, forms)


def _with_place(typed: dict[str, str], forms: Sequence[str]) -> dict[str, str]:
    """Service form and place of the result fit the link and each other."""
    if forms and typed["service_form"] not in forms:
        typed["service_form"] = forms[0]
    place = typed.pop("delivery.place", "")
    if typed["service_form"] in list(BY_POST):
        typed["delivery.place"] = place if place in BROUGHT else Place.DOOR.value
    elif place == Place.SECTION:
        typed["delivery.place"] = place
    return typed


def _rows(procedure: ProcedureView) -> dict[str, str]:
    """A row for every paper of the list, none of them counted: that is for a person to do."""
    return {
        f"papers.{number}.paper_no": str(paper.no) for number, paper in enumerate(procedure.papers)
    }


def wire_pairs(fields: Mapping[str, str], on: date) -> list[tuple[str, str]]:
    """The fields as the schema of `POST /api/v1/dossiers` names them."""
    link_id, _, procedure_id = fields.get("offer", "").partition(":")
    pairs = [("link_id", link_id), ("procedure_id", procedure_id)]
    absent = _absent_groups(fields)
    for place, number in enumerate(tallied_rows(fields)):
        row = paper_rows(fields)[number]
        pairs += [(f"papers.{place}.{name}", value) for name, value in row.items()]
    for name, value in fields.items():
        is_paper = name.startswith(("papers.", "scan."))
        is_commune = name.endswith((".commune_text", ".commune_code"))
        if not is_paper and not is_commune and name not in NOT_WIRE and not name.startswith(absent):
            pairs.append((name, value))
    for person in PERSONS:
        code = commune_code(fields, person, on)
        if code and not f"{person}.".startswith(absent):
            pairs.append((f"{person}.commune_code", code))
    if joins := joined_number(fields):
        pairs.append(("joins_dossier", joins))
    image = fields.get("signature.image_data", "")
    if image.startswith(PNG_URL):
        pairs.append(("signature.image", image.removeprefix(PNG_URL)))
    return pairs


def joined_number(fields: Mapping[str, str]) -> str | None:
    """The dossier to come along with: as typed, else as chosen among those offered."""
    return fields.get("joins_typed", "").strip() or fields.get("joins_offered") or None


def _absent_groups(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Groups of fields that were left empty: no other submitter, recipient or receiver."""
    groups = {
        "submitter.": "submitter.full_name",
        "delivery.recipient.": "delivery.recipient.full_name",
        "delivery.may_receive.": "delivery.may_receive.0.full_name",
        "delivery.": "delivery.place",
    }
    return tuple(group for group, key in groups.items() if not fields.get(key)) or ("\0",)


def paper_rows(fields: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """The rows of the paper list by their number in the form."""
    rows: dict[int, dict[str, str]] = {}
    for name, value in sorted(fields.items()):
        parts = name.split(".")
        if parts[0] == "papers" and len(parts) == 3 and parts[1].isdecimal():
            rows.setdefault(int(parts[1]), {})[parts[2]] = value
    return rows


def tallied_rows(fields: Mapping[str, str]) -> list[int]:
    """Rows with a tally, in order; none when the list on the screen is another procedure's."""
    if fields.get("papers_of", "") not in ("", fields.get("offer", "")):
        return []
    return sorted(number for number, row in paper_rows(fields).items() if row.get("tally"))


def tallied(fields: Mapping[str, str]) -> list[tuple[int, str]]:
    """(paper number, tally) of each paper that is there."""
    rows = [paper_rows(fields)[number] for number in tallied_rows(fields)]
    return [
        (int(row["paper_no"]), row["tally"])
        for row in rows
        if row.get("paper_no", "").isdecimal() and row["tally"] in list(TallyKind)
    ]


def slip_ask(fields: Mapping[str, str], on: date) -> SlipAsk | None:
    """What the running slip is asked for; None before a procedure is chosen."""
    link_id, _, procedure_id = fields.get("offer", "").partition(":")
    try:
        ids = UUID(link_id), UUID(procedure_id)
    except ValueError:
        return None
    form = _one_of(ServiceForm, fields.get("service_form"))
    person = recipient_of(fields)
    commune = commune_code(fields, person, on)
    return SlipAsk(
        *ids,
        service_form=form,
        place=_one_of(Place, fields.get("delivery.place")) if form in BY_POST else None,
        recipient_commune=commune,
        weight_g=_whole(fields.get("weight_g"), 100),
        result_weight_g=_whole(fields.get("delivery.result_weight_g"), 100),
        relief_code=fields.get("relief_code") or None,
        is_relief_proof_seen=bool(fields.get("is_relief_proof_seen")),
        pay=_one_of(PayHow, fields.get("pay")) or PayHow.CASH,
        joins_dossier=joined_number(fields),
        recipient=Person(
            fields.get(f"{person}.full_name", ""),
            address_text=fields.get(f"{person}.address_text"),
            commune_code=commune,
        ),
    )


def _one_of(enum: Any, value: str | None) -> Any:
    return next((member for member in enum if member.value == value), None)


def _whole(text: str | None, otherwise: int) -> int:
    digits = (text or "").replace(".", "").replace(" ", "")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else otherwise
