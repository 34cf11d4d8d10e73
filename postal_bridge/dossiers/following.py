"""Following a dossier: its timeline over all streams, and its promise with the owners of time."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from postal_bridge.custody.service import custody_line, items_of_dossier
from postal_bridge.custody.types import Holder, HolderKind, ItemKind, ItemView
from postal_bridge.directory.calendar import WorkingCalendar
from postal_bridge.directory.calendars import AGENCY, POST, working_calendar
from postal_bridge.directory.rules import FILED_ONLINE
from postal_bridge.directory.service import link_view, procedure_view
from postal_bridge.dossiers import store
from postal_bridge.dossiers.events import KIND_OF, MOVES_SAID, counted_by, dates_in, moves_in
from postal_bridge.dossiers.promise import Dates, period_end, time_by_owner
from postal_bridge.dossiers.rules import DossierAction, DossierStatus
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.dossiers.types import DueDate, OwnerTime, Promise, TimelineStep
from postal_bridge.kernel import streams
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.party_checks import ADDED as PARTY_ADDED

EXPECTED = (DossierStatus.DRAFT, DossierStatus.ACCEPTED, DossierStatus.TO_AGENCY)
_WAITS_OF_DELIVERY = {"held_at_point": "held"}


def promise(uow: ReadUnit, dossier_id: UUID) -> Promise:
    """The date by which the result is due, as the events say it now.

    Before the agency has received, the date is the post's expectation: its transit, then the
    agency's limit. While the dossier waits for the citizen the date moves on with the clock.
    """
    facts = streams.read(uow, streams.dossier_stream(dossier_id))
    row = store.dossier(uow.session, dossier_id)
    calendar = counted_by(uow, row.unit_id, facts)
    dates = dates_in(facts, calendar)
    given = _due_date(uow, row, dates, calendar)
    return Promise(
        due_at=given.due_at,
        is_expected_only=given.is_expected_only,
        paused_since=given.paused_since,
        is_overdue=given.is_overdue,
        slack=_slack(uow, dossier_id, facts, until=dates.closed_at or uow.now, calendar=calendar),
    )


def due_date(uow: ReadUnit, dossier_id: UUID) -> DueDate:
    """The date of `promise`, and how long it stays as it is if nothing happens."""
    facts = streams.read(uow, streams.dossier_stream(dossier_id))
    row = store.seen(uow, dossier_id)
    calendar = counted_by(uow, row.unit_id, facts)
    return _due_date(uow, row, dates_in(facts, calendar), calendar)


def due_of(uow: ReadUnit, dossier_id: UUID) -> tuple[datetime | None, bool]:
    """The date of `promise` and whether it is only expected, without whose time was used."""
    facts = streams.read(uow, streams.dossier_stream(dossier_id))
    row = store.dossier(uow.session, dossier_id)
    calendar = counted_by(uow, row.unit_id, facts)
    return _due(uow, row, dates_in(facts, calendar), calendar)


def expected_due(
    uow: ReadUnit, link_id: UUID, procedure_id: UUID, *, since: datetime | None = None
) -> datetime:
    """What a slip printed now would promise: transit by the post, then the agency's limit.

    Transit counts from `since`, the acceptance; one that is over by now ends now.
    """
    procedure = procedure_view(uow, procedure_id, local(uow.now).date())
    unit_id = link_view(uow, link_id, local(uow.now).date()).unit_id
    return period_end(
        max(_arrival(uow, link_id, since or uow.now), uow.now),
        procedure.time_limit_days,
        procedure.time_limit_hours,
        working_calendar(uow, AGENCY, unit_id),
    )


def _arrival(uow: ReadUnit, link_id: UUID, since: datetime) -> datetime:
    link = link_view(uow, link_id, local(uow.now).date())
    return working_calendar(uow, POST, link.unit_id).due_after_hours(since, link.transit_h or 0)


def timeline(uow: ReadUnit, dossier_id: UUID) -> tuple[TimelineStep, ...]:
    """Everything that happened to the dossier and to its items, in order of time.

    What a pouch went through with one of its items inside stands here under that item. Of an
    online filing no way to the agency is told: it was there already, and nothing travelled.
    """
    is_online = store.dossier(uow.session, dossier_id).channel in FILED_ONLINE
    untold = {PARTY_ADDED, KIND_OF[DossierAction.SEND_TO_AGENCY]} if is_online else {PARTY_ADDED}
    items = items_of_dossier(uow, dossier_id)
    own_streams = [streams.item_stream(item.id) for item in items]
    streams.read_ahead(uow, [streams.dossier_stream(dossier_id), *own_streams])
    facts = streams.read(uow, streams.dossier_stream(dossier_id))
    steps = [_step(fact, None) for fact in facts if fact.kind not in untold]
    for item in items:
        own = streams.read(uow, streams.item_stream(item.id))
        steps.extend(_step(fact, item) for fact in own)
        steps.extend(_of_pouches(uow, item))
    return tuple(sorted(steps, key=lambda step: (step.at, step.recorded_at, step.seq)))


def _due_date(uow: ReadUnit, row: DossierRow, dates: Dates, calendar: WorkingCalendar) -> DueDate:
    due_at, is_expected = _due(uow, row, dates, calendar)
    ended = dates.finished_at or dates.closed_at
    is_late = due_at is not None and not is_expected and dates.paused_since is None
    return DueDate(
        due_at=due_at,
        is_expected_only=is_expected,
        paused_since=dates.paused_since,
        is_overdue=is_late and due_at is not None and (ended or uow.now) > due_at,
        holds_until=_holds_until(uow, row, dates, due_at, is_expected=is_expected),
    )


def _holds_until(
    uow: ReadUnit, row: DossierRow, dates: Dates, due_at: datetime | None, *, is_expected: bool
) -> datetime | None:
    """An expectation holds until the post should have arrived, a date until it is missed."""
    tomorrow = datetime.combine(local(uow.now).date() + timedelta(days=1), time(), VIETNAM)
    midnight = tomorrow.astimezone(UTC)
    if due_at is None:
        return midnight
    if is_expected:
        if dates.accepted_at is None:
            return None
        arrival = _arrival(uow, row.link_id, dates.accepted_at)
        return min(arrival, midnight) if arrival > uow.now else None
    if dates.paused_since is not None:
        return None
    has_ended = (dates.finished_at or dates.closed_at) is not None
    return midnight if has_ended or due_at < uow.now else min(due_at, midnight)


def _due(
    uow: ReadUnit, row: DossierRow, dates: Dates, calendar: WorkingCalendar
) -> tuple[datetime | None, bool]:
    status = DossierStatus(row.status)
    if dates.due_at is not None:
        if dates.paused_since is None:
            return dates.due_at, False
        waited = calendar.working_seconds_between(dates.paused_since, uow.now)
        return calendar.add_working_seconds(dates.due_at, waited), False
    if status not in EXPECTED and status != DossierStatus.SUPPLEMENT_REQUESTED:
        return None, False
    return expected_due(uow, row.link_id, row.procedure_id, since=dates.accepted_at), True


def _slack(
    uow: ReadUnit,
    dossier_id: UUID,
    facts: Iterable[Fact],
    *,
    until: datetime,
    calendar: WorkingCalendar,
) -> tuple[OwnerTime, ...]:
    facts = list(facts)
    statuses = [(move.at, move.status) for move in moves_in(facts)]
    spent = time_by_owner(
        statuses,
        _holders(uow, dossier_id, statuses),
        _waits(uow, dossier_id, facts),
        until=until,
        calendar=calendar,
    )
    return tuple(OwnerTime(owner, spent[owner]) for owner in sorted(spent))


def _holders(
    uow: ReadUnit, dossier_id: UUID, statuses: Iterable[tuple[datetime, DossierStatus]]
) -> list[tuple[datetime, HolderKind]]:
    """Who had what travels: the dossier's envelope on the way in, the result's on the way out.

    From a correction on that is the result which the section makes anew, not the one given out.
    """
    anew = DossierStatus.CORRECTION
    changes = [(at, HolderKind.SECTION) for at, status in statuses if status == anew]
    for item in items_of_dossier(uow, dossier_id):
        if item.kind in (ItemKind.DOSSIER_ENVELOPE, ItemKind.RESULT_ENVELOPE):
            changes.extend(
                (step.at, step.receiver.kind)
                for step in custody_line(uow, item.id)
                if step.receiver is not None
            )
    return sorted(changes, key=lambda change: change[0])


def _waits(uow: ReadUnit, dossier_id: UUID, facts: Iterable[Fact]) -> list[tuple[datetime, str]]:
    """Since when somebody else's wait lasts, and since when it does not any more.

    A delivery waits for the citizen at a point, or for the weather; a pouch before a closed door.
    """
    waits: list[tuple[datetime, str]] = []
    for fact in facts:
        if fact.kind.startswith("delivery.") and "to" in fact.body:
            is_parked = fact.kind == "delivery.parked"
            wait = "parked" if is_parked else _WAITS_OF_DELIVERY.get(str(fact.body["to"]), "")
            waits.append((fact.occurred_at, wait))
    for pouch_id in _pouches_of(uow, dossier_id):
        is_closed = False
        for fact in streams.read(uow, streams.item_stream(pouch_id)):
            if fact.kind == "pouch.door_closed":
                is_closed = True
                waits.append((fact.occurred_at, "closed_door"))
            elif is_closed and fact.kind == "item.offered":
                is_closed = False
                waits.append((fact.occurred_at, ""))
    return sorted(waits, key=lambda wait: wait[0])


def _pouches_of(uow: ReadUnit, dossier_id: UUID) -> list[UUID]:
    """The pouches that the dossier's items lay in, each once."""
    lines = (custody_line(uow, item.id) for item in items_of_dossier(uow, dossier_id))
    return list(dict.fromkeys(step.pouch_id for line in lines for step in line if step.pouch_id))


def _of_pouches(uow: ReadUnit, item: ItemView) -> list[TimelineStep]:
    """The hand-overs of pouches while the item lay inside."""
    found = []
    for moved in custody_line(uow, item.id):
        if moved.kind != "handed_over" or moved.pouch_id is None:
            continue
        stream = streams.item_stream(moved.pouch_id)
        for fact in streams.read(uow, stream):
            if fact.body.get("step_id") == str(moved.step_id):
                found.append(_step(fact, item))
    return found


def _step(fact: Fact, item: ItemView | None) -> TimelineStep:
    receiver = fact.body.get("receiver") if fact.stream.startswith("item:") else None
    if fact.kind == "item.offered":
        receiver = None  # one side's word moves nothing
    return TimelineStep(
        at=fact.occurred_at,
        recorded_at=fact.recorded_at or fact.occurred_at,
        kind=fact.kind,
        stream=fact.stream,
        seq=fact.seq,
        actor_kind=str(fact.actor["kind"]),
        actor_id=str(fact.actor["id"]),
        item_id=item.id if item else None,
        item_number=item.number if item else None,
        holder=Holder.of_fact(receiver) if receiver else None,
        status=DossierStatus(fact.body["to"]) if fact.kind in MOVES_SAID else None,
        params=fact.body,
    )
