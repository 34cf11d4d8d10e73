"""What a courier carries: by whose money it is, and every line of it. Parts that only look."""

from datetime import datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import accounts, hand_in_store
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.errors import CashOnCounter
from postal_bridge.money.hand_in_rules import (
    Part,
    parts_held,
    split,
)
from postal_bridge.money.hand_in_tables import HandInRow
from postal_bridge.money.ledger import PostedLine, balance_vnd, lines_of


def parts_of_cash(uow: ReadUnit, courier: str) -> dict[Part, int]:
    """What a courier carries, by whose money it is."""
    return parts_held(hand_in_store.movements(uow, accounts.courier_cash(courier, None).code))


def postings_of_cash(uow: ReadUnit, cash: Account, into: Account, amount_vnd: int) -> list[Posting]:
    """The amount out of a courier's cash, each part as a line of its own."""
    return [
        Posting(into, cash, share_vnd, part.value)
        for part, share_vnd in split(amount_vnd, parts_of_cash(uow, cash.owner))
    ]


def gap_vnd_of(uow: ReadUnit, row: HandInRow) -> int:
    """What he counted, with what he keeps, less what the books said he carried.

    A payment given back since the offer lowers what he could carry.
    """
    held_vnd = balance_vnd(uow, accounts.courier_cash(row.courier, row.unit_id))
    return (row.counted_vnd or 0) + row.kept_vnd - min(row.expected_vnd, held_vnd)


def lines_to_post(uow: ReadUnit, row: HandInRow, drawer: Account, gap_vnd: int) -> list[Posting]:
    """The gap is set aside first: then what the books hold covers what changes hands."""
    cash = accounts.courier_cash(row.courier, row.unit_id)
    aside = accounts.courier_gap(row.id, row.unit_id)
    held = parts_of_cash(uow, row.courier)
    gap: list[Posting] = []
    if gap_vnd > 0:
        gap, held[Part.OVER] = [Posting(cash, aside, gap_vnd, "over")], held[Part.OVER] + gap_vnd
    taken = split(row.counted_vnd or 0, held)
    if gap_vnd < 0:
        left = {**held, **{part: held[part] - vnd for part, vnd in taken}}
        gap = [Posting(aside, cash, vnd, part.value) for part, vnd in split(-gap_vnd, left)]
    return [*gap, *(Posting(drawer, cash, vnd, part.value) for part, vnd in taken)]


def check_nothing_on_counter(uow: ReadUnit, courier: str) -> None:
    """Raises CashOnCounter while a clerk may be counting it."""
    if hand_in_store.open_of_courier(uow, courier) is not None:
        raise CashOnCounter


def cash_given_on(uow: ReadUnit, courier: str, since: datetime) -> tuple[UUID, ...]:
    """The entries by which his cash reached a bank or a clerk's drawer since then, oldest first."""
    return hand_in_store.given_on(uow, accounts.courier_cash(courier, None).code, since)


def cash_lines_of(uow: ReadUnit, *, actor: Actor) -> tuple[PostedLine, ...]:
    """Every line of the courier's own cash, the moment it is posted."""
    return lines_of(uow, accounts.courier_cash(actor.id, actor.unit_id))
