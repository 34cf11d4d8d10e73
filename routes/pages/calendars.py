"""The operator's calendars: a file of days looked at first, what was published, the days ahead."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.directory.calendar_days import COLUMNS, MOST_BYTES
from postal_bridge.directory.calendar_publishing import CalendarFileWrong, publish_days
from postal_bridge.insight.service import calendars_page, look_at_calendar
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import once_of_form
from routes.pages.sent_files import brought_back, sent_table, shown_look
from routes.schemas.calendars import CalendarFormSchema

bp = Blueprint("calendars", __name__, url_prefix="/danh-muc/lich")


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
    """Whatever is counted from now on is counted with the file that was looked at."""
    content = brought_back(load_form(CalendarFormSchema())["content"])
    if not content:
        return _page(wrong="directory_file_missing"), 422
    try:
        publish_days(
            content,
            actor=current_actor(),
            once=once_of_form(lambda made: str(made.snapshot.number).encode()),
            units=container().units,
        )
    except CalendarFileWrong:  # somebody else published meanwhile, or the day is over
        return _look(content)
    return redirect(url_for("calendars.show", _anchor="published"), 303)


def _look(content: bytes) -> str | tuple[str, int]:
    seen = look_at_calendar(content, actor=current_actor(), units=container().units)
    look = seen.look
    return shown_look("calendars/look.html", content, look.faults, seen=seen, look=look)


def _page(wrong: str = "") -> str:
    return render_template(
        "calendars/calendars.html",
        page=calendars_page(actor=current_actor(), units=container().units),
        wrong=wrong,
        columns=COLUMNS,
    )
