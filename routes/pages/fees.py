"""A changed fee at the counter (`/quy/phi/...`): the rest taken, or what is too much given back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from postal_bridge.counter.fee_changes import (
    FeeStanding,
    ask_rest_online,
    fee_change_page,
    give_back,
    state_fee_of_dossier,
    take_rest,
)
from postal_bridge.counter.fee_papers import refund_paper
from postal_bridge.kernel.actor import Role
from postal_bridge.money.fee_change_rules import RefundWay
from postal_bridge.money.fee_changes import FeeRefundView
from postal_bridge.money.fee_settling import TakeMore
from postal_bridge.money.service import OnlinePayment, ReceiptView
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, answered
from routes.pages.desk import dossier_page
from routes.payment_links import payment_token
from routes.receipts import receipt_answer
from routes.schemas.fees import GiveBackSchema, StateFeeSchema, TakeRestSchema
from routes.second_person import with_second_person

bp = Blueprint("fees", __name__)


def _standing_said(view: FeeStanding) -> dict[str, str]:
    return {"dossier_id": str(view.dossier_id)}


def _paid_said(view: ReceiptView) -> dict[str, str]:
    return {"payment_id": str(view.payment_id)}


def _online_said(view: OnlinePayment) -> dict[str, str]:
    return {"payment_id": str(view.payment_id)}


def _refund_said(view: FeeRefundView) -> dict[str, str]:
    return {"refund_id": str(view.id)}


standing_json = as_json(_standing_said)
paid_json = as_json(_paid_said)
online_json = as_json(_online_said)
refund_json = as_json(_refund_said)


@bp.post("/mot-cua/ho-so/<uuid:dossier_id>/phi")
@allow(Role.OFFICER)
def state(dossier_id: UUID) -> Answer:
    """The officer states the fee anew, with reason and legal ground."""

    def act() -> bytes:
        schema = StateFeeSchema()
        command = schema.command(dossier_id, load_form(schema))
        return state_fee_of_dossier(command, once=once_of_form(standing_json), **_who())

    return answered(
        act,
        lambda errors: dossier_page(dossier_id, errors),
        lambda _: url_for("desk.dossier", dossier_id=dossier_id, _anchor="h-fees"),
    )


@bp.get("/quy/phi/<uuid:change_id>")
@allow(Role.CLERK, Role.SUPERVISOR)
def show(change_id: UUID) -> str:
    return _page(change_id, [])


@bp.post("/quy/phi/<uuid:change_id>/thu")
@allow(Role.CLERK)
def take(change_id: UUID) -> Answer:
    def act() -> bytes:
        sent = load_form(TakeRestSchema())
        command = TakeMore(change_id, sent["amount_vnd"], sent["method"].value)
        return take_rest(command, once=once_of_form(paid_json), **_who())

    return _answer(act, change_id)


@bp.post("/quy/phi/<uuid:change_id>/chuyen-khoan")
@allow(Role.CLERK)
def ask_online(change_id: UUID) -> Answer:
    """The QR on the payment's own page, for the citizen at the counter to scan."""
    dossier_id = fee_change_page(change_id, **_who()).change.dossier_id

    def act() -> bytes:
        return ask_rest_online(change_id, once=once_of_form(online_json), **_who())

    def then(done: dict[str, Any]) -> str:
        return url_for("pay.show", token=payment_token(UUID(done["payment_id"]), dossier_id))

    return answered(act, lambda errors: _page(change_id, errors), then)


@bp.post("/quy/phi/<uuid:change_id>/hoan")
@allow(Role.CLERK, Role.SUPERVISOR)
def refund(change_id: UUID) -> Answer:
    def act() -> bytes:
        schema = GiveBackSchema()
        command = schema.command(change_id, with_second_person(load_form(schema)))
        return give_back(command, once=once_of_form(refund_json), **_who())

    return _answer(act, change_id)


@bp.get("/quy/phi/<uuid:change_id>/phieu.pdf")
@allow(Role.CLERK, Role.SUPERVISOR)
def slip(change_id: UUID) -> Response:
    words = (container().texts, chosen_language())
    return receipt_answer(refund_paper(change_id, *words, **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _answer(act: Any, change_id: UUID) -> Answer:
    return answered(
        act,
        lambda errors: _page(change_id, errors),
        lambda _: url_for("fees.show", change_id=change_id),
    )


def _page(change_id: UUID, errors: list[Any]) -> str:
    page = fee_change_page(change_id, **_who())
    return render_template(
        "drawer/fee.html", page=page, change=page.change, errors=errors, sent=request.form,
        ways=tuple(RefundWay),
    )  # fmt: skip
