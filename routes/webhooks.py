"""What providers tell us: verified, settled in one short unit, answered in their own format."""

from flask import Blueprint, Response, request

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.log import log
from postal_bridge.money.bank import BankNotices
from postal_bridge.money.service import settle
from routes.access import allow
from routes.container import container
from routes.errors import status_of

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
BANK = BankNotices()
MACHINE = Actor.job("webhooks.bank")


@bp.post("/bank")
@allow()
def bank() -> Response:
    """The same notice again gets the same answer and changes nothing."""
    try:
        notice = BANK.read(request.get_data(), dict(request.headers), ring=container().ring)
        settled = settle(notice, actor=MACHINE, units=container().units)
    except AppError as exc:
        log.warning("bank notice refused", error_code=exc.code)
        return _json(BANK.refuse(exc), status_of(exc))
    log.info("bank notice", fate=settled.fate, why=settled.why, repeat=settled.is_repeat)
    return _json(BANK.answer(settled), 200)


def _json(body: bytes, status: int) -> Response:
    return Response(body, status=status, mimetype="application/json")
