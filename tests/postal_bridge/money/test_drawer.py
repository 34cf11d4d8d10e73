"""A clerk's drawer: seen at once, counted blind, contested without debt, corrected in sight."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Posting
from postal_bridge.money.drawers import end_shift
from postal_bridge.money.errors import (
    AlreadyReversed,
    CorrectionNotSeen,
    DrawerAlreadyOpen,
    DrawerNotOpen,
    DrawerOfAnother,
    ReasonMissing,
    SecondPersonNeeded,
)
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from postal_bridge.money.rules import DrawerStatus, PaymentStatus
from postal_bridge.money.service import (
    AnswerCorrection,
    ContestDifference,
    CountDrawer,
    OpenDrawer,
    ResolveDifference,
    Reversal,
    answer_correction,
    apply_unanswered,
    close_drawer,
    contest_difference,
    count_drawer,
    drawer_view,
    open_drawer,
    payment_view,
    resolve_difference,
    reverse_entry,
    see_corrections,
    verify_ledger,
)
from postal_bridge.money.tables import JournalEntry
from tests.builders.money import (
    STAMP,
    clerk,
    make_quote,
    pay_at_counter,
    supervisor,
    with_drawer,
)


def reverse(units: Units, entry_id: UUID | None, actor: Actor, second: Actor) -> Reversal:
    assert entry_id is not None
    with units.write() as uow:
        done = reverse_entry(uow, entry_id, "Khách rút hồ sơ", actor=actor, second=second)
        uow.commit()
    return done


def assert_books_hold(units: Units) -> None:
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []


def held_vnd(units: Units, actor: Actor) -> int:
    drawer = drawer_view(actor=actor, units=units)
    assert drawer is not None
    return sum(line.amount_vnd for line in drawer.lines)


@pytest.mark.parametrize(
    ("counted_vnd", "owed_vnd"), [(126_000, 0), (120_000, 6_000), (130_000, 0)]
)
def test_a_count_that_is_accepted_closes_the_shift(
    units: Units, counted_vnd: int, owed_vnd: int
) -> None:
    actor = clerk()
    opened = with_drawer(units, actor, float_vnd=100_000)
    pay_at_counter(units, actor, make_quote(units, actor))
    counted = count_drawer(CountDrawer(counted_vnd), actor=actor, units=units)
    assert (counted.expected_vnd, counted.difference_vnd) == (126_000, counted_vnd - 126_000)
    closed = close_drawer(actor=actor, units=units)
    assert (closed.status, closed.owed_vnd) == (DrawerStatus.CLOSED, owed_vnd)
    assert actor.unit_id is not None
    with units.read() as uow:
        assert balance_vnd(uow, accounts.drawer_cash(opened.id, actor.unit_id)) == 0
        assert balance_vnd(uow, accounts.difference(actor.unit_id)) == 126_000 - counted_vnd
    assert_books_hold(units)


def test_a_contested_difference_is_not_owed_until_another_office_decides(units: Units) -> None:
    actor = clerk()
    opened = with_drawer(units, actor, float_vnd=100_000)
    count_drawer(CountDrawer(90_000), actor=actor, units=units)
    contested = contest_difference(
        ContestDifference("Máy tắt giữa chừng"), actor=actor, units=units
    )
    assert (contested.status, contested.owed_vnd) == (DrawerStatus.CONTESTED, 0)
    with_drawer(units, actor)  # work goes on while the question is open
    assert actor.unit_id is not None
    same_office, other_office = supervisor(actor.unit_id), supervisor(new_id(), actor.unit_id)
    second = new_id()
    debt = ResolveDifference(opened.id, True, "BB-12", second)
    for wrong in (actor, same_office):
        with pytest.raises(SecondPersonNeeded):
            resolve_difference(debt, actor=wrong, units=units)
    for alone in (None, UUID(other_office.id), UUID(actor.id)):
        lone = ResolveDifference(opened.id, False, "BB-12", alone)
        with pytest.raises(SecondPersonNeeded):
            resolve_difference(lone, actor=other_office, units=units)
    blank = ResolveDifference(opened.id, True, " ", second)
    with pytest.raises(ReasonMissing):
        resolve_difference(blank, actor=other_office, units=units)
    freed = ResolveDifference(opened.id, False, "BB-12", second)
    assert resolve_difference(freed, actor=other_office, units=units).owed_vnd == 0
    assert_books_hold(units)


def test_a_debt_after_a_contest_needs_evidence_and_another_office(units: Units) -> None:
    actor = clerk()
    opened = with_drawer(units, actor, float_vnd=100_000)
    count_drawer(CountDrawer(90_000), actor=actor, units=units)
    contest_difference(ContestDifference("Chưa rõ"), actor=actor, units=units)
    assert actor.unit_id is not None
    decided = resolve_difference(
        ResolveDifference(opened.id, True, "BB-12", new_id()),
        actor=supervisor(new_id(), actor.unit_id),
        units=units,
    )
    assert decided.owed_vnd == 10_000
    assert_books_hold(units)


def test_no_money_enters_a_counted_drawer_and_a_second_count_needs_a_reason(
    units: Units,
) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    with pytest.raises(MoveNotOpen):
        close_drawer(actor=actor, units=units)
    count_drawer(CountDrawer(90_000), actor=actor, units=units)
    with pytest.raises(DrawerNotOpen):
        pay_at_counter(units, actor, make_quote(units, actor))
    with pytest.raises(ReasonMissing):
        count_drawer(CountDrawer(100_000), actor=actor, units=units)
    again = CountDrawer(100_000, "Sót một cọc tiền")
    assert count_drawer(again, actor=actor, units=units).difference_vnd == 0


def test_money_of_other_services_is_declared_and_stays_outside(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    counted = count_drawer(CountDrawer(100_000, other_vnd=3_000_000), actor=actor, units=units)
    assert (counted.difference_vnd, counted.other_vnd) == (0, 3_000_000)
    with units.write() as uow:
        closed = end_shift(uow, explanation="Không có chênh lệch", actor=actor)
        uow.commit()
    assert (closed.other_vnd, closed.explanation) == (3_000_000, "Không có chênh lệch")
    assert actor.unit_id is not None
    with units.read() as uow:
        assert balance_vnd(uow, accounts.safe(actor.unit_id)) == 0
    assert_books_hold(units)


def test_ten_clerks_of_one_office_close_at_once(units: Units) -> None:
    unit_id = new_id()
    clerks = [clerk(unit_id) for _ in range(10)]
    for actor in clerks:
        with_drawer(units, actor, float_vnd=100_000)
        pay_at_counter(units, actor, make_quote(units, actor))

    def close(actor: Actor) -> int:
        count_drawer(CountDrawer(126_000), actor=actor, units=units)
        return close_drawer(actor=actor, units=units).owed_vnd

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(close, clerks)) == [0] * 10
    with units.read() as uow:
        assert balance_vnd(uow, accounts.safe(unit_id)) == 10 * 26_000
    assert_books_hold(units)


def test_one_drawer_a_clerk(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    with pytest.raises(DrawerAlreadyOpen):
        open_drawer(OpenDrawer(500_000), actor=actor, units=units)


def test_nobody_else_posts_to_a_clerks_drawer(units: Units) -> None:
    actor = clerk()
    opened = with_drawer(units, actor)
    assert actor.unit_id is not None
    cash, safe = accounts.drawer_cash(opened.id, actor.unit_id), accounts.safe(actor.unit_id)
    head = EntryHead(f"shift:{opened.id}", "counter_payment")
    for other in (supervisor(actor.unit_id), Actor.job("support"), Actor.operator()):
        with units.write() as uow, pytest.raises(DrawerOfAnother):
            post(uow, head, [Posting(safe, cash, 1, "x")], actor=other)


def test_a_counted_drawer_takes_no_posting_by_any_way(units: Units) -> None:
    actor = clerk()
    opened = with_drawer(units, actor, float_vnd=100_000)
    count_drawer(CountDrawer(100_000), actor=actor, units=units)
    assert actor.unit_id is not None
    cash, safe = accounts.drawer_cash(opened.id, actor.unit_id), accounts.safe(actor.unit_id)
    head = EntryHead(f"shift:{opened.id}", "counter_payment")
    with units.write() as uow, pytest.raises(DrawerNotOpen):
        post(uow, head, [Posting(cash, safe, 1, "x")], actor=actor)


def test_a_clerk_gives_back_from_his_own_drawer_with_a_second_person(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    assert actor.unit_id is not None
    chief = supervisor(actor.unit_id)
    with pytest.raises(SecondPersonNeeded):
        reverse(units, paid.entry_id, actor, actor)
    reverse(units, paid.entry_id, actor, chief)
    assert held_vnd(units, actor) == 100_000
    with pytest.raises(AlreadyReversed):
        reverse(units, paid.entry_id, actor, chief)
    with units.read() as uow:
        state = payment_view(uow, paid.payment_id, actor=actor)
    assert state.status is PaymentStatus.REFUNDED
    assert_books_hold(units)


def test_a_correction_changes_nothing_before_the_clerk_is_shown_it(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    assert actor.unit_id is not None
    chief, other = supervisor(actor.unit_id), supervisor(actor.unit_id)
    proposed = reverse(units, paid.entry_id, chief, other)
    assert proposed.entry_id is None
    assert proposed.correction_id is not None
    assert held_vnd(units, actor) == 126_000
    with pytest.raises(MoveNotOpen):
        answer_correction(AnswerCorrection(proposed.correction_id, True), actor=actor, units=units)
    with pytest.raises(CorrectionNotSeen):
        count_drawer(CountDrawer(126_000), actor=actor, units=units)
    with pytest.raises(MoveNotOpen):
        apply_unanswered(proposed.correction_id, actor=chief, units=units)

    (shown,) = see_corrections(actor=actor, units=units)
    assert (shown.status, shown.effect_vnd) == ("shown", -26_000)
    assert held_vnd(units, actor) == 126_000
    with pytest.raises(NotFound):
        answer_correction(AnswerCorrection(shown.id, True), actor=chief, units=units)
    with pytest.raises(MoveNotOpen):  # silence of a moment is not consent
        apply_unanswered(shown.id, actor=chief, units=units)

    agreed = answer_correction(AnswerCorrection(shown.id, True), actor=actor, units=units)
    assert agreed.status == "posted"
    assert held_vnd(units, actor) == 100_000
    with units.read() as uow:
        row = uow.session.get_one(JournalEntry, agreed.posted_entry_id)
        assert (row.actor, row.on_behalf_of) == ("system:money.correction", chief.ref)
        assert row.cause == f"correction:{shown.id}"
    assert_books_hold(units)


def test_a_payment_is_not_given_back_without_a_reason(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    assert paid.entry_id is not None
    for nothing in ("", " \n"):
        with units.write() as uow, pytest.raises(ReasonMissing):
            reverse_entry(uow, paid.entry_id, nothing, actor=actor, second=clerk(actor.unit_id))
    assert held_vnd(units, actor) == 126_000


def test_a_disputed_correction_is_never_posted(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    assert actor.unit_id is not None
    chief = supervisor(actor.unit_id)
    reverse(units, paid.entry_id, chief, supervisor(actor.unit_id))
    (shown,) = see_corrections(actor=actor, units=units)
    doubted = answer_correction(AnswerCorrection(shown.id, False), actor=actor, units=units)
    assert (doubted.status, doubted.posted_entry_id) == ("disputed", None)
    with pytest.raises(MoveNotOpen):
        apply_unanswered(shown.id, actor=chief, units=units)
    assert held_vnd(units, actor) == 126_000
    assert_books_hold(units)


def test_what_was_taken_in_a_closed_shift_is_given_back_from_an_open_one(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=0)
    paid = pay_at_counter(units, actor, make_quote(units, actor))
    count_drawer(CountDrawer(26_000), actor=actor, units=units)
    close_drawer(actor=actor, units=units)
    assert actor.unit_id is not None
    chief = supervisor(actor.unit_id)
    with pytest.raises(DrawerNotOpen):
        reverse(units, paid.entry_id, actor, chief)
    with_drawer(units, actor, float_vnd=50_000)
    reverse(units, paid.entry_id, actor, chief)
    assert held_vnd(units, actor) == 24_000
    assert_books_hold(units)


def test_each_line_says_what_was_paid_and_on_which_receipt(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    receipt = pay_at_counter(units, actor, priced, fees=(STAMP,), section_id=new_id())
    reverse(units, receipt.entry_id, actor, supervisor(actor.unit_id or new_id()))

    drawer = drawer_view(actor=actor, units=units)
    assert drawer is not None
    fare = (receipt.fare_receipt_no, "")  # the catalogue of texts names a fare
    fee = (receipt.fee_receipt_no, STAMP.name)
    assert sorted((one.receipt_no, one.name) for one in drawer.lines if one.receipt_no) == sorted(
        [fare, fare, fee, fee]
    )
