"""The operator's contracts with agencies (`/hop-dong`): a file looked at first, then published."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.kernel.actor import Role
from postal_bridge.money.contract_csv import COLUMNS, MOST_BYTES
from postal_bridge.money.contract_publishing import (
    ContractFileWrong,
    contracts_page,
    look_at_contracts,
    publish_contracts,
)
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.sent_files import brought_back, sent_file, shown_look
from routes.schemas.contracts import ContractFormSchema

bp = Blueprint("contracts", __name__, url_prefix="/hop-dong")


@bp.get("")
@allow(Role.OPERATOR)
def show() -> str:
    return _page()


@bp.post("")
@allow(Role.OPERATOR)
def look() -> str | tuple[str, int]:
    """What the file would change, and every fault by row and column. Nothing is kept."""
    content = sent_file(MOST_BYTES)
    if not content:
        return _page(wrong="directory_file_missing"), 422
    return _look(content)


@bp.post("/cong-bo")
@allow(Role.OPERATOR)
def publish() -> str | AnyResponse | tuple[str, int]:
    """The contracts that were looked at hold from their own days on."""
    content = brought_back(load_form(ContractFormSchema())["content"])
    if not content:
        return _page(wrong="directory_file_missing"), 422
    try:
        publish_contracts(
            content,
            actor=current_actor(),
            once=once_of_form(nothing),
            units=container().units,
        )
    except ContractFileWrong:  # somebody else published meanwhile, or the day has passed
        return _look(content)
    return redirect(url_for("contracts.show", _anchor="published"), 303)


def _look(content: bytes) -> str | tuple[str, int]:
    found = look_at_contracts(content, actor=current_actor(), units=container().units)
    return shown_look("contracts/look.html", content, found.faults, look=found)


def _page(wrong: str = "") -> str:
    return render_template(
        "contracts/contracts.html",
        page=contracts_page(actor=current_actor(), units=container().units),
        wrong=wrong,
        columns=COLUMNS,
    )
