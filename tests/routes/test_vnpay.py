"""A gateway that cheats: VNPAY's notifications over HTTP, with every fault of a provider."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from app import create_app
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money import accounts
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import (
    OnlinePayment,
    PaymentView,
    RequestOnline,
    parked_notices,
    payment_view,
    request_online,
    verify_ledger,
)
from postal_bridge.money.vnpay import ToPay, Vnpay, encoded
from routes.payment_links import payment_token
from tests.builders.money import STAMP, clerk, make_quote
from tests.routes.conftest import Service
from tests.sandbox.vnpay import Charge, VnpaySandbox, as_json

TERMINAL = "PBTEST01"
MACHINE = Actor.job("test")


class Shop:
    """Our application with a terminal at the gateway, and the gateway itself."""

    def __init__(self, service: Service) -> None:
        settings = replace(service.container.settings, vnpay_tmn_code=TERMINAL)
        self.units: Units = service.container.units
        self.app: Flask = create_app(replace(service.container, settings=settings))
        self.app.config["WTF_CSRF_ENABLED"] = False
        secret = service.container.ring.active(Purpose.WEBHOOK).secret
        self.gateway = VnpaySandbox(TERMINAL, secret, self.told)

    def told(self, query: str) -> dict[str, Any]:
        answer = self.app.test_client().get(f"/webhooks/vnpay?{query}")
        assert answer.status_code == 200
        return as_json(answer.data)

    def asked(self) -> tuple[OnlinePayment, Charge]:
        """41,000 đồng are asked for, and the payer has followed our address to the gateway."""
        actor = clerk()
        priced = make_quote(self.units, actor)
        wanted = RequestOnline(priced.dossier_id, priced.id, (STAMP,), new_id())
        with self.units.write() as uow:
            online = request_online(uow, wanted, actor=actor)
            uow.commit()
        with self.app.test_request_context():
            token = payment_token(online.payment_id, priced.dossier_id)
        sent = self.app.test_client().get(f"/thanh-toan/{token}/vnpay")
        assert sent.status_code == 302
        self.back = f"/thanh-toan/{token}/tro-ve"
        return online, self.gateway.open(sent.headers["Location"])

    def payment(self, online: OnlinePayment) -> PaymentView:
        with self.units.read() as uow:
            return payment_view(uow, online.payment_id, actor=MACHINE)

    def held_vnd(self) -> int:
        with self.units.read() as uow:
            return balance_vnd(uow, accounts.gateway(f"vnpay-{TERMINAL}"))

    def wrong(self) -> list[Any]:
        with self.units.read() as uow:
            return [f for f in verify_ledger(uow) if f.check in ("provider", "credited_once")]


@pytest.fixture(scope="module")
def shop(service: Service) -> Shop:
    return Shop(service)


def test_the_servers_word_pays_and_the_return_page_does_not(shop: Shop) -> None:
    online, charge = shop.asked()
    assert charge.amount == 4_100_000
    page = shop.app.test_client().get(f"{shop.back}?vnp_ResponseCode=00&vnp_TransactionStatus=00")
    assert "vừa trở lại từ VNPAY" in page.get_data(as_text=True)
    assert shop.payment(online).status == "pending"
    before = shop.held_vnd()
    assert shop.gateway.notify(charge) == {"RspCode": "00", "Message": "Confirm Success"}
    paid = shop.payment(online)
    assert (paid.status, paid.method) == ("paid", "vnpay")
    assert shop.held_vnd() - before == 41_000
    assert shop.wrong() == []


def test_duplicates_and_lost_answers_credit_once(shop: Shop) -> None:
    online, charge = shop.asked()
    before = shop.held_vnd()
    assert shop.gateway.pay_and_lose_the_answer(charge)["RspCode"] == "02"
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: shop.gateway.notify(charge)["RspCode"], range(24)))
    assert set(codes) == {"02"}
    assert shop.held_vnd() - before == 41_000
    assert shop.payment(online).status == "paid"


def test_parallel_first_notifications_credit_once(shop: Shop) -> None:
    _, charge = shop.asked()
    before, query = shop.held_vnd(), shop.gateway.query(charge)
    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(lambda _: shop.told(query)["RspCode"], range(24)))
    assert codes == ["00", *["02"] * 23]
    assert shop.held_vnd() - before == 41_000


def test_failure_before_and_after_success_changes_nothing(shop: Shop) -> None:
    online, charge = shop.asked()
    for code in ("24", "51", "07"):
        assert shop.gateway.notify(charge, code=code)["RspCode"] == "00"
    assert shop.payment(online).status == "pending"
    assert shop.gateway.notify(charge)["RspCode"] == "00"
    assert shop.gateway.notify(charge, code="24")["RspCode"] == "00"
    assert shop.payment(online).status == "paid"


def test_a_charge_that_is_taken_back_waits_for_a_person(shop: Shop) -> None:
    """Acknowledged, and told again without effect; the money's place and the payment stand."""
    online, charge = shop.asked()
    shop.gateway.notify(charge)
    before = shop.held_vnd()
    for _ in range(2):
        assert shop.gateway.notify(charge, code="05")["RspCode"] == "00"
    assert (shop.held_vnd(), shop.payment(online).status) == (before, "paid")
    with shop.units.read() as uow:
        parked = [p for p in parked_notices(uow, actor=MACHINE) if p.why == "taken_back"]
    (ours,) = (one for one in parked if one.payment_id == online.payment_id)
    assert (ours.amount, ours.is_held) == (41_000, False)
    assert shop.wrong() == []


def test_a_second_try_that_failed_takes_nothing_back(shop: Shop) -> None:
    online, charge = shop.asked()
    shop.gateway.notify(charge)
    again = Charge(charge.txn_ref, charge.amount)
    assert shop.gateway.notify(again, code="24")["RspCode"] == "00"
    with shop.units.read() as uow:
        parked = parked_notices(uow, actor=MACHINE)
    assert not [one for one in parked if one.payment_id == online.payment_id]


def test_a_notification_months_old_still_counts(shop: Shop) -> None:
    online, charge = shop.asked()
    assert shop.gateway.notify(charge, days_ago=300)["RspCode"] == "00"
    assert shop.payment(online).status == "paid"


@pytest.mark.parametrize("amount", [4_099_900, 4_100_100, 410_000_000])
def test_a_lie_about_the_amount_is_parked(shop: Shop, amount: int) -> None:
    online, charge = shop.asked()
    assert shop.gateway.notify(charge, amount=amount)["RspCode"] == "04"
    assert shop.payment(online).status == "mismatch"
    with shop.units.read() as uow:
        parked = parked_notices(uow, actor=MACHINE)
    (ours,) = (one for one in parked if one.payment_id == online.payment_id)
    assert (ours.why, ours.amount) == ("amount", amount // 100)
    assert shop.wrong() == []


def test_one_transaction_told_with_two_amounts_keeps_the_first(shop: Shop) -> None:
    online, charge = shop.asked()
    shop.gateway.notify(charge)
    before = shop.held_vnd()
    assert shop.gateway.notify(charge, amount=8_200_000)["RspCode"] == "99"
    assert (shop.held_vnd(), shop.payment(online).status) == (before, "paid")


def test_a_second_charge_for_the_same_payment_is_parked(shop: Shop) -> None:
    online, charge = shop.asked()
    shop.gateway.notify(charge)
    before = shop.held_vnd()
    again = Charge(charge.txn_ref, charge.amount)
    assert shop.gateway.notify(again)["RspCode"] == "02"
    assert shop.held_vnd() - before == 41_000  # it is there, and owed to somebody
    assert shop.payment(online).status == "paid"


def test_an_order_nobody_asked_for_is_not_found(shop: Shop) -> None:
    for reference in ("PB000000000000101010", "XX1"):
        assert shop.gateway.notify(Charge(reference, 4_100_000))["RspCode"] == "01"


def test_half_a_dong_is_unreadable(shop: Shop) -> None:
    _, charge = shop.asked()
    assert shop.gateway.notify(charge, amount=4_100_050)["RspCode"] == "99"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda query: query.replace("vnp_Amount=4100000", "vnp_Amount=100"),
        lambda query: query.partition("&vnp_SecureHash=")[0],
        lambda query: query[:-1] + ("0" if query[-1] != "0" else "1"),
        lambda query: query + "&extra=1",
        lambda query: "",
    ],
)
def test_a_forged_notification_is_refused_and_changes_nothing(shop: Shop, spoil: Any) -> None:
    online, charge = shop.asked()
    assert shop.told(spoil(shop.gateway.query(charge)))["RspCode"] == "97"
    assert shop.payment(online).status == "pending"


def test_a_field_twice_and_another_terminal_are_refused(shop: Shop) -> None:
    online, charge = shop.asked()
    query = shop.gateway.query(charge)
    assert shop.told(f"{query}&vnp_Amount=4100000")["RspCode"] == "99"
    other = VnpaySandbox("ANOTHER1", shop.gateway.secret, shop.told)
    assert other.notify(charge)["RspCode"] == "99"
    assert shop.payment(online).status == "pending"


def test_without_a_terminal_there_is_no_such_address(service: Service) -> None:
    assert service.app.test_client().get("/webhooks/vnpay").status_code == 404


def test_names_and_values_are_sorted_and_encoded(service: Service) -> None:
    """The provider's own example of a query: blanks as +, colons escaped, empty ones left out."""
    fields = {"vnp_b": "Thanh toan don hang: 5", "vnp_a": "1", "vnp_c": ""}
    assert encoded(fields) == "vnp_a=1&vnp_b=Thanh+toan+don+hang%3A+5"
    with service.container.units.read() as uow:
        now = uow.machine_now
    asked = ToPay("PB7K2M9QX4ZD0A", 41_000, "https://a.vn/x", "127.0.0.1", now, now)
    address = Vnpay(TERMINAL, "https://pay.example").address(asked, ring=service.container.ring)
    sent = dict(parse_qsl(urlsplit(address).query))
    assert (sent["vnp_Amount"], len(sent["vnp_SecureHash"])) == ("4100000", 128)
    assert sent["vnp_TxnRef"].startswith("PB7K2M9QX4ZD0A")
