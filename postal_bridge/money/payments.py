"""A payment from its request to its receipts.

Each way of paying ends in `credit`: one entry, the receipts, the payment moved, a message. A
quote is settled once; a waiting payment gives way to money that is on the table.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import hold_new, is_new
from postal_bridge.kernel.ids import new_id, random_signs
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money import fee_change_store
from postal_bridge.money.accounts import Account
from postal_bridge.money.bank import BankNotices
from postal_bridge.money.budgets import is_refunded
from postal_bridge.money.dues import Due, FeeDue, dues_of, postings_for, postings_of_others
from postal_bridge.money.errors import (
    AlreadySettled,
    FareCalledOff,
    QuoteExpired,
    SectionMissing,
    UnitMissing,
)
from postal_bridge.money.fare_end_store import is_called_off
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.quote_rows import as_quote
from postal_bridge.money.receipts import issue_receipts
from postal_bridge.money.rules import PaymentAction, PaymentStatus, next_payment_move
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, QuoteRow
from postal_bridge.money.tariff import Payer
from postal_bridge.money.topics import PAYMENT_PAID

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # read out over a telephone without doubt
REFERENCE_LENGTH = 12
DOOR = "door"  # the method of a payment that a courier is to take, until it comes another way


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new payment is for.

    `account_key`: the account that the payer of a transfer is shown.
    `unit_id`: the office that answers for it where there is no quote to say so; else the actor's.
    """

    dossier_id: UUID
    quote: QuoteRow | None
    fees: tuple[FeeDue, ...]
    section_id: UUID | None
    method: str
    expires_at: datetime | None = None
    unit_id: UUID | None = None
    account_key: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What was paid; the numbers are those of the receipts, None where there is none."""

    payment_id: UUID
    fare_receipt_no: str | None
    fee_receipt_no: str | None
    lines: tuple[Due, ...]
    total_vnd: int
    entry_id: UUID | None = None


def quote_of_dossier(
    uow: UnitOfWork, quote_id: UUID | None, dossier_id: UUID, actor: Actor
) -> QuoteRow | None:
    """The quote, bound to its own dossier and its time: a price is not carried to another.

    Raises NotFound for a foreign one, QuoteExpired for an old one.
    """
    if quote_id is None:
        return None
    quoted = MoneyStore(uow.session).quote(quote_id, actor.scope)
    if quoted.dossier_id != dossier_id:
        raise NotFound
    if quoted.valid_until < uow.now:
        raise QuoteExpired(quote_id=str(quoted.id))
    return quoted


def request_payment(uow: UnitOfWork, asked: Asked, *, actor: Actor) -> PaymentRow:
    """The payment is pending. Another that was only waiting gives way; a paid one does not.

    Raises
    ------
    AlreadySettled, FareCalledOff, SectionMissing, UnitMissing
    QuoteExpired
        It was paid and given back, and with it what a budget bore: a new quote asks the budget.
    """
    store = MoneyStore(uow.session)
    unit_id = asked.quote.unit_id if asked.quote else asked.unit_id or actor.unit_id
    if unit_id is None:
        raise UnitMissing
    section_id = asked.section_id or (asked.quote.section_id if asked.quote else None)
    if asked.fees and section_id is None:
        raise SectionMissing
    if asked.quote is not None:
        if is_called_off(uow.session, asked.quote.id):
            raise FareCalledOff
        waiting = store.live_payment_of_quote(asked.quote.id, lock=True)
        if waiting is not None:
            if waiting.status == PaymentStatus.PAID:
                raise AlreadySettled(quote_id=str(asked.quote.id))
            move_payment(uow, waiting, PaymentAction.EXPIRE, actor=actor)
            uow.session.flush()
    lines = as_quote(asked.quote).lines if asked.quote else ()
    is_borne = any(line.payer is Payer.BUDGET for line in lines)
    if asked.quote is not None and is_borne and is_refunded(uow, asked.quote.id):
        raise QuoteExpired(quote_id=str(asked.quote.id))  # the budget no longer bears it
    dues = dues_of(lines, asked.fees)
    row = PaymentRow(
        id=new_id(),
        reference=new_reference(),
        dossier_id=asked.dossier_id,
        quote_id=asked.quote.id if asked.quote else None,
        unit_id=unit_id,
        section_id=section_id,
        method=asked.method,
        status=next_payment_move(PaymentStatus.CREATED, PaymentAction.REQUEST).to,
        amount_vnd=sum(due.amount_vnd for due in dues),
        dues=[due.as_stored() for due in dues],
        created_at=uow.now,
        expires_at=asked.expires_at,
        account_key=asked.account_key,
    )
    if asked.quote is not None and not is_new(uow.session, asked.quote.id):
        if not store.add_unless_twin(row):
            raise AlreadySettled(quote_id=str(row.quote_id))
    else:
        uow.session.add(row)  # a quote made in this unit, or none: nobody else can pay it
    hold_new(uow.session, row)
    return row


def withdraw_transfers(uow: UnitOfWork, quote_id: UUID, *, actor: Actor) -> None:
    """Nobody is to pay the quote by transfer any more; money that still comes is parked."""
    for payment in MoneyStore(uow.session).lock_unpaid_transfers(quote_id):
        move_payment(uow, payment, PaymentAction.WITHDRAW, actor=actor)


@dataclass(frozen=True, slots=True)
class Standing:
    """On what ground another owes it, and who stood by; neither where an agreement says so."""

    reason: str | None = field(repr=False, default=None)
    second_person: str | None = None


BY_AGREEMENT = Standing()


def credit(
    uow: UnitOfWork,
    payment: PaymentRow,
    *,
    into: Account,
    kind: str,
    journal: str,
    actor: Actor,
    cause: str | None = None,
    standing: Standing = BY_AGREEMENT,
) -> ReceiptView:
    """The payment is paid: posted once, receipted, and told to whoever waits for it."""
    store = MoneyStore(uow.session)
    dues = tuple(Due.from_stored(due) for due in payment.dues)
    quoted = None if payment.quote_id is None else store.known_quote(payment.quote_id)
    postings = postings_for(dues, into=into, unit_id=payment.unit_id, section_id=payment.section_id)
    if quoted is not None:
        postings += postings_of_others(as_quote(quoted).lines, unit_id=payment.unit_id)
    move_payment(uow, payment, PaymentAction.SETTLE, actor=actor)
    payment.paid_at = uow.now
    numbers: dict[str, str] = {}
    if postings:
        head = EntryHead(
            journal=journal,
            kind=kind,
            unit_id=payment.unit_id,
            section_id=payment.section_id,
            dossier_id=payment.dossier_id,
            payment_id=payment.id,
            cause=cause,
            reason=standing.reason,
            second_person=standing.second_person,
        )
        payment.entry_id = post(uow, head, postings, actor=actor)
        if payment.method != "authority":
            issued = issue_receipts(uow, payment, payment.entry_id, dues, actor=actor)
            numbers = {receipt.kind: receipt.number for receipt in issued}
    fee_change_store.paid_by(uow, payment)
    tell(uow, PAYMENT_PAID, payment)
    return ReceiptView(
        payment_id=payment.id,
        fare_receipt_no=numbers.get("fare"),
        fee_receipt_no=numbers.get("fee"),
        lines=dues,
        total_vnd=payment.amount_vnd,
        entry_id=payment.entry_id,
    )


def came_by(payment: PaymentRow, provider: str) -> None:
    """The money came by a provider, even where a courier was to take it: he holds no cash of it."""
    payment.method = "vietqr"
    payment.paid_by = None if provider == BankNotices.name else provider


def move_payment(
    uow: UnitOfWork, payment: PaymentRow, action: PaymentAction, *, actor: Actor
) -> None:
    """The status follows its table, and the dossier's journal says so. Raises MoveNotOpen."""
    payment.status = next_payment_move(PaymentStatus(payment.status), action).to
    streams.append(
        uow,
        streams.journal_stream(f"dossier:{payment.dossier_id}"),
        f"payment_{action}",
        {"payment_id": str(payment.id), "status": payment.status, "method": payment.method},
        actor=actor,
    )


def tell(uow: UnitOfWork, topic: str, payment: PaymentRow) -> None:
    uow.outbox.add(
        Message(
            topic=topic,
            body={
                "payment_id": str(payment.id),
                "dossier_id": str(payment.dossier_id),
                "quote_id": None if payment.quote_id is None else str(payment.quote_id),
            },
            order_key=str(payment.id),
        )
    )


def new_reference() -> str:
    """60 random bits for the note of a transfer; long enough not to be met by chance."""
    return "PB" + random_signs(LETTERS, REFERENCE_LENGTH)
