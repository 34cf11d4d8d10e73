"""A result is given out where it was made (`/mot-cua/tra-ket-qua/<id>`), by an officer."""

from uuid import UUID

from flask import Blueprint, url_for

from postal_bridge.counter.giving_out import give_out
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.courier import answer_json
from routes.pages.runs import held_page
from routes.schemas.courier import sent_pairs
from routes.schemas.runs import GiveOutSchema

bp = Blueprint("section_giving", __name__, url_prefix="/mot-cua/tra-ket-qua")


@bp.get("/<uuid:delivery_id>")
@allow(Role.OFFICER)
def show(delivery_id: UUID) -> str:
    return _page(delivery_id, [])


@bp.post("/<uuid:delivery_id>")
@allow(Role.OFFICER)
def give(delivery_id: UUID) -> Answer:
    """With the same proof as at any counter."""

    def act() -> bytes:
        command = load_form(GiveOutSchema(), sent_pairs(delivery_id=str(delivery_id)))
        return give_out(
            command, actor=current_actor(), units=container().units,
            once=once_of_form(answer_json), blobs=container().blobs,
        )  # fmt: skip

    return answered(
        act,
        lambda errors: _page(delivery_id, errors),
        lambda _: url_for("section_giving.show", delivery_id=delivery_id, xong="phat"),
    )


def _page(delivery_id: UUID, errors: list[FormError]) -> str:
    give_url = url_for("section_giving.give", delivery_id=delivery_id)
    return held_page(delivery_id, errors, give_url=give_url)
