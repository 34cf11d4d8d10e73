"""A courier's cash on a counter as each side may see it: blind until both have counted."""

from collections.abc import Mapping
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, hand_in_store
from postal_bridge.money.courier_cash import gap_vnd_of, lines_to_post
from postal_bridge.money.hand_in_rules import (
    GapStatus,
    HandInStatus,
    Part,
)
from postal_bridge.money.hand_in_tables import HandInRow
from postal_bridge.money.hand_in_types import HandInView, PartLine
from postal_bridge.money.store import MoneyStore

LAST_SHOWN = 10


def hand_ins_of_courier(uow: ReadUnit, *, actor: Actor) -> tuple[HandInView, ...]:
    """The actor's own, the newest first."""
    rows = hand_in_store.last_of_courier(uow, actor.id, LAST_SHOWN)
    return tuple(shown(uow, row, actor) for row in rows)


def hand_ins_waiting(uow: ReadUnit, *, actor: Actor) -> tuple[HandInView, ...]:
    """What lies on the counters of the actor's office."""
    if actor.unit_id is None:
        return ()
    rows = hand_in_store.waiting_in(uow, actor.unit_id)
    return tuple(shown(uow, row, actor) for row in rows)


def hand_in_view(uow: ReadUnit, hand_in_id: UUID, *, actor: Actor) -> HandInView:
    """Raises NotFound outside the actor's scope; a courier always sees his own."""
    return shown(uow, hand_in_store.find(uow, hand_in_id, actor=actor), actor)


def open_gaps(uow: ReadUnit, scope: Scope) -> tuple[HandInView, ...]:
    """Differences of couriers' cash that nobody has settled, oldest first."""
    return tuple(shown(uow, row, None) for row in hand_in_store.with_open_gap(uow, scope))


def own_hand_in(uow: UnitOfWork, hand_in_id: UUID, actor: Actor) -> HandInRow:
    row = hand_in_store.find(uow, hand_in_id, actor=actor, lock=True)
    if row.courier != actor.id:
        raise NotFound
    return row


def tell_journal(
    uow: UnitOfWork, row: HandInRow, what: str, said: Mapping[str, object], actor: Actor
) -> None:
    stream = streams.journal_stream(f"remittance:{row.id}")
    streams.append(uow, stream, f"cash_{what}", dict(said), actor=actor)


def shown(uow: ReadUnit, row: HandInRow, viewer: Actor | None) -> HandInView:
    is_counted = row.counted_vnd is not None
    is_over = row.status == HandInStatus.ACCEPTED
    gap_vnd = row.gap_vnd if is_over else gap_vnd_of(uow, row)
    sees_offer = is_counted or (viewer is not None and viewer.id == row.courier)
    return HandInView(
        id=row.id,
        courier=row.courier,
        unit_id=row.unit_id,
        status=HandInStatus(row.status),
        offered_vnd=row.offered_vnd if sees_offer else None,
        kept_vnd=row.kept_vnd if sees_offer else None,
        offered_at=row.offered_at,
        clerk=row.clerk,
        drawer_id=row.drawer_id,
        counted_vnd=row.counted_vnd,
        accepted_at=row.accepted_at,
        ended_reason=row.ended_reason,
        expected_vnd=row.expected_vnd if is_counted else None,
        lines=_part_lines(uow, row) if is_counted else (),
        gap_vnd=gap_vnd if is_counted else None,
        gap_status=GapStatus(row.gap_status),
        gap_reason=row.gap_reason,
        gap_answered_at=row.gap_answered_at,
        gap_settled_at=row.gap_settled_at,
        owed_vnd=row.owed_vnd,
        entry_id=row.entry_id,
    )


def _part_lines(uow: ReadUnit, row: HandInRow) -> tuple[PartLine, ...]:
    """As posted; before that, as it would be posted now."""
    if row.drawer_id is None:
        return ()
    drawer = accounts.drawer_cash(row.drawer_id, row.unit_id)
    if row.entry_id is None:
        lines = lines_to_post(uow, row, drawer, gap_vnd_of(uow, row))
        said = [(line.about, line.amount_vnd, line.debit.code) for line in lines]
    else:
        stored = MoneyStore(uow.session).lines(row.entry_id)
        said = [(line.about, line.amount_vnd, line.debit_account) for line in stored]
    return tuple(PartLine(Part(about), vnd) for about, vnd, debit in said if debit == drawer.code)
