"""Paying by transfer, and the bank's word that decides."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from postal_bridge.counter.citizen import citizen_of, citizen_page, what_may_be_done
from postal_bridge.counter.handlers import ClearPaidDelivery
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Work
from postal_bridge.kernel.tables import MessageRow
from postal_bridge.money.bank import SIGNATURE_HEADER, sign
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import PaymentView, payments_of_dossier
from postal_bridge.money.topics import PAYMENT_PAID
from tests.builders.doors import PostOffice, Waiting, post_office, waiting
from tests.routes.conftest import Service

EVERYONE = Actor.operator()


@pytest.fixture(scope="module")
def office(service: Service) -> PostOffice:
    return post_office(service.container.units, "binh-thanh")


class Paying:
    """A citizen who was told the fare and wants to pay it."""

    def __init__(self, service: Service, office: PostOffice, number: int) -> None:
        self.service = service
        with service.container.units.write() as uow:
            self.one: Waiting = waiting(uow, office, number, is_quoted_only=True)
            uow.commit()
        self.client: FlaskClient = service.app.test_client()

    def ask(self) -> str:
        """The address of the payment's page."""
        path = f"/tra-cuu/{self.one.link}/thanh-toan"
        answer = self.client.post(path, data={"_key": f"pay-{self.one.number}"})
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return answer.headers["Location"]

    def payment(self) -> PaymentView:
        with self.service.container.units.read() as uow:
            return payments_of_dossier(uow, self.one.delivery.dossier_id, actor=EVERYONE)[-1]

    def say(self, **given: object) -> TestResponse:
        """What the bank sends; signed with our key unless a signature is given."""
        account = receiving_account()
        message = {
            "transaction": f"FT{new_id().hex[:12]}",
            "bin": account.bank_bin,
            "account": account.account,
            "amount": self.payment().amount_vnd,
            "currency": "VND",
            "note": f"NGUYEN VAN A CK {self.payment().reference}",
            "at": datetime.now(UTC).isoformat(),
            **{name: value for name, value in given.items() if name != "signature"},
        }
        body = json.dumps(message).encode()
        signature = str(given.get("signature") or sign(self.service.container.ring, body))
        return self.service.app.test_client().post(
            "/webhooks/bank", data=body, headers={SIGNATURE_HEADER: signature},
            content_type="application/json",
        )  # fmt: skip


def test_the_page_shows_the_qr_and_who_gets_the_money(service: Service, office: PostOffice) -> None:
    paying = Paying(service, office, 301)
    page = paying.client.get(paying.ask()).get_data(as_text=True)
    assert "<svg" in page
    assert receiving_account().holder in page
    assert paying.payment().reference in page
    assert "Thanh toán 26.000\u00a0đ" in page


def test_pressing_pay_twice_asks_for_one_payment(service: Service, office: PostOffice) -> None:
    paying = Paying(service, office, 302)
    assert paying.ask() == paying.ask()


def test_the_banks_word_turns_the_status(service: Service, office: PostOffice) -> None:
    paying = Paying(service, office, 303)
    address = paying.ask()
    assert paying.client.get(f"{address}/trang-thai").get_json() == {"status": "pending"}
    assert paying.say().get_json()["code"] == "00"
    assert paying.client.get(f"{address}/trang-thai").get_json() == {"status": "paid"}
    assert "<svg" not in paying.client.get(address).get_data(as_text=True)


def test_the_same_notice_again_gets_the_same_answer(service: Service, office: PostOffice) -> None:
    paying = Paying(service, office, 304)
    paying.ask()
    first, second = (paying.say(transaction="FT304", at="2026-03-02T05:00:00+00:00")
                     for _ in range(2))  # fmt: skip
    assert first.data == second.data
    assert (first.status_code, second.status_code) == (200, 200)


def test_a_bad_signature_is_refused_in_the_banks_own_format(
    service: Service, office: PostOffice
) -> None:
    paying = Paying(service, office, 305)
    paying.ask()
    answer = paying.say(signature="we00000000:00")
    assert answer.status_code == 422
    assert answer.get_json()["code"] == "97"
    assert paying.payment().status == "pending"


def test_another_amount_is_parked_and_received_all_the_same(
    service: Service, office: PostOffice
) -> None:
    paying = Paying(service, office, 306)
    address = paying.ask()
    answer = paying.say(amount=1_000)
    assert (answer.status_code, answer.get_json()["fate"]) == (200, "mismatch")
    page = paying.client.get(address).get_data(as_text=True)
    assert "Đã nhận 1.000\u00a0đ, còn thiếu 25.000\u00a0đ." in page
    assert "<svg" in page  # whoever sent it, the payer can still pay


def test_paid_money_clears_its_delivery_once(service: Service, office: PostOffice) -> None:
    paying = Paying(service, office, 307)
    paying.ask()
    paying.say()
    units, handler = service.container.units, ClearPaidDelivery()
    assert service.container.handlers[handler.name]
    with units.read() as uow:
        told = uow.session.query(MessageRow).filter_by(topic=PAYMENT_PAID).all()
        body = next(m.body for m in told if m.body["payment_id"] == str(paying.payment().id))
    for _ in range(2):
        work = Work(new_id(), 1, handler.name, body)
        with units.read() as uow:
            order = handler.prepare(uow, work)
        with units.write() as uow:
            if order is not None:
                handler.settle(uow, work, handler.call(order))
            uow.commit()
    with units.read() as uow:
        cleared = delivery_view(uow, paying.one.delivery.id, office.clerk.scope)
    assert cleared.status is DeliveryStatus.CLEARED


def test_a_price_too_old_is_not_offered_and_the_page_says_so_in_time(
    service: Service, office: PostOffice
) -> None:
    paying = Paying(service, office, 309)
    citizen = citizen_of(paying.one.delivery.dossier_id)
    page = citizen_page("vi", actor=citizen, units=service.container.units)
    assert page.quote is not None
    last = page.quote.valid_until
    assert "pay" in what_may_be_done(page.delivery, page.quote, last)
    late = what_may_be_done(page.delivery, page.quote, last + timedelta(microseconds=1))
    assert "ask_price" in late
    assert "pay" not in late


def test_a_changed_address_opens_no_payment(service: Service, office: PostOffice) -> None:
    paying = Paying(service, office, 308)
    address = paying.ask()
    assert paying.client.get(address[:-2] + "xx").status_code == 404
    assert paying.client.get("/thanh-toan/rubbish").status_code == 404
