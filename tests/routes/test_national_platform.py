"""The National Payment Platform: ordered, paid there, asked what it charged."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.outbox import Work
from postal_bridge.kernel.tables import ActionRow
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.errors import PlatformAway, PlatformUnclear
from postal_bridge.money.handlers import AskNationalPlatform
from postal_bridge.money.national_http import NationalHttp
from postal_bridge.money.national_layout import shipped_layout
from postal_bridge.money.national_platform import NationalPlatform
from postal_bridge.money.service import PaymentView, payments_of_dossier
from postal_bridge.money.topics import NATIONAL_QUERY_DUE
from tests.builders.doors import PostOffice, post_office, waiting
from tests.routes.conftest import Service
from tests.sandbox.national import NationalSandbox, platform_served
from tests.sandbox.tongues import NationalTongue

PARTNER = "PBQG02"
EVERYONE = Actor.operator()


class Shop:
    """Our application as a partner of the platform, and the platform."""

    def __init__(self, service: Service, office: PostOffice, platform: NationalSandbox) -> None:
        ring = service.container.ring
        provider = NationalPlatform(PARTNER, shipped_layout())
        self.http = NationalHttp(provider, platform.url, ring, timeout_s=(2, 5))
        old = service.container
        wiring = {
            **old.units.wiring,
            NATIONAL_QUERY_DUE: (AskNationalPlatform(self.http),),
        }
        units = Units(
            old.settings.effective_database_url,
            home_id=old.home_identity.id,
            ring=ring,
            machine=old.machine,
            wiring=wiring,
        )
        self.container = replace(old, units=units, national=self.http)
        app = create_app(self.container)
        app.config["WTF_CSRF_ENABLED"] = False
        self.client: FlaskClient = app.test_client()
        self.platform, self.office = platform, office

    def asked(self, number: int) -> tuple[str, PaymentView]:
        """The page of a payment of 26,000 đồng that waits, and the payment."""
        with self.container.units.write() as uow:
            one = waiting(uow, self.office, number, is_quoted_only=True)
            uow.commit()
        sent = self.client.post(
            f"/tra-cuu/{one.link}/thanh-toan", data={"_key": f"national-{number}"}
        )
        return sent.headers["Location"], self.payment(one.delivery.dossier_id)

    def payment(self, dossier_id: Any) -> PaymentView:
        with self.container.units.read() as uow:
            return payments_of_dossier(uow, dossier_id, actor=EVERYONE)[-1]

    def ask_platform(self, payment: PaymentView) -> str:
        """What the job does; the payment's status afterwards."""
        handler = AskNationalPlatform(self.http)
        work = Work(new_id(), 1, handler.name, {"payment_id": str(payment.id)})
        with self.container.units.read() as uow:
            order = handler.prepare(uow, work)
        result = handler.call(order)
        with self.container.units.write() as uow:
            handler.settle(uow, work, result)
            uow.commit()
        return self.payment(payment.dossier_id).status.value

    def promised(self, payment: PaymentView) -> list[timedelta]:
        """How long after the payment was made the platform is to be asked."""
        with self.container.units.read() as uow:
            told = uow.session.query(ActionRow).filter_by(handler=AskNationalPlatform.name).all()
            mine = [one for one in told if one.message.body["payment_id"] == str(payment.id)]
            return sorted(one.due_at - payment.created_at for one in mine if one.due_at)


@pytest.fixture(scope="module")
def shop(service: Service) -> Iterator[Shop]:
    secret = service.container.ring.active(Purpose.WEBHOOK).secret
    with platform_served(NationalSandbox(PARTNER, secret)) as platform:
        shop = Shop(service, post_office(service.container.units, "binh-thanh"), platform)
        yield shop
        shop.container.units.engine.dispose()


@pytest.fixture(autouse=True)
def good_mood(shop: Shop) -> None:
    shop.platform.mood = "fine"


def test_a_payer_goes_to_the_platforms_page_and_its_word_pays(shop: Shop) -> None:
    page, payment = shop.asked(7301)
    assert f"{page}/quoc-gia" in shop.client.get(page).get_data(as_text=True)
    first, again = (shop.client.get(f"{page}/quoc-gia") for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"]  # one payment is one order
    reference = first.headers["Location"].rpartition("/")[2]
    assert reference.startswith(payment.reference)
    slip = shop.platform.orders[reference]["ThongTinBienLai"]
    assert slip["HoTenNguoiNop"]
    assert slip["MaTTHC"]
    assert shop.payment(payment.dossier_id).status == "pending"  # going there pays nothing
    notice = NationalTongue(PARTNER, shop.platform.secret).notice(shop.platform.charge(reference))
    told = shop.client.post("/webhooks/thanh-toan-quoc-gia", json=notice)
    assert told.get_json() == {"error_code": "0", "message": "credited"}
    paid = shop.payment(payment.dossier_id)
    assert (paid.status, paid.method) == ("paid", "national")
    assert shop.client.get(f"{page}/quoc-gia").headers["Location"] == page  # nothing left to pay


def test_a_charge_whose_reply_and_notice_were_lost_is_found_by_asking(shop: Shop) -> None:
    page, payment = shop.asked(7302)
    shop.platform.mood = "loses_reply"
    lost = shop.client.get(f"{page}/quoc-gia")
    assert lost.status_code == 503
    assert "đang không trả lời" in lost.get_data(as_text=True)
    assert "<svg" in lost.get_data(as_text=True)  # the other way is still open
    quarter, last = shop.promised(payment)
    assert quarter < timedelta(minutes=16)
    assert last > timedelta(hours=24)
    shop.platform.mood = "fine"
    assert [shop.ask_platform(payment) for _ in range(2)] == ["paid", "paid"]


def test_asking_what_was_not_charged_changes_nothing(shop: Shop) -> None:
    page, payment = shop.asked(7303)
    shop.client.get(f"{page}/quoc-gia")
    assert shop.ask_platform(payment) == "pending"


@pytest.mark.parametrize(
    ("mood", "status", "words"),
    [
        ("away", 503, "đang không trả lời"),
        ("refuses", 502, "mã 12"),
        ("babbles", 502, "Chưa đọc được"),
        ("misleads", 502, "Chưa đọc được"),
    ],
)
def test_a_platform_that_does_not_serve_leaves_the_other_ways(
    shop: Shop, mood: str, status: int, words: str
) -> None:
    page, payment = shop.asked({"away": 7304, "refuses": 7305, "babbles": 7306}.get(mood, 7307))
    shop.platform.mood = mood
    answer = shop.client.get(f"{page}/quoc-gia")
    assert answer.status_code == status
    assert words in answer.get_data(as_text=True)
    assert shop.payment(payment.dossier_id).status == "pending"


def test_an_answer_that_is_not_signed_is_for_a_person(shop: Shop) -> None:
    page, payment = shop.asked(7308)
    reference = shop.client.get(f"{page}/quoc-gia").headers["Location"].rpartition("/")[2]
    shop.platform.charge(reference)
    shop.platform.mood = "misleads"
    with pytest.raises(PlatformUnclear):
        shop.ask_platform(payment)
    shop.platform.mood = "away"
    with pytest.raises(PlatformAway):  # tried again later
        shop.ask_platform(payment)


def test_who_is_no_partner_has_no_such_address(service: Service, shop: Shop) -> None:
    page, _ = shop.asked(7309)
    anybody = service.app.test_client()
    assert anybody.get(f"{page}/quoc-gia").status_code == 404
    assert anybody.post("/webhooks/thanh-toan-quoc-gia", json={}).status_code == 404
    assert "quoc-gia" not in anybody.get(page).get_data(as_text=True)
