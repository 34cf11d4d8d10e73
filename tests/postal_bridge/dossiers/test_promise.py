"""The promise follows from events: no other way leads to a date (P1 to P3)."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import postal_bridge.dossiers as room
from postal_bridge.custody.rules import DelayOwner
from postal_bridge.custody.service import (
    accept_pouch,
    closed_door,
    new_pouch,
    offer_pouch,
    put_in_pouch,
    seal_pouch,
)
from postal_bridge.custody.types import Holder, HolderKind, NewPouch
from postal_bridge.directory.calendar import load_calendar
from postal_bridge.dossiers.promise import (
    Moved,
    dates_of,
    owner_of,
    period_end,
    time_by_owner,
)
from postal_bridge.dossiers.rules import DossierStatus as S
from postal_bridge.dossiers.service import (
    accept,
    ask_payment,
    ask_supplement,
    payment_done,
    promise,
    result_ready,
    send_to_agency,
    supplement_answered,
    verify_dossiers,
)
from postal_bridge.dossiers.types import Result
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.dossiers import (
    ISSUED_ON,
    accepted,
    brought,
    counter,
    processing,
    ready_to_accept,
)

AGENCY = load_calendar("agency")


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


def journey(*moves: tuple[str, S]) -> list[Moved]:
    """Moves at moments of Vietnam; the one to `received` starts a clock of three days."""
    return [
        Moved(vietnam(at), status, *((3, 0) if status == S.RECEIVED else ()))
        for at, status in moves
    ]


def test_the_agencys_clock_starts_when_it_has_received() -> None:
    dates = dates_of(
        journey(("2026-11-16T08:00", S.ACCEPTED), ("2026-11-17T09:30", S.RECEIVED)), AGENCY
    )
    assert dates.accepted_at == vietnam("2026-11-16T08:00")
    assert dates.due_at == vietnam("2026-11-20T09:30")


def test_a_correction_is_due_anew_by_its_own_limit() -> None:
    """Asked for and waited for before: the old pause moves the new date no more."""
    first = journey(
        ("2026-11-16T09:30", S.RECEIVED),
        ("2026-11-16T10:00", S.SUPPLEMENT_REQUESTED),
        ("2026-11-17T10:00", S.PROCESSING),
        ("2026-11-18T10:00", S.RESULT_READY),
        ("2026-11-19T10:00", S.RETURNED),
    )
    told = Moved(vietnam("2026-11-30T08:00"), S.CORRECTION, 2, 0)
    dates = dates_of([*first, told], AGENCY)
    assert (dates.received_at, dates.due_at) == (
        vietnam("2026-11-16T09:30"),
        vietnam("2026-12-02T08:00"),
    )
    assert (dates.finished_at, dates.closed_at) == (None, None)
    again = Moved(vietnam("2026-12-01T08:00"), S.RESULT_READY)
    assert dates_of([*first, told, again], AGENCY).finished_at == again.at


def test_waiting_for_the_citizen_moves_the_date_by_the_working_time_waited() -> None:
    """Asked Friday 16:00, answered Monday 08:00: one hour and one hour (facts: calendar)."""
    dates = dates_of(
        journey(
            ("2026-11-12T10:00", S.RECEIVED),
            ("2026-11-12T10:00", S.PROCESSING),
            ("2026-11-13T16:00", S.SUPPLEMENT_REQUESTED),
            ("2026-11-16T08:00", S.PROCESSING),
        ),
        AGENCY,
    )
    assert dates.due_at == vietnam("2026-11-17T14:00")


def test_waiting_before_the_agency_has_received_moves_nothing() -> None:
    moves = journey(
        ("2026-11-12T10:00", S.TO_AGENCY),
        ("2026-11-12T11:00", S.SUPPLEMENT_REQUESTED),
        ("2026-11-16T10:00", S.RECEIVED),
    )
    assert dates_of(moves[:2], AGENCY).paused_since is None  # no clock runs that could stand
    dates = dates_of(moves, AGENCY)
    assert dates.due_at == vietnam("2026-11-19T10:00")


def test_a_limit_of_hours_ends_within_working_time() -> None:
    assert period_end(vietnam("2026-11-20T16:00"), 0, 8, AGENCY) == vietnam("2026-11-23T16:00")


minutes = st.integers(0, 6 * 24 * 60)
pauses = st.lists(st.tuples(minutes, st.integers(1, 2 * 24 * 60)), max_size=4)


def with_pauses(waits: list[tuple[int, int]]) -> list[Moved]:
    start = vietnam("2026-11-16T08:00")
    moves = [Moved(start, S.RECEIVED, 3, 0), Moved(start, S.PROCESSING)]
    at = start
    for after, length in waits:
        at += timedelta(minutes=after)
        moves.append(Moved(at, S.SUPPLEMENT_REQUESTED))
        at += timedelta(minutes=length)
        moves.append(Moved(at, S.PROCESSING))
    return moves


@given(pauses)
def test_a_pause_never_brings_the_date_nearer_and_shifts_it_by_its_working_time(
    waits: list[tuple[int, int]],
) -> None:
    plain, paused = dates_of(with_pauses([]), AGENCY), dates_of(with_pauses(waits), AGENCY)
    assert plain.due_at
    assert paused.due_at
    moves = with_pauses(waits)
    waited = sum(
        AGENCY.working_seconds_between(begin.at, end.at)
        for begin, end in zip(moves[2::2], moves[3::2], strict=True)
    )
    assert AGENCY.working_seconds_between(plain.due_at, paused.due_at) == waited


@given(pauses)
def test_the_same_events_give_the_same_dates(waits: list[tuple[int, int]]) -> None:
    assert dates_of(with_pauses(waits), AGENCY) == dates_of(iter(with_pauses(waits)), AGENCY)


changes = st.lists(
    st.tuples(st.integers(0, 4 * 24 * 60), st.sampled_from(list(S))), min_size=1, max_size=6
)
hands = st.lists(st.tuples(st.integers(0, 4 * 24 * 60), st.sampled_from(list(HolderKind))))


@settings(deadline=None)
@given(changes, hands)
def test_every_working_second_belongs_to_exactly_one_owner(
    statuses: list[tuple[int, S]], holders: list[tuple[int, HolderKind]]
) -> None:
    start = vietnam("2026-11-16T00:00")
    told = sorted((start + timedelta(minutes=m), s) for m, s in statuses)
    held = sorted((start + timedelta(minutes=m), h) for m, h in holders)
    until = start + timedelta(days=5)
    spent = time_by_owner(told, held, [], until=until, calendar=AGENCY)

    ends = [*(at for at, _ in told[1:]), until]
    expected = sum(
        AGENCY.working_seconds_between(at, end)
        for (at, status), end in zip(told, ends, strict=True)
        if owner_of(status, None, None) != DelayOwner.NOBODY
    )
    assert sum(spent.values()) == expected
    assert DelayOwner.NOBODY not in spent


@pytest.mark.parametrize(
    ("status", "holder", "wait", "owner"),
    [
        (S.ACCEPTED, HolderKind.POINT, None, DelayOwner.COUNTER),
        (S.ACCEPTED, HolderKind.STAFF, None, DelayOwner.COUNTER),  # the clerk, before any pouch
        (S.TO_AGENCY, HolderKind.STAFF, None, DelayOwner.LINE_HAUL),
        (S.TO_AGENCY, HolderKind.SECTION, None, DelayOwner.AGENCY),
        (S.PROCESSING, HolderKind.STAFF, None, DelayOwner.AGENCY),
        (S.SUPPLEMENT_REQUESTED, HolderKind.SECTION, None, DelayOwner.CITIZEN),
        (S.RESULT_READY, HolderKind.STAFF, None, DelayOwner.COURIER),
        (S.RESULT_READY, HolderKind.POINT, "held", DelayOwner.CITIZEN),
        (S.RESULT_READY, HolderKind.STAFF, "parked", DelayOwner.WEATHER),
        (S.TO_AGENCY, HolderKind.STAFF, "closed_door", DelayOwner.AGENCY),
        (S.RETURNED, HolderKind.PARTY, None, DelayOwner.NOBODY),
    ],
)
def test_the_published_rule_names_the_owner(
    status: S, holder: HolderKind, wait: str | None, owner: DelayOwner
) -> None:
    assert owner_of(status, holder, wait) == owner


def test_dates_are_written_in_one_place_only() -> None:
    """No command rewrites a date: one function of the room sets the columns, from events."""
    dates = {"accepted_at", "received_at", "due_at", "finished_at", "closed_at"}
    writers = set()
    for path in Path(room.__path__[0]).glob("*.py"):
        tree = ast.parse(path.read_text())
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute):
                    is_written = isinstance(node.ctx, ast.Store) and node.attr in dates
                    writers |= {function.name} if is_written else set()
                if isinstance(node, ast.keyword) and node.arg in dates:
                    call_is_row = path.name in {"filing.py", "moving.py"}
                    assert not call_is_row, f"{path.name} gives a date to a row"
    assert writers == {"put_dates"}


def test_before_the_agency_has_received_the_date_is_an_expectation(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        made, _ = accepted(uow, at)
        before = promise(uow, made.id)

        assert before.is_expected_only
        assert not before.is_overdue
        assert before.due_at is not None
        assert before.due_at > uow.now
        assert made.due_at is None


def test_a_question_stops_the_clock_and_the_answer_starts_it(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        uow.now = vietnam("2026-11-16T08:00")
        made, _ = processing(uow, at)
        first = promise(uow, made.id).due_at
        uow.now = vietnam("2026-11-17T08:00")
        ask_supplement(uow, made.id, (1,), "paper_missing", actor=at.officer)
        uow.now = vietnam("2026-11-18T08:00")
        waiting = promise(uow, made.id)
        supplement_answered(uow, made.id, actor=at.officer)
        ask_payment(uow, made.id, 500_000, actor=at.officer)
        uow.now = vietnam("2026-11-19T08:00")
        answered = payment_done(uow, made.id, actor=at.officer)

        assert first == vietnam("2026-11-19T08:00")
        assert waiting.paused
        assert waiting.due_at == vietnam("2026-11-20T08:00")
        assert answered.due_at == vietnam("2026-11-23T08:00")
        assert promise(uow, made.id).due_at == answered.due_at
        slack = {one.owner: one.worked_s for one in promise(uow, made.id).slack}
        assert slack == {DelayOwner.AGENCY: 8 * 3600, DelayOwner.CITIZEN: 16 * 3600}
        assert list(verify_dossiers(uow)) == []


def test_late_is_derived_and_ends_with_the_result(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        uow.now = vietnam("2026-11-16T08:00")
        made, _ = processing(uow, at)
        uow.now = vietnam("2026-11-24T08:00")
        assert promise(uow, made.id).is_overdue
        result_ready(uow, made.id, Result("1", ISSUED_ON), actor=at.officer)
        assert promise(uow, made.id).is_overdue, "it was late, and stays so"


def test_hours_before_the_hand_over_are_the_counters(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        uow.now = vietnam("2026-11-16T08:00")
        made, item = ready_to_accept(uow, at)
        accept(uow, made.id, actor=at.clerk)
        uow.now = vietnam("2026-11-16T10:00")
        brought(uow, at, item.id)

        slack = {one.owner: one.worked_s for one in promise(uow, made.id).slack}
        assert slack == {DelayOwner.COUNTER: 2 * 3600}


def test_verify_tells_when_a_date_was_changed_by_hand(units: Units) -> None:
    from sqlalchemy import text

    at = counter(units)
    with units.write() as uow:
        processing(uow, at)
        uow.session.execute(text("UPDATE dossiers SET due_at = '2030-01-01 00:00:00.000000'"))
        uow.session.expire_all()

        assert [finding.why for finding in verify_dossiers(uow)] == ["dates_differ"]


def test_hours_before_a_closed_door_are_the_agencys(units: Units) -> None:
    at = counter(units)
    driver = at.staff("driver", Role.COURIER)
    with units.write() as uow:
        uow.now = vietnam("2026-11-16T08:00")
        made, item = accepted(uow, at)
        pouch = new_pouch(
            uow, NewPouch(at.link.id, at.link.point_id, at.link.section_id), actor=at.clerk
        ).id
        put_in_pouch(uow, pouch, item.id, actor=at.clerk)
        seal_pouch(uow, pouch, "T1", "T1", actor=at.clerk)
        offer_pouch(uow, pouch, Holder(HolderKind.STAFF, driver.id), actor=at.clerk)
        uow.now = vietnam("2026-11-16T09:00")
        accept_pouch(uow, pouch, "T1", 1, actor=driver)
        send_to_agency(uow, made.id, actor=at.clerk)
        uow.now = vietnam("2026-11-16T10:00")
        offer_pouch(uow, pouch, at.section, actor=driver)
        closed_door(uow, pouch, "photo", actor=driver)
        uow.now = vietnam("2026-11-17T08:00")
        offer_pouch(uow, pouch, at.section, actor=driver)
        uow.now = vietnam("2026-11-17T08:30")

        slack = {one.owner: one.worked_s for one in promise(uow, made.id).slack}
        assert slack == {
            DelayOwner.COUNTER: 3600,
            DelayOwner.LINE_HAUL: 3600 + 1800,
            DelayOwner.AGENCY: 6 * 3600,
        }


def test_hours_at_the_point_while_the_citizen_does_not_come_are_the_citizens(units: Units) -> None:
    at = counter(units)
    with units.write() as uow:
        uow.now = vietnam("2026-11-16T08:00")
        made, _ = processing(uow, at)
        result_ready(uow, made.id, Result("1", ISSUED_ON), actor=at.officer)
        stream = streams.dossier_stream(made.id)
        streams.append(uow, stream, "delivery.held", {"to": "held_at_point"}, actor=at.clerk)
        uow.now = vietnam("2026-11-16T09:00")
        streams.append(uow, stream, "delivery.invited", {"no": 1}, actor=at.clerk)
        uow.now = vietnam("2026-11-16T10:00")
        streams.append(uow, stream, "delivery.set_out", {"to": "out_for_delivery"}, actor=at.clerk)

        slack = {one.owner: one.worked_s for one in promise(uow, made.id).slack}
        assert slack == {DelayOwner.CITIZEN: 2 * 3600}
