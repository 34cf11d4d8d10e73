"""The courier's phone: a run from the scan to the last door, with and without signal."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.delivery.types import Position
from postal_bridge.kernel.clock import local
from postal_bridge.runs.service import draft, load, publish, start
from postal_bridge.runs.types import DraftRun, LoadRun, PublishRun, Scan
from tests.browser.conftest import PageOf, Served, follow, photograph, sign_in
from tests.builders.doors import PostOffice, Waiting, post_office, waiting
from tests.builders.pictures import a_picture

pytestmark = pytest.mark.browser
COURIER = "phat.binh-thanh"
DOOR = Position(9.78, 105.62, 300)


@dataclass(frozen=True)
class Run:
    """A run of two doors; `office` is where it starts."""

    office: PostOffice
    id: UUID
    stops: tuple[Waiting, ...]


def a_run(served: Served, first: int, *, on_road: bool = True) -> Run:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        stops = (
            waiting(uow, office, first, note="Nhà cổng xanh, gọi trước khi đến", take_back=1,
                    member="Danh Sóc Kha", is_paid_at_door=True, position=DOOR),
            waiting(uow, office, first + 1, owner="Neáng Sa Rươn", phone="0987654321"),
        )  # fmt: skip
        chosen = tuple(one.delivery.id for one in stops)
        day = local(uow.now).date()
        asked = DraftRun(office.at.link.point_id, UUID(office.courier.id), day, chosen)
        run = draft(uow, asked, actor=office.clerk)
        publish(uow, PublishRun(run.id), actor=office.clerk)
        if on_road:
            scans = tuple(Scan(one.number) for one in stops)
            load(uow, LoadRun(run.id, scans), actor=office.courier)
            start(uow, run.id, actor=office.courier)
        uow.commit()
    return Run(office, run.id, stops)


def status(served: Served, run: Run, stop: int) -> DeliveryStatus:
    with served.container.units.read() as uow:
        return delivery_view(uow, run.stops[stop].delivery.id, run.office.clerk.scope).status


def sign(page: Page) -> None:
    """A stroke with a finger in the first box."""
    box = page.locator("canvas:visible").first
    box.scroll_into_view_if_needed()
    at = box.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + 30, at["y"] + 30)
    page.mouse.down()
    page.mouse.move(at["x"] + 140, at["y"] + 70, steps=4)
    page.mouse.up()


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
    context = browser.new_context(base_url=served.url, viewport={"width": 360, "height": 740})
    page = context.new_page()  # not watched: without signal a console may complain
    sign_in(page, served, COURIER)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"/buu-ta/diem/{run.stops[1].delivery.id}/khong-phat")
    page.select_option("#f-reason", "absent")
    page.select_option("#f-next_step", "hold_notify")
    page.select_option("#f-no_fix_reason", "no_signal")
    context.set_offline(True)
    page.click("form[data-act] button.primary")
    expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
    page.goto("/buu-ta")  # read from the phone's own copy
    expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
    assert status(served, run, 1) is DeliveryStatus.OUT_FOR_DELIVERY
    context.set_offline(False)
    expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
    assert status(served, run, 1) is DeliveryStatus.ATTEMPT_FAILED
    context.close()


def test_on_a_shared_phone_each_sends_his_own(served: Served, browser: Browser) -> None:
    run = a_run(served, 551)
    context = browser.new_context(base_url=served.url, viewport={"width": 360, "height": 740})
    page = context.new_page()  # not watched: without signal a console may complain
    sign_in(page, served, COURIER)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.goto(f"/buu-ta/diem/{run.stops[1].delivery.id}/khong-phat")
    page.select_option("#f-reason", "absent")
    page.select_option("#f-next_step", "hold_notify")
    page.select_option("#f-no_fix_reason", "no_signal")
    context.set_offline(True)
    page.click("form[data-act] button.primary")
    expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
    page.click("#leave button")
    expect(page.locator("#leaving")).to_be_visible()
    page.goto("about:blank")
    context.clear_cookies()
    context.set_offline(False)
    sign_in(page, served, "phat.long-tri")
    page.goto("/buu-ta")
    expect(page.locator("#sync")).to_contain_text("1 báo phát của người khác")
    assert status(served, run, 1) is DeliveryStatus.OUT_FOR_DELIVERY
    context.clear_cookies()
    sign_in(page, served, COURIER)
    expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
    assert status(served, run, 1) is DeliveryStatus.ATTEMPT_FAILED
    context.close()


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
