"""Couriers' cash at the counter (`/quy/tien-buu-ta`): counted blind, seen, then accepted."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from postal_bridge.counter.cash_pages import hand_in_page
from postal_bridge.kernel.actor import Role
from postal_bridge.money.cash_desk import accept_cash, count_offered, refuse_cash, settle_gap
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.courier_cash import said_json
from routes.schemas.hand_ins import CountOfferSchema, RefuseOfferSchema, SettleGapSchema
from routes.second_person import with_second_person

bp = Blueprint("hand_ins", __name__)


@bp.get("/quy/tien-buu-ta/<uuid:hand_in_id>")
@allow(Role.CLERK)
def show(hand_in_id: UUID) -> str:
    return _page(hand_in_id, [])


@bp.post("/quy/tien-buu-ta/<uuid:hand_in_id>/dem")
@allow(Role.CLERK)
def count(hand_in_id: UUID) -> Answer:
    """Blind: the courier's count is shown only after the clerk's own stands."""

    def act() -> bytes:
        schema = CountOfferSchema()
        command = schema.command(hand_in_id, load_form(schema))
        return count_offered(command, once=once_of_form(said_json), **_who())

    return _answer(act, hand_in_id)


@bp.post("/quy/tien-buu-ta/<uuid:hand_in_id>/nhan")
@allow(Role.CLERK)
def accept(hand_in_id: UUID) -> Answer:
    def act() -> bytes:
        return accept_cash(hand_in_id, once=once_of_form(said_json), **_who())

    return answered(act, lambda errors: _page(hand_in_id, errors), lambda _: url_for("drawer.show"))


@bp.post("/quy/tien-buu-ta/<uuid:hand_in_id>/khong-nhan")
@allow(Role.CLERK)
def refuse(hand_in_id: UUID) -> Answer:
    def act() -> bytes:
        schema = RefuseOfferSchema()
        command = schema.command(hand_in_id, load_form(schema))
        return refuse_cash(command, once=once_of_form(said_json), **_who())

    return _answer(act, hand_in_id)


@bp.get("/dieu-hanh/tien-buu-ta/<uuid:hand_in_id>")
@allow(Role.SUPERVISOR, Role.OPERATOR)
def gap(hand_in_id: UUID) -> str:
    return _gap_page(hand_in_id, [])


@bp.post("/dieu-hanh/tien-buu-ta/<uuid:hand_in_id>")
@allow(Role.SUPERVISOR)
def settle(hand_in_id: UUID) -> Answer:
    """Two people decide about a difference: the one who is signed in, and a second password."""

    def act() -> bytes:
        schema = SettleGapSchema()
        command = schema.command(hand_in_id, with_second_person(load_form(schema)))
        return settle_gap(command, once=once_of_form(said_json), **_who())

    return answered(
        act,
        lambda errors: _gap_page(hand_in_id, errors),
        lambda _: url_for("board.show", _anchor="contested"),
    )


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _answer(act: Any, hand_in_id: UUID) -> Answer:
    return answered(
        act,
        lambda errors: _page(hand_in_id, errors),
        lambda _: url_for("hand_ins.show", hand_in_id=hand_in_id),
    )


def _page(hand_in_id: UUID, errors: list[Any]) -> str:
    page = hand_in_page(hand_in_id, **_who())
    is_own_count = page.hand_in.clerk == current_actor().id
    return render_template(
        "drawer/hand_in.html", page=page, is_own_count=is_own_count, errors=errors,
        sent=request.form,
    )  # fmt: skip


def _gap_page(hand_in_id: UUID, errors: list[Any]) -> str:
    page = hand_in_page(hand_in_id, **_who())
    return render_template("board/gap.html", page=page, errors=errors)
