"""Staff look-up (`/tra-cuu-ho-so`) and the page of one dossier (`/ho-so/<id>`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from postal_bridge.counter.citizen_door import forget_door_at_counter
from postal_bridge.counter.opening_scans import open_scan
from postal_bridge.counter.service import (
    LookReason,
    OpenDossier,
    look_up,
    open_dossier_page,
    peek_dossier,
)
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import form_errors, load_form
from routes.opened_files import file_answer
from routes.schemas.lookup import LookUpSchema

bp = Blueprint("lookup", __name__)
READERS = (Role.CLERK, Role.OFFICER, Role.SUPERVISOR)


@bp.get("/tra-cuu-ho-so")
@allow(*READERS)
def index() -> str:
    return _index(None, LookReason.CITIZEN_ASKS, [])


@bp.post("/tra-cuu-ho-so")
@allow(*READERS)
def find() -> str | tuple[str, int]:
    """What a code, a number or a name points to; no personal data in the list.

    Sent as a form, because a name or phone in an address stays in histories and logs.
    """
    try:
        asked = load_form(LookUpSchema())
    except ValidationError as exc:
        return _index(None, LookReason.CITIZEN_ASKS, form_errors(exc)), 422
    return _index(look_up(asked["q"], **_who()), asked["reason"], [])


@bp.get("/ho-so/<uuid:dossier_id>")
@allow(*READERS)
def show(dossier_id: UUID) -> str:
    """With a reason the whole dossier, the look written first; without one, what is no one's."""
    reason = request.args.get("ly-do", "")
    if reason not in set(LookReason):
        dossier = peek_dossier(dossier_id, **_who())
        return render_template("lookup/reason.html", dossier=dossier, reasons=LookReason)
    command = OpenDossier(dossier_id, LookReason(reason))
    page = open_dossier_page(command, **_who())
    texts = container().texts
    return render_template("lookup/dossier.html", page=page, known=texts.has)


@bp.get("/ho-so/<uuid:dossier_id>/ban-quet/<uuid:scan_id>")
@allow(*READERS)
def scan(dossier_id: UUID, scan_id: UUID) -> Response:
    """The scan itself; each opening is a look that the citizen can read."""
    return file_answer(open_scan(dossier_id, scan_id, blobs=container().blobs, **_who()))


@bp.post("/ho-so/<uuid:dossier_id>/quen-vi-tri-cua")
@allow(Role.CLERK)
def forget_door(dossier_id: UUID) -> Response:
    """The citizen takes back that the door is remembered; the page is opened anew, with a look."""
    forget_door_at_counter(dossier_id, **_who())
    opened = url_for("lookup.show", dossier_id=dossier_id)
    return redirect(f"{opened}?ly-do={LookReason.CITIZEN_ASKS}", 303)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _index(found: Any, reason: LookReason, errors: Any) -> str:
    return render_template(
        "lookup/index.html", found=found, reason=reason, reasons=LookReason, errors=errors
    )
