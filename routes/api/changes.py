"""API: a result redirected, cancelled, lost or found; acceptances undone, money given back."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.changes import (
    ended_fares,
    fetch_at_section_once,
    pay_back_once,
    redirect_once,
)
from postal_bridge.counter.ending import cancel_acceptance
from postal_bridge.delivery.service import (
    ParkDelivery,
    RefuteReport,
    pack_result,
    park_delivery,
    refute_reported,
    report_lost,
    report_recovered,
    unpark_delivery,
)
from postal_bridge.delivery.types import Evidenced
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.changes import (
    CancelAcceptanceSchema,
    FareEndsSchema,
    LossSchema,
    PackAgainSchema,
    PaidBackSchema,
    PayBackSchema,
    RedirectSchema,
)
from routes.schemas.deliveries import DeliverySchema, SeenNumberSchema, send_back_of
from routes.schemas.desk import NothingSchema
from routes.schemas.lookup import DossierSchema
from routes.schemas.runs import DecisionSchema, RefuteSchema

blp = ApiBlueprint("changes_api", __name__, url_prefix="/api/v1", description="Changes and ends")
POST_STAFF = (Role.CLERK, Role.SUPERVISOR)
_delivery = as_json(DeliverySchema().dump)


@blp.route("/deliveries/<uuid:delivery_id>/redirect", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(RedirectSchema)
@blp.response(200, DeliverySchema)
def redirect(data: dict[str, Any], delivery_id: UUID) -> Response:
    """To another door at no higher fare, or to wait at the point; nobody pays for it."""
    command = RedirectSchema().command(delivery_id, data)
    return answered(redirect_once(command, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/cancellation", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(NothingSchema)
@blp.response(200, DeliverySchema)
def fetch_at_section(_: dict[str, Any], delivery_id: UUID) -> Response:
    """Nobody brings it; answers with the free delivery at the section that takes its place."""
    return answered(fetch_at_section_once(delivery_id, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/loss", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(LossSchema)
@blp.response(200, DeliverySchema)
def lose(data: dict[str, Any], delivery_id: UUID) -> Response:
    """It is lost, on a ground that is named, by somebody who did not carry it."""
    ground = Evidenced(data["evidence"])
    return answered(report_lost(delivery_id, ground, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/recovery", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(SeenNumberSchema)
@blp.response(200, DeliverySchema)
def recover(data: dict[str, Any], delivery_id: UUID) -> Response:
    """What was lost lies at the point again, under its own number."""
    command = send_back_of(delivery_id, data)
    return answered(report_recovered(command, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/packing", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(PackAgainSchema)
@blp.response(200, DeliverySchema)
def pack_again(data: dict[str, Any], delivery_id: UUID) -> Response:
    """What was found goes on to its person: result, envelope and label belong together."""
    command = PackAgainSchema().command(delivery_id, data)
    return answered(pack_result(command, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/report-refutation", methods=["POST"])
@allow(*POST_STAFF)
@blp.arguments(RefuteSchema)
@blp.response(200, DeliverySchema)
def refute(data: dict[str, Any], delivery_id: UUID) -> Response:
    """What was reported as delivered lies at the office, says somebody who did not report it."""
    command = RefuteReport(delivery_id, **data)
    return answered(refute_reported(command, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/parking", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(DecisionSchema)
@blp.response(200, DeliverySchema)
def park(data: dict[str, Any], delivery_id: UUID) -> Response:
    """One result waits by decision; no attempt is used up and no time of the citizen's runs."""
    command = ParkDelivery(delivery_id, **data)
    return answered(park_delivery(command, once=once(_delivery), **_who()))


@blp.route("/deliveries/<uuid:delivery_id>/unparking", methods=["POST"])
@allow(Role.SUPERVISOR)
@blp.arguments(NothingSchema)
@blp.response(200, DeliverySchema)
def unpark(_: dict[str, Any], delivery_id: UUID) -> Response:
    """It goes on."""
    return answered(unpark_delivery(delivery_id, once=once(_delivery), **_who()))


@blp.route("/dossiers/<uuid:dossier_id>/cancellation", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(CancelAcceptanceSchema)
@blp.alt_response(201, schema=DossierSchema)
def cancel(data: dict[str, Any], dossier_id: UUID) -> Response:
    """The acceptance is undone before anything left the counter, and all money given back."""
    command = CancelAcceptanceSchema().command(dossier_id, data)
    kept = once(as_json(DossierSchema().dump))
    return answered(cancel_acceptance(command, once=kept, **_who()), 201)


@blp.route("/dossiers/<uuid:dossier_id>/fare-returns", methods=["GET"])
@allow(*POST_STAFF)
@blp.response(200, FareEndsSchema)
def fare_returns(dossier_id: UUID) -> dict[str, Any]:
    """Fares that nobody owes any more, with what the citizen may fetch of them."""
    return {"rows": ended_fares(dossier_id, **_who())}


@blp.route("/dossiers/<uuid:dossier_id>/fare-returns", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(PayBackSchema)
@blp.alt_response(201, schema=PaidBackSchema)
def pay_back(data: dict[str, Any], dossier_id: UUID) -> Response:
    """The citizen has his money, out of the clerk's own drawer."""
    command = PayBackSchema().command(dossier_id, data)
    kept = once(as_json(PaidBackSchema().dump))
    return answered(pay_back_once(command, once=kept, **_who()), 201)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
