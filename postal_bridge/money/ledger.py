"""Posting: one entry, its lines, its place in the journal's chain. Nothing is ever changed.

A machine posts in its own name and says what caused it (facts: H-02, H-03). Nobody but its
clerk posts to a drawer, except a correction the clerk has been shown (M7, H-04).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.accounts import Account, AccountKind, Posting, check_allowed
from postal_bridge.money.drawer_tables import DrawerRow
from postal_bridge.money.errors import DrawerNotOpen, DrawerOfAnother
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.store import MoneyStore, put_entry

CORRECTION = "correction:"  # the cause of an entry that a clerk was shown before
CLOSING = "drawer_closed"  # the one kind of entry a counted drawer still takes


@dataclass(frozen=True, slots=True)
class EntryHead:
    """What is said of an entry besides its lines.

    Attributes
    ----------
    journal : "shift:ID", "dossier:ID" or "remittance:ID"
    cause : what made a machine post; a clerk's own act needs none
    second_person : who else stood by it
    """

    journal: str
    kind: str
    unit_id: UUID | None = None
    section_id: UUID | None = None
    dossier_id: UUID | None = None
    payment_id: UUID | None = None
    reverses_id: UUID | None = None
    reason: str | None = None
    cause: str | None = None
    second_person: str | None = None


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One line as the clerk of a drawer sees it.

    Attributes
    ----------
    amount_vnd : below zero it left the drawer
    name, receipt_no : as the receipt says it, and which one (`line_words`); else empty
    """

    entry_id: UUID
    at: datetime
    kind: str
    about: str
    amount_vnd: int
    actor: str
    actor_kind: str
    reverses_id: UUID | None
    name: str = ""
    receipt_no: str = ""


def post(uow: UnitOfWork, head: EntryHead, postings: Sequence[Posting], *, actor: Actor) -> UUID:
    """The entry stands with all its lines, chained into its journal; returns its id.

    Raises
    ------
    MoneyWouldMix
        A pair of accounts that no rule allows.
    DrawerOfAnother, DrawerNotOpen
        A drawer is touched by somebody else than its clerk, or after it was counted.
    """
    store = MoneyStore(uow.session)
    for posting in postings:
        check_allowed(posting)
        for account in (posting.debit, posting.credit):
            if account.kind is AccountKind.DRAWER:
                _check_drawer(store, account, head, actor)
    store.ensure_accounts(
        {account for posting in postings for account in (posting.debit, posting.credit)}
    )
    entry_id = new_id()
    cause = head.cause or (actor.id if actor.kind is ActorKind.SYSTEM else None)
    put_entry(
        uow.session,
        {
            "id": entry_id,
            "journal": head.journal,
            "kind": head.kind,
            "at": uow.now,
            "recorded_at": uow.machine_now,
            "actor": actor.ref,
            "actor_kind": actor.kind.value,
            "on_behalf_of": actor.on_behalf_of,
            "second_person": head.second_person,
            "cause": cause,
            "reverses_id": head.reverses_id,
            "reason": head.reason,
            "dossier_id": head.dossier_id,
            "payment_id": head.payment_id,
            "unit_id": head.unit_id,
            "section_id": head.section_id,
        },
        postings,
    )
    streams.append(
        uow,
        streams.journal_stream(head.journal),
        f"money_{head.kind}",
        {
            "entry_id": str(entry_id),
            "reverses_id": str(head.reverses_id) if head.reverses_id else None,
            "cause": cause,
            "second_person": head.second_person,
            "reason": said_words(entry_id, head.reason),
            "unit_id": head.unit_id,
            "section_id": head.section_id,
            "lines": [[p.debit.code, p.credit.code, p.amount_vnd, p.about] for p in postings],
        },
        actor=actor,
    )
    return entry_id


def balance_vnd(uow: ReadUnit, account: Account) -> int:
    """Debits less credits: what a place of money holds, the negative of what is owed or earned."""
    return MoneyStore(uow.session).balance_vnd(account.code)


def lines_of(uow: ReadUnit, account: Account) -> tuple[PostedLine, ...]:
    """Every line that touched the account, the moment it is posted, in order of recording."""
    return tuple(
        PostedLine(
            entry_id=entry.id,
            at=entry.at,
            kind=entry.kind,
            about=line.about,
            amount_vnd=line.amount_vnd if line.debit_account == account.code else -line.amount_vnd,
            actor=entry.actor,
            actor_kind=entry.actor_kind,
            reverses_id=entry.reverses_id,
        )
        for entry, line in MoneyStore(uow.session).postings_touching(account.code)
    )


def postings_of(store: MoneyStore, entry_id: UUID) -> tuple[Posting, ...]:
    """The lines of an entry, as they were posted."""
    return tuple(
        Posting(
            _account(store, line.debit_account),
            _account(store, line.credit_account),
            line.amount_vnd,
            line.about,
        )
        for line in store.lines(entry_id)
    )


def _account(store: MoneyStore, code: str) -> Account:
    row = store.account(code)
    kind = AccountKind(row.kind)
    return Account(kind, code.removeprefix(f"{kind}:"), row.unit_id, row.section_id)


def _check_drawer(store: MoneyStore, account: Account, head: EntryHead, actor: Actor) -> None:
    drawer = store.session.get(DrawerRow, UUID(account.owner))
    if drawer is None:
        raise DrawerNotOpen
    if drawer.status != DrawerStatus.OPEN and head.kind != CLOSING:
        raise DrawerNotOpen
    shown = head.cause is not None and head.cause.startswith(CORRECTION)
    if actor.id != drawer.clerk and not shown:
        raise DrawerOfAnother
