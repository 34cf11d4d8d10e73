"""Runs and drawer at the desk: from the morning's draft to the evening's count."""

import pytest
from playwright.sync_api import expect

from postal_bridge.delivery.types import Place
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.browser.courier_phone import sign
from tests.builders.doors import post_office, waiting

pytestmark = pytest.mark.browser
CLERK = "gdv.binh-thanh"


def test_a_clerk_drafts_publishes_and_prints_a_run(served: Served, page_of: PageOf) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        for number in (701, 702):
            waiting(uow, office, number)
        uow.commit()
    page = page_of(CLERK)
    photograph(page, "runs", "/ca-phat")
    page.goto("/ca-phat")
    expect(page.locator("table a[href^='/ca-phat/luu/']").first).to_be_visible()
    follow(page, "text=Lập ca phát")
    page.click("button:has-text('Xếp lộ trình')")
    expect(page.locator("#planning")).to_contain_text("Máy đang xếp lộ trình")
    photograph(page, "run-planning", page.url.split("?")[0])
    page.goto(page.url.split("?")[0])
    page.click("text=Công bố theo thứ tự hiện tại")
    expect(page.locator(".s-run-published")).to_be_visible()
    photograph(page, "run-published", page.url.split("?")[0])
    answer = page.request.get(page.url.split("?")[0] + "/ban-ke.pdf")
    assert answer.body().startswith(b"%PDF")


def test_a_result_is_given_out_at_the_counter(served: Served, page_of: PageOf) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, 711, owner="H'Hen Niê", place=Place.POINT)
        uow.commit()
    page = page_of(CLERK)
    address = f"/ca-phat/luu/{made.delivery.id}"
    photograph(page, "giving-out", address)
    page.goto(address)
    page.fill("#f-seen_number", made.number)
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "1234")
    sign(page)
    page.click("text=Giao kết quả")
    expect(page.locator(".s-delivery-handed_over")).to_be_visible()


def test_a_drawer_is_counted_blind_and_contested(served: Served, page_of: PageOf) -> None:
    page = page_of(CLERK)
    photograph(page, "drawer-closed", "/quy")
    page.goto("/quy")
    page.fill("#f-float_vnd", "500.000")
    follow(page, "button.primary")
    assert "Phải có" not in page.inner_text("main")
    photograph(page, "drawer-open", "/quy")
    page.goto("/quy")
    page.click("summary:has-text('mệnh giá')")
    page.fill("[data-note='50000']", "9")
    page.fill("[data-note='20000']", "2")
    assert page.input_value("#f-counted_vnd") == "490.000"
    page.click("text=Ghi số đếm >> nth=0")
    expect(page.locator(".slip")).to_contain_text("thiếu 10.000 đ")
    photograph(page, "drawer-counted", "/quy")
    page.goto("/quy")
    page.click("summary:has-text('Không đồng ý')")
    page.fill("#f-why", "Tôi đưa thừa tiền lẻ cho khách")
    page.click("button.stop")
    expect(page.locator(".notice")).to_contain_text("không nợ gì")
    photograph(page, "drawer-statement", page.url.split("?")[0])
