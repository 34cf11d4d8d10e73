"""Money paid on, as people see it, and the bank's slip by which each is entered once."""

import re
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import receipt_store
from postal_bridge.money.errors import BankSlipMissing, BankSlipUsed
from postal_bridge.money.receipt_tables import RemittanceRow


@dataclass(frozen=True, slots=True)
class RemittanceView:
    id: UUID
    kind: str
    amount_vnd: int
    on_day: date
    bank_reference: str
    receipt_count: int
    left_vnd: int


def remittance_from(row: RemittanceRow, receipt_count: int, left_vnd: int) -> RemittanceView:
    return RemittanceView(
        row.id,
        row.kind,
        row.amount_vnd,
        row.on_day,
        row.bank_reference,
        receipt_count,
        left_vnd,
    )


def check_new_slip(uow: ReadUnit, kind: str, unit_id: UUID, written: str) -> None:
    """Nothing of this kind was entered by the office under this number, however it was written.

    Raises
    ------
    BankSlipMissing, BankSlipUsed
    """
    slip = re.sub(r"[\s./-]", "", written).upper()
    if not slip:
        raise BankSlipMissing
    if receipt_store.is_slip_known(uow.session, kind, unit_id, slip):
        raise BankSlipUsed(number=written.strip())
