"""Queries, locks, and the one place where a run or a stop changes its state. Never commits."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.runs.rules import (
    RunAction,
    RunStatus,
    StopAction,
    StopStatus,
    next_run_move,
    next_stop_status,
)
from postal_bridge.runs.tables import PlanRow, RunRow, StopRow

RUN_SAID = ("courier_id", "unit_id", "point_id", "day", "no", "leaves_at", "back_by")
STOP_SAID = ("id", "kind", "delivery_id", "pouch_id", "dossier_id", "planned_at", "leg_m")
OPEN = (RunStatus.DRAFT, RunStatus.PUBLISHED, RunStatus.LOADED, RunStatus.ON_ROAD)


def inside(scope: Scope) -> ColumnElement[bool]:
    """What of the runs this scope sees: the post's own offices only."""
    return true() if scope.everything else RunRow.unit_id.in_(scope.units)


def find(uow: ReadUnit, run_id: UUID, scope: Scope, *, lock: bool = False) -> RunRow:
    """Raises NotFound outside the scope."""
    query = select(RunRow).where(RunRow.id == run_id, inside(scope))
    row = uow.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound
    return row


def listed(
    uow: ReadUnit,
    scope: Scope,
    *,
    day: date | None = None,
    courier_id: UUID | None = None,
    statuses: Collection[RunStatus] = (),
    limit: int,
) -> Sequence[RunRow]:
    """Runs of the scope, the newest day first; of every state where none is named."""
    query = select(RunRow).where(inside(scope))
    if statuses:
        query = query.where(RunRow.status.in_(statuses))
    if day is not None:
        query = query.where(RunRow.day == day)
    if courier_id is not None:
        query = query.where(RunRow.courier_id == courier_id)
    return uow.session.scalars(
        query.order_by(RunRow.day.desc(), RunRow.point_id, RunRow.no).limit(limit)
    ).all()


def every(uow: ReadUnit) -> Iterator[RunRow]:
    yield from uow.session.scalars(select(RunRow).order_by(RunRow.day, RunRow.no))


def next_no(uow: UnitOfWork, point_id: UUID, day: date) -> int:
    last = uow.session.scalar(
        select(func.max(RunRow.no)).where(RunRow.point_id == point_id, RunRow.day == day)
    )
    return (last or 0) + 1


def stops(uow: ReadUnit, run_id: UUID) -> Sequence[StopRow]:
    """The run's stops in their order."""
    return stops_of_all(uow, [run_id])[run_id]


def stops_of_all(uow: ReadUnit, run_ids: Collection[UUID]) -> Mapping[UUID, list[StopRow]]:
    """The stops of each of these runs in their order."""
    found: dict[UUID, list[StopRow]] = {run_id: [] for run_id in run_ids}
    query = select(StopRow).where(StopRow.run_id.in_(run_ids))
    for row in uow.session.scalars(query.order_by(StopRow.position, StopRow.id)):
        found[row.run_id].append(row)
    return found


def stop(uow: ReadUnit, stop_id: UUID, scope: Scope) -> tuple[StopRow, RunRow]:
    """A stop with its run. Raises NotFound outside the scope."""
    found = uow.session.execute(
        select(StopRow, RunRow)
        .join(RunRow, RunRow.id == StopRow.run_id)
        .where(StopRow.id == stop_id, inside(scope))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]


def stop_of_delivery(
    uow: ReadUnit, delivery_id: UUID, *, statuses: Iterable[RunStatus]
) -> tuple[StopRow, RunRow] | None:
    """The stop of a delivery on a run that stands so."""
    found = uow.session.execute(
        select(StopRow, RunRow)
        .join(RunRow, RunRow.id == StopRow.run_id)
        .where(StopRow.delivery_id == delivery_id, RunRow.status.in_(list(statuses)))
        .order_by(RunRow.created_at.desc())
        .limit(1)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def was_with(uow: ReadUnit, delivery_id: UUID, courier_id: UUID) -> bool:
    """Whether the delivery ever stood on a run of this courier's."""
    found = uow.session.scalars(
        select(StopRow.id)
        .join(RunRow, RunRow.id == StopRow.run_id)
        .where(StopRow.delivery_id == delivery_id, RunRow.courier_id == courier_id)
        .limit(1)
    )
    return found.first() is not None


def on_open_runs(uow: ReadUnit, delivery_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these deliveries stand on a run that is not closed, and were not left out."""
    found = uow.session.scalars(
        select(StopRow.delivery_id)
        .join(RunRow, RunRow.id == StopRow.run_id)
        .where(
            StopRow.delivery_id.in_(list(delivery_ids)),
            RunRow.status.in_(OPEN),
            or_(StopRow.is_loaded, RunRow.status.in_((RunStatus.DRAFT, RunStatus.PUBLISHED))),
        )
    )
    return {delivery_id for delivery_id in found if delivery_id is not None}


def plan(uow: ReadUnit, plan_id: UUID) -> PlanRow:
    """Raises NotFound."""
    row = uow.session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound
    return row


def last_plan(uow: ReadUnit, run_id: UUID) -> PlanRow | None:
    return last_plans(uow, [run_id]).get(run_id)


def last_plans(uow: ReadUnit, run_ids: Collection[UUID]) -> Mapping[UUID, PlanRow]:
    """The plan asked for last of each of these runs that has one."""
    query = select(PlanRow).where(PlanRow.run_id.in_(run_ids))
    rows = uow.session.scalars(query.order_by(PlanRow.asked_at, PlanRow.seed))
    return {row.run_id: row for row in rows}


def move(
    uow: UnitOfWork,
    row: RunRow,
    action: RunAction,
    *,
    said: Mapping[str, Any] = MappingProxyType({}),
    actor: Actor,
) -> None:
    """The run stands where the table says, and its stream has the event. Raises MoveNotOpen."""
    found = next_run_move(RunStatus(row.status), action)
    came_from, row.status = row.status, found.to
    uow.session.flush()
    body = {"from": str(came_from), "to": found.to.value, **said}
    tell_stream(uow, row.id, f"run.{action.value}", body, actor)


def tell_stream(
    uow: UnitOfWork, run_id: UUID, kind: str, body: Mapping[str, Any], actor: Actor
) -> None:
    """A run's own facts stand in its own stream, those of its stops too."""
    streams.append(uow, f"run:{run_id}", kind, body, actor=actor)


def answer(
    uow: UnitOfWork,
    row: StopRow,
    action: StopAction,
    *,
    said: Mapping[str, Any] = MappingProxyType({}),
    actor: Actor,
) -> None:
    """The stop stands where the table says, and its run's stream has it. Raises MoveNotOpen."""
    row.status = next_stop_status(StopStatus(row.status), action)
    row.answered_at = uow.now
    uow.session.flush()
    body = {"stop_id": row.id, "status": row.status, **said}
    tell_stream(uow, row.run_id, "run.stop_answered", body, actor)


def run_fact(row: RunRow) -> dict[str, Any]:
    """Whose run it is, from where and when, as its stream has it."""
    return {name: getattr(row, name) for name in RUN_SAID}


def stop_fact(row: StopRow) -> dict[str, Any]:
    """Where a published run goes there, as its stream has it."""
    return {name: getattr(row, name) for name in STOP_SAID}
