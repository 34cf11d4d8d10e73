"""What becomes of a difference in a courier's cash: accepted by him, or settled by two people.

Until then it is set aside and owed by nobody (facts: H-11, H-19).
"""

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money import accounts, hand_in_store
from postal_bridge.money.accounts import Posting
from postal_bridge.money.errors import ReasonMissing, SecondPersonNeeded
from postal_bridge.money.hand_in_rules import (
    GapAction,
    GapStatus,
    next_gap_status,
)
from postal_bridge.money.hand_in_tables import HandInRow
from postal_bridge.money.hand_in_types import AnswerGap, HandInView, SettleGap
from postal_bridge.money.hand_in_views import own_hand_in, shown, tell_journal
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from postal_bridge.money.watching import check_not_suspected


def answer_as_courier(uow: UnitOfWork, command: AnswerGap, *, actor: Actor) -> HandInView:
    """Accepted: what is short is owed. Doubted: it stays set aside and is owed by nobody."""
    row = own_hand_in(uow, command.hand_in_id, actor)
    action = GapAction.ACCEPT if command.accepts else GapAction.CONTEST
    row.gap_status = next_gap_status(GapStatus(row.gap_status), action)
    if not command.accepts and not command.reason.strip():
        raise ReasonMissing
    row.gap_reason = command.reason.strip()[:200] or None
    row.gap_answered_at = uow.now
    if command.accepts:
        _close_gap(uow, row, None, None, actor)
        row.owed_vnd = max(0, -row.gap_vnd)
    said = {"gap_vnd": row.gap_vnd, "reason": said_words(row.id, row.gap_reason)}
    tell_journal(uow, row, f"gap_{row.gap_status}", said, actor)
    return shown(uow, row, actor)


def settle_gap_of_courier(uow: UnitOfWork, command: SettleGap, *, actor: Actor) -> HandInView:
    """Two people have decided; without evidence nobody owes.

    Raises
    ------
    SecondPersonNeeded
        No second person, the courier himself, or a debt decided within his own office.
    ReasonMissing
        A decision without the number of its record.
    SystemSuspected
        Several offices have the very same difference: nobody owes it meanwhile.
    """
    row = hand_in_store.find(uow, command.hand_in_id, actor=actor, lock=True)
    second = command.second_staff_id
    if second is None or len({str(second), actor.id, row.courier}) < 3:
        raise SecondPersonNeeded
    if command.courier_owes and actor.unit_id == row.unit_id:
        raise SecondPersonNeeded
    if not command.evidence.strip():
        raise ReasonMissing
    if command.courier_owes:
        check_not_suspected(uow, row.gap_vnd)
    row.gap_status = next_gap_status(GapStatus(row.gap_status), GapAction.SETTLE)
    row.gap_settled_at = uow.now
    _close_gap(uow, row, command.evidence.strip()[:200], f"staff:{second}", actor)
    if command.courier_owes:
        row.owed_vnd = max(0, -row.gap_vnd)
    said = {"courier_owes": command.courier_owes, "second": str(second), "owed": row.owed_vnd}
    tell_journal(
        uow, row, "gap_settled", {**said, "evidence": command.evidence.strip()[:200]}, actor
    )
    return shown(uow, row, actor)


def _close_gap(
    uow: UnitOfWork, row: HandInRow, reason: str | None, second: str | None, actor: Actor
) -> None:
    aside = accounts.courier_gap(row.id, row.unit_id)
    short_vnd = balance_vnd(uow, aside)
    line = Posting(accounts.difference(row.unit_id), aside, abs(short_vnd), "courier_gap")
    line = line if short_vnd > 0 else line.turned_round()
    head = EntryHead(
        f"remittance:{row.id}",
        "courier_gap_closed",
        unit_id=row.unit_id,
        reason=reason,
        second_person=second,
    )
    post(uow, head, [line], actor=actor)
