"""Runs as offices see them, and as their couriers do: parts that only look."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from postal_bridge.custody.service import item_numbers, item_view
from postal_bridge.delivery.proof import POLICY
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_by_id, delivery_view, named
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.printing import address_on
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.service import courier_cash_vnd
from postal_bridge.people.service import party_view, record_look
from postal_bridge.runs import store
from postal_bridge.runs.rules import RunStatus, StopKind, StopStatus
from postal_bridge.runs.tables import PlanRow, RunRow, StopRow
from postal_bridge.runs.types import (
    CourierDay,
    CourierStop,
    MayReceive,
    PlanState,
    PlanView,
    RunView,
    StopView,
)

MOST = 200
EVERYTHING = Scope(everything=True)
SHOWN_TO_COURIER = (RunStatus.PUBLISHED, RunStatus.LOADED, RunStatus.ON_ROAD)
ON_ROAD_REASON = "run"


def run_view(uow: ReadUnit, run_id: UUID, scope: Scope) -> RunView:
    """Raises NotFound outside the scope."""
    return view(uow, store.find(uow, run_id, scope))


def runs_for(
    uow: ReadUnit,
    scope: Scope,
    *,
    day: date | None = None,
    statuses: Collection[RunStatus] = (),
) -> tuple[RunView, ...]:
    """Runs of the scope, the newest day first; of every state where none is named."""
    return _views(uow, store.listed(uow, scope, day=day, statuses=statuses, limit=MOST))


def latest_plan(uow: ReadUnit, run_id: UUID, scope: Scope) -> PlanView | None:
    """The plan that was asked for last."""
    store.find(uow, run_id, scope)
    row = store.last_plan(uow, run_id)
    return None if row is None else plan_view(row)


def courier_runs(uow: UnitOfWork, day: date, *, actor: Actor) -> tuple[CourierDay, ...]:
    """What this courier carries on this day: names, doors and amounts, never a procedure (S1).

    Each dossier whose person is shown has a look on record, once for each stop (S4).
    """
    courier_id = _courier(actor)
    rows = store.listed(uow, actor.scope, day=day, courier_id=courier_id, limit=MOST)
    shown = [row for row in reversed(rows) if row.status in SHOWN_TO_COURIER]
    return tuple(_day(uow, row, actor) for row in shown)


def own_stop(uow: ReadUnit, delivery_id: UUID, *, actor: Actor) -> tuple[StopRow, RunRow]:
    """The stop of a delivery on the actor's own run on the road. Raises NotFound for others."""
    found = store.stop_of_delivery(uow, delivery_id, statuses=(RunStatus.ON_ROAD,))
    if found is None or found[1].courier_id != _courier(actor):
        raise NotFound
    return found


def check_was_on_run(uow: ReadUnit, delivery_id: UUID, *, actor: Actor) -> None:
    """The delivery stood on a run of this courier's once, however it ended. Raises NotFound."""
    if not store.was_with(uow, delivery_id, _courier(actor)):
        raise NotFound


def view(uow: ReadUnit, row: RunRow) -> RunView:
    return _views(uow, [row])[0]


def _views(uow: ReadUnit, rows: Sequence[RunRow]) -> tuple[RunView, ...]:
    """Whoever may see a run may see what is on it."""
    if not rows:
        return ()
    ids = [row.id for row in rows]
    stops, plans = store.stops_of_all(uow, ids), store.last_plans(uow, ids)
    all_stops = [stop for some in stops.values() for stop in some]
    deliveries = deliveries_by_id(uow, {one.delivery_id for one in all_stops if one.delivery_id})
    numbers = item_numbers(uow, {one.item_id for one in deliveries.values() if one.item_id})
    on_it = {
        one.id: _stop(one, deliveries.get(one.delivery_id) if one.delivery_id else None, numbers)
        for one in all_stops
    }
    return tuple(
        _view(row, [on_it[one.id] for one in stops[row.id]], plans.get(row.id)) for row in rows
    )


def _view(row: RunRow, stops: Iterable[StopView], plan: PlanRow | None) -> RunView:
    return RunView(
        id=row.id,
        unit_id=row.unit_id,
        point_id=row.point_id,
        courier_id=row.courier_id,
        day=row.day,
        no=row.no,
        status=RunStatus(row.status),
        leaves_at=row.leaves_at,
        back_by=row.back_by,
        loaded_at=row.loaded_at,
        started_at=row.started_at,
        closed_at=row.closed_at,
        cash_banked_vnd=row.cash_banked_vnd,
        stops=tuple(stops),
        plan=None if plan is None else plan_view(plan),
    )


def plan_view(row: PlanRow) -> PlanView:
    return PlanView(
        id=row.id,
        run_id=row.run_id,
        state=PlanState(row.state),
        problem=row.problem,
        distance_m=row.distance_m,
        duration_s=row.duration_s,
        order=tuple(UUID(one[0]) for one in row.stops),
        left_out=tuple(UUID(one) for one in row.left_out),
        asked_at=row.asked_at,
        ready_at=row.ready_at,
    )


def number_of(uow: ReadUnit, delivery: DeliveryView | None) -> str | None:
    """The number on the delivery's envelope."""
    if delivery is None or delivery.item_id is None:
        return None
    return item_view(uow, delivery.item_id).number


def _delivery(uow: ReadUnit, stop: StopRow) -> DeliveryView | None:
    """The stop's delivery: whoever may see the run may see what is on it."""
    if stop.delivery_id is None:
        return None
    return delivery_view(uow, stop.delivery_id, EVERYTHING)


def _stop(row: StopRow, delivery: DeliveryView | None, numbers: Mapping[UUID, str]) -> StopView:
    item_id = None if delivery is None else delivery.item_id
    return StopView(
        id=row.id,
        position=row.position,
        kind=StopKind(row.kind),
        status=StopStatus(row.status),
        delivery_id=row.delivery_id,
        delivery_status=None if delivery is None else delivery.status,
        item_number=None if item_id is None else numbers[item_id],
        label=None if delivery is None else delivery.label,
        pouch_id=row.pouch_id,
        dossier_id=row.dossier_id if delivery is None else delivery.dossier_id,
        planned_at=row.planned_at,
        leg_m=row.leg_m,
        is_loaded=row.is_loaded,
        answered_at=row.answered_at,
        window_from=None if delivery is None else delivery.window_from,
        window_until=None if delivery is None else delivery.window_until,
    )


def _courier(actor: Actor) -> UUID:
    try:
        return UUID(actor.id)
    except ValueError:
        raise NotFound from None  # no member of staff: no run of his own


def _day(uow: UnitOfWork, row: RunRow, actor: Actor) -> CourierDay:
    stops = tuple(_courier_stop(uow, stop, actor) for stop in store.stops(uow, row.id))
    return CourierDay(
        run_id=row.id,
        no=row.no,
        day=row.day,
        status=RunStatus(row.status),
        leaves_at=row.leaves_at,
        stops=stops,
        to_collect_vnd=sum(
            stop.collect_vnd for stop in stops if stop.status is not StopStatus.DONE
        ),
        cash_held_vnd=courier_cash_vnd(uow, str(row.courier_id)),
    )


def _courier_stop(uow: UnitOfWork, row: StopRow, actor: Actor) -> CourierStop:
    delivery = _delivery(uow, row)
    if delivery is None:
        return _other_stop(row)
    if row.shown_at is None:
        record_look(uow, delivery.dossier_id, actor=actor, reason=ON_ROAD_REASON)
        row.shown_at = uow.now
        uow.session.flush()
    person = party_view(uow, delivery.recipient_party_id)
    document = delivery.document_class
    people = named(uow, delivery.dossier_id, delivery.who_may_receive, document)
    return CourierStop(
        stop_id=row.id,
        position=row.position,
        kind=StopKind(row.kind),
        status=StopStatus(row.status),
        delivery_id=row.delivery_id,
        item_number=number_of(uow, delivery),
        name=person.full_name,
        phone=person.phone,
        address=address_on(uow, person, local(uow.now).date()),
        note=delivery.note,
        collect_vnd=delivery.collect_vnd,
        door_fee_vnd=delivery.door_fee_vnd,
        take_back_papers=delivery.take_back_papers,
        may_receive=tuple(MayReceive(party.id, role, party.full_name) for role, party in people),
        signatures=tuple(POLICY[document].evidence),
        window_from=delivery.window_from,
        window_until=delivery.window_until,
        planned_at=row.planned_at,
        called_at=row.called_at,
        answered_at=row.answered_at,
        is_lost=delivery.status is DeliveryStatus.LOST,
    )


def _other_stop(row: StopRow) -> CourierStop:
    return CourierStop(
        stop_id=row.id,
        position=row.position,
        kind=StopKind(row.kind),
        status=StopStatus(row.status),
        delivery_id=None,
        item_number=None,
        name="",
        phone=None,
        address="",
        note=None,
        collect_vnd=0,
        door_fee_vnd=0,
        take_back_papers=0,
        may_receive=(),
        signatures=(),
        window_from=None,
        window_until=None,
        planned_at=row.planned_at,
        called_at=None,
        answered_at=row.answered_at,
    )
