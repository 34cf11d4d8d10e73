"""A courier's cash into a clerk's drawer: counted blind by both, posted once, doubted freely."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Purse
from postal_bridge.money.cash_desk import (
    accept_cash,
    agree_count,
    answer_gap,
    count_offered,
    offer_cash,
    refuse_cash,
    settle_gap,
    withdraw_cash,
)
from postal_bridge.money.dues import Due
from postal_bridge.money.errors import (
    CashOnCounter,
    CountsDiffer,
    DrawerNotOpen,
    ReasonMissing,
    SecondPersonNeeded,
)
from postal_bridge.money.hand_in_rules import GapStatus, HandInStatus, Part, parts_held, split
from postal_bridge.money.hand_in_types import (
    AnswerGap,
    CountOffer,
    HandInView,
    OfferCash,
    RefuseOffer,
    SettleGap,
)
from postal_bridge.money.hand_in_views import hand_in_view, hand_ins_of_courier, hand_ins_waiting
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import (
    BankCourierCash,
    bank_cash,
    courier_cash_vnd,
    drawer_view,
    due_at_door,
    take_at_door,
    verify_ledger,
)
from postal_bridge.money.tables import PaymentRow
from tests.builders.money import clerk, courier, make_quote, staff, supervisor, with_drawer


class Counter:
    """A clerk with an open drawer and a courier of the same office."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.clerk = clerk()
        assert self.clerk.unit_id is not None
        self.unit_id = self.clerk.unit_id
        self.rider = courier(self.unit_id)
        self.drawer_id = with_drawer(units, self.clerk, float_vnd=100_000).id

    def paid_at_door(self, *, fee_vnd: int = 0) -> None:
        """26,000 of fare in the courier's hand, and a fee for a section where one is named."""
        priced = make_quote(self.units, self.clerk)
        with self.units.write() as uow:
            asked = due_at_door(uow, priced.id, actor=self.clerk)
            if fee_vnd:
                row = uow.session.get_one(PaymentRow, asked.id)
                fee = Due(Purse.FEE, "LP01", "Lệ phí", "le_phi", fee_vnd)
                row.dues = [*row.dues, fee.as_stored()]
                row.amount_vnd, row.section_id = row.amount_vnd + fee_vnd, new_id()
                uow.session.flush()
            take_at_door(uow, priced.id, 26_000 + fee_vnd, actor=self.rider)
            uow.commit()

    def offer(self, counted_vnd: int, kept_vnd: int = 0, key: str = "o") -> HandInView:
        offered = OfferCash(counted_vnd, kept_vnd)
        offer_cash(offered, actor=self.rider, once=once(key), units=self.units)
        with self.units.read() as uow:
            return hand_ins_of_courier(uow, actor=self.rider)[0]

    def count(self, one: HandInView, counted_vnd: int, reason: str | None = None) -> HandInView:
        counted = CountOffer(one.id, counted_vnd, reason)
        count_offered(counted, actor=self.clerk, once=fresh(), units=self.units)
        return self.seen(one, self.clerk)

    def accept(self, one: HandInView, key: str = "a") -> bytes:
        return accept_cash(one.id, actor=self.clerk, once=once(key), units=self.units)

    def seen(self, one: HandInView, actor: Actor | None = None) -> HandInView:
        with self.units.read() as uow:
            return hand_in_view(uow, one.id, actor=actor or self.rider)

    def held_vnd(self) -> int:
        with self.units.read() as uow:
            return courier_cash_vnd(uow, self.rider.id)

    def drawer_vnd(self) -> int:
        with self.units.read() as uow:
            return balance_vnd(uow, accounts.drawer_cash(self.drawer_id, self.unit_id))

    def books_hold(self) -> bool:
        with self.units.read() as uow:
            return not list(verify_ledger(uow))


def once(key: str) -> Once[HandInView]:
    return Once(key, "POST /x", "0" * 64, lambda view: f"{view.id} {view.status}".encode())


def fresh() -> Once[HandInView]:
    return once(str(new_id()))


@pytest.fixture
def at(units: Units) -> Counter:
    return Counter(units)


def test_what_both_counted_alike_lies_in_the_drawer_line_by_line(at: Counter) -> None:
    at.paid_at_door(fee_vnd=15_000)
    at.paid_at_door()
    offered = at.offer(67_000)
    assert (at.held_vnd(), at.drawer_vnd()) == (67_000, 100_000)
    at.count(offered, 67_000)
    assert at.drawer_vnd() == 100_000  # seen before anything is posted (M7)
    first, second = at.accept(offered), at.accept(offered)
    assert first == second
    assert (at.held_vnd(), at.drawer_vnd()) == (0, 167_000)
    drawer = drawer_view(actor=at.clerk, units=at.units)
    assert drawer is not None
    taken = [(line.about, line.amount_vnd) for line in drawer.lines if line.kind != "drawer_opened"]
    assert taken == [("fee", 15_000), ("fare", 52_000)]
    assert at.books_hold()


def test_neither_side_sees_the_other_count_before_his_own(at: Counter) -> None:
    at.paid_at_door()
    offered = at.offer(26_000)
    with at.units.read() as uow:
        (waiting,) = hand_ins_waiting(uow, actor=at.clerk)
    assert (waiting.offered_vnd, waiting.expected_vnd, waiting.lines) == (None, None, ())
    assert (offered.offered_vnd, offered.expected_vnd, offered.gap_vnd) == (26_000, None, None)
    counted = at.count(offered, 25_000)
    assert (counted.offered_vnd, counted.expected_vnd) == (26_000, 26_000)
    assert [(line.part, line.amount_vnd) for line in counted.lines] == [(Part.FARE, 25_000)]


def test_nothing_moves_on_one_sides_word(at: Counter) -> None:
    at.paid_at_door()
    offered = at.offer(26_000)
    with pytest.raises(MoveNotOpen):
        at.accept(offered)
    at.count(offered, 20_000)
    with pytest.raises(CountsDiffer):
        at.accept(offered)
    with pytest.raises(ReasonMissing):
        at.count(offered, 26_000)
    at.count(offered, 25_000, "Đếm lại cùng bưu tá")
    with pytest.raises(NotFound):  # only the courier himself agrees
        agree_count(offered.id, actor=at.clerk, once=fresh(), units=at.units)
    agree_count(offered.id, actor=at.rider, once=fresh(), units=at.units)
    at.accept(offered)
    assert (at.held_vnd(), at.drawer_vnd()) == (0, 125_000)
    assert at.seen(offered).gap_vnd == -1_000
    assert at.books_hold()


@pytest.mark.parametrize(("counted_vnd", "kept_vnd", "gap_vnd"), [
    (20_000, 6_000, 0), (20_000, 0, -6_000), (30_000, 0, 4_000), (10_000, 20_000, 4_000),
    (0, 0, -26_000),
])  # fmt: skip
def test_a_difference_is_set_aside_and_owed_by_nobody(
    at: Counter, counted_vnd: int, kept_vnd: int, gap_vnd: int
) -> None:
    at.paid_at_door()
    offered = at.offer(counted_vnd, kept_vnd)
    at.count(offered, counted_vnd)
    at.accept(offered)
    seen = at.seen(offered)
    assert (seen.gap_vnd, seen.owed_vnd) == (gap_vnd, 0)
    assert seen.gap_status is (GapStatus.SET_ASIDE if gap_vnd else GapStatus.NONE)
    assert (at.held_vnd(), at.drawer_vnd()) == (kept_vnd, 100_000 + counted_vnd)
    assert at.books_hold()


def test_what_the_courier_accepts_he_owes(at: Counter) -> None:
    at.paid_at_door()
    offered = at.offer(20_000)
    at.count(offered, 20_000)
    at.accept(offered)
    answer = AnswerGap(offered.id, accepts=True)
    answer_gap(answer, actor=at.rider, once=fresh(), units=at.units)
    owed = at.seen(offered)
    assert (owed.gap_status, owed.owed_vnd) == (GapStatus.ACCEPTED, 6_000)
    with at.units.read() as uow:
        assert balance_vnd(uow, accounts.difference(at.unit_id)) == 6_000
    other = AnswerGap(offered.id, accepts=False, reason="x")
    with pytest.raises(MoveNotOpen):
        answer_gap(other, actor=at.rider, once=fresh(), units=at.units)
    assert at.books_hold()


@pytest.mark.parametrize("owes", [False, True])
def test_a_doubted_difference_is_settled_by_two_people(at: Counter, owes: bool) -> None:
    at.paid_at_door()
    offered = at.offer(20_000)
    at.count(offered, 20_000)
    at.accept(offered)
    silent = AnswerGap(offered.id, accepts=False)
    with pytest.raises(ReasonMissing):
        answer_gap(silent, actor=at.rider, once=fresh(), units=at.units)
    doubt = AnswerGap(offered.id, accepts=False, reason="Khách chưa trả")
    answer_gap(doubt, actor=at.rider, once=fresh(), units=at.units)
    assert at.seen(offered).owed_vnd == 0
    elsewhere = staff(new_id(), Role.SUPERVISOR, also=(at.unit_id,))
    same_office, second = supervisor(at.unit_id), new_id()
    for actor, other, evidence, refusal in (
        (elsewhere, None, "BB-1", SecondPersonNeeded),
        (elsewhere, elsewhere.id, "BB-1", SecondPersonNeeded),
        (elsewhere, at.rider.id, "BB-1", SecondPersonNeeded),
        (at.rider, second, "BB-1", SecondPersonNeeded),
        (elsewhere, second, " ", ReasonMissing),
    ):
        asked = SettleGap(offered.id, owes, evidence, other)  # type: ignore[arg-type]
        with pytest.raises(refusal):
            settle_gap(asked, actor=actor, once=fresh(), units=at.units)
    decided = SettleGap(offered.id, owes, "BB-1", second)
    if owes:
        with pytest.raises(SecondPersonNeeded):
            settle_gap(decided, actor=same_office, once=fresh(), units=at.units)
    settle_gap(decided, actor=elsewhere, once=fresh(), units=at.units)
    settled = at.seen(offered)
    assert (settled.gap_status, settled.owed_vnd) == (GapStatus.SETTLED, 6_000 if owes else 0)
    assert at.books_hold()


def test_cash_on_the_counter_is_offered_once_and_not_banked_meanwhile(at: Counter) -> None:
    at.paid_at_door()
    offered = at.offer(26_000)
    with pytest.raises(CashOnCounter):
        at.offer(26_000, key="again")
    with at.units.write() as uow, pytest.raises(CashOnCounter):
        bank_cash(uow, BankCourierCash(26_000, "GNT1"), actor=at.rider)
    withdraw_cash(offered.id, actor=at.rider, once=fresh(), units=at.units)
    assert at.seen(offered).status is HandInStatus.WITHDRAWN
    again = at.offer(26_000, key="later")
    with pytest.raises(ReasonMissing):
        refuse_cash(RefuseOffer(again.id, " "), actor=at.clerk, once=fresh(), units=at.units)
    refuse_cash(RefuseOffer(again.id, "Tiền rách"), actor=at.clerk, once=fresh(), units=at.units)
    assert at.seen(again).ended_reason == "Tiền rách"
    assert (at.held_vnd(), at.drawer_vnd()) == (26_000, 100_000)
    assert at.books_hold()


def test_only_a_clerk_of_the_office_with_an_open_drawer_takes_it(at: Counter) -> None:
    at.paid_at_door()
    offered = at.offer(26_000)
    colleague, stranger = staff(at.unit_id, Role.CLERK), clerk()
    with_drawer(at.units, stranger)
    with pytest.raises(DrawerNotOpen):
        count_offered(CountOffer(offered.id, 26_000), actor=colleague, once=fresh(), units=at.units)
    with pytest.raises(NotFound):
        count_offered(CountOffer(offered.id, 26_000), actor=stranger, once=fresh(), units=at.units)
    with_drawer(at.units, colleague)
    at.count(offered, 26_000)
    with pytest.raises(NotFound):  # not on another's count
        accept_cash(offered.id, actor=colleague, once=once("c"), units=at.units)
    with pytest.raises(NotFound):
        at.seen(offered, stranger)


movement = st.tuples(
    st.sampled_from(["fee_payable", "remittance_revenue", "fare_revenue", "courier_gap"]),
    st.just("over"),
    st.integers(1, 50),
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault
@given(st.lists(movement, max_size=6), st.integers(0, 400), st.booleans())
def test_a_split_is_never_more_than_is_held_and_takes_state_money_first(
    came: list[tuple[str, str, int]], amount_vnd: int, is_named: bool
) -> None:
    held = parts_held(came)
    assert sum(held.values()) == sum(vnd for _, _, vnd in came)
    taken = split(amount_vnd, held)
    assert sum(vnd for _, vnd in taken) == min(amount_vnd, sum(held.values()))
    if any(part is Part.FARE for part, _ in taken):
        assert dict(taken).get(Part.FEE, 0) == held[Part.FEE]
    gone = [("drawer", part.value if is_named else "courier_cash", -vnd) for part, vnd in taken]
    left = parts_held([*came, *gone])
    assert left == {part: held[part] - dict(taken).get(part, 0) for part in Part}
