"""Hand-overs are two-sided, and of two who take one thing one wins (C1, C2, C5)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from postal_bridge.custody.errors import (
    AlreadyAnswered,
    CustodyForked,
    NotHeldByGiver,
    OfferOpen,
    OneSided,
    SealDiffers,
    SecondPersonSame,
)
from postal_bridge.custody.handing_checks import speaks_for
from postal_bridge.custody.line import Step, office_of
from postal_bridge.custody.service import (
    accept,
    cases_for,
    custody_line,
    decline,
    hand_over,
    item_view,
    offer,
    offers_to,
    verify_custody,
    who_holds,
)
from postal_bridge.custody.types import (
    CaseKind,
    HandOver,
    Holder,
    HolderKind,
    Offer,
    SecondPerson,
    SignatureRef,
)
from postal_bridge.kernel.actor import Actor, ActorKind, Role, Scope
from postal_bridge.kernel.errors import Conflict, NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.custody import Office, envelope, hand_of

OFFICE = Office()
CLERK = OFFICE.staff("clerk")
COURIER = OFFICE.staff("courier", Role.COURIER)
OTHER = OFFICE.staff("other", Role.COURIER)
NOON = datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_nothing_moves_on_the_givers_word_alone(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)

        assert who_holds(uow, item.id) == OFFICE.point
        accept(uow, offered.id, actor=COURIER, seen_seals={item.id: item.number})
        assert who_holds(uow, item.id) == hand_of(COURIER)
        assert item_view(uow, item.id).holder == hand_of(COURIER)


def test_nobody_accepts_what_was_offered_to_another(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)

        with pytest.raises(NotFound):
            accept(uow, offered.id, actor=OTHER, seen_seals={item.id: item.number})


def test_an_offer_is_answered_once(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)
        decline(uow, offered.id, actor=COURIER)

        with pytest.raises(AlreadyAnswered):
            accept(uow, offered.id, actor=COURIER, seen_seals={item.id: item.number})
        assert who_holds(uow, item.id) == OFFICE.point


def test_what_is_offered_to_one_is_not_offered_to_another(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)

        with pytest.raises(OfferOpen):
            offer(uow, Offer((item.id,), OFFICE.point, hand_of(OTHER)), actor=CLERK)
        assert len(offers_to(uow, [hand_of(COURIER), hand_of(OTHER)])) == 1


def test_one_gives_only_what_one_holds(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)

        with pytest.raises(NotHeldByGiver):
            offer(uow, Offer((item.id,), hand_of(COURIER), hand_of(OTHER)), actor=COURIER)


def test_with_both_present_the_one_who_does_not_act_signs(units: Units) -> None:
    citizen = Holder(HolderKind.PARTY, str(uuid4()))
    with units.write() as uow:
        item = envelope(uow, OFFICE, holder=hand_of(COURIER))
        at_door = HandOver((item.id,), hand_of(COURIER), citizen, "door")

        with pytest.raises(OneSided):
            hand_over(uow, at_door, actor=COURIER)
        signed = HandOver(
            (item.id,), hand_of(COURIER), citizen, "door",
            receiver_signed=SignatureRef("handwritten", uuid4()),
        )  # fmt: skip
        given = hand_over(uow, signed, actor=COURIER)

        assert who_holds(uow, item.id) == citizen
        assert not given.is_to_self


def test_a_person_handing_over_to_himself_is_marked(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        move = HandOver((item.id,), OFFICE.point, hand_of(COURIER), "office")

        assert hand_over(uow, move, actor=COURIER).is_to_self
        assert custody_line(uow, item.id)[-1].is_to_self


def test_another_seal_needs_a_second_person_and_opens_a_case(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)
        torn = {item.id: "RZ000000005VN"}

        with pytest.raises(SealDiffers):
            accept(uow, offered.id, actor=COURIER, seen_seals={})
        with pytest.raises(SealDiffers):
            accept(uow, offered.id, actor=COURIER, seen_seals=torn)
        with pytest.raises(SecondPersonSame):
            accept(
                uow, offered.id, actor=COURIER, seen_seals=torn,
                second=SecondPerson(hand_of(COURIER), "code"),
            )  # fmt: skip
        accept(
            uow, offered.id, actor=COURIER, seen_seals=torn,
            second=SecondPerson(hand_of(CLERK), "code"),
        )  # fmt: skip

        (case,) = cases_for(uow, CLERK.scope)
        assert (case.kind, case.item_id) == (CaseKind.SEAL, item.id)


def test_two_who_accept_at_once_get_one_item_and_one_conflict(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, OFFICE.section), actor=CLERK)
        uow.commit()
    together = Barrier(2)

    def take(name: str) -> str:
        together.wait()
        try:
            with units.write() as uow:
                accept(
                    uow, offered.id, actor=OFFICE.officer(name), seen_seals={item.id: item.number}
                )
                uow.commit()
        except Conflict:
            return "conflict"
        return "held"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, ["first", "second"])) == ["conflict", "held"]
    with units.read() as look:
        assert who_holds(look, item.id) == OFFICE.section
        assert [step.kind for step in custody_line(look, item.id)] == ["registered", "handed_over"]


def test_two_who_draw_at_once_never_get_one_number(units: Units) -> None:
    def draw(_: int) -> list[str]:
        numbers = []
        for _ in range(5):
            with units.write() as uow:
                numbers.append(envelope(uow, OFFICE).number)
                uow.commit()
        return numbers

    with ThreadPoolExecutor(3) as pool:
        drawn = [number for numbers in pool.map(draw, range(3)) for number in numbers]
    assert len(set(drawn)) == 15


def test_a_step_told_before_the_one_it_follows_waits_for_it(units: Units) -> None:
    """Custody order is the relation `follows`; chain order is the order of recording."""
    with units.write() as uow:
        item = envelope(uow, OFFICE, holder=hand_of(CLERK))
        first, second = uuid4(), uuid4()
        earlier = uow.now - timedelta(hours=2)
        signed = SignatureRef("code")
        later_told_first = HandOver(
            (item.id,), hand_of(COURIER), hand_of(OTHER), "road",
            receiver_signed=signed, id=second, follows={item.id: first}, occurred_at=uow.now,
        )  # fmt: skip
        earlier_told_last = HandOver(
            (item.id,), hand_of(CLERK), hand_of(COURIER), "office",
            giver_signed=signed, id=first, follows={item.id: item.id}, occurred_at=earlier,
        )  # fmt: skip

        hand_over(uow, later_told_first, actor=COURIER)
        assert who_holds(uow, item.id) == hand_of(CLERK)
        hand_over(uow, earlier_told_last, actor=COURIER)

        assert who_holds(uow, item.id) == hand_of(OTHER)
        assert item_view(uow, item.id).holder == hand_of(OTHER)
        assert [step.step_id for step in custody_line(uow, item.id)] == [item.id, first, second]
        assert list(verify_custody(uow)) == []


def test_two_steps_cannot_follow_the_same_one(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE, holder=hand_of(CLERK))
        signed = SignatureRef("code")
        ours = HandOver(
            (item.id,), hand_of(CLERK), hand_of(COURIER), "office", receiver_signed=signed
        )
        theirs = HandOver(
            (item.id,), hand_of(CLERK), hand_of(OTHER), "office",
            receiver_signed=signed, follows={item.id: item.id},
        )  # fmt: skip
        hand_over(uow, ours, actor=CLERK)

        with pytest.raises(CustodyForked):
            hand_over(uow, theirs, actor=CLERK)


def test_verify_tells_when_a_holder_was_changed_by_hand(units: Units) -> None:
    from sqlalchemy import text

    with units.write() as uow:
        envelope(uow, OFFICE)
        uow.session.execute(text("UPDATE items SET holder_id = 'somebody'"))
        uow.session.expire_all()

        assert [finding.why for finding in verify_custody(uow)] == ["holder_differs"]


def test_who_takes_his_own_offer_is_marked_and_another_is_not(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE, holder=hand_of(CLERK))
        seals = {item.id: item.number}
        own = offer(uow, Offer((item.id,), hand_of(CLERK), OFFICE.point), actor=CLERK)
        assert accept(uow, own.id, actor=CLERK, seen_seals=seals).is_to_self
        assert custody_line(uow, item.id)[-1].is_to_self
        back = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)
        assert not accept(uow, back.id, actor=COURIER, seen_seals=seals).is_to_self


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stranger_takes_no_offer_back(units: Units) -> None:
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        offered = offer(uow, Offer((item.id,), OFFICE.point, hand_of(COURIER)), actor=CLERK)
        with pytest.raises(NotFound):
            decline(uow, offered.id, actor=Office().staff("stranger"))
        assert decline(uow, offered.id, actor=CLERK).status == "declined"  # the giver may


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_office_of_an_item_is_the_one_it_was_handed_to(units: Units) -> None:
    there = new_id()
    with units.write() as uow:
        item = envelope(uow, OFFICE)
        taken = Offer((item.id,), OFFICE.point, hand_of(COURIER), to_unit_id=there)
        accept(
            uow, offer(uow, taken, actor=CLERK).id, actor=COURIER, seen_seals={item.id: item.number}
        )
        assert item_view(uow, item.id).unit_id == there
        uow.commit()
    with units.read() as uow:
        assert list(verify_custody(uow)) == []


def test_the_last_step_that_names_an_office_says_whose_it_is() -> None:
    first, second = new_id(), new_id()
    line = [
        Step(new_id(), None, "handed_over", None, None, None, NOON, NOON, to_unit_id=unit_id)
        for unit_id in (first, second, None)
    ]
    assert office_of(line) == second
    assert office_of(line[2:]) is None


def test_a_citizen_speaks_for_the_people_of_his_own_dossier_only() -> None:
    own, party = new_id(), Holder(HolderKind.PARTY, "x")
    citizen = Actor(ActorKind.CITIZEN, "c", Scope(dossier_id=own))
    assert speaks_for(citizen, party, unit_id=None, dossier_id=own)
    assert not speaks_for(citizen, party, unit_id=None, dossier_id=new_id())
    nobodys = Actor(ActorKind.CITIZEN, "c")
    assert not speaks_for(nobodys, party, unit_id=None, dossier_id=None)
