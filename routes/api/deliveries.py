"""API: results being given out, and what happens to those that could not be."""

from typing import Any
from uuid import UUID

from flask import Response

from couriers.service import FailAtDoor, HandOverAtDoor, fail_at_door, hand_over_at_door
from postal_bridge.counter.giving_out import GiveOut, give_out, held_result
from postal_bridge.counter.returns import OfferReturn, offer_return
from postal_bridge.delivery.service import (
    accept_doubtful_proof,
    answer_dispute,
    find_delivery,
    find_delivery_of_dossier,
    give_up_delivery,
    hold_delivery,
    list_deliveries,
    send_back_to_issuer,
)
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.board import AnswerDisputeSchema
from routes.schemas.courier import FailureSchema, HandOverSchema
from routes.schemas.deliveries import (
    DeliveriesSchema,
    DeliveryQuerySchema,
    DeliverySchema,
    OfferReturnSchema,
    ReasonOfGivingUpSchema,
    ReceiversSchema,
    SeenNumberSchema,
    give_up_of,
    send_back_of,
)
from routes.schemas.desk import ItemsHandOverSchema as HandOverViewSchema
from routes.schemas.runs import GiveOutSchema

blp = ApiBlueprint("deliveries_api", __name__, url_prefix="/api/v1", description="Results")
POST_STAFF = (Role.CLERK, Role.SUPERVISOR)
_render = as_json(DeliverySchema().dump)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


@blp.route("/deliveries", methods=["GET"])
@allow(*POST_STAFF, Role.OFFICER)
@blp.arguments(DeliveryQuerySchema, location="query")
@blp.response(200, DeliveriesSchema)
def listing(wanted: dict[str, Any]) -> dict[str, Any]:
    """Deliveries of the caller's scope, of one dossier or in one state where named."""
    if wanted["dossier_id"] is not None:
        found = find_delivery_of_dossier(wanted["dossier_id"], **_who())
        return {"rows": [found] if found else []}
    statuses = [wanted["status"]] if wanted["status"] else []
    return {"rows": list_deliveries(statuses, **_who())}


@blp.route("/deliveries/<uuid:delivery_id>", methods=["GET"])
@allow(*POST_STAFF, Role.OFFICER)
@blp.response(200, DeliverySchema)
def one(delivery_id: UUID) -> DeliveryView:
    """One delivery."""
    return find_delivery(delivery_id, **_who())


@blp.route("/hand-overs", methods=["POST"])
@allow(Role.COURIER)
@blp.arguments(HandOverSchema)
@blp.response(201, DeliverySchema)
def hand_over(command: HandOverAtDoor) -> Response:
    """The envelope leaves the courier's hand, with the proof the document demands."""
    answer = hand_over_at_door(command, once=once(_render), blobs=container().blobs, **_who())
    return answered(answer, 201)


@blp.route("/give-outs", methods=["POST"])
@allow(Role.CLERK, Role.OFFICER)
@blp.arguments(GiveOutSchema)
@blp.response(201, DeliverySchema)
def at_the_counter(command: GiveOut) -> Response:
    """The person who may receive stands at the counter and takes the result."""
    answer = give_out(command, once=once(_render), blobs=container().blobs, **_who())
    return answered(answer, 201)


@blp.route("/deliveries/<uuid:delivery_id>/receivers", methods=["GET"])
@allow(*POST_STAFF, Role.OFFICER)
@blp.response(200, ReceiversSchema)
def receivers(delivery_id: UUID) -> dict[str, Any]:
    """Who may take it, as the dossier names them; the look is on record."""
    held = held_result(delivery_id, **_who())
    return {"rows": [{"receiver": role, "party": party} for role, party in held.receivers]}


@blp.route("/failed-visits", methods=["POST"])
@allow(Role.COURIER)
@blp.arguments(FailureSchema)
@blp.response(201, DeliverySchema)
def failed_visit(command: FailAtDoor) -> Response:
    """A visit that failed; it counts with its evidence only."""
    answer = fail_at_door(command, once=once(_render), blobs=container().blobs, **_who())
    return answered(answer, 201)


@blp.route("/deliveries/<uuid:delivery_id>/hold", methods=["POST"])
@allow(*POST_STAFF)
@blp.response(200, DeliverySchema)
def hold(delivery_id: UUID) -> Response:
    """It waits at the point; the first invitation goes out."""
    return answered(hold_delivery(delivery_id, once=once(_render), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/giving-up", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(ReasonOfGivingUpSchema)
@blp.response(200, DeliverySchema)
def give_up(data: dict[str, Any], delivery_id: UUID) -> Response:
    """Undeliverable, in a case of Postal Law art. 17(1) only."""
    command = give_up_of(delivery_id, data)
    return answered(give_up_delivery(command, once=once(_render), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/sending-back", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(SeenNumberSchema)
@blp.response(200, DeliverySchema)
def send_back(data: dict[str, Any], delivery_id: UUID) -> Response:
    """It sets out for the issuer; the issuer's receipt ends it."""
    command = send_back_of(delivery_id, data)
    return answered(send_back_to_issuer(command, once=once(_render), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/dispute-answer", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(AnswerDisputeSchema)
@blp.response(200, DeliverySchema)
def answer_contested(data: dict[str, Any], delivery_id: UUID) -> Response:
    """The dispute has its outcome; whoever handed it over does not answer for himself."""
    command = AnswerDisputeSchema().command(delivery_id, data)
    return answered(answer_dispute(command, once=once(_render), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/proof-acceptance", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.response(200, DeliverySchema)
def accept_proof(delivery_id: UUID) -> Response:
    """A complete proof whose place was in doubt is accepted by somebody who did not make it."""
    return answered(accept_doubtful_proof(delivery_id, once=once(_render), **_who()))


@blp.route("/returns", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(OfferReturnSchema)
@blp.response(201, HandOverViewSchema)
def offer_back(command: OfferReturn) -> Response:
    """The envelope is offered to its issuer; his receipt ends the way back."""
    answer = offer_return(command, once=once(as_json(HandOverViewSchema().dump)), **_who())
    return answered(answer, 201)
