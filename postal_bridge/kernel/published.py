"""Publishing a register, a tariff or a calendar: an immutable file and the row that names it.

The rows decide what is published; service and commands read the same snapshots, or what ships
with the release where there is none (design section 8). Nothing published is ever changed: a
correction is published again and wins by its number.

Use, in a room's use case::

    with units.write() as uow:
        made = publish(uow, "tariff", content, valid_from=day, actor=actor)
        uow.commit()
    list_published(units, "tariff")  # for commands without a database; repeated at each start
"""

from datetime import date

from sqlalchemy import Select, func, select

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.snapshots import (
    Snapshot,
    SnapshotDamaged,
    SnapshotFolder,
    SnapshotMissing,
)
from postal_bridge.kernel.tables import PublishedRow
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units

KINDS = ("register", "tariff", "calendar")


def publish(
    uow: UnitOfWork, kind: str, content: bytes, *, valid_from: date, actor: Actor
) -> Snapshot:
    """The content is on disk and published from `valid_from` on, once this unit commits.

    The caller has validated it. The same content for the same day, straight after itself, is
    the one already there.

    Raises
    ------
    SetupLacking
        This process works without a home's folder.
    """
    snapshot_id = folder_of(uow).write(kind, content)
    uow.queue_for_home()
    last = uow.session.scalar(_of(kind).order_by(PublishedRow.number.desc()).limit(1))
    if last is not None and (last.snapshot_id, last.valid_from) == (snapshot_id, valid_from):
        return _view(last)
    row = PublishedRow(
        kind=kind,
        number=1 + (last.number if last else 0),
        snapshot_id=snapshot_id,
        valid_from=valid_from,
        published_at=uow.now,
        actor=actor.ref,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.forget()
    return _view(row)


def published(uow: ReadUnit, kind: str) -> tuple[Snapshot, ...]:
    """Everything of a kind that was ever published, oldest first."""
    rows = uow.session.scalars(_of(kind).order_by(PublishedRow.number))
    return tuple(_view(row) for row in rows)


def in_force(uow: ReadUnit, kind: str, on: date) -> Snapshot | None:
    """The snapshot of a day; None where the shipped one holds.

    The one with the latest first day not after `on`; of those, the one published last.
    """
    row = uow.session.scalar(
        _of(kind)
        .where(PublishedRow.valid_from <= on)
        .order_by(PublishedRow.valid_from.desc(), PublishedRow.number.desc())
        .limit(1)
    )
    return None if row is None else _view(row)


def content_of(uow: ReadUnit, snapshot_id: str) -> bytes:
    """What was published, byte for byte. Raises SnapshotMissing, SnapshotDamaged."""
    return folder_of(uow).content(snapshot_id)


def folder_of(uow: ReadUnit) -> SnapshotFolder:
    """Where this process keeps what is published. Raises SetupLacking without a home."""
    if uow.snapshots is None:
        raise SetupLacking(what="published/")
    return uow.snapshots


def list_published(units: Units, *kinds: str) -> None:
    """The lists beside the files say what the rows say; of all kinds when none is named."""
    with units.read() as uow:
        for kind in kinds or KINDS:
            folder_of(uow).list_anew(kind, published(uow, kind))


def verify_published(uow: ReadUnit) -> list[str]:
    """Snapshots that are named by a row and missing, or not what their name says."""
    if uow.snapshots is None:
        return []
    broken = []
    for snapshot_id in sorted(set(uow.session.scalars(select(PublishedRow.snapshot_id)))):
        try:
            uow.snapshots.content(snapshot_id)
        except (SnapshotMissing, SnapshotDamaged) as wrong:
            broken.append(f"{wrong.code} {snapshot_id}")
    kinds = uow.session.execute(
        select(PublishedRow.kind, func.count(), func.max(PublishedRow.number)).group_by(
            PublishedRow.kind
        )
    )
    broken += [f"{kind} {last} has gaps" for kind, count, last in kinds if last != count]
    return broken


def _of(kind: str) -> Select[PublishedRow]:
    return select(PublishedRow).where(PublishedRow.kind == kind)


def _view(row: PublishedRow) -> Snapshot:
    return Snapshot(
        kind=row.kind,
        number=row.number,
        id=row.snapshot_id,
        valid_from=row.valid_from,
        published_at=row.published_at,
        actor=row.actor,
    )
