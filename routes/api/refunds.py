"""API: a payment given back, the transfer it goes by, the files that the bank takes."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.refunds import RefundPage, give_payment_back, refund_page
from postal_bridge.kernel.actor import Role
from postal_bridge.money.refund_file_debits import book_file
from postal_bridge.money.refund_files import RefundsPage, fetch_file, make_file, refunds_page
from postal_bridge.money.refund_given import order_to_given
from postal_bridge.money.refund_orders import order_refund, refuse_refund, withdraw_refund
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.desk import NothingSchema
from routes.schemas.refunds import (
    BookFileSchema,
    FileClosedSchema,
    GivePaymentBackSchema,
    OrderRefundSchema,
    OrderToGivenSchema,
    RefundDebtSchema,
    RefundFileContentSchema,
    RefundFileSchema,
    RefundsOfDossierSchema,
    RefundsSchema,
    RefuseRefundSchema,
    ReversalSchema,
    WithdrawRefundSchema,
)
from routes.second_person import with_second_person

blp = ApiBlueprint("refunds_api", __name__, url_prefix="/api/v1", description="Refunds")
DEBT = as_json(RefundDebtSchema().dump)
PAYMENT = "/dossiers/<uuid:dossier_id>/payments/<uuid:payment_id>"


@blp.route("/dossiers/<uuid:dossier_id>/refunds", methods=["GET"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.response(200, RefundsOfDossierSchema)
def of_dossier(dossier_id: UUID) -> RefundPage:
    """Every payment of the dossier, what can be given back, and how far a transfer has come."""
    return refund_page(dossier_id, **_who())


@blp.route(f"{PAYMENT}/refund", methods=["POST"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.arguments(GivePaymentBackSchema)
@blp.alt_response(201, schema=ReversalSchema)
def give_back(data: dict[str, Any], dossier_id: UUID, payment_id: UUID) -> Response:
    """Two people give the whole payment back, or propose it to the clerk whose drawer it is."""
    command = GivePaymentBackSchema().command(dossier_id, payment_id, with_second_person(data))
    kept = once(as_json(ReversalSchema().dump))
    return answered(give_payment_back(command, once=kept, **_who()), 201)


@blp.route(f"{PAYMENT}/refund-order", methods=["POST"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.arguments(OrderRefundSchema)
@blp.alt_response(201, schema=RefundDebtSchema)
def order(data: dict[str, Any], dossier_id: UUID, payment_id: UUID) -> Response:
    """Two people order the transfer to the account that the citizen gave."""
    command = OrderRefundSchema().command(dossier_id, payment_id, with_second_person(data))
    return answered(order_refund(command, once=once(DEBT), **_who()), 201)


@blp.route(f"{PAYMENT}/refund-order/given", methods=["POST"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.arguments(OrderToGivenSchema)
@blp.alt_response(201, schema=RefundDebtSchema)
def order_given(data: dict[str, Any], dossier_id: UUID, payment_id: UUID) -> Response:
    """Two people order the transfer to the account that the citizen named himself."""
    command = OrderToGivenSchema().command(dossier_id, payment_id, with_second_person(data))
    return answered(order_to_given(command, once=once(DEBT), **_who()), 201)


@blp.route(f"{PAYMENT}/refund-order/withdrawal", methods=["POST"])
@allow(Role.CLERK, Role.SUPERVISOR)
@blp.arguments(NothingSchema)
@blp.response(200, RefundDebtSchema)
def withdraw(_: dict[str, Any], dossier_id: UUID, payment_id: UUID) -> Response:
    """The order is none any more; not once it stands in a file."""
    command = WithdrawRefundSchema().command(dossier_id, payment_id)
    return answered(withdraw_refund(command, once=once(DEBT), **_who()))


@blp.route("/refunds", methods=["GET"])
@allow(Role.SUPERVISOR, Role.OPERATOR)
@blp.response(200, RefundsSchema)
def waiting() -> RefundsPage:
    """What is owed, ordered and sent at the caller's offices; to an operator the files too."""
    return refunds_page(**_who())


@blp.route("/refunds/<uuid:payment_id>/refusal", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(RefuseRefundSchema)
@blp.response(200, RefundDebtSchema)
def refuse(data: dict[str, Any], payment_id: UUID) -> Response:
    """The bank has not carried it out, two people say: it is owed again."""
    command = RefuseRefundSchema().command(payment_id, with_second_person(data))
    return answered(refuse_refund(command, once=once(DEBT), **_who()))


@blp.route("/refund-files", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(NothingSchema)
@blp.alt_response(201, schema=RefundFileSchema)
def make(_: dict[str, Any]) -> Response:
    """Everything that is ordered stands in one file, and in no other."""
    kept = once(as_json(RefundFileSchema().dump))
    return answered(make_file(once=kept, **_who()), 201)


@blp.route("/refund-files/<uuid:file_id>", methods=["GET"])
@allow(Role.OPERATOR)
@blp.response(200, RefundFileContentSchema)
def fetch(file_id: UUID) -> dict[str, Any]:
    """The file for the bank, always the same; that accounts were opened is said in each dossier."""
    file, content = fetch_file(file_id, **_who())
    return {"file": file, "content": content.decode()}


@blp.route("/refund-files/<uuid:file_id>/booking", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(BookFileSchema)
@blp.response(200, FileClosedSchema)
def book(data: dict[str, Any], file_id: UUID) -> Response:
    """The bank booked what waits of the file as one line that does not name it, two people say."""
    command = BookFileSchema().command(file_id, with_second_person(data))
    return answered(book_file(command, once=once(as_json(FileClosedSchema().dump)), **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
