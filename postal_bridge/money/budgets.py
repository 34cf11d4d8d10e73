"""The budget an authority grants for fares: booked when a fare is quoted, and no further.

A quote is final for the citizen (M5), so what a budget bears of it is taken out of the month's
grant in the same transaction, under a lock; a quote whose share no longer fits is priced as if
the programme had ended, or with whoever stands in by the programme's own rule. All or nothing:
a share is never split between budget and citizen, so that each can be told in one sentence.

Assumed, because no source says: grants are by calendar month of the quote's day, and what is
left over does not pass on to the next month.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.budget_store import BudgetStore
from postal_bridge.money.budget_tables import FareBudgetBooking, FareBudgetGrant
from postal_bridge.money.errors import GrantWrong
from postal_bridge.money.pricing import price
from postal_bridge.money.tariff import Payer, Quote, QuoteRequest, TariffBook

MOST_GRANTED_VND = 10**15


@dataclass(frozen=True, slots=True)
class GrantBudget:
    """`month` is any day of it; `instrument` the decision that grants."""

    programme: str
    month: date
    amount_vnd: int
    instrument: str


@dataclass(frozen=True, slots=True)
class BudgetView:
    programme: str
    month: date
    granted_vnd: int
    booked_vnd: int

    @property
    def left_vnd(self) -> int:
        return self.granted_vnd - self.booked_vnd


def grant(uow: UnitOfWork, given: GrantBudget, book: TariffBook, *, actor: Actor) -> BudgetView:
    """The programme may spend so much more in that month.

    Raises
    ------
    TariffUnknown
        No programme has that name.
    GrantWrong
        It has no budget, the amount is not above zero, or no instrument is named.
    """
    programme = book.overlay(given.programme)
    if not programme.has_budget:
        raise GrantWrong(fault="programme", programme=programme.id)
    if type(given.amount_vnd) is not int or not 0 < given.amount_vnd <= MOST_GRANTED_VND:
        raise GrantWrong(fault="amount", programme=programme.id)
    if not given.instrument.strip():
        raise GrantWrong(fault="instrument", programme=programme.id)
    store, month = BudgetStore(uow.session), given.month.replace(day=1)
    budget = store.opened(programme.id, month)
    budget.granted_vnd += given.amount_vnd
    store.add(
        FareBudgetGrant(
            id=new_id(),
            programme=programme.id,
            month=month,
            amount_vnd=given.amount_vnd,
            instrument=given.instrument.strip()[:200],
            at=uow.now,
            actor=actor.ref,
        )
    )
    return BudgetView(programme.id, month, budget.granted_vnd, budget.booked_vnd)


def price_within_budgets(
    uow: ReadUnit, request: QuoteRequest, book: TariffBook, *, lock: bool
) -> Quote:
    """The price with what the budgets can bear now; with `lock`, still true at the commit."""
    quote = price(request, book)
    while short := _first_short(uow, quote, book, lock=lock):
        request = replace(request, spent_out=request.spent_out | {short})
        quote = price(request, book)
    return quote


def book_shares(
    uow: UnitOfWork, quote_id: UUID, quote: Quote, book: TariffBook, *, actor: Actor
) -> bool:
    """The budgets' shares are taken out of the month; True if there were any.

    `quote` was priced under the lock of this unit of work.
    """
    store, month = BudgetStore(uow.session), quote.request.on.replace(day=1)
    shares = _shares(quote, book)
    for programme, amount_vnd in shares.items():
        budget = store.opened(programme, month)
        budget.booked_vnd += amount_vnd
        store.add(
            FareBudgetBooking(
                quote_id=quote_id,
                programme=programme,
                is_return=False,
                month=month,
                amount_vnd=amount_vnd,
                why="quoted",
                at=uow.now,
                actor=actor.ref,
            )
        )
    return bool(shares)


def give_back_shares(
    uow: UnitOfWork,
    quote_id: UUID,
    why: str,
    *,
    actor: Actor,
    only: Mapping[str, int] | None = None,
) -> None:
    """What the quote took stands in the budgets again: it lapsed, or was refunded. Once.

    `only`: that much of these programmes, where the rest of the fare was travelled.
    """
    store = BudgetStore(uow.session)
    rows = store.bookings(quote_id)
    returned = {row.programme for row in rows if row.is_return}
    for row in rows:
        amount_vnd = row.amount_vnd if only is None else only.get(row.programme, 0)
        if row.is_return or row.programme in returned or not amount_vnd:
            continue
        store.opened(row.programme, row.month).booked_vnd -= amount_vnd
        store.add(
            FareBudgetBooking(
                quote_id=quote_id,
                programme=row.programme,
                is_return=True,
                month=row.month,
                amount_vnd=-amount_vnd,
                why=why,
                at=uow.now,
                actor=actor.ref,
            )
        )


def is_refunded(uow: ReadUnit, quote_id: UUID) -> bool:
    """A payment of the quote was given back, and a budget's share of it with it."""
    return any(row.why == "refunded" for row in BudgetStore(uow.session).bookings(quote_id))


def were_shares_given_back(uow: ReadUnit, quote_id: UUID) -> bool:
    """Some budget has its share of the quote again, for whatever reason."""
    return any(row.is_return for row in BudgetStore(uow.session).bookings(quote_id))


def budgets(uow: ReadUnit) -> tuple[BudgetView, ...]:
    """Every month of every programme, the newest first."""
    return tuple(
        BudgetView(row.programme, row.month, row.granted_vnd, row.booked_vnd)
        for row in BudgetStore(uow.session).budgets()
    )


def _first_short(uow: ReadUnit, quote: Quote, book: TariffBook, *, lock: bool) -> str | None:
    """The first programme, by name, that cannot bear its whole share. Locks in that order."""
    store, month = BudgetStore(uow.session), quote.request.on.replace(day=1)
    for programme, amount_vnd in _shares(quote, book).items():
        budget = store.budget(programme, month, lock=lock)
        if budget is None or budget.granted_vnd - budget.booked_vnd < amount_vnd:
            return programme
    return None


def _shares(quote: Quote, book: TariffBook) -> Mapping[str, int]:
    """What each budget bears of the quote, by the programme's name."""
    shares: dict[str, int] = {}
    for line in quote.lines:
        if line.payer is Payer.BUDGET and line.overlay and book.overlay(line.overlay).has_budget:
            shares[line.overlay] = shares.get(line.overlay, 0) + line.amount_vnd
    return {name: shares[name] for name in sorted(shares) if shares[name]}
