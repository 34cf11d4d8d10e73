"""The agency's numbered forms as the officer hands them out."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from postal_bridge.counter.agency_notices import print_agency_notice
from postal_bridge.counter.agency_papers import print_appointment, print_control_slip
from postal_bridge.dossiers.agency_desk import RequestExtension, request_extension
from postal_bridge.dossiers.agency_notice_form import render_agency_notice
from postal_bridge.dossiers.control_slip_form import render_control_slip
from postal_bridge.dossiers.forms import render_appointment
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, answered
from routes.pages.desk import dossier_page
from routes.schemas.desk import ExtensionSchema
from routes.schemas.lookup import DossierSchema

bp = Blueprint("desk_papers", __name__, url_prefix="/mot-cua")


@bp.get("/ho-so/<uuid:dossier_id>/thong-bao/<uuid:note_id>.pdf")
@allow(Role.OFFICER)
def notice(dossier_id: UUID, note_id: UUID) -> Response:
    """Forms 02 to 05, whichever the agency's words belong to."""
    seen = print_agency_notice(dossier_id, note_id, **_who())
    return _paper(render_agency_notice(seen, **_how()), f"thong-bao-{seen.dossier_code}")


@bp.get("/ho-so/<uuid:dossier_id>/giay-hen.pdf")
@allow(Role.OFFICER)
def appointment(dossier_id: UUID) -> Response:
    """Form 01, receipt and appointment."""
    seen = print_appointment(dossier_id, follow_url=_follow_url(), **_who())
    return _paper(render_appointment(seen, **_how()), f"giay-hen-{seen.dossier_code}")


@bp.get("/ho-so/<uuid:dossier_id>/phieu-kiem-soat.pdf")
@allow(Role.OFFICER)
def control_slip(dossier_id: UUID) -> Response:
    """Form 06, as far as the dossier has come."""
    seen = print_control_slip(dossier_id, follow_url=_follow_url(), **_how(), **_who())
    name = f"phieu-kiem-soat-{seen.head.dossier_code}"
    return _paper(render_control_slip(seen, **_how()), name)


@bp.post("/ho-so/<uuid:dossier_id>/xin-loi")
@allow(Role.OFFICER)
def apologise(dossier_id: UUID) -> Answer:
    """The agency is late and asks for more time (form 04)."""

    def do() -> bytes:
        command = RequestExtension(dossier_id, **load_form(ExtensionSchema()))
        once = once_of_form(as_json(DossierSchema().dump))
        return request_extension(command, once=once, **_who())

    return answered(
        do,
        partial(dossier_page, dossier_id),
        lambda _: url_for("desk.dossier", dossier_id=dossier_id),
    )


def _follow_url() -> str:
    return url_for("citizen_entry.ask", _external=True).rstrip("/")


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _how() -> dict[str, Any]:
    return {"texts": container().texts, "language": chosen_language()}


def _paper(pdf: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)
