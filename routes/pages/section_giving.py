"""A result is given out where it was made (`/mot-cua/tra-ket-qua/<id>`), by an officer."""

from uuid import UUID

from flask import Blueprint, url_for

from postal_bridge.kernel.actor import Role
from routes.access import allow
from routes.forms import FormError
from routes.pages.answers import Answer, answered
from routes.pages.runs import given_out, held_page

bp = Blueprint("section_giving", __name__, url_prefix="/mot-cua/tra-ket-qua")


@bp.get("/<uuid:delivery_id>")
@allow(Role.OFFICER)
def show(delivery_id: UUID) -> str:
    return _page(delivery_id, [])


@bp.post("/<uuid:delivery_id>")
@allow(Role.OFFICER)
def give(delivery_id: UUID) -> Answer:
    return answered(
        lambda: given_out(delivery_id),
        lambda errors: _page(delivery_id, errors),
        lambda _: url_for("section_giving.show", delivery_id=delivery_id, xong="phat"),
    )


def _page(delivery_id: UUID, errors: list[FormError]) -> str:
    give_url = url_for("section_giving.give", delivery_id=delivery_id)
    return held_page(delivery_id, errors, give_url=give_url)
