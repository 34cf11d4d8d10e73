"""API: an agency fee that changes after acceptance: stated anew, paid further, given back."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.fee_changes import (
    ask_rest_online,
    changes_of_dossier,
    give_back,
    state_fee_of_dossier,
    take_rest,
    waiting_changes,
)
from postal_bridge.kernel.actor import Role
from postal_bridge.money.fee_settling import TakeMore
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.desk import NothingSchema
from routes.schemas.fees import (
    FeeChangesSchema,
    FeeRefundSchema,
    FeeStandingSchema,
    GiveBackSchema,
    RestOnlineSchema,
    RestPaidSchema,
    StateFeeSchema,
    TakeRestSchema,
)
from routes.second_person import with_second_person

blp = ApiBlueprint(
    "fees_api",
    __name__,
    url_prefix="/api/v1",
    description="Agency fees that change after acceptance",
)
READERS = (Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.OPERATOR)


@blp.route("/dossiers/<uuid:dossier_id>/fee-changes", methods=["GET"])
@allow(*READERS)
@blp.response(200, FeeChangesSchema)
def of_dossier(dossier_id: UUID) -> dict[str, Any]:
    """Each time a fee of the dossier was stated anew, with what came of it."""
    return {"rows": changes_of_dossier(dossier_id, **_who())}


@blp.route("/dossiers/<uuid:dossier_id>/fee-changes", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(StateFeeSchema)
@blp.alt_response(201, schema=FeeStandingSchema)
def state(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The fee is another from now on: the rest is asked for, or owed back to the citizen."""
    command = StateFeeSchema().command(dossier_id, fields)
    kept = once(as_json(FeeStandingSchema().dump))
    return answered(state_fee_of_dossier(command, once=kept, **_who()), 201)


@blp.route("/fee-changes", methods=["GET"])
@allow(Role.CLERK, Role.SUPERVISOR, Role.OFFICER)
@blp.response(200, FeeChangesSchema)
def waiting() -> dict[str, Any]:
    """What is to be taken or given back at the caller's offices."""
    return {"rows": [change for change, _ in waiting_changes(**_who())]}


@blp.route("/fee-changes/<uuid:change_id>/payment", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(TakeRestSchema)
@blp.alt_response(201, schema=RestPaidSchema)
def take(fields: dict[str, Any], change_id: UUID) -> Response:
    """The rest is in the caller's drawer, under a fee receipt of its own."""
    command = TakeMore(change_id, fields["amount_vnd"], fields["method"].value)
    kept = once(as_json(RestPaidSchema().dump))
    return answered(take_rest(command, once=kept, **_who()), 201)


@blp.route("/fee-changes/<uuid:change_id>/online-payment", methods=["POST"])
@allow(Role.CLERK)
@blp.arguments(NothingSchema)
@blp.alt_response(201, schema=RestOnlineSchema)
def ask_online(_: dict[str, Any], change_id: UUID) -> Response:
    """A VietQR for the rest; the bank's word decides that it is paid."""
    kept = once(as_json(RestOnlineSchema().dump))
    return answered(ask_rest_online(change_id, once=kept, **_who()), 201)


@blp.route("/fee-changes/<uuid:change_id>/refund", methods=["POST"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.arguments(GiveBackSchema)
@blp.alt_response(201, schema=FeeRefundSchema)
def refund(fields: dict[str, Any], change_id: UUID) -> Response:
    """What was too much is paid out of the caller's drawer, or by transfer."""
    command = GiveBackSchema().command(change_id, with_second_person(fields))
    kept = once(as_json(FeeRefundSchema().dump))
    return answered(give_back(command, once=kept, **_who()), 201)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
