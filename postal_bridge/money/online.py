"""Paying by transfer: a VietQR to show, and the bank's word that decides (M6).

Showing a code or a return page marks nothing paid. One row per (provider, transaction) is
written in the transaction that credits, so a notice that comes again, or beside its twin, finds
the first one's fate. What does not fit is parked with its money: nothing is thrown away.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import LostUpdate
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, vietqr
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.bank import BankNotices
from postal_bridge.money.dues import FeeDue
from postal_bridge.money.errors import NothingToPay, NoticeContradicts
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.payments import (
    DOOR,
    Asked,
    came_by,
    credit,
    move_payment,
    quote_of_dossier,
    request_payment,
    tell,
)
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.receiving_accounts import account_named, account_of_day, is_ours
from postal_bridge.money.rules import PaymentAction, PaymentStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import PaymentRow, ProviderEvent
from postal_bridge.money.topics import PAYMENT_EXPIRY_DUE, PAYMENT_MISMATCH

VALID_HOURS = 24
NOT_OURS = ("foreign_account", "currency")  # we hold no money of such a notice
UNPAID = frozenset(
    {
        PaymentStatus.CREATED,
        PaymentStatus.PENDING,
        PaymentStatus.EXPIRED,
        PaymentStatus.MISMATCH,
    }
)
GAVE_WAY = frozenset({PaymentStatus.EXPIRED, PaymentStatus.MISMATCH})


@dataclass(frozen=True, slots=True)
class RequestOnline:
    dossier_id: UUID
    quote_id: UUID | None
    agency_fees: tuple[FeeDue, ...] = ()
    section_id: UUID | None = None
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class OnlinePayment:
    """What the payer's page shows.

    Attributes
    ----------
    payload : the text of the QR
    is_payable : the whole amount, sent now, pays it
    """

    payment_id: UUID
    reference: str
    amount_vnd: int
    payload: str
    bank_name: str
    bank_bin: str
    account: str
    holder: str
    expires_at: datetime | None
    status: PaymentStatus
    is_payable: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a notice.

    Attributes
    ----------
    fate : "credited" or "mismatch" (parked for a person)
    why : of a mismatch: foreign_account, currency, unknown_reference, amount, not_waiting
    is_repeat : the notice had come before; nothing was done now
    """

    event_id: UUID
    fate: str
    why: str | None
    payment_id: UUID | None
    is_repeat: bool


def request_online(uow: UnitOfWork, asked: RequestOnline, *, actor: Actor) -> OnlinePayment:
    """A payment waits for the bank's word; the code is to be shown until it expires.

    Raises
    ------
    NothingToPay, AlreadySettled, QuoteExpired, SectionMissing, NotFound
    """
    quoted = quote_of_dossier(uow, asked.quote_id, asked.dossier_id, actor)
    expires_at = uow.now + timedelta(hours=VALID_HOURS)
    payment = request_payment(
        uow,
        Asked(
            asked.dossier_id,
            quoted,
            asked.agency_fees,
            asked.section_id,
            "vietqr",
            expires_at,
            asked.unit_id,
            account_of_day(uow).key,
        ),
        actor=actor,
    )
    if payment.amount_vnd == 0:
        raise NothingToPay
    uow.outbox.add(Message(PAYMENT_EXPIRY_DUE, {"payment_id": str(payment.id)}, due_at=expires_at))
    return _online(uow, payment)


def online_payment(uow: ReadUnit, payment_id: UUID, *, actor: Actor) -> OnlinePayment:
    """The code again. Raises NotFound outside the actor's scope."""
    return _online(uow, MoneyStore(uow.session).payment(payment_id, actor.scope))


def settle_notice(uow: UnitOfWork, notice: ProviderNotice, *, actor: Actor) -> Settled:
    """Credited once, or parked. However old the notice is, it counts.

    Raises
    ------
    NoticeContradicts
        The transaction is known with another amount, account or reference.
    """
    store = MoneyStore(uow.session)
    # Twins that name the same payment queue for its row, others for the unique key.
    payment = (
        None if notice.reference is None else store.lock_payment_by_reference(notice.reference)
    )
    known = store.provider_event(notice.provider, notice.transaction)
    if known is not None:
        return _repeated(known, notice)
    why = _misfit(uow, store, payment, notice)
    with uow.savepoint() as point:
        event_id = _take(uow, store, notice, payment, why, actor)
        if event_id is None:
            point.rollback()
    if event_id is None:
        twin = store.provider_event(notice.provider, notice.transaction)
        if twin is None:  # it was undone meanwhile: the provider will say it again
            raise LostUpdate
        return _repeated(twin, notice)
    payment_id = None if payment is None else payment.id
    return Settled(event_id, "mismatch" if why else "credited", why, payment_id, False)


def expire_payment(uow: UnitOfWork, payment_id: UUID, *, actor: Actor) -> None:
    """A payment nobody made is over; money that comes later still counts."""
    payment = MoneyStore(uow.session).payment(payment_id, actor.scope, lock=True)
    due = payment.expires_at is not None and payment.expires_at <= uow.now
    if due and payment.status == PaymentStatus.PENDING:
        move_payment(uow, payment, PaymentAction.EXPIRE, actor=actor)


def _misfit(
    uow: UnitOfWork, store: MoneyStore, payment: PaymentRow | None, notice: ProviderNotice
) -> str | None:
    is_transfer = notice.provider == BankNotices.name  # a gateway vouches for its own terminal
    if is_transfer and not is_ours(uow, notice.account_key):
        return "foreign_account"
    if notice.currency != "VND":
        return "currency"
    if payment is None:
        return "unknown_reference"
    if payment.status not in UNPAID:
        return "not_waiting"
    if notice.amount != payment.amount_vnd:
        return "amount"
    if payment.status in GAVE_WAY and payment.quote_id is not None:
        other = store.live_payment_of_quote(payment.quote_id)
        if other is not None:
            return "not_waiting"
    return None


def _take(
    uow: UnitOfWork,
    store: MoneyStore,
    notice: ProviderNotice,
    payment: PaymentRow | None,
    why: str | None,
    actor: Actor,
) -> UUID | None:
    """The money is posted and the event kept with its fate; None if a twin was faster."""
    event_id = new_id()
    cause = f"{notice.provider}:{notice.transaction}"[:120]
    if why is None and payment is not None:
        came_by(payment, notice.provider)
        entry_id = credit(
            uow,
            payment,
            into=place_of(notice.provider, notice.account_key),
            kind="online_payment",
            journal=f"dossier:{payment.dossier_id}",
            actor=actor,
            cause=cause,
        ).entry_id
    else:
        entry_id = _park(uow, event_id, notice, payment, why, cause, actor)
    row = ProviderEvent(
        id=event_id,
        provider=notice.provider,
        provider_transaction=notice.transaction,
        body_sha256=notice.body_sha256,
        account_key=notice.account_key,
        amount=notice.amount,
        currency=notice.currency,
        reference=notice.reference,
        occurred_at=notice.occurred_at,
        received_at=uow.now,
        payment_id=None if payment is None else payment.id,
        unit_id=None if payment is None else payment.unit_id,
        section_id=None if payment is None else payment.section_id,
        entry_id=entry_id,
        fate="mismatch" if why else "credited",
        why=why,
    )
    return event_id if store.add_unless_twin(row) else None


def _park(
    uow: UnitOfWork,
    event_id: UUID,
    notice: ProviderNotice,
    payment: PaymentRow | None,
    why: str | None,
    cause: str,
    actor: Actor,
) -> UUID | None:
    """Our bank holds it and owes it to somebody unknown; not ours or not đồng: only noted."""
    if payment is not None:
        # What is due at a door stays due there: a wrong transfer opens no door without paying.
        # A word without money behind it changes nothing for the payer.
        is_first = payment.status in UNPAID - {PaymentStatus.MISMATCH}
        if is_first and payment.method != DOOR and why not in NOT_OURS:
            move_payment(uow, payment, PaymentAction.FLAG_MISMATCH, actor=actor)
            uow.session.flush()
        tell(uow, PAYMENT_MISMATCH, payment)
    if why in NOT_OURS:
        return None
    line = Posting(
        place_of(notice.provider, notice.account_key),
        accounts.unidentified(notice.account_key),
        notice.amount,
        why or "",
    )
    head = EntryHead(f"remittance:{event_id}", "parked_notice", cause=cause)
    return post(uow, head, [line], actor=actor)


def place_of(provider: str, account_key: str) -> Account:
    """Where the money is now: at our bank, or still at the gateway."""
    is_transfer = provider == BankNotices.name
    return accounts.bank(account_key) if is_transfer else accounts.gateway(account_key)


def _repeated(known: ProviderEvent, notice: ProviderNotice) -> Settled:
    same = (known.amount, known.currency, known.account_key, known.reference) == (
        notice.amount,
        notice.currency,
        notice.account_key,
        notice.reference,
    )
    if not same:
        raise NoticeContradicts(provider=notice.provider, transaction=notice.transaction)
    return Settled(known.id, known.fate, known.why, known.payment_id, True)


def _online(uow: ReadUnit, payment: PaymentRow) -> OnlinePayment:
    account = account_named(uow, payment.account_key)
    transfer = vietqr.Transfer(
        account.bank_bin, account.account, payment.amount_vnd, payment.reference
    )
    return OnlinePayment(
        payment_id=payment.id,
        reference=payment.reference,
        amount_vnd=payment.amount_vnd,
        payload=vietqr.payload(transfer),
        bank_name=account.bank_name,
        bank_bin=account.bank_bin,
        account=account.account,
        holder=account.holder,
        expires_at=payment.expires_at,
        status=PaymentStatus(payment.status),
        is_payable=_is_payable(uow, payment),
    )


def _is_payable(uow: ReadUnit, payment: PaymentRow) -> bool:
    """It waits; one to which another amount came waits as long as its time runs."""
    if payment.status != PaymentStatus.MISMATCH:
        return payment.status in (PaymentStatus.CREATED, PaymentStatus.PENDING)
    is_over = payment.expires_at is not None and payment.expires_at <= uow.now
    store = MoneyStore(uow.session)
    is_settled = payment.quote_id is not None and store.live_payment_of_quote(payment.quote_id)
    return not is_over and not is_settled
