"""Pouches (`/tui-ho-so`): filled by scanning, tied, given and taken by clerk, driver, officer."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for
from marshmallow import Schema

from postal_bridge.counter.service import (
    AcceptItems,
    AcceptPouch,
    OfferPouch,
    OpenPouch,
    PouchTrouble,
    ScanIntoPouch,
    SealPouch,
    StartPouch,
    accept_items,
    dispute_pouch,
    drivers_for,
    manifest_sheet,
    offer_tied_pouch,
    offers_for,
    open_and_check_pouch,
    pouch_list,
    pouch_page,
    report_closed_door,
    scan_into_pouch,
    start_pouch,
    take_back_pouch,
    take_from_pouch,
    take_over_pouch,
    tie_pouch,
)
from postal_bridge.custody.errors import PouchCountDiffers, SealDiffers
from postal_bridge.dossiers.forms import render_manifest
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.idempotency import Once
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, Done, answered
from routes.schemas.desk import AcceptItemsSchema, ItemsHandOverSchema
from routes.schemas.pouch import (
    AcceptPouchSchema,
    OfferPouchSchema,
    OpenPouchSchema,
    PouchSchema,
    ScanNumberSchema,
    StartPouchSchema,
    TieSchema,
    TroubleSchema,
)
from routes.second_person import with_second_person

bp = Blueprint("pouch", __name__, url_prefix="/tui-ho-so")
READ_OFF: Mapping[type[AppError], str] = {SealDiffers: "tie_seen", PouchCountDiffers: "count_seen"}
HANDLERS = (Role.CLERK, Role.COURIER, Role.OFFICER)


@bp.get("")
@allow(*HANDLERS)
def index() -> str:
    return _index([])


@bp.post("")
@allow(*HANDLERS)
def start() -> Answer:
    def do() -> bytes:
        command = StartPouch(**load_form(StartPouchSchema()))
        return start_pouch(command, once=_once(), **_who())

    return answered(do, _index, _show_url)


@bp.get("/<uuid:pouch_id>")
@allow(*HANDLERS)
def show(pouch_id: UUID) -> str:
    return _page(pouch_id, [])


@bp.post("/<uuid:pouch_id>/quet")
@allow(*HANDLERS)
def scan(pouch_id: UUID) -> Answer:
    """One scan: a number and Enter."""
    do = partial(_on_pouch, scan_into_pouch, ScanIntoPouch, ScanNumberSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url, field="number", is_lookup=True)


@bp.post("/<uuid:pouch_id>/lay-ra")
@allow(*HANDLERS)
def remove(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, take_from_pouch, ScanIntoPouch, ScanNumberSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url)


@bp.post("/<uuid:pouch_id>/niem-phong")
@allow(*HANDLERS)
def tie(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, tie_pouch, SealPouch, TieSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url, field="tie_again")


@bp.post("/<uuid:pouch_id>/giao")
@allow(*HANDLERS)
def give(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, offer_tied_pouch, OfferPouch, OfferPouchSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url)


@bp.post("/<uuid:pouch_id>/nhan")
@allow(*HANDLERS)
def take(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, take_over_pouch, AcceptPouch, AcceptPouchSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url, fields=READ_OFF)


@bp.post("/<uuid:pouch_id>/lay-lai")
@allow(*HANDLERS)
def take_back(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, take_back_pouch, PouchTrouble, TroubleSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url)


@bp.post("/<uuid:pouch_id>/dong-cua")
@allow(*HANDLERS)
def closed(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, report_closed_door, PouchTrouble, TroubleSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url)


@bp.post("/<uuid:pouch_id>/sai-lech")
@allow(*HANDLERS)
def refuse(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, dispute_pouch, PouchTrouble, TroubleSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url)


@bp.post("/<uuid:pouch_id>/mo")
@allow(*HANDLERS)
def open_up(pouch_id: UUID) -> Answer:
    do = partial(_on_pouch, open_and_check_pouch, OpenPouch, OpenPouchSchema(), pouch_id)
    return answered(do, partial(_page, pouch_id), _show_url)


@bp.post("/le/<uuid:hand_over_id>")
@allow(*HANDLERS)
def take_items(hand_over_id: UUID) -> Answer:
    """Envelopes handed over one by one, without a pouch."""

    def do() -> bytes:
        numbers = tuple(load_form(AcceptItemsSchema())["numbers"])
        once: Once[Any] = once_of_form(as_json(ItemsHandOverSchema().dump))
        return accept_items(AcceptItems(hand_over_id, numbers), once=once, **_who())

    return answered(do, _index, lambda _: url_for("pouch.index"))


@bp.get("/<uuid:pouch_id>/ban-ke.pdf")
@allow(*HANDLERS)
def manifest(pouch_id: UUID) -> Response:
    """The list that travels with the tied pouch."""
    sheet = manifest_sheet(pouch_id, **_who())
    content = render_manifest(sheet, texts=container().texts, language=chosen_language())
    return Response(content, mimetype="application/pdf")


def _on_pouch(use_case: Any, command: Any, schema: Schema, pouch_id: UUID) -> bytes:
    fields: dict[str, Any] = load_form(schema)
    if "second_login" in fields:
        fields = with_second_person(fields)
    if "found" in fields:
        fields["found"] = tuple(fields["found"])
    done: bytes = use_case(command(pouch_id, **fields), once=_once(), **_who())
    return done


def _once() -> Once[Any]:
    return once_of_form(as_json(PouchSchema().dump))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _show_url(done: Done) -> str:
    return url_for("pouch.show", pouch_id=done["id"])


def _index(errors: list[FormError]) -> str:
    return render_template(
        "pouch/index.html", pouches=pouch_list(**_who()), offers=offers_for(**_who()), errors=errors
    )


def _page(pouch_id: UUID, errors: list[FormError]) -> str:
    page = pouch_page(pouch_id, **_who())
    drivers = drivers_for(pouch_id, **_who()) if "offer" in page.may else ()
    return render_template("pouch/show.html", page=page, drivers=drivers, errors=errors)
