"""Queries and locks of custody. Rows or NotFound; never commits."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from postal_bridge.custody.line import Step
from postal_bridge.custody.tables import (
    CaseRow,
    HandOverItem,
    HandOverRow,
    ItemRow,
    NumberBlock,
    PouchRow,
    RecountRow,
)
from postal_bridge.custody.types import Holder, ItemKind, ItemStatus
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import held, held_of, hold, is_new
from postal_bridge.kernel.marks import DOSSIER_ID, sum_of
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.tables import table_of
from postal_bridge.kernel.unit_of_work import ReadUnit

Row = TypeVar("Row", ItemRow, PouchRow, HandOverRow)
MARK = sum_of(ItemRow.version, where=ItemRow.dossier_id == DOSSIER_ID)
STEP_KINDS = frozenset(
    {"item.registered", "item.handed_over", "item.put_in_pouch", "item.taken_out"}
)


_OLDEST_BLOCK = (
    select(NumberBlock.id)
    .where(
        NumberBlock.unit_id == bindparam("of"),
        NumberBlock.prefix == bindparam("under"),
        NumberBlock.next_serial <= NumberBlock.last,
    )
    .order_by(NumberBlock.granted_at, NumberBlock.first)
    .limit(1)
    .with_for_update()
)
_DRAW_SERIAL = ReadyStatement(
    update(table_of(NumberBlock))
    .where(NumberBlock.id == _OLDEST_BLOCK.scalar_subquery())
    .values(next_serial=NumberBlock.next_serial + 1)
    .returning((NumberBlock.next_serial - 1).label("serial"))
)


def within(
    scope: Scope,
    unit: InstrumentedAttribute[UUID],
    section: InstrumentedAttribute[UUID | None] | InstrumentedAttribute[UUID] | None = None,
    dossier: InstrumentedAttribute[UUID | None] | None = None,
) -> ColumnElement[bool]:
    """The condition that keeps a query inside the scope."""
    if scope.everything:
        return true()
    inside: list[ColumnElement[bool]] = [unit.in_(scope.units)]
    if section is not None:
        inside.append(section.in_(scope.sections))
    if dossier is not None and scope.dossier_id is not None:
        inside.append(dossier == scope.dossier_id)
    return or_(*inside)


def item(session: Session, item_id: UUID, *, lock: bool = False) -> ItemRow:
    return _row(session, ItemRow, item_id, lock=lock)


def numbers(session: Session, item_ids: Collection[UUID]) -> dict[UUID, str]:
    found = session.execute(select(ItemRow.id, ItemRow.number).where(ItemRow.id.in_(item_ids)))
    return {row.id: row.number for row in found}


def lock_items(session: Session, item_ids: Iterable[UUID]) -> list[ItemRow]:
    """The rows, locked in one order for everybody so that two writers never wait crosswise."""
    return [item(session, item_id, lock=True) for item_id in sorted(set(item_ids))]


def item_by_number(session: Session, number: str, scope: Scope) -> ItemRow:
    row = session.scalars(
        select(ItemRow).where(
            ItemRow.number == number,
            within(scope, ItemRow.unit_id, ItemRow.section_id, ItemRow.dossier_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def dossiers_by_item_end(session: Session, dossier_ids: Collection[UUID], digits: str) -> set[UUID]:
    """Those of the dossiers with an item whose number ends in these digits before its country."""
    found = session.scalars(
        select(ItemRow.dossier_id).where(
            ItemRow.dossier_id.in_(dossier_ids), ItemRow.number.like(f"%{digits}__")
        )
    )
    return {one for one in found if one is not None}


def items_of_dossier(session: Session, dossier_id: UUID) -> Sequence[ItemRow]:
    if is_new(session, dossier_id):
        own = [row for row in held_of(session, ItemRow) if row.dossier_id == dossier_id]
        return sorted(own, key=lambda row: (row.created_at, row.number))
    return session.scalars(
        select(ItemRow)
        .where(ItemRow.dossier_id == dossier_id)
        .order_by(ItemRow.created_at, ItemRow.number)
    ).all()


def open_results(session: Session, dossier_ids: Collection[UUID]) -> Sequence[ItemRow]:
    return session.scalars(
        select(ItemRow).where(
            ItemRow.dossier_id.in_(dossier_ids),
            ItemRow.kind == ItemKind.RESULT_ENVELOPE,
            ItemRow.status == ItemStatus.OPEN,
        )
    ).all()


def items_in_pouch(session: Session, pouch_id: UUID) -> Sequence[ItemRow]:
    return session.scalars(
        select(ItemRow).where(ItemRow.in_pouch_id == pouch_id).order_by(ItemRow.number)
    ).all()


def counted_of(
    session: Session, dossier_ids: Collection[UUID], holders: Collection[Holder]
) -> set[UUID]:
    found = session.scalars(
        select(ItemRow.dossier_id).where(
            ItemRow.dossier_id.in_(dossier_ids),
            ItemRow.status == ItemStatus.OPENED,
            or_(false(), *(and_(*_is_with(holder)) for holder in holders)),
        )
    )
    return {dossier_id for dossier_id in found if dossier_id is not None}


def _is_with(holder: Holder) -> tuple[ColumnElement[bool], ...]:
    return ItemRow.holder_kind == holder.kind, ItemRow.holder_id == holder.id


def items_held_by(session: Session, holder: Holder, statuses: Collection[str]) -> Sequence[ItemRow]:
    return session.scalars(
        select(ItemRow)
        .where(*_is_with(holder), ItemRow.status.in_(statuses) if statuses else true())
        .order_by(ItemRow.created_at, ItemRow.number)
    ).all()


def all_items(session: Session) -> Iterable[ItemRow]:
    return session.scalars(select(ItemRow).order_by(ItemRow.number)).yield_per(500)


def pouch(session: Session, pouch_id: UUID, *, lock: bool = False) -> PouchRow:
    return _row(session, PouchRow, pouch_id, lock=lock)


def pouches(
    session: Session, scope: Scope, statuses: Iterable[str], opened_since: datetime | None
) -> Sequence[PouchRow]:
    wanted: ColumnElement[bool] = PouchRow.status.in_(list(statuses))
    if opened_since is not None:
        wanted = or_(wanted, PouchRow.opened_at >= opened_since)
    return session.scalars(
        select(PouchRow)
        .where(
            within(scope, PouchRow.unit_id, PouchRow.section_id),
            wanted,
        )
        .order_by(PouchRow.created_at.desc())
    ).all()


def hand_over(session: Session, hand_over_id: UUID, *, lock: bool = False) -> HandOverRow:
    return _row(session, HandOverRow, hand_over_id, lock=lock)


def hand_overs(session: Session, ids: Collection[UUID]) -> dict[UUID, HandOverRow]:
    rows = session.scalars(select(HandOverRow).where(HandOverRow.id.in_(ids)))
    return {row.id: row for row in rows}


def hand_over_items(session: Session, hand_over_id: UUID) -> Sequence[HandOverItem]:
    return session.scalars(
        select(HandOverItem)
        .where(HandOverItem.hand_over_id == hand_over_id)
        .order_by(HandOverItem.item_id)
    ).all()


def offers_to(session: Session, receivers: Iterable[Holder]) -> Sequence[HandOverRow]:
    """Open offers to any of these, oldest first."""
    sides = [
        (HandOverRow.receiver_kind == one.kind) & (HandOverRow.receiver_id == one.id)
        for one in receivers
    ]
    if not sides:
        return []
    return session.scalars(
        select(HandOverRow)
        .where(HandOverRow.status == "offered", or_(*sides))
        .order_by(HandOverRow.offered_at)
    ).all()


def draw_serial(session: Session, unit_id: UUID, prefix: str) -> int | None:
    """The next serial of the unit's oldest block that is not used up; None without one."""
    connection, asked = session.connection(), {"of": unit_id, "under": prefix}
    # Whoever waited for a block that its last number left finds none: the next block is asked.
    drawn = _DRAW_SERIAL.row(connection, asked) or _DRAW_SERIAL.row(connection, asked)
    serial: int | None = None if drawn is None else drawn.serial
    return serial


def blocks(session: Session, prefix: str) -> Sequence[NumberBlock]:
    return session.scalars(select(NumberBlock).where(NumberBlock.prefix == prefix)).all()


def all_blocks(session: Session) -> Sequence[NumberBlock]:
    return session.scalars(select(NumberBlock)).all()


def recounts(session: Session, item_id: UUID) -> Sequence[RecountRow]:
    """Every count of what lies in an item, the first one first."""
    return session.scalars(
        select(RecountRow).where(RecountRow.item_id == item_id).order_by(RecountRow.ordinal)
    ).all()


def last_recount(session: Session, item_id: UUID) -> RecountRow | None:
    return session.scalars(
        select(RecountRow)
        .where(RecountRow.item_id == item_id)
        .order_by(RecountRow.ordinal.desc())
        .limit(1)
    ).one_or_none()


def case(session: Session, case_id: UUID, scope: Scope) -> CaseRow:
    row = session.scalars(
        select(CaseRow).where(
            CaseRow.id == case_id,
            within(scope, CaseRow.unit_id, CaseRow.section_id, CaseRow.dossier_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def cases_of_item(session: Session, item_id: UUID) -> Sequence[CaseRow]:
    return session.scalars(select(CaseRow).where(CaseRow.item_id == item_id)).all()


def cases(session: Session, scope: Scope, *, open_only: bool) -> Sequence[CaseRow]:
    return session.scalars(
        select(CaseRow)
        .where(
            within(scope, CaseRow.unit_id, CaseRow.section_id, CaseRow.dossier_id),
            CaseRow.status == "open" if open_only else true(),
        )
        .order_by(CaseRow.opened_at.desc())
    ).all()


def steps(uow: ReadUnit, item_id: UUID) -> list[Step]:
    """The custody steps of an item's stream, in order of recording."""
    return [
        _step(fact)
        for fact in streams.read(uow, streams.item_stream(item_id))
        if fact.kind in STEP_KINDS
    ]


def _row(session: Session, entity: type[Row], row_id: UUID, *, lock: bool) -> Row:
    """The row; with `lock` as it is now, and ours until the unit of work ends."""
    row = held(session, entity, row_id)
    if row is not None:
        return row
    query = select(entity).where(entity.id == row_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound
    if lock:
        hold(session, row)
    return row


def _step(fact: streams.Fact) -> Step:
    body = fact.body
    return Step(
        id=UUID(body["step_id"]),
        follows=_uuid(body["follows"]),
        kind=fact.kind.removeprefix("item."),
        giver=Holder.of_fact(body["giver"]) if body["giver"] else None,
        receiver=Holder.of_fact(body["receiver"]) if body["receiver"] else None,
        pouch_id=_uuid(body["pouch_id"]),
        occurred_at=fact.occurred_at,
        recorded_at=_recorded(fact),
        hand_over_id=_uuid(body["hand_over_id"]),
        is_to_self=bool(body["is_to_self"]),
        to_unit_id=_uuid(body.get("to_unit_id")),
    )


def _recorded(fact: streams.Fact) -> datetime:
    return fact.recorded_at or fact.occurred_at


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
