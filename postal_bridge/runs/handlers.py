"""What runs do when a plan was asked for: read, plan with no transaction open, record."""

from dataclasses import replace
from uuid import UUID

from geo.distance import DistanceSource
from geo.geocoder import CommuneAddress, Geocoder
from geo.point import Point
from postal_bridge.custody.service import item_view
from postal_bridge.delivery.service import delivery_view
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import known_house, point_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.outbox import Handler, Policy, Work
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.service import party_view
from postal_bridge.runs import store, topics
from postal_bridge.runs.drafting import record_plan
from postal_bridge.runs.planning import (
    ITERATIONS,
    PlanMade,
    PlannedVisit,
    PlanOrder,
    as_rows,
    make_plan,
    with_others,
)
from postal_bridge.runs.rules import RunStatus, StopKind
from postal_bridge.runs.tables import RunRow
from postal_bridge.runs.types import PlanState


class MakePlan:
    """Put a drafted run in the cheapest order, once, however often this runs.

    The search takes seconds and holds no transaction; the seed is the plan's own, so a
    second run makes the same plan.
    """

    name = "runs.make_plan"
    policy = Policy(queue="heavy", timeout_s=120, retry_after_s=(10, 60))
    actor = Actor.job(name)

    def __init__(
        self, geocoder: Geocoder, distances: DistanceSource, *, iterations: int = ITERATIONS
    ) -> None:
        self._geocoder = geocoder
        self._distances = distances
        self._iterations = iterations

    def prepare(self, uow: ReadUnit, work: Work) -> PlanOrder | PlanMade | None:
        """What to plan; None when the run went on meanwhile; a problem where a place is
        not known."""
        asked = store.plan(uow, UUID(work.body["plan_id"]))
        row = store.find(uow, asked.run_id, self.actor.scope)
        if asked.state != PlanState.ASKED or row.status != RunStatus.DRAFT:
            return None
        point = point_view(uow, row.point_id)
        if point.lat is None or point.lon is None:
            return PlanMade(asked.id, problem="point_not_placed")
        visits = self._visits(uow, row)
        if visits is None:
            return PlanMade(asked.id, problem="address_not_placed")
        return PlanOrder(
            plan_id=asked.id,
            depot=Point(point.lat, point.lon),
            visits=visits,
            leaves_at=row.leaves_at,
            back_by=row.back_by,
            seed=asked.seed,
        )

    def call(self, order: PlanOrder | PlanMade) -> PlanMade:
        if isinstance(order, PlanMade):
            return order
        order = replace(order, visits=tuple(self._placed(visit) for visit in order.visits))
        return make_plan(order, self._distances, iterations=self._iterations)

    def settle(self, uow: UnitOfWork, work: Work, result: PlanMade) -> None:
        row = store.find(uow, UUID(work.body["run_id"]), self.actor.scope)
        rows, left_out = as_rows(result)
        if result.problem is None:
            others = [s.id for s in store.stops(uow, row.id) if s.kind != StopKind.DELIVER]
            last_at = result.stops[-1][1] if result.stops else row.leaves_at
            rows = with_others(rows, others, last_at)
        record_plan(
            uow,
            result.plan_id,
            stops=rows,
            left_out=left_out,
            distance_m=result.distance_m,
            duration_s=result.duration_s,
            problem=result.problem,
        )

    def _visits(self, uow: ReadUnit, row: RunRow) -> tuple[PlannedVisit, ...] | None:
        visits: list[PlannedVisit] = []
        for stop in store.stops(uow, row.id):
            if stop.delivery_id is None:
                continue
            delivery = delivery_view(uow, stop.delivery_id, self.actor.scope)
            place = self._place(uow, delivery)
            if place is None:
                return None
            grams = item_view(uow, delivery.item_id).weight_g if delivery.item_id else 0
            window = None
            if delivery.window_from is not None and delivery.window_until is not None:
                window = (delivery.window_from, delivery.window_until)
            visits.append(PlannedVisit(stop.id, place[0], grams, window, place[1]))
        return tuple(visits)

    def _placed(self, visit: PlannedVisit) -> PlannedVisit:
        """The visit where a geocoder, which may be a server, puts it. No transaction is open."""
        if visit.address is None:
            return visit
        asked = visit.address
        found = self._geocoder.locate(asked.commune_code, asked.on, asked.street)
        return visit if found is None else replace(visit, point=found.point)

    def _place(
        self, uow: ReadUnit, delivery: DeliveryView
    ) -> tuple[Point, CommuneAddress | None] | None:
        """Where the address was resolved to, its house in the gazetteer, or its commune's centre
        with the address to ask for."""
        at = delivery.position
        resolved = None if at is None else (Point(at.lat, at.lon), None)
        person = party_view(uow, delivery.recipient_party_id)
        if (at is not None and not at.is_only_commune) or person.commune_code is None:
            return resolved
        today = local(uow.now).date()
        street = person.address_text or ""
        house = known_house(uow, person.commune_code, street, today) if street else None
        if house is not None:
            return house.point, None
        commune = self._geocoder.locate(person.commune_code, today)  # of the register: asks nobody
        if commune is None:
            return resolved
        return commune.point, CommuneAddress(person.commune_code, today, street)


def own_wiring(geocoder: Geocoder, distances: DistanceSource) -> dict[str, tuple[Handler, ...]]:
    """Who in this room acts on which message; whoever else listens is added beside it."""
    return {
        topics.PLAN_ASKED: (MakePlan(geocoder, distances),),
        topics.RUN_PUBLISHED: (),
        topics.RUN_CLOSED: (),
    }
