"""The result of a dossier that was filed online: the clerk asks where it is to be brought."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.commands import CompleteOnlineFiling, PayHow
from postal_bridge.counter.service import complete_online_filing, preview_slip, seat
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.errors import AppError
from postal_bridge.people.rules import IdKind
from routes.access import allow, current_actor
from routes.container import container
from routes.errors import status_of
from routes.forms import FormError, form_errors, load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.counter_form import communes_of, slip_ask, wire_pairs
from routes.schemas.counter import AcceptedSchema, CompleteOnlineFilingSchema

bp = Blueprint("online_filing", __name__, url_prefix="/quay-giao-dich/truc-tuyen")


@bp.get("")
@allow(Role.CLERK)
def show() -> str:
    return _form({}, [])


@bp.post("")
@allow(Role.CLERK)
def record() -> str | Response | tuple[str, int]:
    """Recorded, or the form again; "count" only counts the fare."""
    fields = {name: value for name, value in request.form.items() if value.strip()}
    if request.form.get("do") == "count":
        return _form(fields, [])
    try:
        answer = complete_online_filing(
            _command(fields),
            actor=current_actor(),
            once=once_of_form(as_json(AcceptedSchema().dump)),
            units=container().units,
        )
    except (ValidationError, AppError) as exc:
        status = status_of(exc) if isinstance(exc, AppError) else 422
        return _form(fields, form_errors(exc)), status
    return redirect(url_for("counter.accepted", dossier_id=json.loads(answer)["dossier_id"]), 303)


def _command(fields: dict[str, str]) -> CompleteOnlineFiling:
    today = local(_now()).date()
    given = {**fields, "delivery.place": fields.get("delivery.place", Place.DOOR.value)}
    pairs = [
        (name, value)
        for name, value in wire_pairs(given, today)
        if not name.startswith(("signature.", "received_", "do"))
    ]
    received = _moment(fields.get("received_on"), fields.get("received_hour"))
    if received:
        pairs.append(("received_at", received))
    loaded: CompleteOnlineFiling = load_form(CompleteOnlineFilingSchema(), pairs)
    return loaded


def _moment(day: str | None, hour: str | None) -> str | None:
    """A date and an hour of a Vietnamese clock as one moment; None when they are not."""
    try:
        at = datetime.fromisoformat(f"{day or ''}T{hour or '08:00'}")
    except ValueError:
        return None
    return at.replace(tzinfo=VIETNAM).isoformat()


def _now() -> datetime:
    return seat(actor=current_actor(), units=container().units).now


def _form(fields: dict[str, str], errors: list[FormError]) -> str:
    where = seat(actor=current_actor(), units=container().units)
    today = local(where.now).date()
    english = chosen_language() == "en"
    offers = [
        (
            f"{offer.link_id}:{offer.procedure.id}",
            offer.procedure.name_en if english else offer.procedure.name_vi,
        )
        for offer in where.offers
        if "receive" in offer.service_forms
    ]
    return render_template(
        "counter/online.html",
        f=fields,
        errors=errors,
        offers=offers,
        communes=communes_of(fields, today),
        preview=_preview(fields, today),
        id_kinds=[(kind.value, _say(f"id_kind_{kind.value}")) for kind in IdKind],
        places=[(p.value, _say(f"counter_place_{p.value}")) for p in (Place.DOOR, Place.POINT)],
        receivers=[(r.value, _say(f"counter_receiver_{r.value}")) for r in Receiver],
        pay_hows=[(how.value, _say(f"counter_pay_{how.value}")) for how in PayHow],
    )


def _preview(fields: dict[str, str], today: Any) -> Any:
    asked = {
        **fields,
        "service_form": ServiceForm.RECEIVE.value,
        "delivery.place": fields.get("delivery.place", Place.DOOR.value),
    }
    ask = slip_ask(asked, today)
    if ask is None:
        return None
    return preview_slip(ask, actor=current_actor(), units=container().units)


def _say(code: str) -> str:
    return container().texts.render(code, {}, chosen_language())
