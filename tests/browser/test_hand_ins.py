"""A courier's cash on his phone and at the counter, looked at."""

import pytest

from postal_bridge.kernel.ids import new_id
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Posting
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.service import settle
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.builders.doors import staff
from tests.builders.money import MACHINE, notice

pytestmark = pytest.mark.browser


def test_two_counts_one_sum_and_a_difference_nobody_owes(served: Served, page_of: PageOf) -> None:
    units = served.container.units
    rider = staff(units, "phat.binh-thanh")
    assert rider.unit_id is not None
    with units.write() as uow:
        cash = accounts.courier_cash(rider.id, rider.unit_id)
        fare = accounts.fare_revenue(rider.unit_id)
        fee = accounts.fee_payable(new_id())
        lines = [Posting(cash, fare, 26_000, "result"), Posting(cash, fee, 15_000, "LP01")]
        post(uow, EntryHead(f"dossier:{new_id()}", "door_payment"), lines, actor=rider)
        uow.commit()
    phone = page_of("phat.binh-thanh", size="phone")
    phone.goto("/buu-ta/tien")
    photograph(phone, "courier-cash", "/buu-ta/tien")
    phone.goto("/buu-ta/tien?lang=vi")
    phone.fill("#f-counted_vnd", "40.000")
    follow(phone, "form[action$='/nop'] button")
    settle(notice(None, 26_000), actor=MACHINE, units=units)
    settle(notice(None, 30_000, currency="USD"), actor=MACHINE, units=units)
    charged = notice(None, 31_000, provider="vnpay", account_key="vnpay-PBTEST01")
    settle(charged, actor=MACHINE, units=units)
    operator = page_of("vanhanh")
    operator.goto("/dieu-hanh/tien-cho-xu-ly")
    photograph(operator, "board-parked-money", "/dieu-hanh/tien-cho-xu-ly")
    looking = page_of("gs.can-tho")
    looking.goto("/dieu-hanh/doi-soat")
    photograph(looking, "board-reconciliation", "/dieu-hanh/doi-soat")
    clerk = page_of("gdv.binh-thanh")
    clerk.goto("/quy")
    clerk.fill("#f-float_vnd", "100000")
    follow(clerk, "form[action$='/mo'] button")
    follow(clerk, "#cash-waiting + ul a")
    clerk.fill("#f-counted_vnd", "40000")
    follow(clerk, "form[action$='/dem'] button")
    photograph(clerk, "drawer-hand-in")
    photograph(phone, "courier-cash-counted", "/buu-ta/tien")
    clerk.click("form[action$='/nhan'] button")
    clerk.wait_for_url("**/quy")
    photograph(phone, "courier-cash-gap", "/buu-ta/tien")
    chief = page_of("gs.can-tho")
    chief.goto("/dieu-hanh?lang=vi")
    follow(chief, "a[href*='tien-buu-ta']")
    photograph(chief, "board-gap")
