"""Pouches carry items from hand to hand; what is counted at the end names where it was lost."""

from datetime import timedelta

import pytest

from postal_bridge.custody.errors import (
    InPouch,
    NotInPouch,
    PouchClosed,
    PouchCountDiffers,
    PouchEmpty,
    SealDiffers,
    TieNumbersDiffer,
)
from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.service import (
    accept_pouch,
    cases_for,
    closed_door,
    custody_line,
    dispute,
    item_view,
    new_pouch,
    offer,
    offer_pouch,
    open_pouch,
    pouches_for,
    put_in_pouch,
    seal_pouch,
    take_back_offer,
    take_out,
    verify_custody,
    who_holds,
)
from postal_bridge.custody.tables import PouchRow
from postal_bridge.custody.types import (
    CaseKind,
    ItemView,
    NewPouch,
    Offer,
    PouchView,
    SecondPerson,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from tests.builders.custody import Office, envelope, hand_of

OFFICE = Office()
CLERK = OFFICE.staff("clerk")
DRIVER = OFFICE.staff("driver", Role.COURIER)
OFFICER = OFFICE.officer()


def filled(uow: UnitOfWork, count: int = 2) -> tuple[PouchView, list[ItemView]]:
    items = [envelope(uow, OFFICE) for _ in range(count)]
    pouch = new_pouch(
        uow, NewPouch(OFFICE.link_id, OFFICE.point_id, OFFICE.section_id), actor=CLERK
    )
    for item in items:
        pouch = put_in_pouch(uow, pouch.id, item.id, actor=CLERK)
    return pouch, items


def with_driver(uow: UnitOfWork) -> tuple[PouchView, list[ItemView]]:
    pouch, items = filled(uow)
    seal_pouch(uow, pouch.id, "T 001", "t001", actor=CLERK)
    offer_pouch(uow, pouch.id, hand_of(DRIVER), actor=CLERK)
    return accept_pouch(uow, pouch.id, "T001", 2, actor=DRIVER), items


def test_what_lies_in_a_pouch_is_held_by_whoever_holds_the_pouch(units: Units) -> None:
    with units.write() as uow:
        pouch, items = with_driver(uow)
        assert {who_holds(uow, item.id) for item in items} == {hand_of(DRIVER)}
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        assert who_holds(uow, items[0].id) == hand_of(DRIVER)
        accept_pouch(uow, pouch.id, "T001", 2, actor=OFFICER)
        opened = open_pouch(uow, pouch.id, [item.id for item in items], actor=OFFICER)

        assert opened.status == PouchStatus.OPENED
        assert opened.manifest == ()
        assert {item_view(uow, item.id).holder for item in items} == {OFFICE.section}
        assert [step.kind for step in custody_line(uow, items[0].id)] == [
            "registered", "put_in_pouch", "handed_over", "handed_over", "taken_out",
        ]  # fmt: skip
        assert cases_for(uow, CLERK.scope) == ()
        assert list(verify_custody(uow)) == []


def test_an_item_missing_from_the_pouch_names_the_hands_it_went_through(units: Units) -> None:
    with units.write() as uow:
        pouch, items = with_driver(uow)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        accept_pouch(uow, pouch.id, "T001", 2, actor=OFFICER)
        open_pouch(uow, pouch.id, [items[0].id], actor=OFFICER)

        (case,) = cases_for(uow, OFFICER.scope)
        assert (case.kind, case.item_id) == (CaseKind.MANIFEST, items[1].id)
        assert [step.receiver for step in case.segment] == [None, hand_of(DRIVER), OFFICE.section]
        assert who_holds(uow, items[1].id) == OFFICE.section


def test_a_sealed_pouch_takes_nothing_in_and_lets_nothing_out(units: Units) -> None:
    with units.write() as uow:
        pouch, items = filled(uow)
        other = envelope(uow, OFFICE)
        with pytest.raises(TieNumbersDiffer):
            seal_pouch(uow, pouch.id, "T001", "T002", actor=CLERK)
        seal_pouch(uow, pouch.id, "T001", "T001", actor=CLERK)

        with pytest.raises(PouchClosed):
            put_in_pouch(uow, pouch.id, other.id, actor=CLERK)
        with pytest.raises(PouchClosed):
            take_out(uow, pouch.id, items[0].id, actor=CLERK)
        with pytest.raises(InPouch):
            offer(uow, Offer((items[0].id,), OFFICE.point, hand_of(DRIVER)), actor=CLERK)


def test_an_empty_pouch_is_not_sealed_and_a_filled_one_may_be_emptied_first(units: Units) -> None:
    with units.write() as uow:
        pouch, items = filled(uow, 1)
        take_out(uow, pouch.id, items[0].id, actor=CLERK)

        assert item_view(uow, items[0].id).holder == OFFICE.point
        with pytest.raises(PouchEmpty):
            seal_pouch(uow, pouch.id, "T001", "T001", actor=CLERK)


def test_the_receiver_reads_tie_and_count(units: Units) -> None:
    with units.write() as uow:
        pouch, _ = with_driver(uow)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)

        with pytest.raises(PouchCountDiffers):
            accept_pouch(uow, pouch.id, "T001", 3, actor=OFFICER)
        with pytest.raises(SealDiffers):
            accept_pouch(uow, pouch.id, "T009", 2, actor=OFFICER)
        accept_pouch(
            uow, pouch.id, "T009", 2, actor=OFFICER,
            second=SecondPerson(hand_of(DRIVER), "present"),
        )  # fmt: skip
        assert [case.kind for case in cases_for(uow, OFFICER.scope)] == [CaseKind.SEAL]


def test_an_offer_nobody_took_is_taken_back_and_made_to_another(units: Units) -> None:
    with units.write() as uow:
        pouch, _ = with_driver(uow)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        back = take_back_offer(uow, pouch.id, "the wrong section", actor=DRIVER)

        assert (back.status, back.holder) == (PouchStatus.SEALED, hand_of(DRIVER))
        with pytest.raises(MoveNotOpen):
            accept_pouch(uow, pouch.id, "T001", 2, actor=OFFICER)
        with pytest.raises(MoveNotOpen):
            take_back_offer(uow, pouch.id, "again", actor=DRIVER)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        assert accept_pouch(uow, pouch.id, "T001", 2, actor=OFFICER).holder == OFFICE.section
        assert not list(verify_custody(uow))


def test_before_a_closed_door_the_pouch_stays_with_the_driver_and_goes_again(units: Units) -> None:
    with units.write() as uow:
        pouch, _ = with_driver(uow)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        back = closed_door(uow, pouch.id, "photo", actor=DRIVER)

        assert (back.status, back.holder) == (PouchStatus.CLOSED_DOOR, hand_of(DRIVER))
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        assert accept_pouch(uow, pouch.id, "T001", 2, actor=OFFICER).holder == OFFICE.section


def test_what_is_written_about_a_pouch_is_in_no_chain(units: Units) -> None:
    words = "Chị Nhung, 0912 345 678, bảo chiều quay lại"
    with units.write() as uow:
        pouch, _ = with_driver(uow)
        for once_more in (words, f"{words} lần nữa"):
            offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
            assert closed_door(uow, pouch.id, once_more, actor=DRIVER).words == once_more
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        assert dispute(uow, pouch.id, words, actor=OFFICER).words == words
        uow.commit()
    with units.read() as look:
        facts = streams.read(look, streams.item_stream(pouch.id))
        assert "Nhung" not in str([fact.body for fact in facts])
        row = look.session.get_one(PouchRow, pouch.id)
        assert words.encode() not in (row.words_sealed or b"")


def test_a_disputed_pouch_is_opened_by_two(units: Units) -> None:
    with units.write() as uow:
        pouch, items = with_driver(uow)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)
        dispute(uow, pouch.id, "torn", actor=OFFICER)
        found = [item.id for item in items]

        with pytest.raises(SealDiffers):
            open_pouch(uow, pouch.id, found, actor=DRIVER)
        opened = open_pouch(
            uow, pouch.id, found, actor=DRIVER,
            second=SecondPerson(OFFICE.section, "present"),
        )  # fmt: skip
        assert opened.status == PouchStatus.OPENED
        assert {item_view(uow, item).holder for item in found} == {hand_of(DRIVER)}


def test_only_the_holder_opens_and_only_what_is_listed_is_found(units: Units) -> None:
    with units.write() as uow:
        pouch, items = with_driver(uow)
        stray = envelope(uow, OFFICE)

        with pytest.raises(NotFound):
            open_pouch(uow, pouch.id, [items[0].id], actor=OFFICER)
        with pytest.raises(NotInPouch):
            open_pouch(uow, pouch.id, [stray.id], actor=DRIVER)
        open_pouch(uow, pouch.id, [item.id for item in items], actor=DRIVER)
        with pytest.raises(MoveNotOpen):
            offer_pouch(uow, pouch.id, OFFICE.section, actor=DRIVER)


def test_pouches_are_seen_by_their_post_and_their_section_alone(units: Units) -> None:
    with units.write() as uow:
        pouch, _ = filled(uow)

        assert [one.id for one in pouches_for(uow, CLERK.scope, [PouchStatus.OPEN])] == [pouch.id]
        assert [one.id for one in pouches_for(uow, OFFICER.scope, [PouchStatus.OPEN])] == [pouch.id]
        assert pouches_for(uow, Office().staff("other").scope, [PouchStatus.OPEN]) == ()
        assert pouches_for(uow, CLERK.scope, [PouchStatus.SEALED]) == ()


def test_a_pouch_is_among_the_opened_from_the_moment_it_was_opened(units: Units) -> None:
    with units.write() as uow:
        pouch, items = filled(uow, 1)
        seal_pouch(uow, pouch.id, "T1", "T1", actor=CLERK)
        made, uow.now = uow.now, uow.now + timedelta(days=1)
        offer_pouch(uow, pouch.id, OFFICE.section, actor=CLERK)
        accept_pouch(uow, pouch.id, "T1", 1, actor=OFFICER)
        opened = open_pouch(uow, pouch.id, [items[0].id], actor=OFFICER)

        assert (opened.made_at, opened.opened_at) == (made, uow.now)
        assert pouches_for(uow, OFFICER.scope, (), opened_since=uow.now) == (opened,)
        later = uow.now + timedelta(seconds=1)
        assert pouches_for(uow, OFFICER.scope, (), opened_since=later) == ()


def test_who_held_an_item_in_a_pouch_is_told_for_every_instant(units: Units) -> None:
    with units.write() as uow:
        pouch, items = filled(uow, 1)
        at_point = uow.now
        seal_pouch(uow, pouch.id, "T1", "T1", actor=CLERK)
        offer_pouch(uow, pouch.id, hand_of(DRIVER), actor=CLERK)
        uow.now += timedelta(hours=1)
        accept_pouch(uow, pouch.id, "T1", 1, actor=DRIVER)

        assert who_holds(uow, items[0].id, at=at_point) == OFFICE.point
        assert who_holds(uow, items[0].id, known_at=at_point) == OFFICE.point
        assert who_holds(uow, items[0].id) == hand_of(DRIVER)
        with pytest.raises(NotFound):
            who_holds(uow, items[0].id, at=at_point - timedelta(hours=1))
