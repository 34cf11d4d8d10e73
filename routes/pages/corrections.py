"""A result with a mistake at the officer's desk: made anew, or said to stand."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for

from postal_bridge.counter.correcting import decline_correction, open_correction
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, once_of_form
from routes.pages.answers import Answer, Done, answered
from routes.pages.desk import dossier_page
from routes.schemas.corrections import CorrectionSchema, DeclineMistakeSchema
from routes.schemas.lookup import DossierSchema

bp = Blueprint("corrections", __name__, url_prefix="/mot-cua/ho-so/<uuid:dossier_id>/sai-sot")


@bp.post("/sua")
@allow(Role.OFFICER)
def correct(dossier_id: UUID) -> Answer:
    """The agency makes the result anew and bears its way."""

    def do() -> bytes:
        schema = CorrectionSchema()
        command = schema.command(dossier_id, load_form(schema))
        return open_correction(command, **_who())

    return _answer(dossier_id, do)


@bp.post("/khong-sai")
@allow(Role.OFFICER)
def decline(dossier_id: UUID) -> Answer:
    """The result stands; the citizen reads why."""

    def do() -> bytes:
        schema = DeclineMistakeSchema()
        command = schema.command(dossier_id, load_form(schema))
        return decline_correction(command, **_who())

    return _answer(dossier_id, do)


def _answer(dossier_id: UUID, do: Any) -> Answer:
    def then(_: Done) -> str:
        return url_for("desk.dossier", dossier_id=dossier_id)

    return answered(do, partial(dossier_page, dossier_id), then)


def _who() -> dict[str, Any]:
    once = once_of_form(as_json(DossierSchema().dump))
    return {"actor": current_actor(), "once": once, "units": container().units}
