"""The courier's phone: a run from the scan to the last door, with and without signal."""

import pytest
from playwright.sync_api import Browser, expect

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.kernel.ids import new_id
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Posting
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.ledger import EntryHead, balance_vnd, post
from tests.browser.conftest import PageOf, Served, follow, photograph, sign_in
from tests.browser.courier_phone import (
    COURIER,
    a_run,
    fill_failure,
    fill_hand_over,
    phone_of,
    sign,
    status,
)
from tests.builders.pictures import a_picture

pytestmark = pytest.mark.browser


def test_a_run_is_loaded_and_the_first_door_served(served: Served, page_of: PageOf) -> None:
    run = a_run(served, 501, on_road=False)
    page = page_of(COURIER, size="phone")
    page.goto("/buu-ta")
    load_form = page.locator(f"form[action$='{run.id}/nhan']")
    load_form.locator("textarea").fill(f"{run.stops[0].number}\n{run.stops[1].number[6:11]}")
    expect(load_form.locator(".count")).to_have_text("Đã có 2 trong 2 bưu gửi")
    follow(page, load_form.locator("button.primary"))
    page.locator(f"form[action$='{run.id}/di'] button").click()
    expect(page.locator(".door .big")).to_have_text("Nguyễn Thị Hồng Nhung")
    photograph(page, "courier-next-door", "/buu-ta")
    page.goto(f"/buu-ta/diem/{run.stops[0].delivery.id}/phat")
    page.fill("#f-seen_number", run.stops[0].number[6:11])
    page.check("[name=who] >> nth=0")
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "1234")
    page.select_option("#f-no_fix_reason", "indoors")
    page.check("[name=paid_vnd]")
    sign(page)
    page.click("form[data-act] button.primary")
    expect(page.locator("#errors")).to_contain_text("giấy tờ cũ")
    assert page.input_value("#f-id_last4") == "1234"
    page.check("[name=papers_taken_back]")
    page.click("form[data-act] button.primary")
    page.wait_for_url("**/buu-ta?xong=phat")
    assert status(served, run, 0) is DeliveryStatus.HANDED_OVER


def test_a_form_that_comes_back_names_each_field(served: Served, page_of: PageOf) -> None:
    run = a_run(served, 506)
    page = page_of(COURIER, size="phone")
    page.goto(f"/buu-ta/diem/{run.stops[1].delivery.id}/khong-phat")
    page.click("form[data-act] button.primary")
    expect(page.locator("#errors li").first).to_contain_text("Lý do:")
    expect(page.locator("#errors li").last).to_contain_text("Bước tiếp theo:")


def test_a_report_without_signal_is_kept_and_sent_later(served: Served, browser: Browser) -> None:
    run = a_run(served, 511)
    with phone_of(browser, served) as page:
        fill_failure(page, run, 1)
        page.context.set_offline(True)
        page.click("form[data-act] button.primary")
        expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
        page.goto("/buu-ta")  # read from the phone's own copy
        expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
        assert status(served, run, 1) is DeliveryStatus.OUT_FOR_DELIVERY
        page.context.set_offline(False)
        expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
        assert status(served, run, 1) is DeliveryStatus.ATTEMPT_FAILED


def test_without_signal_the_phone_knows_that_he_carries_too_much(
    served: Served, browser: Browser
) -> None:
    run = a_run(served, 516)
    limit_vnd, rider = cash_limit_vnd(), run.office.courier
    assert rider.unit_id is not None
    cash = accounts.courier_cash(rider.id, rider.unit_id)
    with served.container.units.write() as uow:
        lacking = limit_vnd - balance_vnd(uow, cash)
        earlier = Posting(cash, accounts.fare_revenue(rider.unit_id), lacking, "result")
        post(uow, EntryHead(f"dossier:{new_id()}", "door_payment"), [earlier], actor=rider)
        uow.commit()
    with phone_of(browser, served) as page:
        page.goto("/buu-ta")
        fill_hand_over(page, run, 0)
        page.context.set_offline(True)
        page.click("form[data-act] button.primary")
        expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
        page.goto("/buu-ta")
        expect(page.locator(".notice.unsent-cash").first).to_contain_text("quá 5.000.000")
        expect(page.locator(".note.unsent-cash").first).to_contain_text("26.000")
        bank = page.locator(".bank").first
        bank.locator("summary").click()
        bank.locator("[name=amount_vnd]").fill(str(limit_vnd))
        bank.locator("[name=bank_reference]").fill("GNT 5")
        bank.locator("button").click()
        expect(bank.locator(".notice")).to_contain_text("cần có sóng; chưa ghi gì")
        page.context.set_offline(False)
        expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
        expect(page.locator(".unsent-cash")).to_have_count(0)
        follow(page, bank.locator("button"))
        expect(page.locator(".done")).to_be_visible()
    assert status(served, run, 0) is DeliveryStatus.HANDED_OVER
    with served.container.units.read() as uow:
        assert balance_vnd(uow, cash) == 26_000


def test_on_a_shared_phone_each_sends_his_own(served: Served, browser: Browser) -> None:
    run = a_run(served, 551)
    with phone_of(browser, served) as page:
        fill_failure(page, run, 1)
        page.context.set_offline(True)
        page.click("form[data-act] button.primary")
        expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
        page.click("#leave button")
        expect(page.locator("#leaving")).to_be_visible()
        page.goto("about:blank")
        page.context.clear_cookies()
        page.context.set_offline(False)
        sign_in(page, served, "phat.long-tri")
        page.goto("/buu-ta")
        expect(page.locator("#sync")).to_contain_text("1 báo phát của người khác")
        assert status(served, run, 1) is DeliveryStatus.OUT_FOR_DELIVERY
        page.context.clear_cookies()
        sign_in(page, served, COURIER)
        expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
        assert status(served, run, 1) is DeliveryStatus.ATTEMPT_FAILED


def test_everything_works_without_scripts(served: Served, page_of: PageOf) -> None:
    run = a_run(served, 521)
    page = page_of(COURIER, has_scripts=False, size="phone")
    page.goto(f"/buu-ta/diem/{run.stops[1].delivery.id}/phat")
    page.fill("#f-seen_number", run.stops[1].number)
    page.check("[name=who]")
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "9876")
    page.check("[name=signature][value=handwritten]")
    picture = {"name": "ky.png", "mimeType": "image/png", "buffer": a_picture()}
    page.set_input_files("[name=mark][type=file]", picture)  # type: ignore[arg-type]
    page.select_option("#f-no_fix_reason", "no_signal")
    page.click("form[data-act] button.primary")
    page.wait_for_url("**/buu-ta?xong=phat")
    assert status(served, run, 1) is DeliveryStatus.HANDED_OVER


def test_the_courier_s_pages_can_be_read_by_everyone(served: Served, page_of: PageOf) -> None:
    run = a_run(served, 531)
    page = page_of(COURIER, size="phone")
    door = f"/buu-ta/diem/{run.stops[0].delivery.id}"
    for name, path in (
        ("courier-door", door), ("courier-hand-over", f"{door}/phat"),
        ("courier-failure", f"{door}/khong-phat"), ("courier-close", f"/buu-ta/ca/{run.id}/ket"),
        ("courier-map", "/buu-ta/ban-do"),
    ):  # fmt: skip
        photograph(page, name, path)
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_map_shows_the_archipelagos_when_zoomed_out(served: Served, page_of: PageOf) -> None:
    a_run(served, 541)
    page = page_of(COURIER)
    page.goto("/buu-ta/ban-do")
    out = page.locator(".leaflet-control-zoom-out")
    for _ in range(20):
        if "leaflet-disabled" in (out.get_attribute("class") or ""):
            break
        out.click()
    expect(page.locator(".sea-name", has_text="Hoàng Sa")).to_be_visible()
    expect(page.locator(".sea-name", has_text="Trường Sa")).to_be_visible()
