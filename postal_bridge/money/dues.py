"""What a payment consists of, and the postings it becomes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from postal_bridge.money import accounts
from postal_bridge.money.accounts import Account, Posting, Purse
from postal_bridge.money.errors import SectionMissing
from postal_bridge.money.tariff import LineKind, Payer, QuoteLine

BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class FeeDue:
    """An agency's fee on the day of filing.

    Attributes
    ----------
    kind : "phi" or "le_phi"
    """

    code: str
    name: str
    kind: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class Due:
    """One line of a payment or receipt. `name` is empty where the catalogue of texts names it.

    Attributes
    ----------
    code : the fee's code, or dossier, result, remittance
    """

    purse: Purse
    code: str
    name: str
    fee_kind: str | None
    amount_vnd: int

    def as_stored(self) -> dict[str, Any]:
        return {
            "purse": self.purse.value,
            "code": self.code,
            "name": self.name,
            "fee_kind": self.fee_kind,
            "amount_vnd": self.amount_vnd,
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**{**stored, "purse": Purse(stored["purse"])})


def dues_of(lines: Iterable[QuoteLine], fees: Iterable[FeeDue] = ()) -> tuple[Due, ...]:
    """What the citizen is to pay: his lines of the quote, and the agency's fees."""
    fares = tuple(
        Due(_purse(line), line.kind.value, "", None, line.amount_vnd)
        for line in lines
        if line.payer is Payer.CITIZEN
    )
    return fares + tuple(
        Due(Purse.FEE, fee.code, fee.name, fee.kind, fee.amount_vnd) for fee in fees
    )


def postings_for(
    dues: Sequence[Due], *, into: Account, unit_id: UUID, section_id: UUID | None
) -> list[Posting]:
    """Each due goes into the place of money from its own purse's account; none is mixed."""
    return [
        Posting(into, _earned(due.purse, unit_id, section_id), due.amount_vnd, due.code)
        for due in dues
        if due.amount_vnd
    ]


def postings_of_others(lines: Iterable[QuoteLine], *, unit_id: UUID) -> list[Posting]:
    """What post and budget bear of a quote, owed from the moment the citizen has settled."""
    bearer = {Payer.POST: accounts.promotion(unit_id), Payer.BUDGET: accounts.authority(BUDGET)}
    return [
        Posting(
            bearer[line.payer], _earned(_purse(line), unit_id, None), line.amount_vnd, line.kind
        )
        for line in lines
        if line.payer is not Payer.CITIZEN and line.amount_vnd
    ]


def _purse(line: QuoteLine) -> Purse:
    return Purse.REMITTANCE if line.kind is LineKind.REMITTANCE else Purse.FARE


def _earned(purse: Purse, unit_id: UUID, section_id: UUID | None) -> Account:
    if purse is Purse.FARE:
        return accounts.fare_revenue(unit_id)
    if purse is Purse.REMITTANCE:
        return accounts.remittance_revenue(unit_id)
    if section_id is None:
        raise SectionMissing
    return accounts.fee_payable(section_id)
