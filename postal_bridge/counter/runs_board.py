"""What the runs page shows: what waits at the offices, who may carry it, what was planned."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from config.register import UnknownUnit
from postal_bridge.custody.service import item_view
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import deliveries_for
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.rules import FareRefused
from postal_bridge.directory.service import point_view, points_of_units, unit_view
from postal_bridge.directory.views import PointView
from postal_bridge.dossiers.service import find
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.service import (
    StaffView,
    party_view,
    record_look,
    staff_covering,
    staff_name,
)
from postal_bridge.runs.rules import RunStatus
from postal_bridge.runs.service import run_view, runs_for
from postal_bridge.runs.types import PlanState, RunView

QUEUE_AWAY_AFTER = timedelta(seconds=45)
"""From then on the page says that a run can go out without a plan."""
SHEET_REASON = "run_sheet"
READY = frozenset({DeliveryStatus.PACKED, DeliveryStatus.ATTEMPT_FAILED})
LYING = frozenset(
    {DeliveryStatus.HELD_AT_POINT, DeliveryStatus.UNDELIVERABLE, DeliveryStatus.RETURNING}
)
IN_DOUBT = frozenset(
    {DeliveryStatus.REPORTED_DELIVERED, DeliveryStatus.LOST, DeliveryStatus.RECOVERED}
)


@dataclass(frozen=True, slots=True)
class WaitingResult:
    """A result at an office, without a person's name: `commune` says where it has to go."""

    delivery: DeliveryView
    item_number: str | None
    commune: str
    is_on_run: bool


@dataclass(frozen=True, slots=True)
class FoundResult:
    """A result that somebody may have come for; `dossier_number` stands on his slip."""

    waiting: WaitingResult
    dossier_number: str


@dataclass(frozen=True, slots=True)
class NamedRun:
    run: RunView
    courier: str
    point: str


@dataclass(frozen=True, slots=True)
class RunsBoard:
    """Attributes
    ----------
    ready : for a door and on no run
    at_point : to be collected, not shelved yet
    held : shelved, invited
    undeliverable : to be sent back to the issuer, by law or by contract
    returning : on the way to the issuer, whose receipt ends it
    reported : said to be delivered, and not proved
    lost, found : written off; and come to light again, to go on or home
    """

    today: date
    points: tuple[PointView, ...]
    couriers: tuple[StaffView, ...]
    ready: tuple[WaitingResult, ...]
    at_point: tuple[WaitingResult, ...]
    held: tuple[WaitingResult, ...]
    undeliverable: tuple[WaitingResult, ...]
    returning: tuple[WaitingResult, ...]
    reported: tuple[WaitingResult, ...]
    lost: tuple[WaitingResult, ...]
    found: tuple[WaitingResult, ...]
    parked: int
    runs: tuple[NamedRun, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    """`is_queue_away`: a plan was asked for and nobody has begun to make it for long."""

    named: NamedRun
    is_queue_away: bool
    asked_s: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    position: int
    item_number: str
    name: str = field(repr=False)
    address: str = field(repr=False)
    phone: str = field(repr=False)
    collect_vnd: int
    take_back_papers: int


@dataclass(frozen=True, slots=True)
class RunSheet:
    """The list of a run (BD13) as it is printed."""

    office: str
    point: str
    courier: str
    day: date
    no: int
    rows: tuple[SheetRow, ...]
    collect_vnd: int
    printed_at: datetime
    is_sandbox: bool


def runs_board(*, actor: Actor, units: Units) -> RunsBoard:
    """Everything that can go out today from the offices of the actor's scope."""
    with units.read() as uow:
        today = local(uow.now).date()
        points = tuple(points_of_units(uow, actor.scope.units, today))
        runs = tuple(_named(uow, run) for run in runs_for(uow, actor.scope))
        busy = {
            stop.delivery_id
            for one in runs
            if one.run.status is not RunStatus.CLOSED
            for stop in one.run.stops
        }
        found = [
            _waiting(uow, one, is_on_run=one.id in busy)
            for one in deliveries_for(uow, actor.scope, READY | LYING | IN_DOUBT)
        ]
        couriers = {
            person.id: person
            for point in points
            for person in staff_covering(uow, Role.COURIER, point.unit_id)
        }
    waiting = [w for w in found if w.delivery.status in READY]
    ready = [w for w in waiting if w.delivery.after_refusal is not FareRefused.RETURN]
    refused = tuple(w for w in waiting if w not in ready and not w.is_on_run)

    def at(status: DeliveryStatus) -> tuple[WaitingResult, ...]:
        return tuple(w for w in found if w.delivery.status is status)

    return RunsBoard(
        today=today,
        points=points,
        couriers=tuple(couriers.values()),
        ready=tuple(
            w for w in ready
            if w.delivery.place is Place.DOOR and not w.is_on_run and not w.delivery.is_parked
        ),
        at_point=tuple(w for w in ready if w.delivery.place is Place.POINT),
        held=at(DeliveryStatus.HELD_AT_POINT),
        undeliverable=refused + at(DeliveryStatus.UNDELIVERABLE),
        returning=at(DeliveryStatus.RETURNING),
        reported=at(DeliveryStatus.REPORTED_DELIVERED),
        lost=at(DeliveryStatus.LOST),
        found=at(DeliveryStatus.RECOVERED),
        parked=sum(w.delivery.is_parked for w in found),
        runs=runs,
    )  # fmt: skip


def results_of(text: str, *, actor: Actor, units: Units) -> tuple[FoundResult, ...]:
    """The results at the offices of the scope that a slip, a number, its last digits, a phone or
    a name points to. As in every list here no name is shown, so none was looked at."""
    with units.read() as uow:
        meant = {dossier.id: dossier.number_shown for dossier in find(uow, text, actor.scope)}
        return tuple(
            FoundResult(_waiting(uow, one, is_on_run=False), meant[one.dossier_id])
            for one in deliveries_for(uow, actor.scope, READY | LYING)
            if one.dossier_id in meant
        )


def run_page(run_id: UUID, *, actor: Actor, units: Units) -> RunPage:
    """One run with its plan. Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        run = run_view(uow, run_id, actor.scope)
        asked = run.plan is not None and run.plan.state is PlanState.ASKED
        waited = uow.now - run.plan.asked_at if asked and run.plan else timedelta()
        return RunPage(_named(uow, run), waited > QUEUE_AWAY_AFTER, int(waited.total_seconds()))


def run_sheet(run_id: UUID, *, actor: Actor, units: Units) -> RunSheet:
    """The run's list for paper, with names and addresses: each dossier has its look on record."""
    with units.write() as uow:
        run = run_view(uow, run_id, actor.scope)
        sheet = _sheet(uow, run, actor)
        uow.commit()
    return sheet


def _sheet(uow: UnitOfWork, run: RunView, actor: Actor) -> RunSheet:
    deliveries = {one.id: one for one in deliveries_for(uow, actor.scope, point_id=run.point_id)}
    rows = []
    for stop in run.stops:
        delivery = deliveries.get(stop.delivery_id) if stop.delivery_id else None
        if delivery is None:
            continue
        record_look(uow, delivery.dossier_id, actor=actor, reason=SHEET_REASON)
        person = party_view(uow, delivery.recipient_party_id)
        rows.append(
            SheetRow(
                position=stop.position,
                item_number=stop.item_number or "",
                name=person.full_name,
                address=person.address_text or "",
                phone=person.phone or "",
                collect_vnd=delivery.collect_vnd,
                take_back_papers=delivery.take_back_papers,
            )
        )
    point = point_view(uow, run.point_id)
    return RunSheet(
        office=unit_view(uow, run.unit_id).name,
        point=point.name,
        courier=staff_name(uow, run.courier_id),
        day=run.day,
        no=run.no,
        rows=tuple(rows),
        collect_vnd=sum(row.collect_vnd for row in rows),
        printed_at=uow.now,
        is_sandbox=uow.is_sandbox,
    )


def _named(uow: ReadUnit, run: RunView) -> NamedRun:
    courier = staff_name(uow, run.courier_id)
    return NamedRun(run, courier, point_view(uow, run.point_id).name)


def _waiting(uow: ReadUnit, one: DeliveryView, *, is_on_run: bool) -> WaitingResult:
    number = item_view(uow, one.item_id).number if one.item_id else None
    code = party_view(uow, one.recipient_party_id).commune_code
    return WaitingResult(one, number, _commune_name(uow, code), is_on_run)


def _commune_name(uow: ReadUnit, code: str | None) -> str:
    if code is None:
        return ""
    try:
        return register_of(uow).last_known(code, local(uow.now).date()).name
    except UnknownUnit:
        return ""
