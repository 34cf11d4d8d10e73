"""The page where a citizen pays, on a phone: a QR others can read, and a status that turns."""

import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from postal_bridge.kernel.actor import Actor
from postal_bridge.money.service import online_payment, payments_of_dossier, reverse_entry
from tests.browser.bank import say_paid
from tests.browser.conftest import PageOf, Served, photograph
from tests.builders.doors import Waiting, post_office, waiting

SECOND = Actor.operator("second")
pytestmark = pytest.mark.browser


def asked(served: Served, page: Page, number: int) -> Waiting:
    """26,000 đồng wait to be paid, and the payment's page is open."""
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, number, is_quoted_only=True)
        uow.commit()
    page.goto(f"/tra-cuu/{made.link}")
    page.click("text=Trả cước 26.000 đ")
    page.wait_for_url("**/thanh-toan/**")
    return made


def read_by_another(picture: Path) -> str:
    """What a reader of codes that nobody here wrote makes of it."""
    words = ["zbarimg", "-q", "--raw", str(picture)]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def test_the_code_on_a_phone_is_what_a_bank_reads_and_the_status_turns_by_itself(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    page = page_of(None, size="phone")
    made = asked(served, page, 604)
    box = page.locator(".qr svg").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 240
    name = page.locator("figcaption").bounding_box()
    assert name is not None
    assert name["y"] + name["height"] <= 740  # whose account it is, without scrolling
    picture = tmp_path / "phone.png"
    page.screenshot(path=picture)
    with served.container.units.read() as uow:
        payment = payments_of_dossier(uow, made.delivery.dossier_id, actor=Actor.operator())[-1]
        wanted = online_payment(uow, payment.id, actor=Actor.operator())
    assert read_by_another(picture) == wanted.payload
    address = page.url
    photograph(page, "pay", address)
    page.goto(address)
    page.evaluate("window.same = true")
    say_paid(served, made.delivery.dossier_id)
    expect(page.locator(".s-payment-paid")).to_be_visible(timeout=12_000)
    assert page.evaluate("window.same")  # the page was not loaded anew
    expect(page.locator(".qr")).to_have_count(0)
    photograph(page, "pay-paid", address)
    with served.container.units.write() as uow:
        paid = payments_of_dossier(uow, made.delivery.dossier_id, actor=Actor.operator())[-1]
        assert paid.entry_id is not None
        reverse_entry(uow, paid.entry_id, "thu nhầm", actor=Actor.operator(), second=SECOND)
        uow.commit()
    photograph(
        page_of("gdv.binh-thanh"), "refund", f"/hoan-tien/{made.delivery.dossier_id}?xong=hoan"
    )
    photograph(page_of("vanhanh"), "refund-orders", "/dieu-hanh/lenh-hoan-tien")


@pytest.mark.parametrize(
    ("amount_vnd", "words", "name"),
    [(10_000, "còn thiếu 16.000 đ", "pay-short"), (30_000, "thừa 4.000 đ", "pay-over")],
)
def test_another_amount_is_said_in_plain_words(
    served: Served, page_of: PageOf, amount_vnd: int, words: str, name: str
) -> None:
    page = page_of(None, size="phone")
    made = asked(served, page, 605 if amount_vnd < 26_000 else 606)
    say_paid(served, made.delivery.dossier_id, amount_vnd=amount_vnd)
    page.reload()
    expect(page.locator(".notice")).to_contain_text(words)
    if amount_vnd < 26_000:
        photograph(page, name)
