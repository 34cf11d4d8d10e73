"""What pages and API of fees paid on to agencies send, and what the API says of them."""

from typing import Any
from uuid import UUID

from postal_bridge.money.service import RemitFees
from routes.schemas.common import AmountVnd, Count, Day, Id, Many, Part, Text, Wire


class RemitFeesSchema(Wire):
    """`amount_vnd`: what was transferred, and what was shown as open up to that day."""

    until = Day(required=True)
    amount_vnd = AmountVnd(required=True)
    bank_reference = Text(required=True, longest=60)

    def command(self, section_id: UUID, data: dict[str, Any]) -> RemitFees:
        return RemitFees(section_id, **data)


class UntilSchema(Wire):
    until = Day(load_default=None)


class FeeLineSchema(Wire):
    """A refund counts less than nothing."""

    number = Text()
    dossier_id = Id()
    issued_on = Day()
    amount_vnd = Count()


class OpenFeesSchema(Wire):
    section_id = Id()
    until = Day()
    amount_vnd = Count()
    lines = Many(Part(FeeLineSchema))


class RemittanceSchema(Wire):
    id = Id()
    amount_vnd = AmountVnd()
    on_day = Day()
    bank_reference = Text()
    receipt_count = Count()


class RemittedFeesSchema(Wire):
    section_id = Id()
    remittance = Part(RemittanceSchema)
    lines = Many(Part(FeeLineSchema))
