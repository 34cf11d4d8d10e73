"""What stored data can show of runs, recomputed from their streams."""

from collections.abc import Iterator
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.runs import store
from postal_bridge.runs.rules import STOP_ANSWERED, RunStatus, StopStatus
from postal_bridge.runs.tables import RunRow


def verify_runs(uow: ReadUnit) -> Iterator[Finding]:
    """Each run's status against its stream, and each closed run's stops."""
    for row in store.every(uow):
        subject = f"run:{row.day.isoformat()}:{row.no}"
        moves = [f for f in streams.read(uow, f"run:{row.id}") if "to" in f.body]
        says = moves[-1].body["to"] if moves else RunStatus.DRAFT
        if says != row.status:
            yield Finding(subject, "status_differs")
        if row.status == RunStatus.CLOSED and any(
            StopStatus(stop.status) not in STOP_ANSWERED for stop in store.stops(uow, row.id)
        ):
            yield Finding(subject, "stop_unanswered")
    for run_id, facts in streams.read_all(uow, "run"):
        run = uow.session.get(RunRow, UUID(run_id))
        if run is None:
            yield Finding(f"run:{run_id}", "run_gone")
        elif str(run.courier_id) != facts[0].body["courier_id"]:
            yield Finding(f"run:{run.day.isoformat()}:{run.no}", "courier_differs")
