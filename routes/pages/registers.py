"""The operator's registers of administrative units: a file looked at first, and all there were."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.directory.register_csv import COLUMNS, MOST_BYTES
from postal_bridge.directory.service import RegisterFileWrong, publish_register
from postal_bridge.insight.service import (
    look_at_register,
    register_page,
    registers_page,
)
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import once_of_form
from routes.pages.sent_files import brought_back, sent_table, shown_look
from routes.schemas.registers import RegisterFormSchema

bp = Blueprint("registers", __name__, url_prefix="/danh-muc/don-vi")
LONGEST_NAME = 80


@bp.get("")
@allow(Role.OPERATOR)
def show() -> str:
    return _page()


@bp.post("")
@allow(Role.OPERATOR)
def look() -> str | tuple[str, int]:
    """What the file would change, and every fault by row and column. Nothing is kept."""
    content = sent_table(MOST_BYTES)
    if not content:
        return _page(wrong="directory_file_missing"), 422
    return _look(content)


@bp.post("/cong-bo")
@allow(Role.OPERATOR)
def publish() -> str | AnyResponse | tuple[str, int]:
    """The file that was looked at holds from its own days on."""
    content = brought_back(load_form(RegisterFormSchema())["content"])
    if not content:
        return _page(wrong="directory_file_missing"), 422
    try:
        number = publish_register(
            content,
            actor=current_actor(),
            once=once_of_form(lambda made: str(made.snapshot.number).encode()),
            units=container().units,
        )
    except RegisterFileWrong:  # somebody else published meanwhile
        return _look(content)
    return redirect(url_for("registers.one", number=int(number)), 303)


@bp.get("/<int:number>")
@allow(Role.OPERATOR)
def one(number: int) -> str:
    """One register as it was published, and a look-up in it."""
    asked = request.args.get("q", "").strip()[:LONGEST_NAME]
    page = register_page(
        number,
        text=asked,
        on=_day(),
        actor=current_actor(),
        units=container().units,
    )
    return render_template("registers/register.html", page=page, asked=asked)


def _day() -> date | None:
    """The day asked for; today where the field holds none."""
    try:
        return date.fromisoformat(request.args.get("ngay", ""))
    except ValueError:
        return None


def _look(content: bytes) -> str | tuple[str, int]:
    seen = look_at_register(content, actor=current_actor(), units=container().units)
    look = seen.look
    return shown_look("registers/look.html", content, look.faults, seen=seen, look=look)


def _page(wrong: str = "") -> str:
    return render_template(
        "registers/registers.html",
        published=registers_page(actor=current_actor(), units=container().units),
        wrong=wrong,
        columns=COLUMNS,
    )
