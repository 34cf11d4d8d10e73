"""A card terminal's list of a day (`/dieu-hanh/doi-soat/may-the`), item by item beside ours."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from postal_bridge.insight.terminal_day import TerminalDay, terminal_day
from postal_bridge.kernel.actor import Role
from postal_bridge.money.statement_import import LARGEST_FILE
from routes.access import allow, current_actor
from routes.container import container
from routes.pages.answers import Answer, answered
from routes.pages.sent_files import sent_file

bp = Blueprint("terminal_day", __name__, url_prefix="/dieu-hanh/doi-soat/may-the")
SEE = (Role.SUPERVISOR, Role.OPERATOR)


@bp.get("")
@allow(*SEE)
def show() -> str:
    """The office's own card rows of the day, to go through with the terminal's slip in hand."""
    return _page(_found(), [])


@bp.post("")
@allow(*SEE)
def compare() -> Answer | str:
    """Each difference by its item; nothing is kept or posted, so the same file does no harm."""
    compared: list[TerminalDay] = []

    def act() -> bytes:
        typed = request.form.get("lines", "")
        compared.append(_found(sent_file(LARGEST_FILE) or typed.encode()))
        return b"{}"

    answer = answered(act, lambda errors: _page(_found(), errors), lambda _: "", field="file")
    return _page(compared[0], []) if compared else answer


def _found(content: bytes | None = None) -> TerminalDay:
    return terminal_day(_office(), _day(), content, actor=current_actor(), units=container().units)


def _page(found: TerminalDay, errors: list[Any]) -> str:
    return render_template(
        "board/terminal_day.html", found=found, errors=errors, typed=request.form.get("lines", "")
    )


def _day() -> date | None:
    try:
        return date.fromisoformat(request.values.get("ngay", ""))
    except ValueError:
        return None


def _office() -> UUID | None:
    try:
        return UUID(request.values.get("don-vi", ""))
    except ValueError:
        return None
