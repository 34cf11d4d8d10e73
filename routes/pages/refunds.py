"""Giving a payment back (`/hoan-tien/<dossier>`): what was paid, and the forms two people sign."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from postal_bridge.counter.refunds import give_payment_back, refund_page
from postal_bridge.kernel.actor import Role
from postal_bridge.money.refund_given import order_to_given
from postal_bridge.money.refund_orders import order_refund, withdraw_refund
from postal_bridge.money.service import Reversal
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.schemas.refunds import (
    GivePaymentBackSchema,
    OrderRefundSchema,
    OrderToGivenSchema,
    WithdrawRefundSchema,
)
from routes.second_person import with_second_person

bp = Blueprint("refunds", __name__, url_prefix="/hoan-tien")
MAY = (Role.CLERK, Role.SUPERVISOR)


@bp.get("/<uuid:dossier_id>")
@allow(*MAY)
def show(dossier_id: UUID) -> str:
    return _page(dossier_id, [])


@bp.post("/<uuid:dossier_id>/<uuid:payment_id>")
@allow(*MAY)
def give_back(dossier_id: UUID, payment_id: UUID) -> Answer:
    """Two people give the whole payment back, for a reason."""

    def act() -> bytes:
        once = once_of_form(as_json(_what_was_done))
        schema = GivePaymentBackSchema()
        fields = with_second_person(load_form(schema))
        command = schema.command(dossier_id, payment_id, fields)
        return give_payment_back(command, once=once, **_who())

    return answered(
        act,
        lambda errors: _page(dossier_id, errors, wrong=payment_id),
        lambda done: url_for("refunds.show", dossier_id=dossier_id, xong=done["done"]),
    )


@bp.post("/<uuid:dossier_id>/<uuid:payment_id>/lenh")
@allow(*MAY)
def order(dossier_id: UUID, payment_id: UUID) -> Answer:
    """Two people order the transfer to the account that the citizen gave."""
    return _ordered(OrderRefundSchema(), order_refund, dossier_id, payment_id)


@bp.post("/<uuid:dossier_id>/<uuid:payment_id>/lenh-nguoi-dan")
@allow(*MAY)
def order_given(dossier_id: UUID, payment_id: UUID) -> Answer:
    """Two people order the transfer to the account that the citizen named on his page."""
    return _ordered(OrderToGivenSchema(), order_to_given, dossier_id, payment_id)


@bp.post("/<uuid:dossier_id>/<uuid:payment_id>/bo-lenh")
@allow(*MAY)
def withdraw(dossier_id: UUID, payment_id: UUID) -> Answer:
    """Another account is to be given, before the bank has the order."""

    def act() -> bytes:
        schema = WithdrawRefundSchema()
        load_form(schema)
        command = schema.command(dossier_id, payment_id)
        return withdraw_refund(command, once=once_of_form(nothing), **_who())

    return answered(
        act,
        lambda errors: _page(dossier_id, errors, wrong=payment_id),
        lambda _: url_for("refunds.show", dossier_id=dossier_id),
    )


def _what_was_done(made: Reversal) -> dict[str, str]:
    return {"done": "hoan" if made.entry_id else "de-nghi"}


def _page(dossier_id: UUID, errors: list[FormError], *, wrong: UUID | None = None) -> str:
    page = refund_page(dossier_id, **_who())
    done = request.args.get("xong")
    return render_template(
        "board/refunds.html", page=page, errors=errors, wrong=wrong, done=done, sent=request.form
    )


def _ordered(
    schema: OrderRefundSchema | OrderToGivenSchema,
    use_case: Callable[..., bytes],
    dossier_id: UUID,
    payment_id: UUID,
) -> Answer:
    def act() -> bytes:
        fields = with_second_person(load_form(schema))
        command = schema.command(dossier_id, payment_id, fields)
        return use_case(command, once=once_of_form(nothing), **_who())

    return answered(
        act,
        lambda errors: _page(dossier_id, errors, wrong=payment_id),
        lambda _: url_for("refunds.show", dossier_id=dossier_id, xong="lenh"),
    )


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
