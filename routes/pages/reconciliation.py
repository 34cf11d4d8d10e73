"""The day's reconciliation (`/dieu-hanh/doi-soat`): three sides, every difference by item."""

import csv
import io
from collections import Counter
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request

from postal_bridge.insight.reconciliation import NamedDifference, Reconciliation, reconcile_day
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.language import chosen_language

bp = Blueprint("reconciliation", __name__, url_prefix="/dieu-hanh/doi-soat")
SEE = (Role.SUPERVISOR, Role.OPERATOR)
FIRST_ROWS = 50
COLUMNS = (
    "kind", "number", "receipts", "received_vnd", "remitted_vnd", "counted_in", "segment",
    "giver", "taker",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.get("")
@allow(*SEE)
def show() -> str:
    """The differences of one kind, where one is chosen; how many there are of each stands above."""
    found, kind = _found(), request.args.get("loai", "")
    kinds = Counter(one.difference.kind.value for one in found.differences)
    shown = [one for one in found.differences if kind not in kinds or one.difference.kind == kind]
    return render_template(
        "board/reconciliation.html",
        found=found,
        first=FIRST_ROWS,
        shown=shown,
        kinds=kinds.most_common(),
        kind=kind if kind in kinds else "",
    )


@bp.get("/bang.csv")
@allow(*SEE)
def sheet() -> Response:
    """All differences, as a spreadsheet opens them: no cell is a formula."""
    found, out = _found(), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(_row(one) for one in found.differences)
    name = f'attachment; filename="doi-soat-{found.day.isoformat()}.csv"'
    body = "\ufeff" + out.getvalue()
    return Response(body, mimetype="text/csv", headers={"Content-Disposition": name})


def _found() -> Reconciliation:
    return reconcile_day(_day(), actor=current_actor(), units=container().units)


def _day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("ngay", ""))
    except ValueError:
        return None


def _row(named: NamedDifference) -> list[Any]:
    one = named.difference

    def say(code: str) -> str:
        return container().texts.render(code, {}, chosen_language())

    citizen = say("reconcile_citizen")
    return [
        say(f"reconcile_{one.kind.value}"),
        plain(one.number),
        " ".join(one.receipt_numbers),
        one.received_vnd,
        one.remitted_vnd,
        int(one.is_counted_in),
        say(f"segment_{one.segment.value}"),
        plain(named.giver_name or citizen),
        plain(named.taker_name or citizen),
    ]


def plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
