"""At the door, by an authority, to the bank and on to the agency: each đồng by its item (M8)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.bearer_payments import PayStatement, StatementNotPayable, pay_statement
from postal_bridge.money.errors import (
    AlreadyRemitted,
    AlreadySettled,
    AmountAboveHeld,
    AmountDiffers,
    BankSlipMissing,
    BankSlipUsed,
    DrawerNotOpen,
    ReasonMissing,
)
from postal_bridge.money.fee_remitting import NothingToRemit, RemittanceDiffers
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.month_of_bearers import lines_of_month
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    BankCourierCash,
    QuoteView,
    ReceiptView,
    RemitFees,
    RemittanceView,
    bank_courier_cash,
    bear_by_authority,
    courier_cash_vnd,
    differences,
    due_at_door,
    fee_day_list,
    parked_notices,
    payment_status_of_quote,
    remit_fees,
    reverse_entry,
    settle,
    take_at_door,
    verify_ledger,
)
from tests.builders.clock import pass_days
from tests.builders.money import (
    MACHINE,
    STAMP,
    clerk,
    courier,
    make_quote,
    notice,
    pay_at_counter,
    supervisor,
    with_drawer,
)

NO_ANSWER: Once[None] = Once("s", "POST /x", "0" * 64, lambda _: b"{}")


def once(key: str) -> Once[RemittanceView]:
    def render(view: RemittanceView) -> bytes:
        return f"{view.amount_vnd} of {view.receipt_count}, left {view.left_vnd}".encode()

    return Once(key, "POST /x", "0" * 64, render)


def pay_at_door(units: Units, priced: QuoteView, amount_vnd: int, rider: Actor) -> ReceiptView:
    with units.write() as uow:
        taken = take_at_door(uow, priced.id, amount_vnd, actor=rider)
        uow.commit()
    return taken


def due(units: Units, priced: QuoteView, actor: Actor) -> None:
    with units.write() as uow:
        due_at_door(uow, priced.id, actor=actor)
        uow.commit()


def assert_books_hold(units: Units) -> None:
    with units.read() as uow:
        assert list(verify_ledger(uow)) == []


def test_what_is_due_at_the_door_is_posted_only_in_the_couriers_hand(units: Units) -> None:
    actor = clerk()
    assert actor.unit_id is not None
    rider = courier(actor.unit_id)
    priced = make_quote(units, actor)
    due(units, priced, actor)
    with units.read() as uow:
        assert courier_cash_vnd(uow, rider.id) == 0
    with pytest.raises(AmountDiffers):
        pay_at_door(units, priced, 25_999, rider)
    assert pay_at_door(units, priced, 26_000, rider).fare_receipt_no is not None
    with pytest.raises(AlreadySettled):
        pay_at_door(units, priced, 26_000, rider)
    with units.read() as uow:
        assert courier_cash_vnd(uow, rider.id) == 26_000
    assert_books_hold(units)


def waiting_at_door(units: Units) -> tuple[QuoteView, Actor, str]:
    """26,000 đồng wait for a courier, or for a transfer under this reference."""
    actor = clerk()
    priced = make_quote(units, actor)
    due(units, priced, actor)
    with units.read() as uow:
        asked = payment_status_of_quote(uow, priced.id)
    assert asked is not None
    return priced, courier(actor.unit_id or new_id()), asked.reference


def test_a_transfer_settles_what_waits_at_the_door_and_no_courier_owes_it(units: Units) -> None:
    priced, rider, reference = waiting_at_door(units)
    assert settle(notice(reference, 26_000), actor=MACHINE, units=units).fate == "credited"
    with pytest.raises(AlreadySettled):
        pay_at_door(units, priced, 26_000, rider)
    with units.read() as uow:
        paid = payment_status_of_quote(uow, priced.id)
        assert courier_cash_vnd(uow, rider.id) == 0
    assert paid is not None
    assert (paid.status, paid.method) == (PaymentStatus.PAID, "vietqr")
    assert_books_hold(units)


def test_a_transfer_of_another_amount_leaves_the_fare_due_at_the_door(units: Units) -> None:
    priced, rider, reference = waiting_at_door(units)
    assert settle(notice(reference, 2_600), actor=MACHINE, units=units).why == "amount"
    with units.read() as uow:
        asked = payment_status_of_quote(uow, priced.id)
    assert asked is not None
    assert asked.status is PaymentStatus.PENDING
    pay_at_door(units, priced, 26_000, rider)
    assert_books_hold(units)


def test_a_transfer_after_the_couriers_cash_is_parked(units: Units) -> None:
    priced, rider, reference = waiting_at_door(units)
    pay_at_door(units, priced, 26_000, rider)
    assert settle(notice(reference, 26_000), actor=MACHINE, units=units).why == "not_waiting"
    with units.read() as uow:
        assert courier_cash_vnd(uow, rider.id) == 26_000
    assert_books_hold(units)


def test_a_courier_banks_no_more_than_he_carries_and_once_for_each_key(units: Units) -> None:
    actor = clerk()
    assert actor.unit_id is not None
    rider = courier(actor.unit_id)
    priced = make_quote(units, actor)
    due(units, priced, actor)
    pay_at_door(units, priced, 26_000, rider)
    for wrong in (26_001, 0, -1):
        with pytest.raises(AmountAboveHeld):
            bank_courier_cash(
                BankCourierCash(wrong, "GNT1"), actor=rider, once=once("w"), units=units
            )
    part = BankCourierCash(20_000, "GNT1")
    for _ in range(2):
        answer = bank_courier_cash(part, actor=rider, once=once("k"), units=units)
        assert answer == b"20000 of 0, left 6000"
    for slip, refused in (("gnt-1", BankSlipUsed), (" ", BankSlipMissing)):  # a form sent anew
        again = BankCourierCash(6_000, slip)
        with pytest.raises(refused):
            bank_courier_cash(again, actor=rider, once=once(slip), units=units)
    with units.read() as uow:
        assert courier_cash_vnd(uow, rider.id) == 6_000
    assert_books_hold(units)


def test_what_was_due_at_the_door_may_be_paid_at_the_counter_instead(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    due(units, priced, actor)
    pay_at_counter(units, actor, priced)
    with units.read() as uow:
        state = payment_status_of_quote(uow, priced.id)
    assert state is not None
    assert (state.method, state.status) == ("cash", PaymentStatus.PAID)
    assert_books_hold(units)


def test_a_stranger_collects_nothing_for_a_quote_nobody_asked_money_for(units: Units) -> None:
    actor = clerk()
    with pytest.raises(NotFound):
        pay_at_door(units, make_quote(units, actor), 26_000, courier(new_id()))


def test_an_authority_that_bears_the_fare_owes_it(units: Units) -> None:
    actor = clerk()
    assert actor.unit_id is not None
    priced = make_quote(units, actor)
    with units.write() as uow:
        borne = bear_by_authority(uow, priced.id, "ha-noi", actor=actor)
        uow.commit()
    assert borne.status is PaymentStatus.PAID
    with units.read() as uow:
        assert balance_vnd(uow, accounts.authority("ha-noi")) == 26_000
        assert uow.session.scalar(text("SELECT count(*) FROM receipts")) == 0
    assert_books_hold(units)


def test_a_full_relief_is_settled_without_money_or_receipt(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=0)
    free = make_quote(units, actor, relief_code="heroic_mother", relief_proof_seen=True)
    paid = pay_at_counter(units, actor, free)
    assert (paid.total_vnd, paid.entry_id, paid.fare_receipt_no) == (0, None, None)
    assert_books_hold(units)


def test_a_half_borne_fare_asks_the_citizen_for_nothing_and_books_who_bears_it(
    units: Units,
) -> None:
    """Thừa Thiên Huế, April 2020: half by the post, half by the budget, filed online."""
    actor = clerk()
    assert actor.unit_id is not None
    with_drawer(units, actor, float_vnd=0)
    hue = make_quote(
        units,
        actor,
        on=date(2020, 4, 1),
        from_commune="19753",
        to_commune="19756",
        province_overlay_channel="online",
    )
    assert (hue.citizen_vnd, hue.payers["post"], hue.payers["budget"]) == (0, 13_000, 13_000)
    pay_at_counter(units, actor, hue)
    with units.read() as uow:
        assert balance_vnd(uow, accounts.promotion(actor.unit_id)) == 13_000
        assert balance_vnd(uow, accounts.authority("budget")) == 13_000
        assert balance_vnd(uow, accounts.fare_revenue(actor.unit_id)) == -26_000
        lines = lines_of_month(uow, actor.scope, uow.now.date())
    borne = {one.bearer.partition(":")[0]: (one.item, one.amount_vnd) for one in lines}
    assert borne == {"post": ("by_post", 13_000), "programme": ("from_budget", 13_000)}
    assert {one.bearer.partition(":")[2] for one in lines} == {lines[0].facts["programme"]}
    programme = next(one.bearer for one in lines if one.item == "from_budget")
    pay = PayStatement(new_id(), programme, lines[0].at.date(), "UNC 12", new_id())
    with pytest.raises(StatementNotPayable):  # its month is not over
        pay_statement(pay, actor=Actor.operator(), once=NO_ANSWER, units=units)
    pass_days(units, 40)
    came = settle(notice(None, 20_000), actor=MACHINE, units=units)
    paid = replace(pay, event_id=came.event_id)
    for _ in range(2):
        pay_statement(paid, actor=Actor.operator(), once=NO_ANSWER, units=units)
    with units.read() as uow:
        assert balance_vnd(uow, accounts.authority("budget")) == 0
        over = parked_notices(uow, actor=Actor.operator())
        assert [(one.why, one.amount) for one in over] == [("overpaid", 7_000)]
    assert_books_hold(units)


def take_fee(units: Units, actor: Actor, section_id: UUID) -> tuple[UUID, ReceiptView]:
    priced = make_quote(units, actor, collects_agency_fee=True)
    paid = pay_at_counter(units, actor, priced, fees=(STAMP,), section_id=section_id)
    return priced.dossier_id, paid


def test_receipts_counted_in_and_remitted_agree_or_the_item_is_named(units: Units) -> None:
    actor, section_id = clerk(), new_id()
    assert actor.unit_id is not None
    with_drawer(units, actor)
    first, _ = take_fee(units, actor, section_id)
    lost, _ = take_fee(units, actor, section_id)
    undone, paid = take_fee(units, actor, section_id)
    assert paid.entry_id is not None
    with units.write() as uow:
        chief = supervisor(actor.unit_id)
        reverse_entry(uow, paid.entry_id, "Hồ sơ rút", actor=actor, second=chief)
        uow.commit()
        today = local(uow.now).date()

    command = RemitFees(section_id, today, 30_000, "UNC-01")
    with pytest.raises(RemittanceDiffers):  # the third was seen before it was given back
        remit_fees(replace(command, amount_vnd=45_000), actor=actor, once=once("k0"), units=units)
    answer = remit_fees(command, actor=actor, once=once("k1"), units=units)
    assert answer == b"30000 of 2, left 0"
    with pytest.raises(NothingToRemit):
        remit_fees(command, actor=actor, once=once("k2"), units=units)
    with units.read() as uow:
        assert balance_vnd(uow, accounts.fee_payable(section_id)) == 0
        rows = fee_day_list(uow, section_id, today, counted_in={first, undone}, actor=actor)
    assert {row.dossier_id: (row.received_vnd, row.remitted_vnd) for row in rows} == {
        first: (15_000, 15_000),
        lost: (15_000, 15_000),
        undone: (0, 0),
    }
    assert [row.dossier_id for row in differences(rows)] == [lost]
    assert_books_hold(units)


def test_a_fee_that_the_agency_has_is_not_taken_out_of_a_drawer(units: Units) -> None:
    actor, section_id = clerk(), new_id()
    assert actor.unit_id is not None
    with_drawer(units, actor)
    _, paid = take_fee(units, actor, section_id)
    with units.read() as uow:
        today = local(uow.now).date()
    command = RemitFees(section_id, today, 15_000, "UNC-01")
    remit_fees(command, actor=actor, once=once("k1"), units=units)
    assert paid.entry_id is not None
    chief = supervisor(actor.unit_id)
    with units.write() as uow, pytest.raises(AlreadyRemitted):
        reverse_entry(uow, paid.entry_id, "Hồ sơ rút", actor=actor, second=chief)


def test_nothing_is_given_back_without_a_reason(units: Units) -> None:
    actor = clerk()
    assert actor.unit_id is not None
    with_drawer(units, actor)
    _, paid = take_fee(units, actor, new_id())
    assert paid.entry_id is not None
    chief = supervisor(actor.unit_id)
    with units.write() as uow, pytest.raises(ReasonMissing):
        reverse_entry(uow, paid.entry_id, "  ", actor=actor, second=chief)


def test_another_offices_fees_are_not_remitted_by_a_stranger(units: Units) -> None:
    actor, section_id = clerk(), new_id()
    with_drawer(units, actor)
    take_fee(units, actor, section_id)
    with units.read() as uow:
        command = RemitFees(section_id, local(uow.now).date(), 15_000, "UNC-01")
    with pytest.raises(NothingToRemit):
        remit_fees(command, actor=clerk(), once=once("k1"), units=units)


def test_what_a_courier_took_and_banked_is_given_back_out_of_the_clerks_own_drawer(
    units: Units,
) -> None:
    actor = clerk()
    assert actor.unit_id is not None
    rider, chief = courier(actor.unit_id), supervisor(actor.unit_id)
    priced = make_quote(units, actor)
    due(units, priced, actor)
    paid = pay_at_door(units, priced, 26_000, rider)
    bank_courier_cash(BankCourierCash(26_000, "GNT1"), actor=rider, once=once("k"), units=units)
    assert paid.entry_id is not None
    with units.write() as uow, pytest.raises(DrawerNotOpen):
        reverse_entry(uow, paid.entry_id, "Thu nhầm", actor=actor, second=chief)
    drawer = with_drawer(units, actor)
    with units.write() as uow:
        reverse_entry(uow, paid.entry_id, "Thu nhầm", actor=actor, second=chief)
        uow.commit()
    with units.read() as uow:
        assert courier_cash_vnd(uow, rider.id) == 0
        own = balance_vnd(uow, accounts.drawer_cash(drawer.id, actor.unit_id))
        assert own == 500_000 - 26_000
    assert_books_hold(units)
