"""Runs at every stage, with real envelopes at a real point."""

from dataclasses import replace
from uuid import UUID

from postal_bridge.custody.types import SignatureRef
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.runs.service import draft, load, publish, start
from postal_bridge.runs.types import CloseRun, DraftRun, LoadRun, PublishRun, RunView, Scan
from tests.builders.delivery import Scene

SCANNED = SignatureRef("handwritten")


def drafted(
    uow: UnitOfWork, scene: Scene, deliveries: tuple[DeliveryView, ...] | None = None
) -> RunView:
    """A run of today with these deliveries, or with whatever waits."""
    ids = None if deliveries is None else tuple(one.id for one in deliveries)
    new = DraftRun(scene.at.link.point_id, scene.courier_id, local(uow.now).date(), ids)
    return draft(uow, new, actor=scene.clerk)


def scans(run: RunView, *, labels: bool = True) -> tuple[Scan, ...]:
    """Every envelope of the run with its own label."""
    return tuple(
        Scan(stop.item_number, stop.label if labels else None)
        for stop in run.stops
        if stop.item_number is not None
    )


def published(uow: UnitOfWork, scene: Scene, *deliveries: DeliveryView) -> RunView:
    run = drafted(uow, scene, deliveries or None)
    return publish(uow, PublishRun(run.id), actor=scene.clerk)


def loaded(uow: UnitOfWork, scene: Scene, *deliveries: DeliveryView) -> RunView:
    run = published(uow, scene, *deliveries)
    command = LoadRun(run.id, scans(run), courier_signed=SCANNED)
    return load(uow, command, actor=scene.clerk)


def on_road(uow: UnitOfWork, scene: Scene, *deliveries: DeliveryView) -> RunView:
    run = loaded(uow, scene, *deliveries)
    return start(uow, run.id, actor=scene.courier)


def closing(run_id: UUID, *numbers: str, cash_vnd: int | None = None) -> CloseRun:
    command = CloseRun(run_id, numbers, courier_signed=SCANNED)
    return replace(command, cash_vnd=cash_vnd, bank_reference="NOP-1" if cash_vnd else "")
