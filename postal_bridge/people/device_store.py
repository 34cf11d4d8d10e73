"""Queries of devices' keys, rows and receipts. Never commits."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.device_rows import ChainState, DeviceFact, Fate, Neighbours
from postal_bridge.people.device_tables import DeviceFactRow, DeviceKeyRow, DeviceReceiptRow
from postal_bridge.people.tables import DeviceRow

EVER = datetime.min.replace(tzinfo=UTC)


def locked_device(uow: UnitOfWork, device_id: str) -> DeviceRow | None:
    """Whoever adds to a device's stream queues here."""
    query = select(DeviceRow).where(DeviceRow.id == device_id).with_for_update()
    return uow.session.scalars(query).one_or_none()


def active_keys(uow: ReadUnit, device_ids: Collection[str]) -> Sequence[DeviceKeyRow]:
    return uow.session.scalars(
        select(DeviceKeyRow).where(
            DeviceKeyRow.device_id.in_(device_ids), DeviceKeyRow.ended_at.is_(None)
        )
    ).all()


def keys_of(uow: ReadUnit, device_id: str) -> Sequence[DeviceKeyRow]:
    """The newest first."""
    return uow.session.scalars(
        select(DeviceKeyRow)
        .where(DeviceKeyRow.device_id == device_id)
        .order_by(DeviceKeyRow.created_at.desc(), DeviceKeyRow.ended_at.desc())
    ).all()


def key_of(uow: ReadUnit, device_id: str, key_id: UUID) -> DeviceKeyRow | None:
    row = uow.session.get(DeviceKeyRow, key_id)
    return row if row is not None and row.device_id == device_id else None


def signed_row(uow: ReadUnit, fact: DeviceFact) -> DeviceFactRow | None:
    """The row itself, where it came before with a good signature."""
    return uow.session.scalars(
        select(DeviceFactRow).where(
            DeviceFactRow.device_id == fact.device_id,
            DeviceFactRow.seq == fact.seq,
            DeviceFactRow.hash == fact.hash,
            DeviceFactRow.is_signed,
        )
    ).first()


def head_of(uow: ReadUnit, device_id: str) -> DeviceFactRow | None:
    """The signed row with the highest number; of a fork's, the one whose hash is lowest."""
    return uow.session.scalars(
        select(DeviceFactRow)
        .where(DeviceFactRow.device_id == device_id, DeviceFactRow.is_signed)
        .order_by(DeviceFactRow.seq.desc(), DeviceFactRow.hash)
        .limit(1)
    ).one_or_none()


def neighbours_of(uow: ReadUnit, fact: DeviceFact) -> Neighbours:
    around = (fact.seq - 1, fact.seq, fact.seq + 1)
    found = uow.session.execute(
        select(DeviceFactRow.seq, DeviceFactRow.hash, DeviceFactRow.prev_hash).where(
            DeviceFactRow.device_id == fact.device_id,
            DeviceFactRow.is_signed,
            DeviceFactRow.seq.in_(around),
        )
    ).all()
    head = head_of(uow, fact.device_id)
    return Neighbours(
        head_seq=head.seq if head else 0,
        beside=frozenset(row.hash for row in found if row.seq == fact.seq),
        before=frozenset(row.hash for row in found if row.seq == fact.seq - 1),
        after=frozenset(row.prev_hash for row in found if row.seq == fact.seq + 1),
    )


def has_receipt(uow: ReadUnit, row_id: str, fate: Fate, faults: Sequence[str]) -> bool:
    """Whether we said the same of this row before."""
    kept = uow.session.scalars(
        select(DeviceReceiptRow).where(
            DeviceReceiptRow.row_id == row_id, DeviceReceiptRow.fate == fate
        )
    )
    return any(list(one.faults) == list(faults) for one in kept)


def seqs_of(uow: ReadUnit, device_id: str) -> frozenset[int]:
    """The numbers of the signed rows that came."""
    return frozenset(
        uow.session.scalars(
            select(DeviceFactRow.seq).where(
                DeviceFactRow.device_id == device_id, DeviceFactRow.is_signed
            )
        )
    )


def heads_of(uow: ReadUnit, device_ids: Collection[str]) -> dict[str, tuple[int, int]]:
    """The highest number of each device, and how many different numbers came."""
    found = uow.session.execute(
        select(
            DeviceFactRow.device_id,
            func.max(DeviceFactRow.seq).label("last"),
            func.count(DeviceFactRow.seq.distinct()).label("rows"),
        )
        .where(DeviceFactRow.device_id.in_(device_ids), DeviceFactRow.is_signed)
        .group_by(DeviceFactRow.device_id)
    )
    return {row.device_id: (row.last, row.rows) for row in found}


def receipts_of(
    uow: ReadUnit, device_id: str, limit: int
) -> Sequence[tuple[DeviceReceiptRow, DeviceFactRow]]:
    """What we said of the device's rows, the newest first."""
    found = uow.session.execute(
        select(DeviceReceiptRow, DeviceFactRow)
        .join(DeviceFactRow, DeviceFactRow.id == DeviceReceiptRow.row_id)
        .where(DeviceReceiptRow.device_id == device_id)
        .order_by(DeviceReceiptRow.received_at.desc(), DeviceFactRow.seq.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in found]


def doubted(uow: ReadUnit, device_ids: Collection[str], since: datetime = EVER) -> dict[str, int]:
    """How many rows of each device came since then with a fault, or contradict another."""
    is_doubted = (DeviceReceiptRow.faults != []) | (DeviceReceiptRow.chain_state == ChainState.FORK)
    return _counted(uow, device_ids, since, is_doubted)


def came_after_gap(uow: ReadUnit, device_ids: Collection[str], since: datetime) -> set[str]:
    """Devices of which a row came since then while rows before it were missing."""
    return set(_counted(uow, device_ids, since, DeviceReceiptRow.chain_state == ChainState.GAP))


def _counted(
    uow: ReadUnit, device_ids: Collection[str], since: datetime, which: ColumnElement[bool]
) -> dict[str, int]:
    found = uow.session.execute(
        select(
            DeviceReceiptRow.device_id,
            func.count(DeviceReceiptRow.row_id.distinct()).label("rows"),
        )
        .where(
            DeviceReceiptRow.device_id.in_(device_ids), DeviceReceiptRow.received_at >= since, which
        )
        .group_by(DeviceReceiptRow.device_id)
    )
    return {row.device_id: row.rows for row in found}


def of_dossier(
    uow: ReadUnit, dossier_id: UUID
) -> Sequence[tuple[DeviceReceiptRow, DeviceFactRow, str | None]]:
    """Receipts of acts that were done, with their rows and the devices' labels."""
    found = uow.session.execute(
        select(DeviceReceiptRow, DeviceFactRow, DeviceRow.label)
        .join(DeviceFactRow, DeviceFactRow.id == DeviceReceiptRow.row_id)
        .outerjoin(DeviceRow, DeviceRow.id == DeviceReceiptRow.device_id)
        .where(DeviceReceiptRow.dossier_id == dossier_id, DeviceReceiptRow.fate == Fate.DONE)
        .order_by(DeviceReceiptRow.received_at)
    )
    return [(row[0], row[1], row[2]) for row in found]


def last_said(
    uow: ReadUnit, row_hash: str
) -> tuple[DeviceReceiptRow, DeviceFactRow, str | None] | None:
    """The newest receipt of the row under this hash, with the device's label."""
    found = uow.session.execute(
        select(DeviceReceiptRow, DeviceFactRow, DeviceRow.label)
        .join(DeviceFactRow, DeviceFactRow.id == DeviceReceiptRow.row_id)
        .outerjoin(DeviceRow, DeviceRow.id == DeviceReceiptRow.device_id)
        .where(DeviceFactRow.hash == row_hash)
        .order_by(DeviceReceiptRow.received_at.desc(), DeviceReceiptRow.id.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], found[1], found[2])
