"""What was bought for a result ends with the dossier, in one unit, and comes back with it."""

from pathlib import Path
from uuid import UUID

import pytest

from postal_bridge.counter.commands import PayHow
from postal_bridge.counter.ending import (
    CancelAcceptance,
    Withdraw,
    cancel_acceptance,
    withdraw_dossier,
)
from postal_bridge.counter.undoing import AnswerUndo, AskUndo, answer_undo_once, ask_undo_once
from postal_bridge.delivery import store
from postal_bridge.delivery.door_fee import charge_fee_at_door
from postal_bridge.delivery.errors import FeeDueWithResult
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    delivery_of_dossier,
    fetch_at_section,
    verify_delivery,
)
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, undos_for, verify_dossiers
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import SecondPersonNeeded
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    fare_ends_of,
    payment_status_of_quote,
    receipts_of_dossier,
    verify_ledger,
)
from tests.builders.counter import a_filing, hand_in, once_key, open_shift, to_the_door
from tests.builders.directory import CARRIER_LINK, a_place
from tests.builders.people import a_clerk, a_supervisor

EVERYTHING = Scope(everything=True)
BOTH_WAYS_VND = 52_000
BACK_VND = 26_000


@pytest.fixture
def clerk(units: Units) -> Actor:
    a_place(units, CARRIER_LINK)
    actor = a_clerk(units)
    open_shift(units, actor)
    return actor


def bought(units: Units, folder: Path, clerk: Actor, *, pay: PayHow = PayHow.CASH) -> UUID:
    """A dossier accepted at Long Trị with its result to the door, both ways in one old district."""
    filing = a_filing(
        a_place(units, CARRIER_LINK),
        "social-allowance",
        delivery=to_the_door("31471"),
        pay=pay,
        amount_vnd=BOTH_WAYS_VND if pay is PayHow.CASH else 0,
    )
    return UUID(hand_in(units, folder, filing, clerk=clerk)["dossier_id"])


def newest(units: Units, dossier_id: UUID) -> DeliveryView:
    with units.read() as uow:
        found = delivery_of_dossier(uow, dossier_id)
    assert found is not None
    return found


def owed_vnd(units: Units, dossier_id: UUID, actor: Actor) -> list[int]:
    with units.read() as uow:
        return [one.owed_vnd for one in fare_ends_of(uow, dossier_id, actor=actor)]


def withdraw(units: Units, dossier_id: UUID, actor: Actor) -> None:
    withdraw_dossier(Withdraw(dossier_id), actor=actor, once=once_key(), units=units)


def undone(units: Units, dossier_id: UUID, asks: Actor, answers: Actor) -> None:
    words = AskUndo(dossier_id, "Ghi nhầm hồ sơ của người khác")
    ask_undo_once(words, actor=asks, once=once_key(), units=units)
    with units.read() as uow:
        (undo,) = undos_for(uow, answers.scope)
    answer_undo_once(AnswerUndo(undo.id, True), actor=answers, once=once_key(), units=units)


def check_all_holds(units: Units) -> None:
    with units.read() as uow:
        assert [*verify_ledger(uow), *verify_delivery(uow), *verify_dossiers(uow)] == []


def test_a_withdrawn_dossier_leaves_no_delivery_open_and_its_way_back_is_owed_back(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    dossier_id = bought(units, tmp_path, clerk)
    withdraw(units, dossier_id, clerk)
    assert newest(units, dossier_id).status is DeliveryStatus.CANCELLED
    assert owed_vnd(units, dossier_id, clerk) == [BACK_VND]  # the way there was gone
    check_all_holds(units)
    undone(units, dossier_id, clerk, a_supervisor(units))
    assert newest(units, dossier_id).status is DeliveryStatus.CLEARED
    assert owed_vnd(units, dossier_id, clerk) == []
    check_all_holds(units)


def test_what_was_due_at_the_door_is_due_no_more_until_the_end_is_undone(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    dossier_id = bought(units, tmp_path, clerk, pay=PayHow.AT_DOOR)
    assert newest(units, dossier_id).collect_vnd == BOTH_WAYS_VND
    withdraw(units, dossier_id, clerk)
    gone = newest(units, dossier_id)
    assert gone.collect_vnd == 0
    assert owed_vnd(units, dossier_id, clerk) == [0]
    with units.write() as uow:
        store.find(uow, gone.id, EVERYTHING).status = DeliveryStatus.CLEARED
        uow.session.flush()
        assert "open_without_result" in {one.why for one in verify_delivery(uow)}
    undone(units, dossier_id, clerk, a_supervisor(units))
    assert newest(units, dossier_id).collect_vnd == BOTH_WAYS_VND
    check_all_holds(units)


def test_a_cancelled_acceptance_gives_every_dong_back_before_two_people(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    dossier_id = bought(units, tmp_path, clerk)
    alone = CancelAcceptance(dossier_id, "citizen_changed_mind")
    with pytest.raises(SecondPersonNeeded):
        cancel_acceptance(alone, actor=clerk, once=once_key(), units=units)
    second = UUID(a_supervisor(units).id)
    beside = CancelAcceptance(dossier_id, "citizen_changed_mind", second)
    cancel_acceptance(beside, actor=clerk, once=once_key(), units=units)
    gone = newest(units, dossier_id)
    assert gone.status is DeliveryStatus.CANCELLED
    assert gone.quote_id is not None
    with units.read() as uow:
        assert dossier_view(uow, dossier_id, clerk.scope).status is DossierStatus.CANCELLED
        payment = payment_status_of_quote(uow, gone.quote_id)
        assert payment is not None
        assert payment.status is PaymentStatus.REFUNDED
        assert all(one.is_void for one in receipts_of_dossier(uow, dossier_id, actor=clerk))
    assert owed_vnd(units, dossier_id, clerk) == [0]
    check_all_holds(units)


def test_a_result_nobody_brings_waits_at_the_section_and_costs_nothing_more(
    units: Units, tmp_path: Path, clerk: Actor
) -> None:
    dossier_id = bought(units, tmp_path, clerk)
    bought_id = newest(units, dossier_id).id
    with units.write() as uow:
        charge_fee_at_door(uow, dossier_id, 5_000, actor=clerk)
        with pytest.raises(FeeDueWithResult):  # a section keeps no drawer of the post
            fetch_at_section(uow, bought_id, actor=clerk)
    with units.write() as uow:
        fetch_at_section(uow, bought_id, actor=clerk)
        uow.commit()
    waits = newest(units, dossier_id)
    assert (waits.place, waits.status, waits.quote_id) == (
        Place.SECTION, DeliveryStatus.CLEARED, None,
    )  # fmt: skip
    assert owed_vnd(units, dossier_id, clerk) == [BACK_VND]
    withdraw(units, dossier_id, clerk)
    assert newest(units, dossier_id).status is DeliveryStatus.CANCELLED
    check_all_holds(units)
