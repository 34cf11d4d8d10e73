"""API: a courier's cash handed to a clerk by two blind counts, and what becomes of a difference."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.kernel.actor import Role
from postal_bridge.money.cash_desk import (
    accept_cash,
    agree_count,
    answer_gap,
    count_offered,
    offer_cash,
    refuse_cash,
    settle_gap,
    withdraw_cash,
)
from postal_bridge.money.hand_in_types import HandInView
from postal_bridge.money.hand_in_views import (
    hand_in_view,
    hand_ins_of_courier,
    hand_ins_waiting,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.desk import NothingSchema
from routes.schemas.hand_ins import (
    AnswerGapSchema,
    CountOfferSchema,
    HandInSchema,
    HandInsSchema,
    OfferSchema,
    RefuseOfferSchema,
    SettleGapSchema,
)
from routes.second_person import with_second_person

blp = ApiBlueprint(
    "hand_ins_api", __name__, url_prefix="/api/v1/hand-ins", description="Couriers' cash"
)
RENDER = as_json(HandInSchema().dump)


@blp.route("/mine", methods=["GET"])
@allow(Role.COURIER)
@blp.response(200, HandInsSchema)
def mine() -> dict[str, Any]:
    """The courier's last hand-ins, the newest first."""
    with container().units.read() as uow:
        return {"rows": hand_ins_of_courier(uow, actor=current_actor())}


@blp.route("", methods=["GET"])
@allow(Role.CLERK)
@blp.response(200, HandInsSchema)
def waiting() -> dict[str, Any]:
    """What lies on the counters of the clerk's office; blind until he has counted."""
    with container().units.read() as uow:
        return {"rows": hand_ins_waiting(uow, actor=current_actor())}


@blp.route("/<uuid:hand_in_id>", methods=["GET"])
@allow(Role.CLERK, Role.COURIER, Role.SUPERVISOR)
@blp.response(200, HandInSchema)
def one(hand_in_id: UUID) -> HandInView:
    """One hand-in as the caller may see it."""
    with container().units.read() as uow:
        return hand_in_view(uow, hand_in_id, actor=current_actor())


@blp.route("", methods=["POST"])
@allow(Role.COURIER)
@blp.arguments(OfferSchema)
@blp.alt_response(201, schema=HandInSchema)
def offer(data: dict[str, Any]) -> Response:
    """The courier lays his counted cash on the counter."""
    command = OfferSchema().command(data)
    return answered(offer_cash(command, once=once(RENDER), **_who()), 201)


@blp.route("/<uuid:hand_in_id>/count", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(CountOfferSchema)
@blp.response(200, HandInSchema)
def count(data: dict[str, Any], hand_in_id: UUID) -> Response:
    """The clerk's blind count; again with a reason."""
    command = CountOfferSchema().command(hand_in_id, data)
    return answered(count_offered(command, once=once(RENDER), **_who()))


@blp.route("/<uuid:hand_in_id>/agreement", methods=["POST"])
@allow(Role.COURIER)
@blp.arguments(NothingSchema)
@blp.response(200, HandInSchema)
def agree(_: dict[str, Any], hand_in_id: UUID) -> Response:
    """The courier takes the clerk's count as his own."""
    return answered(agree_count(hand_in_id, once=once(RENDER), **_who()))


@blp.route("/<uuid:hand_in_id>/acceptance", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(NothingSchema)
@blp.alt_response(201, schema=HandInSchema)
def accept(_: dict[str, Any], hand_in_id: UUID) -> Response:
    """The agreed sum is in the clerk's drawer."""
    return answered(accept_cash(hand_in_id, once=once(RENDER), **_who()), 201)


@blp.route("/<uuid:hand_in_id>/refusal", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(RefuseOfferSchema)
@blp.response(200, HandInSchema)
def refuse(data: dict[str, Any], hand_in_id: UUID) -> Response:
    """The clerk has not taken it and says why."""
    command = RefuseOfferSchema().command(hand_in_id, data)
    return answered(refuse_cash(command, once=once(RENDER), **_who()))


@blp.route("/<uuid:hand_in_id>/withdrawal", methods=["POST"])
@allow(Role.COURIER)
@blp.arguments(NothingSchema)
@blp.response(200, HandInSchema)
def withdraw(_: dict[str, Any], hand_in_id: UUID) -> Response:
    """The courier has his cash back."""
    return answered(withdraw_cash(hand_in_id, once=once(RENDER), **_who()))


@blp.route("/<uuid:hand_in_id>/gap-answer", methods=["POST"])
@allow(Role.COURIER)
@blp.arguments(AnswerGapSchema)
@blp.response(200, HandInSchema)
def answer(data: dict[str, Any], hand_in_id: UUID) -> Response:
    """The courier accepts the difference or doubts it; doubted, it is owed by nobody."""
    command = AnswerGapSchema().command(hand_in_id, data)
    return answered(answer_gap(command, once=once(RENDER), **_who()))


@blp.route("/<uuid:hand_in_id>/settlement", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(SettleGapSchema)
@blp.response(200, HandInSchema)
def settle(data: dict[str, Any], hand_in_id: UUID) -> Response:
    """Two people have decided about the difference."""
    command = SettleGapSchema().command(hand_in_id, with_second_person(data))
    return answered(settle_gap(command, once=once(RENDER), **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
