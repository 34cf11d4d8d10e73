"""What a contract of an agency with the post says of what a quote does not cover. Pure.

A quote is final for the citizen (M5). What a result costs beyond it is between the agency and the
post: every item has the amount 0 until a published contract names one.

Source: Postal Law 49/2010/QH12 art. 17(2) (the sender pays a return unless agreed otherwise, and
the sender of a result is the agency). That surcharges, redelivery and storage are optional items
of a contract, with no amount of their own, is our assumption: no source names one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ContractItem(StrEnum):
    HEAVIER = "heavier"  # weighed more at packing than the quote was made on
    REMOTE = "remote"  # brought to a commune the contract names as remote or an island
    REDELIVERY = "redelivery"  # a ride after a visit that counted and failed
    STORAGE = "storage"  # days at a point beyond the free ones
    RETURN = "return"  # back with the issuer


@dataclass(frozen=True, slots=True)
class Contract:
    """One agency's agreement with one operating unit and all below it; both days belong to it.

    Attributes
    ----------
    key : its version: a key is published once, and what it says never changes
    unit, agency : their keys in the directory
    heavier_percent : of the fare difference, what the agency pays
    remote_communes : codes of the communes that count as remote or as islands
    storage_vnd : a day, after the first `storage_free_days`
    """

    key: str
    unit: str
    agency: str
    instrument: str
    instrument_en: str
    valid_from: date
    valid_to: date | None = None
    heavier_percent: int = 0
    remote_vnd: int = 0
    remote_communes: tuple[str, ...] = ()
    redelivery_vnd: int = 0
    storage_vnd: int = 0
    storage_free_days: int = 0
    return_vnd: int = 0

    def holds_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class ContractBook:
    """Every contract there ever was, the one published last first."""

    contracts: tuple[Contract, ...]

    def of(self, units: Sequence[str], agency: str, on: date) -> Contract | None:
        """The contract of an agency and the nearest of these units, the nearest named first.

        Of several of one unit the one that began last holds; of one day, the one published last.
        """
        for unit in units:
            own = [
                one
                for one in self.contracts
                if one.unit == unit and one.agency == agency and one.holds_on(on)
            ]
            if own:
                return max(own, key=lambda one: one.valid_from)
        return None


def amount_vnd(item: ContractItem, contract: Contract | None, facts: Mapping[str, int]) -> int:
    """What the agency owes for one fact; nothing where no contract names an amount.

    `facts`: `difference_vnd` of a heavier result, `days` of a storage, each counted already.
    """
    if contract is None:
        return 0
    if item is ContractItem.HEAVIER:
        return facts["difference_vnd"] * contract.heavier_percent // 100
    if item is ContractItem.STORAGE:
        return max(0, facts["days"] - contract.storage_free_days) * contract.storage_vnd
    each = {
        ContractItem.REMOTE: contract.remote_vnd,
        ContractItem.REDELIVERY: contract.redelivery_vnd,
        ContractItem.RETURN: contract.return_vnd,
    }
    return each[item]


def terms_of(item: ContractItem, contract: Contract | None) -> dict[str, int]:
    """What the contract says of this item, kept with the line so that it explains itself."""
    if contract is None:
        return {}
    if item is ContractItem.HEAVIER:
        return {"percent": contract.heavier_percent}
    if item is ContractItem.STORAGE:
        return {"each_vnd": contract.storage_vnd, "free_days": contract.storage_free_days}
    return {"each_vnd": amount_vnd(item, contract, {})}
