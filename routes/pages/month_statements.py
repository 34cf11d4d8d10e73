"""The month's statements (`/dieu-hanh/quyet-toan`): what each bearer owes, line by line."""

import csv
import io
from datetime import date

from flask import Blueprint, Response, render_template, request, url_for

from postal_bridge.insight.month_statements import (
    MonthStatement,
    month_of_bearers,
    month_statement,
)
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.money.bearer_payments import pay_statement
from postal_bridge.money.contract_text import explain_bearing
from postal_bridge.money.month_of_bearers import BearerLine
from postal_bridge.money.service import ParkedNotice, parked_notices
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import nothing, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, answered
from routes.pages.reconciliation import plain
from routes.schemas.contracts import PayStatementSchema
from routes.second_person import with_second_person

bp = Blueprint("month_statements", __name__, url_prefix="/dieu-hanh/quyet-toan")
SEE = (Role.SUPERVISOR, Role.OPERATOR)
FIRST_ROWS = 200
COLUMNS = ("day", "dossier", "office", "item", "amount_vnd", "contract", "explanation")


@bp.get("")
@allow(*SEE)
def show() -> str:
    found = month_of_bearers(_month(), actor=current_actor(), units=container().units)
    return render_template("statements/month.html", found=found)


@bp.get("/<bearer>")
@allow(*SEE)
def one(bearer: str) -> str:
    return _one(bearer, [])


@bp.post("/<bearer>/da-tra")
@allow(Role.OPERATOR)
def paid(bearer: str) -> Answer:
    """Money that waits was for this statement, two people say."""

    def act() -> bytes:
        schema = PayStatementSchema()
        fields = with_second_person(load_form(schema))
        month = _month() or local(container().units.machine.now()).date()
        return pay_statement(
            schema.command(bearer, month, fields),
            actor=current_actor(),
            once=once_of_form(nothing),
            units=container().units,
        )

    return answered(
        act,
        lambda errors: _one(bearer, errors),
        lambda _: url_for("month_statements.one", bearer=bearer, thang=request.args.get("thang")),
        is_lookup=True,
    )


@bp.get("/<bearer>/bang.csv")
@allow(*SEE)
def sheet(bearer: str) -> Response:
    """All lines, as a spreadsheet opens them: no cell is a formula."""
    found, out = _found(bearer), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in found.lines:
        line = one.line
        item = container().texts.render(f"contract_item_{line.item}", {}, chosen_language())
        day = local(line.at).date().isoformat()
        texts = (one.number, one.office, item)
        explained = plain(_explain(line))
        writer.writerow(
            [day, *map(plain, texts), line.amount_vnd, plain(line.contract or ""), explained]
        )
    name = f"quyet-toan-{found.month:%Y-%m}-{found.bearer.kind}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), mimetype="text/csv", headers=headers)


def _one(bearer: str, errors: list[FormError]) -> str:
    found = _found(bearer)
    waiting: tuple[ParkedNotice, ...] = ()
    if Role.OPERATOR in current_actor().roles and found.is_closed and found.bearer.left_vnd > 0:
        with container().units.read() as uow:
            parked = parked_notices(uow, actor=current_actor())
        waiting = tuple(one for one in parked if one.is_held and one.payment_id is None)
    return render_template(
        "statements/bearer.html",
        found=found,
        first=FIRST_ROWS,
        explain=_explain,
        waiting=waiting,
        errors=errors,
    )


def _found(bearer: str) -> MonthStatement:
    return month_statement(bearer, _month(), actor=current_actor(), units=container().units)


def _explain(line: BearerLine) -> str:
    return explain_bearing(line, container().texts, chosen_language())


def _month() -> date | None:
    """The month asked for, as a browser's month field sends it; this one where it holds none."""
    try:
        return date.fromisoformat(f"{request.args.get('thang', '')}-01")
    except ValueError:
        return None
