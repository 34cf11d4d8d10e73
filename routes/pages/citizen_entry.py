"""The way to one's own dossier without its slip: a number, then a one-time code (S2)."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from postal_bridge.counter.citizen_acts import ask_code, enter_code
from routes.access import allow
from routes.container import container
from routes.forms import load_form
from routes.pages.answers import Answer, answered
from routes.pages.citizen_view import BY_CODE
from routes.schemas.citizen import CodeSchema, NumberSchema

bp = Blueprint("citizen_entry", __name__, url_prefix="/tra-cuu")
CODE_OPENS_FOR = timedelta(minutes=30)
SAME_TIME_S = 0.4  # whoever asks learns nothing from how long the answer takes


@bp.get("", strict_slashes=False)
@allow()
def ask() -> str:
    return _ask_page([])


@bp.post("", strict_slashes=False)
@allow()
def number() -> Answer:
    """The same page for every number: it asks for the slip or a code."""
    return answered(_number_seen, _ask_page, lambda _: url_for("citizen_entry.prove"))


@bp.get("/xac-nhan")
@allow()
def prove() -> str:
    return _prove_page([])


@bp.post("/gui-ma")
@allow()
def send_code() -> Response:
    began = time.monotonic()
    ask_code(session.get("citizen_number", ""), units=container().units)
    time.sleep(max(0.0, SAME_TIME_S - (time.monotonic() - began)))
    return redirect(url_for("citizen_entry.prove", da_gui=1), 303)


@bp.post("/xac-nhan")
@allow()
def enter() -> Answer:
    def check() -> bytes:
        sent = load_form(CodeSchema(), [*request.form.items(), ("number", _number() or "-")])
        dossier_id = enter_code(sent["number"], sent["code"], units=container().units)
        until = datetime.now(UTC) + CODE_OPENS_FOR
        session["citizen"] = [str(dossier_id), until.timestamp()]
        return b"{}"

    return answered(
        check, _prove_page, lambda _: url_for("citizen.show", token=BY_CODE), field="code"
    )


def _number_seen() -> bytes:
    session["citizen_number"] = load_form(NumberSchema())["number"]
    return b"{}"


def _number() -> str:
    return str(session.get("citizen_number", ""))


def _ask_page(errors: list[Any]) -> str:
    return render_template("citizen/ask.html", errors=errors, sent=request.form)


def _prove_page(errors: list[Any]) -> str:
    return render_template(
        "citizen/prove.html", errors=errors, number=_number(), was_sent="da_gui" in request.args
    )
