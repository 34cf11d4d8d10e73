"""A fare bought for a way that nobody will go: called off, paid back, or restored.

What was not paid is owed no more, the dossier's own way included where it was to be paid at the
door: nobody comes there. What was paid for the result's way is owed back to whoever bears it: to
the citizen, who fetches it at a counter, to the authority, the budget or the post itself. The
dossier's own way was gone and stays paid, and agency fees are the agency's.

The debt is posted with its cause. No drawer is touched before its clerk pays it out (M7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import LostUpdate
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, drawer_store
from postal_bridge.money.accounts import Account, AccountKind, Posting
from postal_bridge.money.budgets import give_back_shares, were_shares_given_back
from postal_bridge.money.dues import BUDGET
from postal_bridge.money.errors import (
    DrawerNotOpen,
    DrawerShort,
    FareGivenBack,
    NothingOwedBack,
    SecondPersonNeeded,
)
from postal_bridge.money.fare_end_store import add_end, last_end, last_ends_of_dossier
from postal_bridge.money.fare_end_tables import FareEndRow
from postal_bridge.money.ledger import EntryHead, balance_vnd, post, postings_of
from postal_bridge.money.payments import move_payment, withdraw_transfers
from postal_bridge.money.quote_rows import as_quote
from postal_bridge.money.refund_debts import entries_of_debts, owe
from postal_bridge.money.rules import DrawerStatus, PaymentAction, PaymentStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, QuoteRow
from postal_bridge.money.tariff import LineKind, Payer, QuoteLine


class FareEndKind(StrEnum):
    CALLED_OFF = "called_off"
    RESTORED = "restored"
    PAID_BACK = "paid_back"


@dataclass(frozen=True, slots=True)
class FareEnd:
    """How a fare ended.

    Attributes
    ----------
    why : the code of its cause
    owed_vnd : what the citizen may fetch at a counter now
    paid_back_vnd : what he has fetched
    needs_second : the reader called it off himself, and does not pay it out alone
    is_by_transfer : it is not fetched at a counter: the refund's own state says how far it is
    """

    quote_id: UUID
    kind: FareEndKind
    why: str
    owed_vnd: int
    paid_back_vnd: int
    at: datetime
    needs_second: bool
    is_by_transfer: bool


def call_off_fare(uow: UnitOfWork, quote_id: UUID, why: str, *, actor: Actor) -> int:
    """Nobody owes the result's way any more; returns what the citizen is owed back, in đồng.

    Called off before it stays as it is. Raises NotFound outside the scope.
    """
    store = MoneyStore(uow.session)
    quoted = store.quote(quote_id, actor.scope)
    last = last_end(uow.session, quote_id)
    if last is not None and last.kind != FareEndKind.RESTORED:
        return last.amount_vnd if last.kind == FareEndKind.CALLED_OFF else 0
    payment = store.live_payment_of_quote(quote_id, lock=True)
    if payment is None or payment.status != PaymentStatus.PAID:
        if payment is not None:
            move_payment(uow, payment, PaymentAction.WITHDRAW, actor=actor)
            uow.session.flush()
        withdraw_transfers(uow, quote_id, actor=actor)  # those that expired could still come
        give_back_shares(uow, quote_id, "refunded", actor=actor)
        _say(uow, quoted, FareEndKind.CALLED_OFF, why, actor)
        return 0
    lines = _on_the_way_back(quoted)
    postings = [_given_back(store, line, quoted, payment) for line in lines]
    give_back_shares(uow, quote_id, "refunded", actor=actor, only=_of_budgets(lines))
    entry_id = _post(uow, quoted, postings, why, actor) if postings else None
    mine = accounts.owed_back(quote_id, quoted.unit_id)
    owed_vnd = sum(one.amount_vnd for one in postings if one.credit == mine)
    _say(uow, quoted, FareEndKind.CALLED_OFF, why, actor, amount_vnd=owed_vnd, entry_id=entry_id)
    return owed_vnd


def restore_fare(uow: UnitOfWork, quote_id: UUID, *, actor: Actor, second_person: str) -> None:
    """The fare stands as before it was called off; one that never was stays as it is.

    Raises
    ------
    FareGivenBack
        The citizen has his money, or a budget its share: it is bought anew.
    """
    last = last_end(uow.session, quote_id)
    if last is None or last.kind == FareEndKind.RESTORED:
        return
    if last.kind == FareEndKind.PAID_BACK or were_shares_given_back(uow, quote_id):
        raise FareGivenBack
    store = MoneyStore(uow.session)
    quoted = store.quote(quote_id, actor.scope)
    entry_id = None
    if last.entry_id is not None:
        head = EntryHead(
            journal=f"dossier:{quoted.dossier_id}",
            kind="reversal",
            unit_id=quoted.unit_id,
            section_id=quoted.section_id,
            dossier_id=quoted.dossier_id,
            reverses_id=last.entry_id,
            reason="undone",
            cause=_cause(quote_id),
            second_person=second_person,
        )
        lines = [line.turned_round() for line in postings_of(store, last.entry_id)]
        entry_id = post(uow, head, lines, actor=actor)
    _say(
        uow, quoted, FareEndKind.RESTORED, "undone", actor,
        entry_id=entry_id, second_person=second_person,
    )  # fmt: skip


def pay_back_fare(
    uow: UnitOfWork, quote_id: UUID, *, actor: Actor, second_staff_id: UUID | None = None
) -> int:
    """The citizen has his money, out of the acting clerk's drawer; returns it, in đồng.

    Raises
    ------
    NothingOwedBack
        Nothing was called off, or it was fetched before.
    SecondPersonNeeded
        Whoever called the fare off does not pay it out alone.
    DrawerNotOpen, DrawerShort
    """
    store = MoneyStore(uow.session)
    drawer = drawer_store.working_drawer(store.session, actor.id, lock=True)
    if drawer is None or drawer.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    quoted = store.quote(quote_id, actor.scope)
    last = last_end(uow.session, quote_id)
    if last is None or last.kind != FareEndKind.CALLED_OFF or not last.amount_vnd:
        raise NothingOwedBack
    second = None if second_staff_id is None else f"staff:{second_staff_id}"
    if second == actor.ref or (second is None and last.actor == actor.ref):
        raise SecondPersonNeeded
    cash = accounts.drawer_cash(drawer.id, drawer.unit_id)
    if (held_vnd := balance_vnd(uow, cash)) < last.amount_vnd:
        raise DrawerShort(held_vnd=held_vnd, amount_vnd=last.amount_vnd)
    head = EntryHead(
        journal=f"shift:{drawer.id}",
        kind="fare_paid_back",
        unit_id=drawer.unit_id,
        dossier_id=quoted.dossier_id,
        cause=_cause(quote_id),
        second_person=second,
    )
    owed = accounts.owed_back(quote_id, quoted.unit_id)
    line = Posting(owed, cash, last.amount_vnd, LineKind.RESULT)
    entry_id = post(uow, head, [line], actor=actor)
    _say(
        uow, quoted, FareEndKind.PAID_BACK, last.why, actor,
        amount_vnd=last.amount_vnd, entry_id=entry_id, second_person=second,
    )  # fmt: skip
    return last.amount_vnd


def pay_back_by_transfer(uow: UnitOfWork, quote_id: UUID, *, actor: Actor) -> int:
    """What is owed goes to an account that the citizen names; returns it, in đồng.

    It is ordered like every refund by transfer, by two people. Raises NothingOwedBack, NotFound.
    """
    store = MoneyStore(uow.session)
    quoted = store.quote(quote_id, actor.scope)
    payment = store.live_payment_of_quote(quote_id, lock=True)
    last = last_end(uow.session, quote_id)
    is_owed = last is not None and last.kind == FareEndKind.CALLED_OFF and last.amount_vnd
    if last is None or not is_owed or payment is None:
        raise NothingOwedBack
    head = EntryHead(
        journal=f"dossier:{quoted.dossier_id}",
        kind="fare_by_transfer",
        unit_id=quoted.unit_id,
        section_id=quoted.section_id,
        dossier_id=quoted.dossier_id,
        cause=_cause(quote_id),
    )
    owed = accounts.owed_back(quote_id, quoted.unit_id)
    by_transfer = accounts.refund_owed(payment.id, payment.unit_id)
    line = Posting(owed, by_transfer, last.amount_vnd, LineKind.RESULT)
    entry_id = post(uow, head, [line], actor=actor)
    _say(
        uow, quoted, FareEndKind.PAID_BACK, last.why, actor,
        amount_vnd=last.amount_vnd, entry_id=entry_id,
    )  # fmt: skip
    owe(uow, payment, last.amount_vnd, entry_id, actor=actor)
    return last.amount_vnd


def fare_ends_of(uow: ReadUnit, dossier_id: UUID, *, actor: Actor) -> tuple[FareEnd, ...]:
    """How the dossier's fares ended, of those that did; the caller has found the dossier."""
    rows = last_ends_of_dossier(uow.session, dossier_id)
    by_transfer: frozenset[UUID] = frozenset()
    if any(row.kind == FareEndKind.PAID_BACK for row in rows):
        by_transfer = entries_of_debts(uow, dossier_id)
    return tuple(
        _view(row, actor, is_by_transfer=row.entry_id in by_transfer)
        for row in rows
        if row.kind != FareEndKind.RESTORED
    )


def _on_the_way_back(quoted: QuoteRow) -> list[QuoteLine]:
    lines = as_quote(quoted).lines
    return [line for line in lines if line.kind is LineKind.RESULT and line.amount_vnd]


def _given_back(
    store: MoneyStore, line: QuoteLine, quoted: QuoteRow, payment: PaymentRow
) -> Posting:
    """The revenue goes back to whoever bore this line."""
    if line.payer is Payer.BUDGET:
        bearer = accounts.authority(BUDGET)
    elif line.payer is Payer.POST:
        bearer = accounts.promotion(payment.unit_id)
    elif payment.method == "authority":
        bearer = _authority_of(store, payment)
    else:
        bearer = accounts.owed_back(quoted.id, quoted.unit_id)
    return Posting(accounts.fare_revenue(payment.unit_id), bearer, line.amount_vnd, line.kind)


def _authority_of(store: MoneyStore, payment: PaymentRow) -> Account:
    lines = postings_of(store, payment.entry_id) if payment.entry_id else ()
    return next(
        line.debit
        for line in lines
        if line.debit.kind is AccountKind.AUTHORITY and line.debit.owner != BUDGET
    )


def _of_budgets(lines: Iterable[QuoteLine]) -> dict[str, int]:
    """What each programme's budget bore of these lines."""
    borne: dict[str, int] = {}
    for line in lines:
        if line.payer is Payer.BUDGET and line.overlay:
            borne[line.overlay] = borne.get(line.overlay, 0) + line.amount_vnd
    return borne


def _post(
    uow: UnitOfWork, quoted: QuoteRow, postings: list[Posting], why: str, actor: Actor
) -> UUID:
    head = EntryHead(
        journal=f"dossier:{quoted.dossier_id}",
        kind="fare_called_off",
        unit_id=quoted.unit_id,
        section_id=quoted.section_id,
        dossier_id=quoted.dossier_id,
        cause=_cause(quoted.id),
        reason=why,
    )
    return post(uow, head, postings, actor=actor)


def _say(
    uow: UnitOfWork,
    quoted: QuoteRow,
    kind: FareEndKind,
    why: str,
    actor: Actor,
    *,
    amount_vnd: int = 0,
    entry_id: UUID | None = None,
    second_person: str | None = None,
) -> None:
    """The fact stands, and the dossier's journal says it too."""
    last = last_end(uow.session, quoted.id)
    row = {
        "quote_id": quoted.id,
        "no": 1 if last is None else last.no + 1,
        "kind": kind.value,
        "why": why,
        "dossier_id": quoted.dossier_id,
        "amount_vnd": amount_vnd,
        "entry_id": entry_id,
        "at": uow.now,
        "actor": actor.ref,
        "second_person": second_person,
    }
    uow.session.flush()
    if not add_end(uow.session, row):
        raise LostUpdate
    streams.append(
        uow,
        streams.journal_stream(f"dossier:{quoted.dossier_id}"),
        f"fare_{kind}",
        {"quote_id": str(quoted.id), "why": why, "amount_vnd": amount_vnd},
        actor=actor,
    )


def _cause(quote_id: UUID) -> str:
    return f"fare:{quote_id}"


def _view(row: FareEndRow, actor: Actor, *, is_by_transfer: bool) -> FareEnd:
    is_open = row.kind == FareEndKind.CALLED_OFF
    return FareEnd(
        quote_id=row.quote_id,
        kind=FareEndKind(row.kind),
        why=row.why,
        owed_vnd=row.amount_vnd if is_open else 0,
        paid_back_vnd=0 if is_open else row.amount_vnd,
        at=row.at,
        needs_second=row.actor == actor.ref,
        is_by_transfer=is_by_transfer,
    )
