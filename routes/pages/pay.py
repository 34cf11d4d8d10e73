"""Paying by transfer: the QR, what it is for, and a status that turns by itself."""

from typing import Any

import segno
from flask import Blueprint, Response, jsonify, render_template
from markupsafe import Markup

from postal_bridge.money.service import OnlinePayment, PaymentView, online_payment, payment_view
from routes.access import allow
from routes.container import container
from routes.payment_links import payer_of

bp = Blueprint("pay", __name__, url_prefix="/thanh-toan")
QR_BORDER = 4  # modules of quiet zone, as the standard asks


@bp.get("/<token>")
@allow()
def show(token: str) -> str:
    payment_id, payer = payer_of(token)
    with container().units.read() as uow:
        asked = online_payment(uow, payment_id, actor=payer)
        payment = payment_view(uow, payment_id, actor=payer)
    return render_template("pay/payment.html", qr=_qr(asked), **_words(asked, payment, token))


@bp.get("/<token>/trang-thai")
@allow()
def status(token: str) -> Response:
    """Nothing but the status: asked every few seconds by an open page."""
    payment_id, payer = payer_of(token)
    with container().units.read() as uow:
        payment = payment_view(uow, payment_id, actor=payer)
    return jsonify(status=payment.status.value)


def _words(asked: OnlinePayment, payment: PaymentView, token: str) -> dict[str, Any]:
    return {"asked": asked, "payment": payment, "token": token}


def _qr(asked: OnlinePayment) -> Markup:
    """The code as inline SVG; its size stands in the style sheet."""
    code = segno.make(asked.payload, error="m", micro=False)
    drawn = code.svg_inline(border=QR_BORDER, omitsize=True, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  (made here of our own payload, which the SVG holds as modules)
