"""What providers tell us: verified, settled in one short unit, answered in their own format."""

from flask import Blueprint, Response, request

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import AppError, NotFound
from postal_bridge.kernel.log import log
from postal_bridge.money.bank import BankNotices
from postal_bridge.money.ports import PaymentProvider
from postal_bridge.money.service import settle
from routes.access import allow
from routes.container import container
from routes.errors import status_of
from routes.payment_links import vnpay_terminal

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
BANK = BankNotices()


@bp.post("/bank")
@allow()
def bank() -> Response:
    """The same notice again gets the same answer and changes nothing."""
    body, refused = _settled(BANK, request.get_data())
    return _json(body, 200 if refused is None else status_of(refused))


@bp.get("/vnpay")
@allow()
def vnpay() -> Response:
    """The gateway's notification. It reads `RspCode`; its status is always 200."""
    terminal = vnpay_terminal()
    if terminal is None:
        raise NotFound
    body, _ = _settled(terminal, request.query_string)
    return _json(body, 200)


@bp.post("/thanh-toan-quoc-gia")
@allow()
def national() -> Response:
    """The National Payment Platform's notification. It reads the code in the body."""
    platform = container().national
    if platform is None:
        raise NotFound
    body, _ = _settled(platform.platform, request.get_data())
    return _json(body, 200)


def _settled(provider: PaymentProvider, said: bytes) -> tuple[bytes, AppError | None]:
    """The provider's answer, and why it was refused if it was."""
    try:
        notice = provider.read(said, dict(request.headers), ring=container().ring)
        machine = Actor.job(f"webhooks.{provider.name}")
        settled = settle(notice, actor=machine, units=container().units)
    except AppError as exc:
        log.warning("payment notice refused", provider=provider.name, error_code=exc.code)
        return provider.refuse(exc), exc
    log.info(
        "payment notice", provider=provider.name, fate=settled.fate, why=settled.why,
        repeat=settled.is_repeat,
    )  # fmt: skip
    return provider.answer(settled), None


def _json(body: bytes, status: int) -> Response:
    return Response(body, status=status, mimetype="application/json")
