"""API: couriers' runs, from the draft to the evening."""

from typing import Any
from uuid import UUID

from flask import Response

from couriers.doors import runs_of_today
from postal_bridge.kernel.actor import Role
from postal_bridge.runs.service import (
    close_run,
    draft_run,
    find_run,
    list_runs,
    load_run,
    plan_run,
    publish_run,
    start_run,
)
from postal_bridge.runs.types import (
    CloseRun,
    DraftRun,
    LoadRun,
    PlanRun,
    PublishRun,
    RunView,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.run_views import (
    CloseSchema,
    CourierDaysSchema,
    LoadSchema,
    PlanSchema,
    RunQuerySchema,
    RunSchema,
    RunsSchema,
)
from routes.schemas.runs import DraftRunSchema, PublishSchema

blp = ApiBlueprint("runs_api", __name__, url_prefix="/api/v1", description="Couriers' runs")
OFFICE = (Role.CLERK, Role.SUPERVISOR)
ROAD = (*OFFICE, Role.COURIER)
_render, _render_plan = as_json(RunSchema().dump), as_json(PlanSchema().dump)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


@blp.route("/runs", methods=["GET"])
@allow(*OFFICE)
@blp.arguments(RunQuerySchema, location="query")
@blp.response(200, RunsSchema)
def listing(wanted: dict[str, Any]) -> dict[str, Any]:
    """Runs of the caller's scope, the newest day first."""
    return {"rows": list_runs(day=wanted["day"], **_who())}


@blp.route("/runs", methods=["POST"])
@allow(*OFFICE)
@blp.arguments(DraftRunSchema)
@blp.response(201, RunSchema)
def draft(command: DraftRun) -> Response:
    """A run with its stops, for one courier and day."""
    return answered(draft_run(command, once=once(_render), **_who()), 201)


@blp.route("/runs/<uuid:run_id>", methods=["GET"])
@allow(*OFFICE)
@blp.response(200, RunSchema)
def one(run_id: UUID) -> RunView:
    """One run with its plan as far as it is."""
    return find_run(run_id, **_who())


@blp.route("/runs/<uuid:run_id>/plan", methods=["POST"])
@allow(*OFFICE)
@blp.response(202, PlanSchema)
def plan(run_id: UUID) -> Response:
    """A plan is being made; ask for the run again until it is ready or failed."""
    return answered(plan_run(PlanRun(run_id), once=once(_render_plan), **_who()), 202)


@blp.route("/runs/<uuid:run_id>/publication", methods=["POST"])
@allow(*OFFICE)
@blp.arguments(PublishSchema)
@blp.response(200, RunSchema)
def publish(data: dict[str, Any], run_id: UUID) -> Response:
    """A person lets the run go out."""
    command = PublishRun(run_id, data.get("plan_id"))
    return answered(publish_run(command, once=once(_render), **_who()))


@blp.route("/runs/<uuid:run_id>/load", methods=["POST"])
@allow(*ROAD)
@blp.arguments(LoadSchema)
@blp.response(201, RunSchema)
def load(data: dict[str, Any], run_id: UUID) -> Response:
    """The courier has what was scanned."""
    command = LoadRun(run_id, tuple(data["scanned"]), frozenset(data["left_behind"]))
    return answered(load_run(command, once=once(_render), **_who()), 201)


@blp.route("/runs/<uuid:run_id>/departure", methods=["POST"])
@allow(*ROAD)
@blp.response(200, RunSchema)
def depart(run_id: UUID) -> Response:
    """On the road; everything loaded is out for delivery."""
    return answered(start_run(run_id, once=once(_render), **_who()))


@blp.route("/runs/<uuid:run_id>/closing", methods=["POST"])
@allow(*ROAD)
@blp.arguments(CloseSchema)
@blp.response(201, RunSchema)
def close(data: dict[str, Any], run_id: UUID) -> Response:
    """Everything undelivered is back, cash is banked where said."""
    command = CloseRun(
        run_id, tuple(data["scanned_back"]), data["cash_vnd"], data["bank_reference"]
    )
    return answered(close_run(command, once=once(_render), **_who()), 201)


@blp.route("/courier-days", methods=["GET"])
@allow(Role.COURIER)
@blp.response(200, CourierDaysSchema)
def courier_days() -> dict[str, Any]:
    """The caller's own runs of today; each look is on record."""
    return {"rows": runs_of_today(**_who())}
