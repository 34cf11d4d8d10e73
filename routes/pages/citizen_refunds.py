"""A citizen names the account that his money goes back to, on his own page."""

from uuid import UUID

from flask import Blueprint, url_for
from marshmallow import ValidationError

from postal_bridge.money.refund_accounts import RefundAccountWrong
from postal_bridge.money.refund_given import give_refund_account
from routes.access import allow
from routes.container import container
from routes.forms import load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.citizen_view import citizen_by, own_page
from routes.schemas.refunds import GiveRefundAccountSchema

FIELDS = {"bin": "bank_bin", "account": "account", "again": "account_again", "holder": "holder"}
bp = Blueprint("citizen_refunds", __name__, url_prefix="/tra-cuu")


@bp.post("/<token>/tai-khoan-hoan/<uuid:payment_id>")
@allow()
def give(token: str, payment_id: UUID) -> Answer:
    """Until the bank has the order he may name another."""
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        schema = GiveRefundAccountSchema()
        command = schema.command(payment_id, load_form(schema))
        try:
            return give_refund_account(
                command, actor=citizen, once=once_of_form(nothing), units=container().units
            )
        except RefundAccountWrong as wrong:  # said beside the field that it is about
            fault = str(wrong.params["fault"])
            raise ValidationError({FIELDS[fault]: [f"refund_fault_{fault}"]}) from wrong

    return answered(
        act,
        lambda errors: own_page(token, errors, wrong=payment_id),
        lambda _: url_for("citizen.show", token=token, xong="tai-khoan"),
    )
