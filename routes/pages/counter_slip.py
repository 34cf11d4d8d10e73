"""The running slip in words: what would be printed and paid if the form stayed as it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from postal_bridge.counter.rules import CommuneNotKnown
from postal_bridge.counter.service import SlipPreview, preview_slip
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import AppError
from postal_bridge.money.fare_text import explanation
from routes.container import container
from routes.language import chosen_language
from routes.pages.counter_form import slip_ask, tallied

LINES = {
    "counter_line_agency_fee": "agency_fee_vnd",
    "counter_line_fare": "fare_vnd",
    "counter_line_remittance": "remittance_vnd",
}


def say(code: str, **params: Any) -> str:
    """A sentence of the catalogue in the reader's language."""
    return container().texts.render(code, params, chosen_language())


def named(thing: Any) -> str:
    """The name of a procedure or paper in the reader's language."""
    name: str = thing.name_en if chosen_language() == "en" else thing.name_vi
    return name


def slip_of(
    fields: Mapping[str, str], on: date, *, actor: Actor, is_filed_online: bool = False
) -> dict[str, Any]:
    """What the slip's template shows; empty before a procedure is chosen."""
    ask = slip_ask(fields, on)
    if ask is None:
        return {}
    ask = replace(ask, is_filed_online=is_filed_online)
    preview = preview_slip(ask, actor=actor, units=container().units)
    return {
        "preview": preview,
        "procedure": named(preview.procedure),
        "owner": fields.get("owner.full_name", ""),
        **_papers(preview, fields),
        "lines": [
            (say(code), vnd) for code, name in LINES.items() if (vnd := getattr(preview, name))
        ],
        "explanation": _explained(preview),
        "fare_hint": _hint(preview.refusal),
    }


def _papers(preview: SlipPreview, fields: Mapping[str, str]) -> dict[str, list[str]]:
    papers = preview.procedure.papers
    names = {paper.no: named(paper) for paper in papers}
    there = tallied(fields)
    given = {no for no, _ in there}
    return {
        "papers": [f"{names[no]}: {say(f'tally_{kind}')}" for no, kind in there if no in names],
        "missing": [names[p.no] for p in papers if p.is_required and p.no not in given],
    }


def _hint(refusal: AppError | None) -> str | None:
    """What keeps the fare from being said yet."""
    if refusal is None:
        return None
    if isinstance(refusal, CommuneNotKnown):
        return say("counter_fare_needs_address")
    return say(refusal.code, **refusal.params)


def _explained(preview: SlipPreview) -> str | None:
    if preview.quote is None:
        return None
    return explanation(preview.quote, container().texts, chosen_language(), preview.book)
