"""Personal data go when their time is over, whole dossiers at a time, and never while held."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text

from app import checks
from postal_bridge.counter.retention import (
    KeptLongEnough,
    Obstacle,
    erase_kept_long_enough,
    kept_long_enough,
)
from postal_bridge.counter.service import SlipAsk, preview_slip
from postal_bridge.delivery.rules import DeliveryAction
from postal_bridge.directory.rules import ServiceForm
from postal_bridge.dossiers.errors import HeldAlready, NotHeld, ReasonMissing
from postal_bridge.dossiers.retention import RetentionClass
from postal_bridge.dossiers.service import cancel, dossier_view, ended_before, lift_hold, put_hold
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.kernel.vault import Erased
from postal_bridge.money.service import call_off_fare, pay_back_fare
from postal_bridge.people.service import dossier_of_link, mint_citizen_link, parties_of
from postal_bridge.people.tables import PartyIndexRow
from tests.builders.clock import pass_days, set_business_time
from tests.builders.counter import a_filing, hand_in, open_shift
from tests.builders.delivery import a_scene
from tests.builders.delivery_acts import act, out
from tests.builders.directory import a_place
from tests.builders.dossiers import Counter, accepted, counter
from tests.builders.money import make_quote, pay_at_counter, with_drawer
from tests.builders.people import a_clerk

OPERATOR = Actor.operator()
EVERYTHING = Scope(everything=True)
TWO_YEARS_D, TEN_YEARS_D = 732, 3_654


def ended(units: Units, at: Counter) -> tuple[UUID, str, str]:
    """A dossier that was cancelled today: its id, its number and its citizen's link."""
    with units.write() as uow:
        made, _ = accepted(uow, at)
        link = mint_citizen_link(uow, made.id)
        cancel(uow, made.id, "wrong_procedure", actor=at.clerk)
        uow.commit()
    return made.id, made.acceptance_number, link


def due(units: Units) -> dict[str, KeptLongEnough]:
    return {one.number: one for one in kept_long_enough(actor=OPERATOR, units=units)}


def erased(units: Units) -> list[str]:
    return [one.number for one in erase_kept_long_enough(actor=OPERATOR, units=units)]


def found_by(units: Units, dossier_id: UUID) -> int:
    """How many phones and ID numbers lead to the dossier."""
    of_dossier = select(func.count()).where(PartyIndexRow.dossier_id == dossier_id)
    with units.read() as uow:
        return uow.session.scalar(of_dossier) or 0


def broken(units: Units, folder: Path) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    for name, check in checks(Blobs(folder)).items():
        with units.read() as uow:
            said: Iterable[object] = check(uow)
            found[name] = list(said)
    return {name: rows for name, rows in found.items() if rows}


def test_after_its_time_nobody_can_be_read_found_or_shown(units: Units, tmp_path: Path) -> None:
    dossier_id, number, link = ended(units, counter(units))
    assert found_by(units, dossier_id) > 0
    pass_days(units, TWO_YEARS_D)
    assert due(units)[number].obstacles == ()
    assert erased(units) == [number]
    assert found_by(units, dossier_id) == 0
    with units.read() as uow:
        with pytest.raises(Erased):
            parties_of(uow, dossier_id)
        assert dossier_of_link(uow, link) is None
        last = streams.read(uow, streams.dossier_stream(dossier_id))[-1]
        assert (last.kind, last.body["class"]) == ("dossier.erased", "without_money")
        assert dossier_view(uow, dossier_id, EVERYTHING).acceptance_number == number
    assert erased(units) == []
    assert broken(units, tmp_path) == {}


def test_nothing_goes_a_day_too_early(units: Units) -> None:
    _, number, _ = ended(units, counter(units))
    with units.read() as uow:
        ended_on = uow.now.date()
    pass_days(units, (date(ended_on.year + 2, ended_on.month, 15) - ended_on).days - 40)
    assert due(units) == {}
    assert erased(units) == []
    pass_days(units, 80)
    assert list(due(units)) == [number]


def test_many_are_judged_by_as_many_statements_as_few(
    units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = counter(units)
    numbers = [ended(units, at)[1] for _ in range(2)]
    pass_days(units, TWO_YEARS_D)
    few = statements(units)
    pass_days(units, -TWO_YEARS_D)
    numbers += [ended(units, at)[1] for _ in range(4)]
    put_hold(numbers[3], "Khiếu nại số 12/2026", actor=OPERATOR, units=units)
    pass_days(units, TWO_YEARS_D)
    assert statements(units) == few
    whole = due(units)
    assert list(whole) == numbers
    assert [bool(whole[one].obstacles) for one in numbers] == [False] * 3 + [True] + [False] * 2
    monkeypatch.setattr("postal_bridge.counter.retention.AT_ONCE", 4)
    assert due(units) == whole


def statements(units: Units) -> int:
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(units.engine, "before_cursor_execute", count)
    try:
        assert due(units)
    finally:
        event.remove(units.engine, "before_cursor_execute", count)
    return len(seen)


def test_a_look_alone_changes_nothing(units: Units) -> None:
    dossier_id, _, link = ended(units, counter(units))
    pass_days(units, TWO_YEARS_D)
    assert due(units)
    with units.read() as uow:
        assert parties_of(uow, dossier_id)
        assert dossier_of_link(uow, link) == dossier_id


def test_a_held_dossier_stays_until_the_hold_is_lifted(units: Units, tmp_path: Path) -> None:
    dossier_id, number, _ = ended(units, counter(units))
    put_hold(number, "Khiếu nại số 12/2026", actor=OPERATOR, units=units)
    with pytest.raises(HeldAlready):
        put_hold(number, "Khiếu nại số 13/2026", actor=OPERATOR, units=units)
    pass_days(units, TWO_YEARS_D)
    assert due(units)[number].obstacles == (Obstacle.HELD,)
    assert erased(units) == []
    with units.read() as uow:
        assert parties_of(uow, dossier_id)
    lift_hold(number, actor=OPERATOR, units=units)
    assert erased(units) == [number]  # lifting it does not begin the time anew
    with pytest.raises(NotHeld):
        lift_hold(number, actor=OPERATOR, units=units)
    with pytest.raises(Erased):
        put_hold(number, "quá muộn rồi", actor=OPERATOR, units=units)
    assert broken(units, tmp_path) == {}


def test_the_reason_of_a_hold_is_not_stored_in_clear(units: Units) -> None:
    _, number, _ = ended(units, counter(units))
    with pytest.raises(ReasonMissing):
        put_hold(number, "  a ", actor=OPERATOR, units=units)
    with pytest.raises(NotFound):
        put_hold("không có", "Khiếu nại số 12/2026", actor=OPERATOR, units=units)
    put_hold(number, "Khiếu nại của bà Hoa", actor=OPERATOR, units=units)
    with units.read() as uow:
        reason = uow.connection.execute(text("SELECT reason FROM legal_holds")).scalar_one()
    assert b"Hoa" not in bytes(reason)


def test_a_dispute_keeps_what_is_needed_to_answer_it(units: Units) -> None:
    scene = a_scene(units)
    with units.write() as uow:
        made = act(uow, scene, out(uow, scene), DeliveryAction.HAND_OVER)
        act(uow, scene, made, DeliveryAction.DISPUTE)
        uow.commit()
        number = dossier_view(uow, made.dossier_id, EVERYTHING).acceptance_number
    pass_days(units, TEN_YEARS_D)
    assert due(units)[number].obstacles == (Obstacle.DELIVERY_OPEN,)
    assert number not in erased(units)


def test_a_key_gone_without_a_word_is_noticed(units: Units, tmp_path: Path) -> None:
    dossier_id, _, _ = ended(units, counter(units))
    with units.write() as uow:
        uow.vault.destroy(dossier_id)
        uow.commit()
    assert "erasure_differs" in str(broken(units, tmp_path)["dossiers"])


def test_what_is_owed_to_the_citizen_is_not_erased(units: Units) -> None:
    at = counter(units)
    dossier_id, number, _ = ended(units, at)
    with_drawer(units, at.clerk)
    priced = make_quote(units, at.clerk, dossier_id=dossier_id)
    pay_at_counter(units, at.clerk, priced)
    with units.write() as uow:
        assert call_off_fare(uow, priced.id, "cancelled", actor=OPERATOR) == 26_000
        uow.commit()
    pass_days(units, TEN_YEARS_D)
    assert due(units)[number].obstacles == (Obstacle.MONEY_OWED,)
    assert erased(units) == []
    with units.write() as uow:
        pay_back_fare(uow, priced.id, actor=at.clerk)
        uow.commit()
    pass_days(units, TEN_YEARS_D)  # anew, from when he had it
    assert due(units)[number].obstacles == ()


def test_what_was_paid_for_is_kept_as_long_as_vouchers_are(units: Units, tmp_path: Path) -> None:
    set_business_time(units, datetime(2022, 8, 15, 2, tzinfo=UTC))
    place = a_place(units, "long-tri-commune-2025")
    clerk = a_clerk(units, "long-tri-2025")
    open_shift(units, clerk)
    filing = a_filing(place, "civil-extract", delivery=None, service_form=ServiceForm.SEND)
    wanted = preview_slip(
        SlipAsk(place.link.id, filing.procedure_id, ServiceForm.SEND), actor=clerk, units=units
    )
    paid = replace(filing, amount_vnd=wanted.payable_now_vnd)
    slip = hand_in(units, tmp_path, paid, clerk=clerk)
    with units.write() as uow:
        cancel(uow, UUID(slip["dossier_id"]), "wrong_procedure", actor=clerk)
        uow.commit()
    pass_days(units, TWO_YEARS_D)
    assert due(units) == {}
    pass_days(units, TEN_YEARS_D - TWO_YEARS_D)
    (found,) = due(units).values()
    assert (found.rule.retention_class, found.obstacles) == (RetentionClass.WITH_MONEY, ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_ended_is_listed_page_by_page_the_earliest_first(units: Units) -> None:
    at = counter(units)
    made = [ended(units, at)[0] for _ in range(3)]
    with units.read() as uow:
        pages = list(ended_before(uow, uow.now + timedelta(days=1), at_once=2))
        plan = uow.session.execute(
            text("EXPLAIN QUERY PLAN SELECT id FROM dossiers WHERE erased_at IS NULL"
                 " AND closed_at < '2099' ORDER BY closed_at, acceptance_number")
        ).all()  # fmt: skip
        assert list(ended_before(uow, uow.now - timedelta(days=1), at_once=2)) == []
    assert [len(page) for page in pages] == [2, 1]
    assert [one for page in pages for one in page] == made
    assert "ix_dossiers_erased_at" in plan[0].detail
