"""Paying by transfer: the QR, what it is for, and a status that turns by itself."""

from collections.abc import Sequence
from datetime import timedelta

import segno
from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.counter.national_order import order_at_platform
from postal_bridge.kernel.errors import (
    MoveNotOpen,
    NotFound,
    Refusal,
    TemporaryFailure,
    UnclearAnswer,
)
from postal_bridge.money.refund_debts import refunds_by_transfer
from postal_bridge.money.service import (
    OnlinePayment,
    held_for_payment,
    online_payment,
    payment_view,
)
from postal_bridge.money.vnpay import ToPay
from routes.access import allow
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, form_errors
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
    if terminal is None or not asked.is_payable:
        return redirect(url_for("pay.show", token=token), 303)
    back = container().settings.effective_public_url + url_for("pay.back", token=token)
    to_pay = ToPay(
        asked.reference, asked.amount_vnd, back, request.remote_addr or "127.0.0.1", now,
        now + GATEWAY_MINUTES, "vn" if chosen_language() == "vi" else "en",
    )  # fmt: skip
    return redirect(terminal.address(to_pay, ring=ring), 302)


@bp.get("/<token>/quoc-gia")
@allow()
def to_national(token: str) -> AnyResponse | tuple[str, int]:
    """The payer goes to the National Payment Platform, which is told of the payment now."""
    payment_id, payer = payer_of(token)
    platform = container().national
    if platform is None:
        raise NotFound
    ip = request.remote_addr or "127.0.0.1"
    try:
        address = order_at_platform(
            payment_id, ip, actor=payer, units=container().units, platform=platform
        )
    except MoveNotOpen:
        return redirect(url_for("pay.show", token=token), 303)
    except (TemporaryFailure, Refusal, UnclearAnswer) as exc:
        return _page(token, errors=form_errors(exc)), status_of(exc)
    return redirect(address, 302)


@bp.get("/<token>/tro-ve")
@allow()
def back(token: str) -> str:
    """Where the gateway sends the payer. What stands in the address is not even read."""
    return _page(token, is_back=True)


def _page(token: str, *, is_back: bool = False, errors: Sequence[FormError] = ()) -> str:
    payment_id, payer = payer_of(token)
    with container().units.read() as uow:
        asked = online_payment(uow, payment_id, actor=payer)
        payment = payment_view(uow, payment_id, actor=payer)
        held = held_for_payment(uow, payment_id, actor=payer)
        refunds = refunds_by_transfer(uow, payment.dossier_id, [payment])
    return render_template(
        "pay/payment.html",
        qr=_qr(asked),
        has_gateway=vnpay_terminal() is not None,
        has_national=container().national is not None,
        is_back=is_back,
        errors=errors,
        asked=asked,
        payment=payment,
        held=held,
        refund=next((one for one in refunds if one.payment_id == payment_id), None),
        token=token,
    )


def _qr(asked: OnlinePayment) -> Markup:
    """The code as inline SVG; its size stands in the style sheet."""
    code = segno.make(asked.payload, error="m", micro=False)
    drawn = code.svg_inline(border=QR_BORDER, omitsize=True, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  (made here of our own payload, which the SVG holds as modules)
