"""An agency or a budget pays its monthly statement: parked at the bank, known by two people.

A part is a part: the rest stays owed. What comes too much is parked anew, to be used for another
month or sent back. Only a month that is over is paid: its statement does not change any more.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from postal_bridge.directory.service import agency_by_key
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import accounts, bearer_payment_store, parked_store
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.bearer_payment_tables import StatementPaymentRow
from postal_bridge.money.bearer_store import PAID
from postal_bridge.money.dues import BUDGET
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.month_of_bearers import AGENCY, PROGRAMME, lines_of_month, month_bounds
from postal_bridge.money.parked import answer_of, keep_answer
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import ProviderEvent
from postal_bridge.money.two_people import second_of
from postal_bridge.people.rules import Power, check_may

STREAM = "bearers:payments"
SAID = (
    "bearer", "month", "amount_vnd", "event_id", "over_event_id", "entry_id", "at", "actor",
    "second_person",
)  # fmt: skip
OVERPAID = "overpaid"
LONGEST_TRANSACTION = 80
EVERYTHING = Scope(everything=True)


class StatementNotPayable(RuleViolation):
    """`fault`: month (it is not over) or settled (nothing of it is owed)."""

    code = "statement_not_payable"


@dataclass(frozen=True, slots=True)
class PayStatement:
    """Attributes
    ----------
    bearer : as the list of the month names it
    words : on what grounds, as the number of the payer's order
    """

    event_id: UUID
    bearer: str
    month: date
    words: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class StatementPaid:
    amount_vnd: int
    words: str
    at: datetime


def statement_payments(uow: ReadUnit, bearer: str, month: date) -> tuple[StatementPaid, ...]:
    """What was paid of one statement, the first first."""
    rows = bearer_payment_store.payments_of(uow, bearer, month)
    return tuple(StatementPaid(row.amount_vnd, row.words, row.at) for row in rows)


def paid_of_month(uow: ReadUnit, month: date) -> dict[str, int]:
    """What each bearer has paid of that month, in đồng."""
    return bearer_payment_store.paid_of_month(uow, month)


def pay_statement(command: PayStatement, *, actor: Actor, once: Once[None], units: Units) -> bytes:
    """So much less is owed of that month; what is over waits under a notice of its own.

    Raises
    ------
    StatementNotPayable
    NotFound
        No such bearer or statement, or no such parked money.
    AlreadyAnswered, SecondPersonNeeded, ReasonMissing
    """
    check_may(actor, Power.OPERATE)
    month = command.month.replace(day=1)
    with units.read() as uow:  # of a month that is over: it stays so
        if month_bounds(month)[1] > uow.now:
            raise StatementNotPayable(fault="month")
        lines = lines_of_month(uow, EVERYTHING, month)
        own = [one.amount_vnd for one in lines if one.bearer == command.bearer]
    if not own:
        raise NotFound
    return once.answer(
        lambda uow: _take(uow, command, month, sum(own), actor), actor=actor, units=units
    )


def _take(uow: UnitOfWork, command: PayStatement, month: date, owed_vnd: int, actor: Actor) -> None:
    second = second_of(command.words, command.second_staff_id, actor)
    event = parked_store.parked_event(uow, command.event_id, is_held=True, actor=actor)
    bearer = _account(uow, command.bearer)
    store = MoneyStore(uow.session)
    store.ensure_accounts({bearer})
    store.lock_account(bearer.code)
    before = bearer_payment_store.payments_of(uow, command.bearer, month)
    left_vnd = owed_vnd - sum(row.amount_vnd for row in before)
    if left_vnd <= 0:
        raise StatementNotPayable(fault="settled")
    amount_vnd = min(event.amount, left_vnd)
    answer = answer_of(uow, event, "returned", command.words, second, actor)
    head = EntryHead(
        f"remittance:{event.id}",
        "statement_paid",
        reason=answer.words,
        second_person=second,
        cause=f"parked:{event.id}",
    )
    held = accounts.unidentified(event.account_key)
    answer.entry_id = post(uow, head, [Posting(held, bearer, amount_vnd, PAID)], actor=actor)
    keep_answer(uow, answer, actor=actor)
    row = StatementPaymentRow(
        id=new_id(),
        bearer=command.bearer,
        month=month,
        amount_vnd=amount_vnd,
        event_id=event.id,
        over_event_id=_parked_anew(uow, event, event.amount - amount_vnd, answer.entry_id),
        entry_id=answer.entry_id,
        words=answer.words,
        at=uow.now,
        actor=actor.ref,
        second_person=second,
    )
    uow.session.add(row)
    uow.session.flush()
    say_row(uow, STREAM, "statement.paid", row, SAID, actor=actor)


def _parked_anew(
    uow: UnitOfWork, event: ProviderEvent, over_vnd: int, entry_id: UUID
) -> UUID | None:
    """What came too much waits as a notice of its own: its money never left `unidentified`."""
    if not over_vnd:
        return None
    ending = "/+"
    row = ProviderEvent(
        id=new_id(),
        provider=event.provider,
        provider_transaction=event.provider_transaction[: LONGEST_TRANSACTION - 2] + ending,
        body_sha256=event.body_sha256,
        account_key=event.account_key,
        amount=over_vnd,
        currency=event.currency,
        reference=None,
        occurred_at=event.occurred_at,
        received_at=uow.now,
        payment_id=None,
        unit_id=event.unit_id,
        section_id=event.section_id,
        entry_id=entry_id,
        fate="mismatch",
        why=OVERPAID,
    )
    uow.session.add(row)
    uow.session.flush()
    return row.id


def _account(uow: ReadUnit, bearer: str) -> Account:
    """Raises NotFound."""
    kind, _, key = bearer.partition(":")
    if kind == AGENCY:
        return accounts.contract(agency_by_key(uow, key).id)
    if kind == PROGRAMME:
        return accounts.authority(BUDGET)
    raise NotFound
