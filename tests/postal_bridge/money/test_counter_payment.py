"""Money laid on the counter."""

from dataclasses import replace

import pytest

from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.errors import (
    AlreadySettled,
    AmountDiffers,
    DrawerNotOpen,
    SectionMissing,
)
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    drawer_view,
    payment_status_of_quote,
    receipts_of_payment,
)
from tests.builders.money import STAMP, clerk, make_quote, pay_at_counter, with_drawer


def test_each_kind_of_money_goes_to_its_own_account(units: Units) -> None:
    actor, section_id = clerk(), new_id()
    drawer = with_drawer(units, actor, float_vnd=100_000)
    priced = make_quote(units, actor, collects_agency_fee=True)
    receipt = pay_at_counter(units, actor, priced, fees=(STAMP,), section_id=section_id)

    assert actor.unit_id is not None
    with units.read() as uow:
        assert balance_vnd(uow, accounts.fare_revenue(actor.unit_id)) == -26_000
        assert balance_vnd(uow, accounts.remittance_revenue(actor.unit_id)) == -8_000
        assert balance_vnd(uow, accounts.fee_payable(section_id)) == -15_000
        cash = accounts.drawer_cash(drawer.id, actor.unit_id)
        assert balance_vnd(uow, cash) == 100_000 + receipt.total_vnd
        issued = receipts_of_payment(uow, receipt.payment_id, actor=actor)
    assert {one.kind: one.total_vnd for one in issued} == {"fare": 34_000, "fee": 15_000}
    assert receipt.total_vnd == 49_000


def test_the_clerk_sees_each_line_at_once_but_no_expected_sum(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor, float_vnd=100_000)
    pay_at_counter(units, actor, make_quote(units, actor))
    seen = drawer_view(actor=actor, units=units)
    assert seen is not None
    assert [line.amount_vnd for line in seen.lines] == [100_000, 26_000]
    assert seen.expected_vnd is None


def test_another_amount_posts_nothing(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    with pytest.raises(AmountDiffers) as refused:
        pay_at_counter(units, actor, priced, amount_vnd=1)
    assert refused.value.params == {"received_vnd": 1, "quoted_vnd": 26_000}
    with units.read() as uow:
        assert payment_status_of_quote(uow, priced.id) is None


def test_a_quote_is_paid_once(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    priced = make_quote(units, actor)
    pay_at_counter(units, actor, priced)
    with pytest.raises(AlreadySettled):
        pay_at_counter(units, actor, priced)
    with units.read() as uow:
        state = payment_status_of_quote(uow, priced.id)
    assert state is not None
    assert state.status is PaymentStatus.PAID


def test_without_an_open_drawer_no_money_is_taken(units: Units) -> None:
    actor = clerk()
    with pytest.raises(DrawerNotOpen):
        pay_at_counter(units, actor, make_quote(units, actor))


def test_an_agencys_fee_must_say_whose_it_is(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    with pytest.raises(SectionMissing):
        pay_at_counter(units, actor, make_quote(units, actor), fees=(STAMP,))


def test_a_quote_is_not_carried_to_another_dossier_or_office(units: Units) -> None:
    actor, stranger = clerk(), clerk()
    with_drawer(units, actor)
    with_drawer(units, stranger)
    priced = make_quote(units, actor)
    with pytest.raises(NotFound):
        pay_at_counter(units, stranger, priced)


def test_a_small_price_is_not_paid_for_another_dossier(units: Units) -> None:
    actor = clerk()
    with_drawer(units, actor)
    cheap = make_quote(units, actor)
    with pytest.raises(NotFound):
        pay_at_counter(units, actor, replace(cheap, dossier_id=new_id()))
