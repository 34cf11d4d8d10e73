"""What stored data can show of runs, recomputed from their streams."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.canonical import canonical_json
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.runs import store
from postal_bridge.runs.banking import bankings_that_differ
from postal_bridge.runs.rules import STOP_ANSWERED, RunStatus, StopStatus
from postal_bridge.runs.tables import RunRow, StopRow


def verify_runs(uow: ReadUnit) -> Iterator[Finding]:
    """Each run against its stream, its stops as they were published and answered."""
    for row in store.every(uow):
        subject = f"run:{row.day.isoformat()}:{row.no}"
        facts = streams.read(uow, f"run:{row.id}")
        moves = [fact for fact in facts if "to" in fact.body]
        says = moves[-1].body["to"] if moves else RunStatus.DRAFT
        if says != row.status:
            yield Finding(subject, "status_differs")
        stops = store.stops(uow, row.id)
        if row.status == RunStatus.CLOSED and any(
            StopStatus(stop.status) not in STOP_ANSWERED for stop in stops
        ):
            yield Finding(subject, "stop_unanswered")
        yield from (Finding(subject, why) for why in stops_that_differ(facts, stops))
    for run_id, facts in streams.read_all(uow, "run"):
        run = uow.session.get(RunRow, UUID(run_id))
        if run is None:
            yield Finding(f"run:{run_id}", "run_gone")
            continue
        for why in (*columns_that_differ(facts, run), *bankings_that_differ(uow, run, facts)):
            yield Finding(f"run:{run.day.isoformat()}:{run.no}", why)


def columns_that_differ(facts: Sequence[Fact], run: RunRow) -> Iterator[str]:
    """Codes of what the run's row says otherwise than its stream: as drafted, and since when."""
    drafted, stands = facts[0].body, _plain(store.run_fact(run))
    if any(drafted[name] != stands[name] for name in store.RUN_SAID if name in drafted):
        yield "drafted_otherwise"
    moved = {fact.body["to"]: fact for fact in _since_published(facts) if "to" in fact.body}
    published = moved.get(RunStatus.PUBLISHED)
    if run.published_by != (published and f"{published.actor['kind']}:{published.actor['id']}"):
        yield "published_otherwise"
    for status, at in (
        (RunStatus.LOADED, run.loaded_at),
        (RunStatus.ON_ROAD, run.started_at),
        (RunStatus.CLOSED, run.closed_at),
    ):
        if at != (moved[status].occurred_at if status in moved else None):
            yield f"{status.value}_at_differs"
    closed = moved.get(RunStatus.CLOSED)
    if closed and closed.body.get("cash_banked_vnd", run.cash_banked_vnd) != run.cash_banked_vnd:
        yield "cash_banked_differs"


def stops_that_differ(facts: Sequence[Fact], stops: Sequence[StopRow]) -> Iterator[str]:
    """Codes of what the stops say otherwise than the stream; drafts may still change.

    Runs that were published before their streams told of stops are passed.
    """
    said = _since_published(facts)
    if not said or "goes_to" not in said[0].body:
        return
    goes_to = {one["id"]: one for one in said[0].body["goes_to"]}
    goes_to |= {one.body["id"]: one.body for one in said if one.kind == "run.stop_added"}
    stand = {str(stop.id): stop for stop in stops}
    planned = {stop_id: _plain(store.stop_fact(stop)) for stop_id, stop in stand.items()}
    if planned.keys() != goes_to.keys() or any(
        planned[stop_id][name] != value
        for stop_id, said_of in goes_to.items()
        for name, value in said_of.items()
    ):
        yield "stops_differ"
        return
    in_order = sorted(stand.values(), key=lambda stop: stop.position)
    first = [one["id"] for one in said[0].body["goes_to"]]
    if [str(stop.id) for stop in in_order if str(stop.id) in first] != first:
        yield "stops_in_other_order"
    answered, called = _last(said, "run.stop_answered"), _last(said, "run.stop_called")
    loaded = {one for fact in said for one in fact.body.get("loaded", ())}
    for stop_id, stop in stand.items():
        answer, call = answered.get(stop_id), called.get(stop_id)
        status = answer.body["status"] if answer else StopStatus.PLANNED
        if stop.status != status or stop.answered_at != (answer and answer.occurred_at):
            yield "stop_answered_otherwise"
        if stop.called_at != (call and call.occurred_at):
            yield "stop_called_otherwise"
        if stop.is_loaded != (stop_id in loaded):
            yield "stop_loaded_otherwise"


def _since_published(facts: Sequence[Fact]) -> Sequence[Fact]:
    """From the publication that holds; none for a draft."""
    for place in range(len(facts) - 1, -1, -1):
        if facts[place].body.get("to") == RunStatus.DRAFT:
            return ()
        if facts[place].body.get("to") == RunStatus.PUBLISHED:
            return facts[place:]
    return ()


def _last(facts: Sequence[Fact], kind: str) -> Mapping[str, Fact]:
    return {fact.body["stop_id"]: fact for fact in facts if fact.kind == kind}


def _plain(body: Mapping[str, Any]) -> Any:
    return json.loads(canonical_json(body))
