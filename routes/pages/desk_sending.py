"""What leaves the agency's desk and what arrives there: pack station and hand-overs."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from marshmallow import Schema

from postal_bridge.counter.address_label import address_label
from postal_bridge.counter.service import (
    AcceptItems,
    OfferResults,
    PackEnvelope,
    accept_items,
    offer_results,
    pack_envelope,
    results_to_pack,
)
from postal_bridge.dossiers.address_label import render_label
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.idempotency import Once
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, answered
from routes.pages.desk import index_page
from routes.schemas.desk import (
    AcceptItemsSchema,
    ItemsHandOverSchema,
    OfferResultsSchema,
    OffersSchema,
    PackedSchema,
    TripleSchema,
)

bp = Blueprint("desk_sending", __name__, url_prefix="/mot-cua")


@bp.get("/dong-goi")
@allow(Role.OFFICER)
def pack() -> str:
    return _pack([])


@bp.post("/dong-goi")
@allow(Role.OFFICER)
def packed() -> Answer:
    def do() -> bytes:
        command = PackEnvelope(**load_form(TripleSchema()))
        return pack_envelope(command, once=_once(PackedSchema()), **_who())

    return answered(
        do,
        _pack,
        lambda done: url_for("desk_sending.pack", xong=done["item"]["number"]),
        is_lookup=True,
    )


@bp.get("/dong-goi/<uuid:dossier_id>/nhan.pdf")
@allow(Role.OFFICER)
def label(dossier_id: UUID) -> Response:
    """The envelope's seal and address on one page; printing it is a look at the person."""
    printed = address_label(dossier_id, **_who())
    pdf = render_label(printed, texts=container().texts, language=chosen_language())
    headers = {"Content-Disposition": f'inline; filename="nhan-{printed.item_number}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@bp.post("/giao-buu-dien")
@allow(Role.OFFICER)
def hand_to_post() -> Answer:
    def do() -> bytes:
        items = tuple(load_form(OfferResultsSchema())["item_ids"])
        many: Once[Any] = once_of_form(
            as_json(lambda offers: OffersSchema().dump({"offers": offers}))
        )
        return offer_results(OfferResults(items), once=many, **_who())

    return answered(do, index_page, lambda _: url_for("desk.index", _anchor="h-packed"))


@bp.post("/nhan/<uuid:hand_over_id>")
@allow(Role.OFFICER)
def take_items(hand_over_id: UUID) -> Answer:
    def do() -> bytes:
        numbers = tuple(load_form(AcceptItemsSchema())["numbers"])
        command = AcceptItems(hand_over_id, numbers)
        return accept_items(command, once=_once(ItemsHandOverSchema()), **_who())

    return answered(do, index_page, lambda _: url_for("desk.index"))


def _once(schema: Schema) -> Once[Any]:
    return once_of_form(as_json(schema.dump))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _pack(errors: list[FormError]) -> str:
    chosen = request.args.get("chon", "")
    done = request.args.get("xong", "")
    return render_template(
        "desk/pack.html", to_pack=results_to_pack(**_who()), chosen=chosen, done=done, errors=errors
    )
