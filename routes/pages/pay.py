"""Paying by transfer: the QR, what it is for, and a status that turns by itself."""

from datetime import timedelta
from typing import Any

import segno
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import OnlinePayment, PaymentView, online_payment, payment_view
from postal_bridge.money.vnpay import ToPay
from routes.access import allow
from routes.container import container
from routes.language import chosen_language
from routes.payment_links import payer_of, vnpay_terminal

bp = Blueprint("pay", __name__, url_prefix="/thanh-toan")
GATEWAY_MINUTES = timedelta(minutes=15)
QR_BORDER = 4  # modules of quiet zone, as the standard asks


@bp.get("/<token>")
@allow()
def show(token: str) -> str:
    return _page(token)


@bp.get("/<token>/trang-thai")
@allow()
def status(token: str) -> Response:
    """Nothing but the status: asked every few seconds by an open page."""
    payment_id, payer = payer_of(token)
    with container().units.read() as uow:
        payment = payment_view(uow, payment_id, actor=payer)
    return jsonify(status=payment.status.value)


@bp.get("/<token>/vnpay")
@allow()
def to_gateway(token: str) -> AnyResponse:
    """The payer goes to the gateway. Nothing is marked paid by going, or by coming back."""
    payment_id, payer = payer_of(token)
    terminal, ring = vnpay_terminal(), container().ring
    with container().units.read() as uow:
        asked = online_payment(uow, payment_id, actor=payer)
        now = uow.machine_now
    if terminal is None or asked.status is not PaymentStatus.PENDING:
        return redirect(url_for("pay.show", token=token), 303)
    back = container().settings.effective_public_url + url_for("pay.back", token=token)
    to_pay = ToPay(
        asked.reference, asked.amount_vnd, back, request.remote_addr or "127.0.0.1", now,
        now + GATEWAY_MINUTES, "vn" if chosen_language() == "vi" else "en",
    )  # fmt: skip
    return redirect(terminal.address(to_pay, ring=ring), 302)


@bp.get("/<token>/tro-ve")
@allow()
def back(token: str) -> str:
    """Where the gateway sends the payer. What stands in the address is not even read."""
    return _page(token, is_back=True)


def _page(token: str, *, is_back: bool = False) -> str:
    payment_id, payer = payer_of(token)
    with container().units.read() as uow:
        asked = online_payment(uow, payment_id, actor=payer)
        payment = payment_view(uow, payment_id, actor=payer)
    return render_template(
        "pay/payment.html", qr=_qr(asked), has_gateway=vnpay_terminal() is not None,
        is_back=is_back, **_words(asked, payment, token),
    )  # fmt: skip


def _words(asked: OnlinePayment, payment: PaymentView, token: str) -> dict[str, Any]:
    return {"asked": asked, "payment": payment, "token": token}


def _qr(asked: OnlinePayment) -> Markup:
    """The code as inline SVG; its size stands in the style sheet."""
    code = segno.make(asked.payload, error="m", micro=False)
    drawn = code.svg_inline(border=QR_BORDER, omitsize=True, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  (made here of our own payload, which the SVG holds as modules)
