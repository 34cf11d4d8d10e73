"""The chart of accounts: which kinds there are, how a code is built, what may flow where. Pure.

Codes hold ids and keys only. A posting moves money from its credit account to its debit
account; a pair that is no row of `ALLOWED` cannot be posted, in either direction, and that is
what keeps agency fees, fare and remittance charge apart (invariant M4).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from postal_bridge.kernel.errors import AppError


class AccountKind(StrEnum):
    DRAWER = "drawer"  # cash in a clerk's drawer, one account per shift
    SAFE = "safe"  # an office's cash outside any drawer
    COURIER = "courier"  # cash a courier carries
    CARD = "card"  # taken on an office's card terminal, not yet on the bank's statement
    BANK = "bank"
    GATEWAY = "gateway"  # paid at a provider, not yet on the bank's statement
    AUTHORITY = "authority"  # what an authority owes for fares it bears
    PROMOTION = "promotion"  # what the post itself bears
    FEE_PAYABLE = "fee_payable"  # state money, owed to one section
    FARE_REVENUE = "fare_revenue"
    REMITTANCE_REVENUE = "remittance_revenue"
    UNIDENTIFIED = "unidentified"  # bank money nobody could place yet
    DIFFERENCE = "difference"  # drawer differences a clerk accepted or an office settled
    CONTESTED = "contested"  # drawer differences that are not owed
    COURIER_GAP = "courier_gap"  # differences of couriers' cash that are not owed
    OWED_BACK = "owed_back"  # fare that a citizen gets back, one account a quote
    REFUND_OWED = "refund_owed"  # what goes back by transfer, one account a payment
    COMMISSION = "commission"  # what a gateway or card terminal kept for itself: an expense
    CONTRACT = "contract"  # what an agency owes by its contract beyond what was quoted


class Purse(StrEnum):
    """The three kinds of money that never mix (facts: payment section 1)."""

    FEE = "fee"
    FARE = "fare"
    REMITTANCE = "remittance"


class MoneyWouldMix(AppError):
    """A defect in our own code: two kinds of money would meet in one posting."""

    code = "money_would_mix"


@dataclass(frozen=True, slots=True)
class Account:
    """Where money is or whose it is.

    `owner` is what the code names: a shift, a courier, a unit, a section, a key.
    """

    kind: AccountKind
    owner: str
    unit_id: UUID | None = None
    section_id: UUID | None = None

    @property
    def code(self) -> str:
        return f"{self.kind}:{self.owner}"


_K = AccountKind
EARNED = (_K.FEE_PAYABLE, _K.FARE_REVENUE, _K.REMITTANCE_REVENUE)
_TAKEN_IN = (_K.DRAWER, _K.COURIER, _K.CARD, _K.BANK, _K.GATEWAY)

ALLOWED: frozenset[tuple[AccountKind, AccountKind]] = frozenset(
    {
        # (debit, credit); reversals are the same pairs turned round.
        *((place, earned) for place in _TAKEN_IN for earned in EARNED),
        (_K.AUTHORITY, _K.FARE_REVENUE),
        (_K.AUTHORITY, _K.REMITTANCE_REVENUE),
        (_K.PROMOTION, _K.FARE_REVENUE),
        (_K.CONTRACT, _K.FARE_REVENUE),
        (_K.COMMISSION, _K.GATEWAY),
        (_K.COMMISSION, _K.CARD),
        (_K.DRAWER, _K.SAFE),
        (_K.DIFFERENCE, _K.DRAWER),
        (_K.CONTESTED, _K.DRAWER),
        (_K.DIFFERENCE, _K.CONTESTED),
        (_K.DRAWER, _K.COURIER),
        (_K.COURIER_GAP, _K.COURIER),
        (_K.DIFFERENCE, _K.COURIER_GAP),
        (_K.FARE_REVENUE, _K.OWED_BACK),
        (_K.OWED_BACK, _K.DRAWER),
        (_K.BANK, _K.COURIER),
        (_K.BANK, _K.SAFE),
        (_K.BANK, _K.CARD),
        (_K.BANK, _K.AUTHORITY),
        (_K.BANK, _K.UNIDENTIFIED),
        (_K.BANK, _K.GATEWAY),
        (_K.GATEWAY, _K.UNIDENTIFIED),
        (_K.UNIDENTIFIED, _K.CARD),
        *((_K.UNIDENTIFIED, earned) for earned in EARNED),
        *((earned, _K.REFUND_OWED) for earned in EARNED),
        (_K.OWED_BACK, _K.REFUND_OWED),
        (_K.REFUND_OWED, _K.BANK),
        (_K.UNIDENTIFIED, _K.REFUND_OWED),  # the bank sent it back
        (_K.UNIDENTIFIED, _K.CONTRACT),
        (_K.UNIDENTIFIED, _K.AUTHORITY),
    }
)

PURSE_OF = {
    _K.FEE_PAYABLE: Purse.FEE,
    _K.FARE_REVENUE: Purse.FARE,
    _K.REMITTANCE_REVENUE: Purse.REMITTANCE,
}


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount_vnd` > 0 goes from `credit` to `debit`; `about` is a fee's code or a line's kind."""

    debit: Account
    credit: Account
    amount_vnd: int
    about: str

    def turned_round(self) -> "Posting":
        return Posting(self.credit, self.debit, self.amount_vnd, self.about)


def check_allowed(posting: Posting) -> None:
    """Raises MoneyWouldMix for a pair that is no row of the table in either direction."""
    pair = (posting.debit.kind, posting.credit.kind)
    if pair not in ALLOWED and pair[::-1] not in ALLOWED:
        raise MoneyWouldMix(debit=pair[0].value, credit=pair[1].value)


def drawer_cash(drawer_id: UUID, unit_id: UUID) -> Account:
    return Account(_K.DRAWER, str(drawer_id), unit_id)


def safe(unit_id: UUID) -> Account:
    return Account(_K.SAFE, str(unit_id), unit_id)


def courier_cash(courier_id: str, unit_id: UUID | None) -> Account:
    return Account(_K.COURIER, courier_id, unit_id)


def card_terminal(unit_id: UUID) -> Account:
    return Account(_K.CARD, str(unit_id), unit_id)


def bank(account_key: str) -> Account:
    return Account(_K.BANK, account_key)


def gateway(account_key: str) -> Account:
    return Account(_K.GATEWAY, account_key)


def unidentified(account_key: str) -> Account:
    return Account(_K.UNIDENTIFIED, account_key)


def authority(key: str) -> Account:
    return Account(_K.AUTHORITY, key)


def promotion(unit_id: UUID) -> Account:
    return Account(_K.PROMOTION, str(unit_id), unit_id)


def fee_payable(section_id: UUID) -> Account:
    return Account(_K.FEE_PAYABLE, str(section_id), None, section_id)


def fare_revenue(unit_id: UUID) -> Account:
    return Account(_K.FARE_REVENUE, str(unit_id), unit_id)


def remittance_revenue(unit_id: UUID) -> Account:
    return Account(_K.REMITTANCE_REVENUE, str(unit_id), unit_id)


def difference(unit_id: UUID) -> Account:
    return Account(_K.DIFFERENCE, str(unit_id), unit_id)


def contested(drawer_id: UUID, unit_id: UUID) -> Account:
    return Account(_K.CONTESTED, str(drawer_id), unit_id)


def courier_gap(hand_in_id: UUID, unit_id: UUID) -> Account:
    return Account(_K.COURIER_GAP, str(hand_in_id), unit_id)


def owed_back(quote_id: UUID, unit_id: UUID) -> Account:
    return Account(_K.OWED_BACK, str(quote_id), unit_id)


def refund_owed(payment_id: UUID, unit_id: UUID) -> Account:
    return Account(_K.REFUND_OWED, str(payment_id), unit_id)


def commission(place: Account) -> Account:
    """The expense of one gateway or card terminal, under its own code."""
    return Account(_K.COMMISSION, place.code, place.unit_id)


def contract(agency_id: UUID) -> Account:
    return Account(_K.CONTRACT, str(agency_id))
