"""Paying a quote and an agency's fees: at the counter, at the door, by an authority.

Each way ends in `credit`: one entry, the receipts, the payment moved, a message. A quote is
settled once; a waiting payment gives way to money that is on the table.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import held, hold
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Account
from postal_bridge.money.dues import Due, FeeDue, dues_of, postings_for, postings_of_others
from postal_bridge.money.errors import (
    AlreadySettled,
    AmountDiffers,
    DrawerNotOpen,
    QuoteExpired,
    SectionMissing,
    UnitMissing,
)
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.quotes import as_quote
from postal_bridge.money.receipts import issue_receipts
from postal_bridge.money.rules import (
    DrawerStatus,
    PaymentAction,
    PaymentStatus,
    next_payment_move,
)
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, QuoteRow
from postal_bridge.money.topics import PAYMENT_PAID

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # read out over a telephone without doubt
REFERENCE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class TakeAtCounter:
    """Money laid on the counter. `method`: "cash" or "card".

    `section_id` names whose fees they are; the quote's own when left out.
    """

    dossier_id: UUID
    quote_id: UUID | None
    agency_fees: tuple[FeeDue, ...]
    amount_vnd: int
    method: str = "cash"
    section_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PaymentView:
    id: UUID
    reference: str
    dossier_id: UUID
    quote_id: UUID | None
    unit_id: UUID
    section_id: UUID | None
    method: str
    status: PaymentStatus
    amount_vnd: int
    dues: tuple[Due, ...]
    created_at: datetime
    expires_at: datetime | None
    paid_at: datetime | None
    entry_id: UUID | None


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What was paid; the numbers are those of the receipts, None where there is none."""

    payment_id: UUID
    fare_receipt_no: str | None
    fee_receipt_no: str | None
    lines: tuple[Due, ...]
    total_vnd: int
    entry_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new payment is for."""

    dossier_id: UUID
    quote: QuoteRow | None
    fees: tuple[FeeDue, ...]
    section_id: UUID | None
    method: str
    expires_at: datetime | None = None


def take_at_counter(uow: UnitOfWork, taken: TakeAtCounter, *, actor: Actor) -> ReceiptView:
    """The money is in the clerk's drawer (or on the terminal), posted and receipted.

    Raises
    ------
    DrawerNotOpen
        The clerk has not opened a drawer, or has counted it.
    AmountDiffers
        Not the citizen's share of the quote plus the fees; nothing is posted.
    AlreadySettled, QuoteExpired, SectionMissing
    """
    store = MoneyStore(uow.session)
    drawer = store.working_drawer(actor.id, lock=True)
    if drawer is None or drawer.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    quoted = quote_of_dossier(store, taken.quote_id, taken.dossier_id, actor)
    if quoted is not None and quoted.valid_until < uow.now:
        raise QuoteExpired(quote_id=str(quoted.id))
    asked = Asked(taken.dossier_id, quoted, taken.agency_fees, taken.section_id, taken.method)
    payment = request_payment(uow, asked, actor=actor)
    check_amount(payment, taken.amount_vnd)
    into = (
        accounts.card_terminal(drawer.unit_id)
        if taken.method == "card"
        else accounts.drawer_cash(drawer.id, drawer.unit_id)
    )
    return credit(
        uow, payment, into=into, kind="counter_payment", journal=f"shift:{drawer.id}", actor=actor
    )


def bear_by_authority(
    uow: UnitOfWork, quote_id: UUID, authority_key: str, *, actor: Actor
) -> PaymentView:
    """An authority owes the citizen's share; the citizen pays nothing."""
    store = MoneyStore(uow.session)
    quoted = store.quote(quote_id, actor.scope)
    asked = Asked(quoted.dossier_id, quoted, (), None, "authority")
    payment = request_payment(uow, asked, actor=actor)
    credit(
        uow,
        payment,
        into=accounts.authority(authority_key),
        kind="authority_payment",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
    )
    return payment_view_of(payment)


def due_at_door(uow: UnitOfWork, quote_id: UUID, *, actor: Actor) -> PaymentView:
    """The citizen's share waits for the courier; nothing is posted before it is in his hand.

    Where the citizen's share is nothing, it is settled at once.
    """
    quoted = MoneyStore(uow.session).quote(quote_id, actor.scope)
    asked = Asked(quoted.dossier_id, quoted, (), None, "door")
    payment = request_payment(uow, asked, actor=actor)
    if payment.amount_vnd == 0:
        nobody = accounts.courier_cash(actor.id, actor.unit_id)
        journal = f"dossier:{payment.dossier_id}"
        credit(uow, payment, into=nobody, kind="door_payment", journal=journal, actor=actor)
    return payment_view_of(payment)


def take_at_door(uow: UnitOfWork, quote_id: UUID, amount_vnd: int, *, actor: Actor) -> ReceiptView:
    """The courier holds the money. Raises AmountDiffers, AlreadySettled, NotFound."""
    store = MoneyStore(uow.session)
    payment = store.live_payment_of_quote(quote_id, lock=True)
    if payment is None:
        raise NotFound
    if payment.status == PaymentStatus.PAID:
        raise AlreadySettled(quote_id=str(quote_id))
    check_amount(payment, amount_vnd)
    return credit(
        uow,
        payment,
        into=accounts.courier_cash(actor.id, actor.unit_id),
        kind="door_payment",
        journal=f"dossier:{payment.dossier_id}",
        actor=actor,
    )


def payment_status_of_quote(uow: ReadUnit, quote_id: UUID) -> PaymentView | None:
    """The payment that counts for the quote, or None when none was ever asked for."""

    def stored() -> PaymentView | None:
        row = MoneyStore(uow.session).last_payment_of_quote(quote_id)
        return None if row is None else payment_view_of(row)

    return uow.asked_once(_StatusOf(quote_id), stored)


def read_payments_ahead(uow: ReadUnit, quote_ids: Collection[UUID]) -> None:
    """Whoever asks for the status of these quotes in this reading unit asks no more."""
    if isinstance(uow, UnitOfWork) or not quote_ids:
        return
    counts: dict[UUID, PaymentView | None] = dict.fromkeys(quote_ids)
    for row in MoneyStore(uow.session).payments_of_quotes(quote_ids):
        counts[row.quote_id or row.id] = payment_view_of(row)
    for quote_id, payment in counts.items():
        uow.asked_once(_StatusOf(quote_id), partial(_same, payment))


@dataclass(frozen=True, slots=True)
class _StatusOf:
    """Under this a reading unit keeps the payment that counts."""

    quote_id: UUID


def _same(payment: PaymentView | None) -> PaymentView | None:
    return payment


def payment_view(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> PaymentView:
    """Raises NotFound outside the actor's scope."""
    return payment_view_of(MoneyStore(uow.session).payment(payment_id, actor.scope))


def payments_of_dossier(
    uow: ReadUnit, dossier_id: UUID, *, actor: Actor
) -> tuple[PaymentView, ...]:
    rows = MoneyStore(uow.session).payments_of_dossier(dossier_id, actor.scope)
    return tuple(payment_view_of(row) for row in rows)


def quote_of_dossier(
    store: MoneyStore, quote_id: UUID | None, dossier_id: UUID, actor: Actor
) -> QuoteRow | None:
    """The quote, bound to its own dossier: a price is not carried to another."""
    if quote_id is None:
        return None
    quoted = store.quote(quote_id, actor.scope)
    if quoted.dossier_id != dossier_id:
        raise NotFound
    return quoted


def request_payment(uow: UnitOfWork, asked: Asked, *, actor: Actor) -> PaymentRow:
    """The payment is pending. Another that was only waiting gives way; a paid one does not."""
    store = MoneyStore(uow.session)
    unit_id = asked.quote.unit_id if asked.quote else actor.unit_id
    if unit_id is None:
        raise UnitMissing
    section_id = asked.section_id or (asked.quote.section_id if asked.quote else None)
    if asked.fees and section_id is None:
        raise SectionMissing
    if asked.quote is not None:
        waiting = store.live_payment_of_quote(asked.quote.id, lock=True)
        if waiting is not None:
            if waiting.status == PaymentStatus.PAID:
                raise AlreadySettled(quote_id=str(asked.quote.id))
            move_payment(uow, waiting, PaymentAction.EXPIRE, actor=actor)
            uow.session.flush()
    dues = dues_of(as_quote(asked.quote).lines if asked.quote else (), asked.fees)
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
    )
    if asked.quote is not None and held(uow.session, QuoteRow, asked.quote.id) is None:
        if not store.add_unless_twin(row):
            raise AlreadySettled(quote_id=str(row.quote_id))
    else:
        uow.session.add(row)  # a quote made in this unit, or none: nobody else can pay it
    hold(uow.session, row)
    return row


def credit(
    uow: UnitOfWork,
    payment: PaymentRow,
    *,
    into: Account,
    kind: str,
    journal: str,
    actor: Actor,
    cause: str | None = None,
) -> ReceiptView:
    """The payment is paid: posted once, receipted, and told to whoever waits for it."""
    store = MoneyStore(uow.session)
    dues = tuple(Due.from_stored(due) for due in payment.dues)
    quoted = None if payment.quote_id is None else uow.session.get(QuoteRow, payment.quote_id)
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
        )
        payment.entry_id = post(uow, head, postings, actor=actor)
        if payment.method != "authority":
            issued = issue_receipts(uow, payment, payment.entry_id, dues, actor=actor)
            numbers = {receipt.kind: receipt.number for receipt in issued}
    store.session.flush()
    tell(uow, PAYMENT_PAID, payment)
    return ReceiptView(
        payment_id=payment.id,
        fare_receipt_no=numbers.get("fare"),
        fee_receipt_no=numbers.get("fee"),
        lines=dues,
        total_vnd=payment.amount_vnd,
        entry_id=payment.entry_id,
    )


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


def check_amount(payment: PaymentRow, received_vnd: int) -> None:
    if received_vnd != payment.amount_vnd:
        raise AmountDiffers(received_vnd=received_vnd, quoted_vnd=payment.amount_vnd)


def payment_view_of(row: PaymentRow) -> PaymentView:
    return PaymentView(
        id=row.id,
        reference=row.reference,
        dossier_id=row.dossier_id,
        quote_id=row.quote_id,
        unit_id=row.unit_id,
        section_id=row.section_id,
        method=row.paid_by or row.method,
        status=PaymentStatus(row.status),
        amount_vnd=row.amount_vnd,
        dues=tuple(Due.from_stored(due) for due in row.dues),
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        entry_id=row.entry_id,
    )


def new_reference() -> str:
    """60 random bits for the note of a transfer; long enough not to be met by chance."""
    return "PB" + "".join(secrets.choice(LETTERS) for _ in range(REFERENCE_LENGTH))
