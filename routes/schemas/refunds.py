"""What the page of refunds sends. The second person types his own password."""

from typing import Any
from uuid import UUID

from postal_bridge.counter.refunds import GiveBack
from postal_bridge.money.refund_file_debits import BookFile
from postal_bridge.money.refund_orders import OrderRefund, RefuseRefund, WithdrawRefund
from routes.schemas.common import AmountVnd, Text, Wire


class GiveBackSchema(Wire):
    words = Text(required=True, shortest=5, longest=200)
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
