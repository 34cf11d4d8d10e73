"""Undoing a payment: a reversal with author, reason and second person, never a change.

What touches another clerk's drawer is only proposed: it takes effect after that clerk has been
shown it and agreed, or has stayed silent for five days, which is recorded as silence and not as
consent (facts: H-02 to H-04, H-18). Doubted by the clerk, it never takes effect by itself.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, drawer_store, fee_change_store, receipt_store
from postal_bridge.money.accounts import AccountKind, Posting
from postal_bridge.money.budgets import give_back_shares
from postal_bridge.money.drawer_tables import CorrectionRow, DrawerRow
from postal_bridge.money.errors import (
    AlreadyRemitted,
    AlreadyReversed,
    DrawerNotOpen,
    EntryNotReversible,
    ReasonMissing,
    SecondPersonNeeded,
    SupervisorNeeded,
)
from postal_bridge.money.fare_end_store import is_called_off
from postal_bridge.money.ledger import CORRECTION, EntryHead, post, postings_of
from postal_bridge.money.payments import move_payment, tell
from postal_bridge.money.refund_debts import owe
from postal_bridge.money.refund_limit import refund_limit_vnd
from postal_bridge.money.rules import DrawerStatus, PaymentAction
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.tables import JournalEntry, PaymentRow
from postal_bridge.money.taken_back import place_taken_from
from postal_bridge.money.terminal_voids import void_cause
from postal_bridge.money.topics import CORRECTION_PROPOSED, PAYMENT_REFUNDED

SILENCE_DAYS = 5
REVERSIBLE = frozenset(
    {"counter_payment", "door_payment", "online_payment", "authority_payment", "parked_placed"}
)
BY_TRANSFER = frozenset({AccountKind.BANK, AccountKind.GATEWAY, AccountKind.UNIDENTIFIED})
MACHINE = Actor.job("money.correction")


@dataclass(frozen=True, slots=True)
class Reversal:
    """One of the two is None: it was posted, or it is proposed to the drawer's clerk."""

    entry_id: UUID | None
    correction_id: UUID | None


@dataclass(frozen=True, slots=True)
class AnswerCorrection:
    correction_id: UUID
    agrees: bool


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """`effect_vnd` is what it would change in the drawer; below zero it takes money out."""

    id: UUID
    entry_id: UUID
    drawer_id: UUID
    status: str
    reason: str
    proposed_by: str
    second_person: str
    proposed_at: datetime
    shown_at: datetime | None
    answer: str | None
    effect_vnd: int
    posted_entry_id: UUID | None


def reverse_entry(
    uow: UnitOfWork,
    entry_id: UUID,
    reason: str,
    *,
    actor: Actor,
    second: Actor,
    terminal_slip: str = "",
) -> Reversal:
    """The payment is given back, or its undoing is proposed to the clerk whose drawer it touches.

    What a budget bore of it stands in the budget again.
    What came from a drawer that is no longer open, or from a courier, comes out of the actor's
    own drawer. What came to the bank or a gateway is owed by transfer until the bank says it left;
    what they have taken back already is gone from where it lay, and owed to nobody. What was paid
    by card is voided on the terminal first: `terminal_slip` is the number on the void's slip.

    Raises
    ------
    SecondPersonNeeded, ReasonMissing, EntryNotReversible, AlreadyReversed, DrawerNotOpen
    SupervisorNeeded
        Two clerks alone, above the limit.
    TerminalSlipMissing, TerminalSlipUsed
        Of a card payment.
    AlreadyRemitted
        The agency already has its fee: it is asked, not the drawer.

    A fee that the agency stated anew is not reversed: it is stated once more.
    """
    if second.ref == actor.ref or not second.id:
        raise SecondPersonNeeded
    if not reason.strip():
        raise ReasonMissing
    store = MoneyStore(uow.session)
    entry = store.entry(entry_id, actor.scope)
    drawer = _drawer_of(store, entry)
    _check_reversible(store, entry)
    _check_supervised(store, entry, actor, second)
    if drawer is None or drawer.status != DrawerStatus.OPEN or drawer.clerk == actor.id:
        entry_id = _post_reversal(
            uow, entry, reason.strip(), actor=actor, second_person=second.ref, cause=None,
            terminal_slip=terminal_slip,
        )  # fmt: skip
        return Reversal(entry_id, None)
    row = CorrectionRow(
        id=new_id(),
        entry_id=entry.id,
        drawer_id=drawer.id,
        unit_id=drawer.unit_id,
        status="proposed",
        reason=reason.strip(),
        proposed_by=actor.ref,
        second_person=second.ref,
        proposed_at=uow.now,
    )
    store.add(row)
    _tell_journal(uow, row, "proposed", actor)
    uow.outbox.add(Message(CORRECTION_PROPOSED, {"correction_id": str(row.id)}))
    return Reversal(None, row.id)


def refund_proposed(uow: ReadUnit, entry_id: UUID) -> str | None:
    """How far the proposal to undo this entry has come; None where there is none."""
    found = drawer_store.last_correction_of_entry(uow.session, entry_id)
    return None if found is None else found.status


def show_to_clerk(uow: UnitOfWork, *, actor: Actor) -> tuple[CorrectionView, ...]:
    """What is proposed for the actor's own drawers; from now on he has been shown it."""
    store = MoneyStore(uow.session)
    rows = drawer_store.corrections_of_drawers(
        store.session, drawer_store.drawer_ids_of_clerk(store.session, actor.id)
    )
    for row in rows:
        if row.status == "proposed":
            row.status, row.shown_at = "shown", uow.now
            _tell_journal(uow, row, "shown", actor)
    uow.session.flush()
    return tuple(_view(store, row) for row in rows)


def answer_as_clerk(uow: UnitOfWork, command: AnswerCorrection, *, actor: Actor) -> CorrectionView:
    """Agreed: posted now, in the machine's name. Doubted: recorded, and nothing is posted."""
    store = MoneyStore(uow.session)
    row = _of_clerk(store, command.correction_id, actor)
    if row.status != "shown":
        raise MoveNotOpen(machine="correction", status=row.status, action="answer")
    row.answer, row.answered_at = ("agreed" if command.agrees else "disputed"), uow.now
    _tell_journal(uow, row, row.answer, actor)
    if command.agrees:
        _apply(uow, store, row)
    else:
        row.status = "disputed"
    uow.session.flush()
    return _view(store, row)


def apply_after_silence(uow: UnitOfWork, correction_id: UUID, *, actor: Actor) -> CorrectionView:
    """Five days after it was shown and not answered; recorded as silence."""
    store = MoneyStore(uow.session)
    row = drawer_store.correction(store.session, correction_id, actor.scope)
    long_ago = uow.now - timedelta(days=SILENCE_DAYS)
    if row.status != "shown" or row.shown_at is None or row.shown_at > long_ago:
        raise MoveNotOpen(machine="correction", status=row.status, action="apply")
    row.answer = "unanswered"
    _tell_journal(uow, row, "unanswered", actor)
    _apply(uow, store, row)
    uow.session.flush()
    return _view(store, row)


def _apply(uow: UnitOfWork, store: MoneyStore, row: CorrectionRow) -> None:
    entry = uow.session.get_one(JournalEntry, row.entry_id)
    drawer = uow.session.get_one(DrawerRow, row.drawer_id, with_for_update=True)
    _check_reversible(store, entry, proposed=row.id)
    if drawer.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    row.posted_entry_id = _post_reversal(
        uow,
        entry,
        row.reason,
        actor=replace(MACHINE, on_behalf_of=row.proposed_by),
        second_person=row.second_person,
        cause=f"{CORRECTION}{row.id}",
    )
    row.status = "posted"


def _post_reversal(
    uow: UnitOfWork,
    entry: JournalEntry,
    reason: str,
    *,
    actor: Actor,
    second_person: str,
    cause: str | None,
    terminal_slip: str = "",
) -> UUID:
    store = MoneyStore(uow.session)
    if entry.payment_id is None:
        raise EntryNotReversible
    payment = store.payment(entry.payment_id, actor.scope, lock=True)
    owed = accounts.refund_owed(payment.id, payment.unit_id)
    gone_from = place_taken_from(uow, payment)
    lines, journal = [], entry.journal
    for line in postings_of(store, entry.id):
        turned = line.turned_round()
        if turned.credit.kind is AccountKind.DRAWER:
            turned, journal = _from_open_drawer(store, turned, journal, actor, cause)
        elif turned.credit.kind is AccountKind.COURIER:
            turned, journal = _from_own_drawer(store, turned, actor)
        elif turned.credit.kind in BY_TRANSFER:  # it leaves when the bank says so, not before
            turned = replace(turned, credit=gone_from or owed)
        lines.append(turned)
    head = EntryHead(
        journal=journal,
        kind="reversal",
        unit_id=entry.unit_id,
        section_id=entry.section_id,
        dossier_id=entry.dossier_id,
        payment_id=entry.payment_id,
        reverses_id=entry.id,
        reason=reason[:200],
        cause=cause or void_cause(uow, lines, payment.unit_id, terminal_slip),
        second_person=second_person,
    )
    entry_id = post(uow, head, lines, actor=actor)
    move_payment(uow, payment, PaymentAction.REFUND, actor=actor)
    if owed_vnd := sum(line.amount_vnd for line in lines if line.credit == owed):
        owe(uow, payment, owed_vnd, entry_id, actor=actor)
    tell(uow, PAYMENT_REFUNDED, payment)
    if payment.quote_id is not None:
        give_back_shares(uow, payment.quote_id, "refunded", actor=actor)
    return entry_id


def _from_open_drawer(
    store: MoneyStore, line: Posting, journal: str, actor: Actor, cause: str | None
) -> tuple[Posting, str]:
    """The drawer the money came into if it is still open, else the actor's own."""
    drawer = store.session.get_one(DrawerRow, UUID(line.credit.owner), with_for_update=True)
    if drawer.status == DrawerStatus.OPEN or cause is not None:
        return line, journal
    return _from_own_drawer(store, line, actor)


def _from_own_drawer(store: MoneyStore, line: Posting, actor: Actor) -> tuple[Posting, str]:
    """What a courier took he hands in as ever: nobody gives back out of his pocket unseen."""
    own = drawer_store.working_drawer(store.session, actor.id, lock=True)
    if own is None or own.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    return replace(line, credit=accounts.drawer_cash(own.id, own.unit_id)), f"shift:{own.id}"


def _check_reversible(
    store: MoneyStore, entry: JournalEntry, *, proposed: UUID | None = None
) -> None:
    if entry.kind not in REVERSIBLE or entry.payment_id is None:
        raise EntryNotReversible(kind=entry.kind)
    store.lock_payment(entry.payment_id)  # others who undo it, or pay its fee on, queue here
    other = drawer_store.correction_of_entry(store.session, entry.id)
    if store.is_reversed(entry.id) or (other is not None and other.id != proposed):
        raise AlreadyReversed
    quote_id = store.session.get_one(PaymentRow, entry.payment_id).quote_id
    if quote_id is not None and is_called_off(store.session, quote_id):
        raise AlreadyReversed
    if fee_change_store.touches(store.session, entry.payment_id):
        raise EntryNotReversible(kind="fee_change")
    if receipt_store.is_remitted(store.session, entry.payment_id):
        raise AlreadyRemitted


def _check_supervised(store: MoneyStore, entry: JournalEntry, actor: Actor, second: Actor) -> None:
    """Above the limit two clerks are not enough."""
    if entry.payment_id is None:
        raise EntryNotReversible
    payment = store.payment(entry.payment_id, actor.scope)
    is_supervised = bool((actor.roles | second.roles) & {Role.SUPERVISOR, Role.OPERATOR})
    if payment.amount_vnd > refund_limit_vnd() and not is_supervised:
        raise SupervisorNeeded(limit_vnd=refund_limit_vnd())


def _drawer_of(store: MoneyStore, entry: JournalEntry) -> DrawerRow | None:
    for line in postings_of(store, entry.id):
        if line.debit.kind is AccountKind.DRAWER:
            return store.session.get_one(DrawerRow, UUID(line.debit.owner), with_for_update=True)
    return None


def _of_clerk(store: MoneyStore, correction_id: UUID, actor: Actor) -> CorrectionRow:
    row = store.session.get(CorrectionRow, correction_id, with_for_update=True)
    if row is None or row.drawer_id not in drawer_store.drawer_ids_of_clerk(
        store.session, actor.id
    ):
        raise NotFound
    return row


def _tell_journal(uow: UnitOfWork, row: CorrectionRow, what: str, actor: Actor) -> None:
    streams.append(
        uow,
        streams.journal_stream(f"shift:{row.drawer_id}"),
        f"correction_{what}",
        {
            "correction_id": str(row.id),
            "entry_id": str(row.entry_id),
            "second_person": row.second_person,
            "reason": said_words(row.id, row.reason),
        },
        actor=actor,
    )


def _view(store: MoneyStore, row: CorrectionRow) -> CorrectionView:
    code = f"{AccountKind.DRAWER}:{row.drawer_id}"
    effect_vnd = -sum(
        line.amount_vnd for line in store.lines(row.entry_id) if line.debit_account == code
    )
    return CorrectionView(
        id=row.id,
        entry_id=row.entry_id,
        drawer_id=row.drawer_id,
        status=row.status,
        reason=row.reason,
        proposed_by=row.proposed_by,
        second_person=row.second_person,
        proposed_at=row.proposed_at,
        shown_at=row.shown_at,
        answer=row.answer,
        effect_vnd=effect_vnd,
        posted_entry_id=row.posted_entry_id,
    )
