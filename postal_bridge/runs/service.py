"""Runs: use cases for routes, jobs and commands, and the parts other rooms call."""

from datetime import date
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import Power, may
from postal_bridge.runs.carrying import (
    answer_delivery_stop,
    answer_other_stop,
    check_own_stop,
    close,
    leave_out_delivery,
    load,
    note_call,
    start,
    was_called,
)
from postal_bridge.runs.checks import verify_runs
from postal_bridge.runs.drafting import (
    add_stop,
    ask_plan,
    draft,
    drop_stop,
    publish,
    record_plan,
    replan,
)
from postal_bridge.runs.looking import (
    check_was_on_run,
    courier_runs,
    latest_plan,
    run_view,
    runs_for,
)
from postal_bridge.runs.types import (
    AnswerStop,
    CloseRun,
    CourierDay,
    DraftRun,
    LoadRun,
    PlanRun,
    PlanView,
    PublishRun,
    RunView,
)

__all__ = [
    "add_stop",
    "answer_delivery_stop",
    "answer_other_stop",
    "ask_plan",
    "check_own_stop",
    "check_was_on_run",
    "close",
    "courier_runs",
    "draft",
    "drop_stop",
    "latest_plan",
    "leave_out_delivery",
    "load",
    "note_call",
    "publish",
    "record_plan",
    "replan",
    "run_view",
    "runs_for",
    "start",
    "verify_runs",
    "was_called",
]


def draft_run(command: DraftRun, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """A run with its stops. Raises NotACourier, AlreadyOnRun, NothingToDeliver."""
    _check_any(actor, Power.SUPERVISE, Power.GIVE_OUT_RESULTS)
    return once.answer(lambda uow: draft(uow, command, actor=actor), actor=actor, units=units)


def plan_run(command: PlanRun, *, actor: Actor, once: Once[PlanView], units: Units) -> bytes:
    """A plan is being made; ask `find_plan` again until its state is ready or failed."""
    _check_any(actor, Power.SUPERVISE, Power.GIVE_OUT_RESULTS)
    return once.answer(lambda uow: ask_plan(uow, command, actor=actor), actor=actor, units=units)


def publish_run(command: PublishRun, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """A person lets the run go out. Raises PlanNotReady, PlanStale."""
    _check_any(actor, Power.SUPERVISE, Power.GIVE_OUT_RESULTS)
    return once.answer(lambda uow: publish(uow, command, actor=actor), actor=actor, units=units)


def replan_run(run_id: UUID, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """The run is a draft again, while nothing is loaded."""
    _check_any(actor, Power.SUPERVISE, Power.GIVE_OUT_RESULTS)
    return once.answer(lambda uow: replan(uow, run_id, actor=actor), actor=actor, units=units)


def load_run(command: LoadRun, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """The courier has what was scanned. Raises ItemNotOnRun, ItemsMissing, EnvelopesCrossed."""
    _check_any(actor, Power.DELIVER, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    return once.answer(lambda uow: load(uow, command, actor=actor), actor=actor, units=units)


def start_run(run_id: UUID, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """On the road; everything loaded is out for delivery."""
    _check_any(actor, Power.DELIVER, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    return once.answer(lambda uow: start(uow, run_id, actor=actor), actor=actor, units=units)


def stop_done(command: AnswerStop, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """A stop that delivers nothing is answered by its courier."""
    _check_any(actor, Power.DELIVER)
    return once.answer(
        lambda uow: answer_other_stop(uow, command, actor=actor), actor=actor, units=units
    )


def close_run(command: CloseRun, *, actor: Actor, once: Once[RunView], units: Units) -> bytes:
    """Everything undelivered is back, cash is banked where said. Raises StopsOpen,
    ItemNotOnRun, ItemsMissing, AmountAboveHeld."""
    _check_any(actor, Power.DELIVER, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)
    return once.answer(lambda uow: close(uow, command, actor=actor), actor=actor, units=units)


def courier_day(day: date, *, actor: Actor, units: Units) -> tuple[CourierDay, ...]:
    """What the courier carries on this day; each look is on record before it is shown."""
    _check_any(actor, Power.DELIVER)
    with units.write() as uow:
        runs = courier_runs(uow, day, actor=actor)
        uow.commit()
    return runs


def find_run(run_id: UUID, *, actor: Actor, units: Units) -> RunView:
    """Raises NotFound outside the actor's scope."""
    with units.read() as uow:
        return run_view(uow, run_id, actor.scope)


def find_plan(run_id: UUID, *, actor: Actor, units: Units) -> PlanView | None:
    """The plan asked for last, with its state."""
    with units.read() as uow:
        return latest_plan(uow, run_id, actor.scope)


def list_runs(*, actor: Actor, units: Units, day: date | None = None) -> tuple[RunView, ...]:
    """Runs of the scope, the newest day first."""
    with units.read() as uow:
        return runs_for(uow, actor.scope, day=day)


def _check_any(actor: Actor, *powers: Power) -> None:
    if not any(may(actor, power) for power in powers):
        raise Forbidden(power=powers[0].value)
