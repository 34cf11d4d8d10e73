"""A courier hands his cash into a clerk's drawer: two blind counts, one agreed sum.

The courier counts and offers; the clerk counts without seeing that; only then both see both
counts and how the sum is split, and nothing is posted before the clerk accepts it (C2, M7).
What the courier counted and what the books say he carried may differ: that difference is set
aside and is not owed, until he accepts it or two people settle it (facts: H-11, H-19).
"""

from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money import accounts, drawer_store, hand_in_store
from postal_bridge.money.courier_cash import gap_vnd_of, lines_to_post
from postal_bridge.money.drawer_tables import DrawerRow
from postal_bridge.money.errors import (
    CashOnCounter,
    CountsDiffer,
    DrawerNotOpen,
    ReasonMissing,
    UnitMissing,
)
from postal_bridge.money.hand_in_rules import (
    GapStatus,
    HandInAction,
    HandInStatus,
    next_hand_in_status,
)
from postal_bridge.money.hand_in_tables import HandInCount, HandInRow
from postal_bridge.money.hand_in_types import (
    CountOffer,
    HandInView,
    OfferCash,
    RefuseOffer,
)
from postal_bridge.money.hand_in_views import own_hand_in, shown, tell_journal
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.store import MoneyStore

COURIER, CLERK = "courier", "clerk"


def lay_on_counter(uow: UnitOfWork, command: OfferCash, *, actor: Actor) -> HandInView:
    """The courier's count stands, and his cash waits for a clerk. Raises CashOnCounter."""
    if actor.unit_id is None:
        raise UnitMissing
    cash = accounts.courier_cash(actor.id, actor.unit_id)
    MoneyStore(uow.session).lock_account(cash.code)
    row = HandInRow(
        id=new_id(),
        courier=actor.id,
        unit_id=actor.unit_id,
        status=HandInStatus.OFFERED,
        offered_vnd=command.counted_vnd,
        kept_vnd=command.kept_vnd,
        expected_vnd=balance_vnd(uow, cash),
        offered_at=uow.now,
        gap_vnd=0,
        gap_status=GapStatus.NONE,
        owed_vnd=0,
    )
    if not MoneyStore(uow.session).add_unless_twin(row):
        raise CashOnCounter
    _note_count(uow, row, COURIER, command.counted_vnd, None, actor)
    said = {"counted_vnd": row.offered_vnd, "kept_vnd": row.kept_vnd, "expected": row.expected_vnd}
    tell_journal(uow, row, "offered", said, actor)
    return shown(uow, row, actor)


def count_as_clerk(uow: UnitOfWork, command: CountOffer, *, actor: Actor) -> HandInView:
    """The clerk's count stands beside the courier's; counting again needs a reason.

    Raises
    ------
    DrawerNotOpen
        The clerk has no open drawer to put it into.
    """
    row = hand_in_store.find(uow, command.hand_in_id, actor=actor, lock=True)
    drawer = _open_drawer(uow, row, actor)
    has_counted = hand_in_store.clerk_counts(uow, row.id) > 0
    if has_counted and not (command.reason or "").strip():
        raise ReasonMissing
    _move(row, HandInAction.COUNT)
    row.clerk, row.drawer_id, row.counted_vnd = actor.id, drawer.id, command.counted_vnd
    _note_count(uow, row, CLERK, command.counted_vnd, command.reason, actor)
    said = {
        "counted_vnd": command.counted_vnd,
        "reason": said_words(row.id, _kept(command.reason)),
    }
    tell_journal(uow, row, "counted", said, actor)
    return shown(uow, row, actor)


def agree_with_clerk(uow: UnitOfWork, hand_in_id: UUID, *, actor: Actor) -> HandInView:
    """The courier takes the clerk's count as his own."""
    row = own_hand_in(uow, hand_in_id, actor)
    _move(row, HandInAction.AGREE)
    row.offered_vnd = row.counted_vnd or 0
    _note_count(uow, row, COURIER, row.offered_vnd, None, actor)
    tell_journal(uow, row, "agreed", {"counted_vnd": row.offered_vnd}, actor)
    return shown(uow, row, actor)


def take_into_drawer(uow: UnitOfWork, hand_in_id: UUID, *, actor: Actor) -> HandInView:
    """The agreed sum lies in the clerk's drawer, fee, charge and fare as lines of their own.

    Raises
    ------
    CountsDiffer
        The two have not counted the same; nothing is posted.
    DrawerNotOpen, NotFound
        Another drawer than the one of the count.
    """
    row = hand_in_store.find(uow, hand_in_id, actor=actor, lock=True)
    drawer = _open_drawer(uow, row, actor)
    to = next_hand_in_status(HandInStatus(row.status), HandInAction.ACCEPT)
    if row.clerk != actor.id or row.drawer_id != drawer.id:
        raise NotFound  # another clerk's count: he counts himself first
    if row.counted_vnd != row.offered_vnd:
        raise CountsDiffer(offered_vnd=row.offered_vnd, counted_vnd=row.counted_vnd or 0)
    cash = accounts.courier_cash(row.courier, row.unit_id)
    MoneyStore(uow.session).lock_account(cash.code)
    gap_vnd = gap_vnd_of(uow, row)
    lines = lines_to_post(uow, row, accounts.drawer_cash(drawer.id, drawer.unit_id), gap_vnd)
    if lines:
        head = EntryHead(f"shift:{drawer.id}", "courier_cash_taken", unit_id=row.unit_id)
        row.entry_id = post(uow, head, lines, actor=actor)
    row.status, row.accepted_at, row.gap_vnd = to, uow.now, gap_vnd
    if gap_vnd:
        row.gap_status = GapStatus.SET_ASIDE
    tell_journal(uow, row, "accepted", {"counted_vnd": row.counted_vnd, "gap_vnd": gap_vnd}, actor)
    uow.session.flush()
    return shown(uow, row, actor)


def take_back(uow: UnitOfWork, hand_in_id: UUID, *, actor: Actor) -> HandInView:
    """The courier takes his cash back; nothing was posted."""
    row = own_hand_in(uow, hand_in_id, actor)
    _move(row, HandInAction.WITHDRAW)
    tell_journal(uow, row, "withdrawn", {}, actor)
    return shown(uow, row, actor)


def turn_away(uow: UnitOfWork, command: RefuseOffer, *, actor: Actor) -> HandInView:
    """The clerk does not take it; the courier has it and is told why."""
    if not command.reason.strip():
        raise ReasonMissing
    row = hand_in_store.find(uow, command.hand_in_id, actor=actor, lock=True)
    _open_drawer(uow, row, actor)
    _move(row, HandInAction.REFUSE)
    row.ended_reason = _kept(command.reason)
    said = {"reason": said_words(row.id, row.ended_reason)}
    tell_journal(uow, row, "refused", said, actor)
    return shown(uow, row, actor)


def _open_drawer(uow: UnitOfWork, row: HandInRow, actor: Actor) -> DrawerRow:
    """The clerk's open drawer, of the office the cash was offered to."""
    drawer = drawer_store.working_drawer(uow.session, actor.id, lock=True)
    if drawer is None or drawer.status != DrawerStatus.OPEN:
        raise DrawerNotOpen
    if drawer.unit_id != row.unit_id:
        raise NotFound
    return drawer


def _move(row: HandInRow, action: HandInAction) -> None:
    row.status = next_hand_in_status(HandInStatus(row.status), action)


def _kept(reason: str | None) -> str | None:
    return (reason or "").strip()[:200] or None


def _note_count(
    uow: UnitOfWork, row: HandInRow, side: str, counted_vnd: int, reason: str | None, actor: Actor
) -> None:
    uow.session.flush()
    uow.session.add(
        HandInCount(
            hand_in_id=row.id,
            count_no=hand_in_store.last_count_no(uow, row.id) + 1,
            side=side,
            counted_vnd=counted_vnd,
            at=uow.now,
            actor=actor.ref,
            reason=_kept(reason),
        )
    )
    uow.session.flush()
