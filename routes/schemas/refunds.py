"""What pages and API of refunds send, and what the API says.

The second person types his own password.
"""

from typing import Any
from uuid import UUID

from postal_bridge.counter.refunds import GiveBack
from postal_bridge.money.refund_file_debits import BookFile
from postal_bridge.money.refund_given import GiveRefundAccount, OrderToGiven
from postal_bridge.money.refund_orders import OrderRefund, RefuseRefund, WithdrawRefund
from postal_bridge.money.refund_rules import RefundStatus
from postal_bridge.money.rules import PaymentStatus
from routes.schemas.common import (
    AmountVnd,
    Choice,
    Count,
    Id,
    Many,
    Moment,
    Part,
    Text,
    Wire,
    YesNo,
)


class GivePaymentBackSchema(Wire):
    words = Text(required=True, shortest=5, longest=200)
    terminal_slip = Text(longest=30, load_default="")
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, dossier_id: UUID, payment_id: UUID, data: dict[str, Any]) -> GiveBack:
        return GiveBack(dossier_id, payment_id, **data)


class OrderRefundSchema(Wire):
    bank_bin = Text(required=True, longest=6)
    account = Text(required=True, longest=30)
    account_again = Text(required=True, longest=30)
    holder = Text(required=True, longest=60)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, dossier_id: UUID, payment_id: UUID, data: dict[str, Any]) -> OrderRefund:
        return OrderRefund(dossier_id, payment_id, **data)


class GiveRefundAccountSchema(Wire):
    """What a citizen sends from his own page."""

    bank_bin = Text(required=True, longest=6)
    account = Text(required=True, longest=30)
    account_again = Text(required=True, longest=30)
    holder = Text(required=True, longest=60)

    def command(self, payment_id: UUID, data: dict[str, Any]) -> GiveRefundAccount:
        return GiveRefundAccount(payment_id, **data)


class OrderToGivenSchema(Wire):
    """`given_no`: which of the accounts that the citizen named was on the page."""

    given_no = Count(required=True)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, dossier_id: UUID, payment_id: UUID, data: dict[str, Any]) -> OrderToGiven:
        return OrderToGiven(dossier_id, payment_id, **data)


class WithdrawRefundSchema(Wire):
    def command(self, dossier_id: UUID, payment_id: UUID) -> WithdrawRefund:
        return WithdrawRefund(dossier_id, payment_id)


class RefuseRefundSchema(Wire):
    words = Text(required=True, shortest=5, longest=200)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, payment_id: UUID, data: dict[str, Any]) -> RefuseRefund:
        return RefuseRefund(payment_id, **data)


class BookFileSchema(Wire):
    """The line of the bank's statement that two people have found."""

    transaction = Text(required=True, longest=80)
    account = Text(required=True, longest=30)
    amount_vnd = AmountVnd(required=True)
    words = Text(required=True, shortest=5, longest=200)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, file_id: UUID, data: dict[str, Any]) -> BookFile:
        return BookFile(file_id, **data)


class MakeFileSchema(Wire):
    pass


class ReversalSchema(Wire):
    """One of the two is empty: it was posted, or it is proposed to the drawer's clerk."""

    entry_id = Id(allow_none=True)
    correction_id = Id(allow_none=True)


class RefundDebtSchema(Wire):
    """One payment that goes back by transfer. Nobody's account is told."""

    payment_id = Id()
    dossier_id = Id()
    amount_vnd = AmountVnd()
    status = Choice(RefundStatus)
    owed_at = Moment()
    reference = Text(allow_none=True)
    bank_bin = Text(allow_none=True)
    ordered_at = Moment(allow_none=True)
    paid_at = Moment(allow_none=True)
    why_again = Text(allow_none=True)
    words = Text()


class GivenAccountSchema(Wire):
    """What the citizen named himself, by its last digits."""

    no = Count()
    bank_bin = Text()
    bank = Text()
    ending = Text()
    at = Moment()


class RefundableSchema(Wire):
    payment_id = Id(attribute="payment.id")
    status = Choice(PaymentStatus, attribute="payment.status")
    method = Text(attribute="payment.method")
    amount_vnd = AmountVnd(attribute="payment.amount_vnd")
    paid_at = Moment(attribute="payment.paid_at", allow_none=True)
    can_be_given_back = YesNo(attribute="can_be")
    proposed = Text(allow_none=True)
    debt = Part(RefundDebtSchema, allow_none=True)
    given = Part(GivenAccountSchema, allow_none=True)


class RefundsOfDossierSchema(Wire):
    """Above `limit_vnd` one of the two people is a supervisor."""

    dossier_id = Id()
    limit_vnd = AmountVnd()
    rows = Many(Part(RefundableSchema))


class RefundFileSchema(Wire):
    """`reference` names the file in the bank's statement; `waiting`: what the bank still has."""

    id = Id()
    number = Count()
    reference = Text()
    orders = Count()
    total_vnd = AmountVnd()
    at = Moment()
    waiting = Count()
    waiting_vnd = AmountVnd()


class RefundFileContentSchema(Wire):
    """`content`: CSV in UTF-8, with the accounts."""

    file = Part(RefundFileSchema)
    content = Text()


class FileClosedSchema(Wire):
    number = Count()
    orders = Count()
    amount_vnd = AmountVnd()


class RefundsSchema(Wire):
    """`sent` wait for the bank's statement; `files`: the latest first."""

    owed = Many(Part(RefundDebtSchema))
    ordered = Many(Part(RefundDebtSchema))
    sent = Many(Part(RefundDebtSchema))
    files = Many(Part(RefundFileSchema))
