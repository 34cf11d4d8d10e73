"""The courier's cash (`/buu-ta/tien`): every line, and handing it to a clerk by two counts."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from postal_bridge.counter.cash_pages import courier_cash_page
from postal_bridge.kernel.actor import Role
from postal_bridge.money.cash_desk import agree_count, answer_gap, offer_cash, withdraw_cash
from postal_bridge.money.hand_in_types import HandInView
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, once_of_form
from routes.pages.answers import Answer, answered
from routes.schemas.hand_ins import AnswerGapSchema, OfferSchema

bp = Blueprint("courier_cash", __name__, url_prefix="/buu-ta/tien")


def said(view: HandInView) -> dict[str, str]:
    return {"id": str(view.id), "status": view.status.value}


said_json = as_json(said)


@bp.get("", strict_slashes=False)
@allow(Role.COURIER)
def show() -> str:
    return _page([])


@bp.post("/nop")
@allow(Role.COURIER)
def offer() -> Answer:
    def act() -> bytes:
        schema = OfferSchema()
        command = schema.command(load_form(schema))
        return offer_cash(command, once=once_of_form(said_json), **_who())

    return _answer(act)


@bp.post("/<uuid:hand_in_id>/dong-y")
@allow(Role.COURIER)
def agree(hand_in_id: UUID) -> Answer:
    return _answer(lambda: agree_count(hand_in_id, once=once_of_form(said_json), **_who()))


@bp.post("/<uuid:hand_in_id>/lay-lai")
@allow(Role.COURIER)
def withdraw(hand_in_id: UUID) -> Answer:
    return _answer(lambda: withdraw_cash(hand_in_id, once=once_of_form(said_json), **_who()))


@bp.post("/<uuid:hand_in_id>/chenh-lech")
@allow(Role.COURIER)
def answer(hand_in_id: UUID) -> Answer:
    def act() -> bytes:
        schema = AnswerGapSchema()
        command = schema.command(hand_in_id, load_form(schema))
        return answer_gap(command, once=once_of_form(said_json), **_who())

    return _answer(act)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _answer(act: Any) -> Answer:
    return answered(act, _page, lambda _: url_for("courier_cash.show"))


def _page(errors: list[Any]) -> str:
    page = courier_cash_page(**_who())
    return render_template("courier/cash.html", page=page, errors=errors, sent=request.form)
