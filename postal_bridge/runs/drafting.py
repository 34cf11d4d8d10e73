"""A run comes into being: drafted, planned on request, published by a person."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from postal_bridge.custody.service import item_view
from postal_bridge.custody.types import Holder, HolderKind
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_for, delivery_view
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.rules import FareRefused
from postal_bridge.directory.service import point_view
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.service import staff_view
from postal_bridge.runs import store, topics
from postal_bridge.runs.banking import plan_banking
from postal_bridge.runs.errors import (
    AlreadyOnRun,
    NotACourier,
    NothingToDeliver,
    PlanNotReady,
    PlanStale,
)
from postal_bridge.runs.looking import plan_view, view
from postal_bridge.runs.rules import RunAction, RunStatus, StopKind, StopStatus
from postal_bridge.runs.tables import PlanRow, RunRow, StopRow
from postal_bridge.runs.types import DraftRun, PlanRun, PlanState, PlanView, PublishRun, RunView

LEAVES, BACK_BY = time(8, 0), time(17, 0)
WAITING = frozenset(
    {DeliveryStatus.PACKED, DeliveryStatus.ATTEMPT_FAILED, DeliveryStatus.HELD_AT_POINT}
)


def draft(uow: UnitOfWork, new: DraftRun, *, actor: Actor) -> RunView:
    """The run stands with its stops, in the order in which they wait.

    Raises
    ------
    NotACourier
        The person has no courier's place today.
    AlreadyOnRun
        A delivery stands on another run that is not closed.
    NothingToDeliver
        Nothing waits.
    """
    point = point_view(uow, new.point_id)
    if point.unit_id not in actor.scope.units and not actor.scope.everything:
        raise NotFound
    if Role.COURIER not in staff_view(uow, new.courier_id).roles:
        raise NotACourier(courier_id=str(new.courier_id))
    uow.queue_for_home()  # two who draft at once could take one number, or one delivery twice
    chosen = _chosen(uow, new, actor)
    if not chosen:
        raise NothingToDeliver
    row = RunRow(
        id=new_id(),
        unit_id=point.unit_id,
        point_id=new.point_id,
        courier_id=new.courier_id,
        day=new.day,
        no=store.next_no(uow, new.point_id, new.day),
        status=RunStatus.DRAFT,
        leaves_at=new.leaves_at or _on(new.day, LEAVES),
        back_by=new.back_by or _on(new.day, BACK_BY),
        created_at=uow.now,
    )
    uow.session.add(row)
    uow.session.flush()
    for position, delivery in enumerate(chosen, start=1):
        uow.session.add(
            StopRow(
                id=new_id(),
                run_id=row.id,
                position=position,
                kind=StopKind.DELIVER,
                delivery_id=delivery.id,
                status=StopStatus.PLANNED,
            )
        )
    uow.session.flush()
    body = {"stops": len(chosen), **store.run_fact(row)}
    store.tell_stream(uow, row.id, "run.drafted", body, actor)
    return view(uow, row)


def add_stop(
    uow: UnitOfWork, run_id: UUID, kind: StopKind, *, pouch_id: UUID | None = None,
    dossier_id: UUID | None = None, actor: Actor,
) -> RunView:  # fmt: skip
    """A stop that delivers nothing stands at the end of a drafted run."""
    row = _drafted(uow, run_id, actor)
    if kind is StopKind.DELIVER:
        raise MoveNotOpen(machine="run", status=str(row.status), action="add_stop")
    uow.session.add(
        StopRow(
            id=new_id(),
            run_id=row.id,
            position=len(store.stops(uow, row.id)) + 1,
            kind=kind,
            pouch_id=pouch_id,
            dossier_id=dossier_id,
            status=StopStatus.PLANNED,
        )
    )
    uow.session.flush()
    return view(uow, row)


def drop_stop(uow: UnitOfWork, run_id: UUID, stop_id: UUID, *, actor: Actor) -> RunView:
    """The stop stands on this run no more."""
    row = _drafted(uow, run_id, actor)
    for stop in store.stops(uow, row.id):
        if stop.id == stop_id:
            uow.session.delete(stop)
            uow.session.flush()
            return view(uow, row)
    raise NotFound


def ask_plan(uow: UnitOfWork, asked: PlanRun, *, actor: Actor) -> PlanView:
    """A plan will be made on the queue `heavy`; until then the state is `asked`."""
    row = _drafted(uow, asked.run_id, actor)
    plan = PlanRow(
        id=new_id(),
        run_id=row.id,
        asked_at=uow.now,
        asked_by=actor.ref,
        state=PlanState.ASKED,
        seed=asked.seed,
        stops=[],
        left_out=[],
    )
    uow.session.add(plan)
    uow.session.flush()
    body = {"plan_id": str(plan.id), "run_id": str(row.id)}
    uow.outbox.add(Message(topics.PLAN_ASKED, body, order_key=str(row.id)))
    return plan_view(plan)


def publish(uow: UnitOfWork, command: PublishRun, *, actor: Actor) -> RunView:
    """A person lets the run go out, in the plan's order where one is named.

    What the plan left out for want of time goes off the run and waits for another.

    Raises
    ------
    PlanNotReady
        The plan is not made, failed, or belongs to another run.
    PlanStale
        Stops came or went since it was asked for.
    """
    row = store.find(uow, command.run_id, actor.scope, lock=True)
    if command.plan_id is not None and row.status == RunStatus.DRAFT:
        _take_order(uow, row, store.plan(uow, command.plan_id))
    if not store.stops(uow, row.id):
        raise NothingToDeliver
    plan_banking(uow, row)
    goes_to = [store.stop_fact(stop) for stop in store.stops(uow, row.id)]
    store.move(uow, row, RunAction.PUBLISH, said={"goes_to": goes_to}, actor=actor)
    row.published_by = actor.ref
    uow.outbox.add(Message(topics.RUN_PUBLISHED, {"run_id": str(row.id)}, order_key=str(row.id)))
    return view(uow, row)


def replan(uow: UnitOfWork, run_id: UUID, *, actor: Actor) -> RunView:
    """The run is a draft again, while nothing is loaded."""
    row = store.find(uow, run_id, actor.scope, lock=True)
    store.move(uow, row, RunAction.REPLAN, actor=actor)
    row.published_by = None
    return view(uow, row)


def record_plan(
    uow: UnitOfWork,
    plan_id: UUID,
    *,
    stops: list[list[str | int]],
    left_out: list[str],
    distance_m: int | None,
    duration_s: int | None,
    problem: str | None,
) -> PlanView:
    """The plan is there, or the reason why not. A second recording changes nothing."""
    plan = store.plan(uow, plan_id)
    if plan.state == PlanState.ASKED:
        plan.stops, plan.left_out = stops, left_out
        plan.distance_m, plan.duration_s, plan.problem = distance_m, duration_s, problem
        plan.state = PlanState.READY if problem is None else PlanState.FAILED
        plan.ready_at = uow.now
        uow.session.flush()
    return plan_view(plan)


def _take_order(uow: UnitOfWork, row: RunRow, plan: PlanRow) -> None:
    if plan.run_id != row.id or plan.state != PlanState.READY:
        raise PlanNotReady(state=str(plan.state))
    stops = {str(stop.id): stop for stop in store.stops(uow, row.id)}
    if set(stops) != {str(one[0]) for one in plan.stops} | set(plan.left_out):
        raise PlanStale
    for position, (stop_id, at, leg_m) in enumerate(plan.stops, start=1):
        stop = stops[stop_id]
        stop.position, stop.leg_m = position, leg_m
        stop.planned_at = datetime.fromisoformat(at)
    for stop_id in plan.left_out:
        uow.session.delete(stops[stop_id])
    plan.state = PlanState.USED
    uow.session.flush()


def _drafted(uow: UnitOfWork, run_id: UUID, actor: Actor) -> RunRow:
    row = store.find(uow, run_id, actor.scope, lock=True)
    if row.status != RunStatus.DRAFT:
        raise MoveNotOpen(machine="run", status=str(row.status), action="plan")
    return row


def _chosen(uow: ReadUnit, new: DraftRun, actor: Actor) -> list[DeliveryView]:
    """The deliveries of the run, none of them on another one."""
    if new.delivery_ids is None:
        found = deliveries_for(uow, actor.scope, WAITING, point_id=new.point_id)
        waiting = [one for one in found if _may_go_out(uow, one, new.day)]
        busy = store.on_open_runs(uow, [one.id for one in waiting])
        return [one for one in waiting if one.id not in busy]
    named = [delivery_view(uow, delivery_id, actor.scope) for delivery_id in new.delivery_ids]
    for one in named:
        if one.status not in WAITING or one.is_parked or _goes_back(one):
            raise MoveNotOpen(machine="delivery", status=one.status.value, action="set_out")
    if store.on_open_runs(uow, new.delivery_ids):
        raise AlreadyOnRun(count=len(store.on_open_runs(uow, new.delivery_ids)))
    return named


def _goes_back(one: DeliveryView) -> bool:
    """Its fare was refused, and by contract nobody goes there again."""
    return one.after_refusal is FareRefused.RETURN


def _may_go_out(uow: ReadUnit, one: DeliveryView, day: date) -> bool:
    """For a door, not parked, wished for this day or any, and at hand. What is held at the
    point waits for its person and goes out only by name."""
    if one.place is not Place.DOOR or one.is_parked or one.item_id is None:
        return False
    if one.status is DeliveryStatus.HELD_AT_POINT or _goes_back(one):
        return False
    if one.window_from is not None and one.window_from.astimezone(VIETNAM).date() != day:
        return False
    holder = item_view(uow, one.item_id).holder
    return holder == Holder(HolderKind.POINT, str(one.point_id))


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, VIETNAM).astimezone(UTC)
