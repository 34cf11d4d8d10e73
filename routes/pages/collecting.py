"""Somebody comes for a result (`/ca-phat`): found by what he has, then given out with its proof."""

from flask import Blueprint, redirect, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.runs_board import results_of
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import form_errors, load_form
from routes.pages.runs import PLANNERS, index_page
from routes.schemas.runs import CollectSchema

bp = Blueprint("collecting", __name__, url_prefix="/ca-phat")


@bp.post("", strict_slashes=False)
@allow(*PLANNERS)
def find() -> Response | str | tuple[str, int]:
    """The only result that fits is opened; of several the clerk takes one.

    Sent as a form, because a name or phone in an address stays in histories and logs.
    """
    try:
        asked = load_form(CollectSchema())
    except ValidationError as exc:
        return index_page(form_errors(exc)), 422
    found = results_of(asked["q"], actor=current_actor(), units=container().units)
    if len(found) == 1:
        return redirect(url_for("runs.held", delivery_id=found[0].waiting.delivery.id), 303)
    return index_page([], found)
