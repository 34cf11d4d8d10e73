"""The agency's numbered forms as the officer hands them out."""

from uuid import UUID

from flask import Blueprint
from werkzeug.wrappers import Response

from postal_bridge.counter.agency_notices import print_agency_notice
from postal_bridge.dossiers.agency_notice_form import render_agency_notice
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.language import chosen_language

bp = Blueprint("desk_papers", __name__, url_prefix="/mot-cua")


@bp.get("/ho-so/<uuid:dossier_id>/thong-bao/<uuid:note_id>.pdf")
@allow(Role.OFFICER)
def notice(dossier_id: UUID, note_id: UUID) -> Response:
    """Form 02, 03 or 05, whichever the agency's words belong to."""
    seen = print_agency_notice(dossier_id, note_id, actor=current_actor(), units=container().units)
    pdf = render_agency_notice(seen, texts=container().texts, language=chosen_language())
    headers = {"Content-Disposition": f'inline; filename="thong-bao-{seen.dossier_code}.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)
