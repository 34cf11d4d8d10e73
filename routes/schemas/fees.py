"""Wire formats of fees that change after acceptance."""

from enum import StrEnum
from typing import Any

from postal_bridge.counter.fee_changes import StateFee
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.money.fee_change_rules import FeeChangeReason, FeeChangeStatus, RefundWay
from postal_bridge.money.fee_settling import GiveBackFee
from routes.schemas.common import AmountVnd, Choice, Id, Many, Moment, Part, Text, Wire, YesNo

LONGEST_GROUND = 200


class CounterMethod(StrEnum):
    CASH = "cash"
    CARD = "card"


class StateFeeSchema(Wire):
    """`new_vnd` is the whole fee from now on."""

    fee_code = Text(required=True, longest=40)
    new_vnd = AmountVnd(required=True)
    reason = Choice(FeeChangeReason, required=True)
    legal_ground = Text(required=True, longest=LONGEST_GROUND)
    at_door = YesNo(load_default=False)

    def command(self, dossier_id: Any, data: dict[str, Any]) -> StateFee:
        return StateFee(dossier_id, **data)


class TakeRestSchema(Wire):
    amount_vnd = AmountVnd(required=True)
    method = Choice(CounterMethod, load_default=CounterMethod.CASH)


class GiveBackSchema(Wire):
    """Above the limit a second person types his own password."""

    way = Choice(RefundWay, load_default=RefundWay.CASH)
    bank_reference = Text(longest=60, load_default=None, allow_none=True)
    second_login = Text(longest=80, load_default=None, allow_none=True)
    second_password = Text(longest=200, load_default=None, allow_none=True)

    def command(self, change_id: Any, data: dict[str, Any]) -> GiveBackFee:
        return GiveBackFee(change_id, **data)


class FeeSchema(Wire):
    code = Text()
    name = Text()
    kind = Text()
    amount_vnd = AmountVnd()


class FeeRefundSchema(Wire):
    id = Id()
    number = Text()
    amount_vnd = AmountVnd()
    way = Choice(RefundWay)
    bank_reference = Text(allow_none=True)
    issued_at = Moment()


class FeeChangeSchema(Wire):
    """`fee.amount_vnd` is the fee now, `amount_vnd` what is to pay or to give back of it."""

    id = Id()
    dossier_id = Id()
    fee = Part(FeeSchema)
    paid_vnd = AmountVnd()
    amount_vnd = AmountVnd()
    reason = Choice(FeeChangeReason)
    legal_ground = Text()
    at_door = YesNo()
    corrects = Many(Text())
    status = Choice(FeeChangeStatus)
    stated_at = Moment()
    settled_at = Moment(allow_none=True)
    payment_id = Id(allow_none=True)
    needs_second_person = YesNo()
    refund = Part(FeeRefundSchema, allow_none=True)


class FeeChangesSchema(Wire):
    rows = Many(Part(FeeChangeSchema))


class FeeStandingSchema(Wire):
    dossier_id = Id()
    status = Choice(DossierStatus)
    change = Part(FeeChangeSchema, allow_none=True)


class RestPaidSchema(Wire):
    payment_id = Id()
    fee_receipt_no = Text(allow_none=True)
    total_vnd = AmountVnd()


class RestOnlineSchema(Wire):
    """`payload` is the text of the VietQR."""

    payment_id = Id()
    reference = Text()
    amount_vnd = AmountVnd()
    payload = Text()
    bank_name = Text()
    account = Text()
    holder = Text()
    expires_at = Moment(allow_none=True)
