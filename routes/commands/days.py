"""The runs of one post office on one day, as they stand; stops by item number, without names."""

from datetime import date, datetime
from typing import Any

import click

from postal_bridge.directory.service import point_by_key
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.runs.service import list_runs
from postal_bridge.runs.types import RunView, StopView
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import Reply


@click.command("day", cls=OperatorCommand)
@click.option("--point", "point_key", metavar="CODE", required=True, help="the office's code")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), required=True)
def plan_day(point_key: str, day: datetime) -> Reply:
    """Các chuyến trong ngày. The runs of one post office, with their stops in order."""
    units = container(wiring=False).units
    with units.read() as uow:
        point = point_by_key(uow, point_key)
    runs = [
        run
        for run in list_runs(actor=Actor.operator(), units=units, day=day.date())
        if run.point_id == point.id
    ]
    document = {
        "point": point.key,
        "date": day.date().isoformat(),
        "runs": [_run(run) for run in sorted(runs, key=lambda run: run.no)],
    }
    return Reply(document, _shown(document))


def _run(run: RunView) -> dict[str, Any]:
    return {
        "id": str(run.id),
        "no": run.no,
        "courier_id": str(run.courier_id),
        "status": run.status.value,
        "leaves_at": run.leaves_at.isoformat(),
        "back_by": run.back_by.isoformat(),
        "problem": run.plan.problem if run.plan else None,
        "stops": [_stop(stop) for stop in run.stops],
    }


def _stop(stop: StopView) -> dict[str, Any]:
    return {
        "position": stop.position,
        "kind": stop.kind.value,
        "status": stop.status.value,
        "item": stop.item_number,
        "planned_at": stop.planned_at.isoformat() if stop.planned_at else None,
        "leg_m": stop.leg_m,
    }


def _shown(document: dict[str, Any]) -> str:
    lines = []
    for run in document["runs"]:
        lines.append(
            f"#{run['no']}  {_clock(run['leaves_at'])}–{_clock(run['back_by'])}  {run['status']}"
        )
        lines += [
            f"  {stop['position']:>3}  {_clock(stop['planned_at'])}  {stop['kind']:<9} "
            f"{stop['item'] or '–':<14} {stop['status']}"
            for stop in run["stops"]
        ]
    return "\n".join(lines) or f"{document['point']} {date.fromisoformat(document['date'])}: –"


def _clock(at: str | None) -> str:
    return f"{local(datetime.fromisoformat(at)):%H:%M}" if at else "  –  "
