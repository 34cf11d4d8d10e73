"""A calendar is looked at, published, and counts for what begins after it and nothing before."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from postal_bridge.counter.correcting import (
    CorrectResult,
    MistakeReason,
    OldPaper,
    open_correction,
)
from postal_bridge.directory.calendar import VIETNAM
from postal_bridge.directory.calendar_publishing import (
    CalendarFileWrong,
    CalendarPublished,
    publish_days,
)
from postal_bridge.directory.calendars import AGENCY, POST, working_calendar
from postal_bridge.dossiers.checks import verify_dossiers
from postal_bridge.dossiers.service import (
    ask_supplement,
    expected_due,
    promise,
    supplement_answered,
)
from postal_bridge.insight.service import calendars_page, look_at_calendar
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import change_recipient_address
from tests.builders.clock import set_business_time
from tests.builders.counter import once_key
from tests.builders.delivery import a_proof, a_scene, give
from tests.builders.delivery_acts import out
from tests.builders.dossiers import Counter, counter, processing

OPERATOR = Actor.operator()
OFF_WEDNESDAY = "agency,2026-11-18,no,,QĐ 1"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def file(*rows: str) -> bytes:
    return "\n".join(["calendar,day,work,unit,decision", *rows]).encode()


def publish(units: Units, *rows: str, key: str = "key", actor: Actor = OPERATOR) -> int:
    def render(made: CalendarPublished) -> bytes:
        return str(made.snapshot.number).encode()

    once = Once(key, "POST /x", "0" * 64, render)
    return int(publish_days(file(*rows), actor=actor, once=once, units=units))


@pytest.fixture
def desk(units: Units) -> Counter:
    set_business_time(units, at("2026-11-16T08:00"))
    return counter(units)


def received(units: Units, desk: Counter, number: int) -> UUID:
    with units.write() as uow:
        made, _ = processing(uow, desk, f"H12.34-261116-{number:04}")
        uow.commit()
    return made.id


def due(units: Units, dossier_id: UUID) -> datetime:
    with units.read() as uow:
        found = promise(uow, dossier_id).due_at
    assert found is not None
    return found


def test_a_promise_stays_as_it_was_given_and_the_next_one_is_counted_anew(
    units: Units, desk: Counter
) -> None:
    given = received(units, desk, 1)
    promised = due(units, given)
    assert promised.date().isoformat() == "2026-11-19"  # three working days
    seen = look_at_calendar(file(OFF_WEDNESDAY), actor=OPERATOR, units=units)
    (otherwise,) = seen.promises
    assert (otherwise.promise.due_at, seen.promises_count) == (promised, 1)
    assert otherwise.promise.would_be == promised + timedelta(days=1)
    assert publish(units, OFF_WEDNESDAY) == 1
    assert due(units, given) == promised
    assert due(units, received(units, desk, 2)).date() == promised.date() + timedelta(days=1)
    with units.write() as uow:  # the clock stops over the day off, and goes on as it began
        uow.now = at("2026-11-17T08:00")
        ask_supplement(uow, given, (1,), "paper_missing", actor=desk.officer)
        uow.now = at("2026-11-19T08:00")
        supplement_answered(uow, given, actor=desk.officer)
        uow.commit()
    assert due(units, given).date().isoformat() == "2026-11-23"
    with units.read() as uow:
        assert list(verify_dossiers(uow)) == []
        expected = expected_due(uow, desk.link.id, desk.procedure.id)
    assert expected.date().isoformat() >= "2026-11-20"


def test_a_result_made_anew_is_promised_by_the_calendar_of_that_day(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = out(uow, scene)
        recipient = made.recipient_party_id
        change_recipient_address(uow, recipient, "12 ấp 3", "31471", actor=scene.clerk)
        give(uow, scene, made, a_proof(uow, made))
        days = [uow.now + timedelta(days=number) for number in range(1, 8)]
        uow.commit()
    first = due(units, made.dossier_id)
    with units.read() as uow:
        shipped = working_calendar(uow, AGENCY, scene.at.link.unit_id)
    rows = [f"agency,{day.date()},no,,QĐ 3" for day in days if shipped.is_working_day(day.date())]
    publish(units, *rows)
    assert due(units, made.dossier_id) == first
    anew = CorrectResult(made.dossier_id, MistakeReason.PERSONAL_DATA, OldPaper.WITH_CITIZEN)
    open_correction(anew, actor=scene.at.officer, once=once_key(), units=units)
    assert due(units, made.dossier_id) > days[-1] + timedelta(days=2)  # three days, all later
    with units.read() as uow:
        assert list(verify_dossiers(uow)) == []


def test_a_units_own_days_are_its_own_and_those_below_it(units: Units, desk: Counter) -> None:
    publish(units, "agency,2026-11-18,no,can-tho,QĐ 1", "post,2026-11-22,yes,binh-thanh,QĐ 2")
    elsewhere = counter(units, "tri-ton").link.unit_id
    with units.read() as uow:
        own, other = (
            [working_calendar(uow, one, unit_id) for one in (AGENCY, POST)]
            for unit_id in (desk.link.unit_id, elsewhere)
        )
        assert not own[0].is_working_day(at("2026-11-18").date())
        assert own[1].is_working_day(at("2026-11-22").date())  # a Sunday
        assert other[0].is_working_day(at("2026-11-18").date())
        assert not other[1].is_working_day(at("2026-11-22").date())


WRONG = {
    "agency,2026-11-15,no,,x": ("day", "calendar_day_past"),
    "agency,2030-01-02,no,,x": ("day", "calendar_day_far"),
    "agency,2026-11-18,no,nowhere,x": ("unit", "calendar_unit_unknown"),
    "agency,2026-11-18,yes,,x": ("work", "calendar_day_as_it_is"),
    "agency,2026-11-18,usual,,x": ("work", "calendar_day_as_it_is"),
}


def test_a_file_with_one_fault_publishes_nothing_and_nobody_else_publishes(
    units: Units, desk: Counter
) -> None:
    for row, fault in WRONG.items():
        rows = (OFF_WEDNESDAY.replace("18", "17"), row)
        seen = look_at_calendar(file(*rows), actor=OPERATOR, units=units)
        assert [(one.row, one.column, one.code) for one in seen.look.faults] == [(3, *fault)]
        with pytest.raises(CalendarFileWrong):
            publish(units, *rows)
    for act in (publish, lambda *_, **who: look_at_calendar(b"", units=units, **who)):
        with pytest.raises(Forbidden):
            act(units, OFF_WEDNESDAY, actor=desk.clerk)
    assert calendars_page(actor=OPERATOR, units=units).published == ()


def test_every_publication_is_kept_with_what_it_changed(units: Units, desk: Counter) -> None:
    publish(units, OFF_WEDNESDAY)
    assert publish(units, OFF_WEDNESDAY) == 1  # the same request again
    publish(units, "agency,2026-11-18,usual,,QĐ 9", key="second")
    page = calendars_page(actor=OPERATOR, units=units)
    assert [one.made.snapshot.number for one in page.published] == [2, 1]
    second, first = (one.made.days[0] for one in page.published)
    assert (first.was_worked, first.is_worked, second.is_worked) == (True, False, True)
    ahead = {one.day.isoformat(): one.is_worked for one in page.ahead}
    assert ahead["2026-11-24"] == {"agency": False, "post": False}  # Culture Day, as it ships
    assert "2026-11-18" not in ahead
