"""The result of a dossier that was filed online: the clerk asks where it is to be brought."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.commands import CompleteOnlineFiling
from postal_bridge.counter.service import Offer, complete_online_filing
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.errors import AppError
from routes.access import allow, current_actor
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, load_form
from routes.idempotency import as_json, once_of_form
from routes.pages.counter_communes import communes_of
from routes.pages.counter_errors import check_communes, placed
from routes.pages.counter_form import prefilled, wire_pairs
from routes.pages.counter_slip import slip_of
from routes.pages.counter_view import choices, offers_by_section, seat_now, value_of
from routes.schemas.counter import AcceptedSchema, CompleteOnlineFilingSchema

bp = Blueprint("online_filing", __name__, url_prefix="/quay-giao-dich/truc-tuyen")

NOT_ASKED = ("signature.", "received_", "sets", "weight_g", "service_form")


@bp.get("")
@allow(Role.CLERK)
def show() -> str:
    return _form({"offer": request.args.get("offer", "")}, [])


@bp.post("")
@allow(Role.CLERK)
def record() -> str | Response | tuple[str, int]:
    """Recorded, or the form again; "count" only counts the fare."""
    fields = {name: value for name, value in request.form.items() if value.strip()}
    if request.form.get("do") == "count":
        return _form(fields, [])
    try:
        answer = json.loads(_complete(fields))
    except (ValidationError, AppError) as exc:
        status = status_of(exc) if isinstance(exc, AppError) else 422
        return _form(fields, placed(exc, fields, _today())), status
    return redirect(url_for("counter.accepted", dossier_id=answer["dossier_id"]), 303)


def _complete(fields: dict[str, str]) -> bytes:
    return complete_online_filing(
        _command(fields),
        actor=current_actor(),
        once=once_of_form(as_json(AcceptedSchema().dump)),
        units=container().units,
    )


def _command(fields: dict[str, str]) -> CompleteOnlineFiling:
    today = _today()
    pairs = [
        (name, value)
        for name, value in wire_pairs(_received(fields), today)
        if not name.startswith(NOT_ASKED)
    ]
    received = _moment(fields.get("received_on"), fields.get("received_hour"))
    if received:
        pairs.append(("received_at", received))
    loaded: CompleteOnlineFiling = load_form(CompleteOnlineFilingSchema(), pairs)
    check_communes(fields, today)
    return loaded


def _moment(day: str | None, hour: str | None) -> str | None:
    """A date and an hour of a Vietnamese clock as one moment; None when they are not."""
    try:
        at = datetime.fromisoformat(f"{day or ''}T{hour or '08:00'}")
    except ValueError:
        return None
    return at.replace(tzinfo=VIETNAM).isoformat()


def _today() -> Any:
    return local(seat_now().now).date()


def _received(fields: dict[str, str]) -> dict[str, str]:
    """An online filing is always of the service form that only receives."""
    return prefilled({**fields, "service_form": ServiceForm.RECEIVE.value}, None)


def _form(fields: dict[str, str], errors: list[FormError]) -> str:
    where = seat_now()
    today = local(where.now).date()
    typed = _received(fields)
    offers = [offer for offer in where.offers if ServiceForm.RECEIVE in offer.service_forms]
    chosen = _chosen(offers, typed)
    return render_template(
        "counter/online.html",
        f=typed,
        errors=errors,
        offers_by_section=offers_by_section(offers),
        communes=communes_of(typed, today),
        slip=_slip(typed, today) if chosen else {},
        **choices(chosen, typed, today),
    )


def _slip(typed: dict[str, str], today: Any) -> dict[str, Any]:
    return slip_of(typed, today, actor=current_actor(), is_filed_online=True)


def _chosen(offers: list[Offer], typed: dict[str, str]) -> Offer | None:
    return next((one for one in offers if value_of(one) == typed.get("offer")), None)
