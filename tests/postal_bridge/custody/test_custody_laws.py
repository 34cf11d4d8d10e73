"""Laws of custody over made-up histories: one holder always, losses pinned where they happened."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from postal_bridge.custody.line import Step, cut, in_order, known
from postal_bridge.custody.service import (
    accept,
    accept_pouch,
    cases_for,
    custody_line,
    decline,
    hand_over,
    item_view,
    new_pouch,
    offer,
    offer_pouch,
    open_pouch,
    put_in_pouch,
    recount,
    seal_pouch,
    take_out,
    verify_custody,
    who_holds,
)
from postal_bridge.custody.tables import ItemRow
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    NewPouch,
    Offer,
    PaperCount,
    SignatureRef,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import SystemClock
from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from tests.builders.custody import PAPERS, Office, envelope, hand_of

OFFICE = Office()
CLERK, FIRST, SECOND = (
    OFFICE.staff("clerk"),
    OFFICE.staff("first", Role.COURIER),
    OFFICE.staff("second", Role.COURIER),
)
OFFICER = OFFICE.officer()
SIDES: list[tuple[Holder, Actor]] = [
    (OFFICE.point, CLERK),
    (hand_of(FIRST), FIRST),
    (hand_of(SECOND), SECOND),
    (OFFICE.section, OFFICER),
]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
few = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, key_ring: KeyRing) -> Callable[[], Units]:
    """A new database for each made-up history."""

    def make() -> Units:
        path = tmp_path / f"{uuid4()}.sqlite3"
        shutil.copy(sqlite_template, path)
        return Units(
            f"sqlite:///{path}", home_id=None, ring=key_ring, machine=SystemClock(), wiring={}
        )

    return make


class History:
    """Does whatever it is told, as far as custody lets it, and knows one item and one pouch."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.item_id = envelope(uow, OFFICE).id
        self.pouch_id: UUID | None = None
        self.offers: list[UUID] = []

    def offer(self, giver: int, receiver: int) -> None:
        (gives, actor), (takes, _) = SIDES[giver], SIDES[receiver]
        self.offers.append(offer(self.uow, Offer((self.item_id,), gives, takes), actor=actor).id)

    def accept(self, which: int, by: int) -> None:
        item = item_view(self.uow, self.item_id)
        actor = SIDES[by][1]
        accept(self.uow, self.offers[-1 - which], actor=actor, seen_seals={item.id: item.number})

    def decline(self, which: int, by: int) -> None:
        decline(self.uow, self.offers[-1 - which], actor=SIDES[by][1])

    def at_once(self, giver: int, receiver: int) -> None:
        (gives, actor), (takes, _) = SIDES[giver], SIDES[receiver]
        signed = SignatureRef("handwritten")
        move = HandOver((self.item_id,), gives, takes, "road", receiver_signed=signed)
        hand_over(self.uow, move, actor=actor)

    def put_in(self, _: int, __: int) -> None:
        if self.pouch_id is None:
            made = NewPouch(OFFICE.link_id, OFFICE.point_id, OFFICE.section_id)
            self.pouch_id = new_pouch(self.uow, made, actor=CLERK).id
        put_in_pouch(self.uow, self.pouch_id, self.item_id, actor=CLERK)

    def take_out(self, _: int, by: int) -> None:
        assert self.pouch_id
        take_out(self.uow, self.pouch_id, self.item_id, actor=SIDES[by][1])

    def seal(self, _: int, __: int) -> None:
        assert self.pouch_id
        seal_pouch(self.uow, self.pouch_id, "T1", "T1", actor=CLERK)

    def offer_pouch(self, giver: int, receiver: int) -> None:
        assert self.pouch_id
        offer_pouch(self.uow, self.pouch_id, SIDES[receiver][0], actor=SIDES[giver][1])

    def accept_pouch(self, _: int, by: int) -> None:
        assert self.pouch_id
        accept_pouch(self.uow, self.pouch_id, "T1", 1, actor=SIDES[by][1])

    def open_pouch(self, is_found: int, by: int) -> None:
        assert self.pouch_id
        found = [self.item_id] if is_found else []
        open_pouch(self.uow, self.pouch_id, found, actor=SIDES[by][1])


ACTS = [name for name in vars(History) if not name.startswith("_")]
# A likely history first, so that deep states are reached, then whatever comes.
journeys = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 3)), max_size=14
)
to_section = [
    ("put_in", 0, 0), ("seal", 0, 0), ("offer_pouch", 0, 1), ("accept_pouch", 0, 1),
    ("offer_pouch", 1, 3), ("accept_pouch", 0, 3), ("open_pouch", 1, 3),
]  # fmt: skip


@few
@given(st.integers(0, len(to_section)), journeys)
def test_no_history_leaves_an_item_without_a_holder_or_with_two(
    fresh: Callable[[], Units], begun: int, acts: list[tuple[str, int, int]]
) -> None:
    units = fresh()
    with units.write() as uow:
        history = History(uow)
        moments = [uow.now]
        for name, first, second in [*to_section[:begun], *acts]:
            saved = uow.session.begin_nested()
            try:
                getattr(history, name)(first, second)
                saved.commit()
            except (AppError, AssertionError, IndexError):
                saved.rollback()
            uow.now += timedelta(minutes=1)
            moments.append(uow.now)
            holder = who_holds(uow, history.item_id)
            row = uow.session.get_one(ItemRow, history.item_id)
            assert (row.holder_kind is None) == (row.in_pouch_id is not None)
            if row.holder_kind is not None:
                assert holder == Holder(HolderKind(row.holder_kind), str(row.holder_id))
        for at in moments:
            assert who_holds(uow, history.item_id, at=at) is not None
        assert list(verify_custody(uow)) == []
        assert list(streams.verify(uow)) == []
    units.engine.dispose()


@few
@given(
    st.lists(st.booleans(), min_size=2, max_size=7),
    st.data(),
)
def test_a_paper_removed_on_the_way_is_pinned_between_the_two_counts_around_it(
    fresh: Callable[[], Units], counted_after: list[bool], data: st.DataObject
) -> None:
    """A journey of hand-overs, some with a count; the paper goes missing after one of them."""
    removed_in = data.draw(st.integers(0, len(counted_after) - 1))
    units = fresh()
    with units.write() as uow:
        item_id = envelope(uow, OFFICE).id
        line = [item_id]
        papers: tuple[PaperCount, ...] = PAPERS
        last_right, first_wrong = item_id, None
        for number, is_counted in enumerate([*counted_after, True]):
            (gives, actor) = SIDES[number % 2 + 1] if number else SIDES[0]
            takes = SIDES[(number + 1) % 2 + 1][0]
            move = HandOver((item_id,), gives, takes, "x", receiver_signed=SignatureRef("code"))
            line.append(hand_over(uow, move, actor=actor).id)
            if number == removed_in:
                papers = PAPERS[1:]
            if is_counted:
                seen = recount(uow, item_id, papers, actor=actor)
                assert seen.matches == (papers == PAPERS)
                if seen.matches:
                    last_right = line[-1]
                first_wrong = first_wrong or (None if seen.matches else line[-1])

        (case,) = cases_for(uow, CLERK.scope)
        steps = [step.step_id for step in case.segment]
        assert (steps[0], steps[-1]) == (last_right, first_wrong)
        assert line[removed_in + 1] in steps
        assert case.difference == ((1, "original_kept", -1, 0),)
    units.engine.dispose()


def chain(length: int) -> list[Step]:
    """A line of hand-overs, a minute each."""
    ids = [uuid4() for _ in range(length)]
    hands = [Holder(HolderKind.STAFF, str(n)) for n in range(length)]
    return [
        Step(
            ids[n], ids[n - 1] if n else None, "handed_over", hands[n - 1] if n else None,
            hands[n], None, NOON + timedelta(minutes=n), NOON + timedelta(minutes=n),
        )
        for n in range(length)
    ]  # fmt: skip


@given(st.integers(1, 7), st.randoms())
def test_the_order_of_telling_never_changes_custody(length: int, random) -> None:  # type: ignore[no-untyped-def]
    line = chain(length)
    told = random.sample(line, length)
    assert in_order(told) == line


@given(st.integers(2, 7), st.data())
def test_what_follows_an_untold_step_moves_nothing(length: int, data: st.DataObject) -> None:
    line = chain(length)
    untold = data.draw(st.integers(1, length - 1))
    assert in_order([*line[:untold], *line[untold + 1 :]]) == line[:untold]


@given(st.integers(1, 7), st.integers(0, 7))
def test_at_every_instant_since_registration_there_is_one_end(length: int, minute: int) -> None:
    line = chain(length)
    at = NOON + timedelta(minutes=minute, seconds=30)
    assert cut(line, at)[-1] == line[min(minute, length - 1)]
    assert in_order(known(line, at))[-1] == line[min(minute, length - 1)]


def test_a_step_dated_before_the_one_it_follows_does_not_hide_it() -> None:
    first, second, third = chain(3)
    early = Step(
        second.id, first.id, "handed_over", first.receiver, second.receiver, None,
        NOON - timedelta(hours=1), second.recorded_at,
    )  # fmt: skip
    assert cut([first, early, third], NOON) == [first, early]


def test_a_repeated_difference_opens_one_case(fresh: Callable[[], Units]) -> None:
    units = fresh()
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        first = recount(uow, item.id, PAPERS[1:], actor=CLERK)
        again = recount(uow, item.id, PAPERS[1:], actor=CLERK)
        found = recount(uow, item.id, PAPERS, actor=CLERK)

        assert first.case_id == again.case_id is not None
        assert found.matches
        assert len(cases_for(uow, CLERK.scope)) == 2, "the paper that came back is a case too"
    units.engine.dispose()


def test_what_was_only_seen_does_not_lie_in_the_envelope(fresh: Callable[[], Units]) -> None:
    units = fresh()
    with units.write() as uow:
        seen = (*PAPERS, PaperCount(4, "original_seen", originals=1))
        item = envelope(uow, OFFICE, papers=seen)

        assert recount(uow, item.id, PAPERS, actor=CLERK).matches
        assert len(custody_line(uow, item.id)) == 1
    units.engine.dispose()


def test_a_step_given_by_one_who_did_not_hold_it_moves_nothing() -> None:
    first, second = chain(2)
    stolen = replace(second, giver=Holder(HolderKind.STAFF, "a stranger"))
    assert in_order([first, stolen]) == [first]
