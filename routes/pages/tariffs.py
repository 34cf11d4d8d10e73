"""The operator's tariffs: what holds and what comes, files looked at first, budgets granted."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from postal_bridge.directory.administrative import open_register
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.money.service import (
    GrantBudget,
    TariffFileWrong,
    TariffLook,
    grant_budget,
    look_at_tariff,
    publish_tariff_once,
    tariffs_page,
)
from postal_bridge.money.tariff_csv import COLUMNS, MOST_BYTES
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, form_errors, load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.sent_files import brought_back, carried, sent_file
from routes.schemas.tariffs import GrantSchema, PublishSchema

bp = Blueprint("tariffs", __name__, url_prefix="/bieu-cuoc")


@bp.app_template_global()
def province_name(code: str, on: date) -> str:
    return open_register(units=container().units).last_known(code, on).name


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
    found = look_at_tariff(content, actor=current_actor(), units=container().units)
    page = _look(found, content="" if found.faults else carried(content))
    return (page, 422) if found.faults else page


@bp.post("/cong-bo")
@allow(Role.OPERATOR)
def publish() -> str | AnyResponse | tuple[str, int]:
    """The file that was looked at is in force from its first day on."""
    content = brought_back(load_form(PublishSchema())["content"])
    if not content:
        return _page(wrong="directory_file_missing"), 422
    who: dict[str, Any] = {"actor": current_actor(), "units": container().units}
    try:
        publish_tariff_once(content, once=once_of_form(nothing), **who)
    except TariffFileWrong:  # somebody else published meanwhile, or the day has passed
        return _look(look_at_tariff(content, **who), content=""), 422
    return redirect(url_for("tariffs.show", _anchor="published"), 303)


@bp.post("/ngan-sach")
@allow(Role.OPERATOR)
def grant() -> str | AnyResponse | tuple[str, int]:
    """An authority's grant for one month of a programme."""
    try:
        given: GrantBudget = load_form(GrantSchema())
        grant_budget(
            given,
            actor=current_actor(),
            once=once_of_form(lambda view: str(view.left_vnd).encode()),
            units=container().units,
        )
    except (ValidationError, RuleViolation, NotFound) as wrong:
        return _page(errors=form_errors(wrong), typed=request.form), 422
    return redirect(url_for("tariffs.show", _anchor="budgets"), 303)


def _page(
    wrong: str = "", errors: Sequence[FormError] = (), typed: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "tariffs/tariffs.html",
        page=tariffs_page(actor=current_actor(), units=container().units),
        wrong=wrong,
        errors=errors,
        typed=typed or {},
        columns=COLUMNS,
    )


def _look(found: TariffLook, *, content: str) -> str:
    return render_template("tariffs/look.html", look=found, content=content)
