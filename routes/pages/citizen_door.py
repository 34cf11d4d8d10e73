"""Whether the post may remember where a citizen's door is: on a page of its own, never kept."""

from typing import Any

from flask import Blueprint, render_template, url_for

from postal_bridge.counter.citizen_door import answer_door, door_page
from routes.access import allow
from routes.container import container
from routes.forms import load_form
from routes.pages.answers import Answer, answered
from routes.pages.citizen_view import citizen_by
from routes.schemas.citizen import DoorSchema

bp = Blueprint("citizen_door", __name__, url_prefix="/tra-cuu")


@bp.get("/<token>/vi-tri-cua")
@allow()
def show(token: str) -> str:
    return _page(token, [])


@bp.post("/<token>/vi-tri-cua")
@allow()
def answer(token: str) -> Answer:
    """Allowed, or taken back; either is one button."""
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        answer_door(load_form(DoorSchema()), actor=citizen, units=container().units)
        return b"{}"

    return answered(
        act,
        lambda errors: _page(token, errors),
        lambda _: url_for("citizen_door.show", token=token),
    )


def _page(token: str, errors: list[Any]) -> str:
    citizen, _ = citizen_by(token)
    page = door_page(actor=citizen, units=container().units)
    return render_template("citizen/door.html", page=page, token=token, errors=errors)
