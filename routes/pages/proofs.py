"""Proofs of a hand-over (`/dieu-hanh/bang-chung/<id>`): what a supervisor judges it by."""

from uuid import UUID

from flask import Blueprint, Response, render_template

from postal_bridge.counter.opening_proofs import open_proof_picture, open_proofs
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.opened_files import file_answer

bp = Blueprint("proofs", __name__, url_prefix="/dieu-hanh/bang-chung")


@bp.get("/<uuid:delivery_id>")
@allow(Role.SUPERVISOR)
def show(delivery_id: UUID) -> str:
    """Who received, how it was signed, where the phone was; the pictures open one by one."""
    page = open_proofs(delivery_id, actor=current_actor(), units=container().units)
    return render_template("board/proofs.html", page=page, known=container().texts.has)


@bp.get("/<uuid:delivery_id>/anh/<uuid:file_id>")
@allow(Role.SUPERVISOR)
def picture(delivery_id: UUID, file_id: UUID) -> Response:
    here = container()
    return file_answer(
        open_proof_picture(
            delivery_id, file_id, actor=current_actor(), units=here.units, blobs=here.blobs
        )
    )
