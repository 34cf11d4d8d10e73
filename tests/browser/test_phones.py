"""A courier's phone that signs: enrolled, three acts without signal, a row that was changed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.canonical import canonical_json
from postal_bridge.people.device_looking import DeviceRecord
from postal_bridge.people.device_rows import Fault
from postal_bridge.people.service import (
    RegisterDevice,
    device_record,
    register_device,
    verify_devices,
)
from tests.browser.conftest import (
    PageOf,
    Served,
    assert_accessible,
    assert_nothing_scrolls_sideways,
    sign_in,
)
from tests.browser.test_courier import COURIER, Run, a_run, sign
from tests.builders.phones import CANONICAL

pytestmark = pytest.mark.browser
LABEL = "Điện thoại bưu tá 2"
TAMPER = """async () => {
  const { inStores } = await import("/static/courier-store.js");
  const acts = await inStores(["acts"], "readonly", ({ acts }) => acts.getAll());
  for (const act of acts) {
    const field = act.fields.find(([name]) => name === "device_row");
    field[1] = field[1].replace("absent", "refused");
    await inStores(["acts"], "readwrite", ({ acts }) => acts.put(act));
  }
}"""


def registered(served: Served, run: Run) -> str:
    unit_id = run.office.clerk.unit_id
    assert isinstance(unit_id, UUID)
    asked = RegisterDevice(unit_id, "phone", LABEL)
    return register_device(asked, actor=Actor.operator(), units=served.container.units).id


def record_of(served: Served, device_id: str) -> DeviceRecord:
    return device_record(device_id, actor=Actor.operator(), units=served.container.units)


def enrol(page: Page, device_id: str) -> None:
    """This browser's key signs for the device."""
    page.goto("/buu-ta/may")
    page.check(f"[value='{device_id}']")
    page.click("#enrol button")
    expect(page.locator("#phone-state")).to_have_text(
        f"Điện thoại này ký với tên “{LABEL}”. Đã ghi 1 dòng."
    )


def fill_hand_over(page: Page, run: Run, stop: int) -> None:
    """Everything that the first of two doors asks for; not sent yet."""
    page.goto(f"/buu-ta/diem/{run.stops[stop].delivery.id}/phat")
    page.fill("#f-seen_number", run.stops[stop].number)
    page.check("[name=who] >> nth=0")
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "1234")
    page.select_option("#f-no_fix_reason", "indoors")
    page.check("[name=paid_vnd]")
    page.check("[name=papers_taken_back]")
    sign(page)


def fail_at(page: Page, run: Run, stop: int) -> None:
    page.goto(f"/buu-ta/diem/{run.stops[stop].delivery.id}/khong-phat")
    page.select_option("#f-reason", "absent")
    page.select_option("#f-next_step", "hold_notify")
    page.select_option("#f-no_fix_reason", "no_signal")
    page.click("form[data-act] button.primary")


def test_what_a_phone_recorded_can_be_shown(
    served: Served, browser: Browser, page_of: PageOf
) -> None:
    run = a_run(served, 601)
    device_id = registered(served, run)
    context = browser.new_context(base_url=served.url, viewport={"width": 360, "height": 740})
    page = context.new_page()  # not watched: without signal a console may complain
    sign_in(page, served, COURIER)
    page.goto("/buu-ta")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(page.locator("#unsigned")).to_be_visible()
    enrol(page, device_id)
    door = f"/buu-ta/diem/{run.stops[0].delivery.id}"
    for path in (door, f"{door}/phat", f"/buu-ta/diem/{run.stops[1].delivery.id}/khong-phat"):
        page.goto(path)  # kept on the phone
    assert page.evaluate("async (values) => { const { canonical } = await"
                         " import('/static/courier-chain.js'); return values.map(canonical); }",
                         CANONICAL) == [canonical_json(value) for value in CANONICAL]  # fmt: skip
    context.set_offline(True)
    page.goto(door)
    page.click("form[data-call] button")
    expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
    page = context.new_page()  # the browser asks the other one whether it may dial
    fill_hand_over(page, run, 0)
    page.click("form[data-act] button.primary")
    expect(page.locator("#sync")).to_contain_text("Còn 2 báo phát chưa gửi")
    fail_at(page, run, 1)
    expect(page.locator("#sync")).to_contain_text("Còn 3 báo phát chưa gửi")
    context.set_offline(False)
    expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
    record = record_of(served, device_id)
    assert [(row.seq, row.kind, row.is_evidence) for row in reversed(record.rows)] == [
        (1, "device.enrolled", True), (2, "door.called", True),
        (3, "door.handed_over", True), (4, "door.failed", True),
    ]  # fmt: skip
    assert record.missing == ()
    assert findings(served) == []
    page.goto("/buu-ta")
    expect(page.locator("#unsigned")).to_be_hidden()
    _a_changed_row_is_no_evidence(served, context, page, device_id)
    _people_see_it(served, page_of, run, device_id)
    context.close()


def findings(served: Served) -> list[Any]:
    with served.container.units.read() as uow:
        return list(verify_devices(uow))


def _a_changed_row_is_no_evidence(served: Served, context: Any, page: Page, device_id: str) -> None:
    """Somebody changes the phone's own storage; the act is done all the same. Its clock is a day
    ahead, and it is told so.
    """
    page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=1))
    other = a_run(served, 611)
    page.goto(f"/buu-ta/diem/{other.stops[1].delivery.id}/khong-phat")
    context.set_offline(True)
    fail_at(page, other, 1)
    expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
    page.evaluate(TAMPER)
    context.set_offline(False)
    expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
    expect(page.locator("#sync")).to_contain_text("chạy nhanh 24 giờ 0 phút")
    newest = record_of(served, device_id).rows[0]
    assert newest.faults == (Fault.SIGNATURE_WRONG, Fault.ACT_DIFFERS)
    assert not newest.is_evidence
    assert 86_300 < (newest.clock_ahead_s or 0) < 86_500
    assert newest.recorded_at - datetime.now(UTC) > timedelta(hours=23)  # the phone's own time


def _people_see_it(served: Served, page_of: PageOf, run: Run, device_id: str) -> None:
    courier, supervisor = page_of(COURIER, size="phone"), page_of("supervisor", size="phone")
    for page, path in ((courier, "/buu-ta/may"), (supervisor, f"/nhan-su/thiet-bi/{device_id}")):
        page.goto(path)
        assert_accessible(page)
        assert_nothing_scrolls_sideways(page, path)
    expect(supervisor.locator("main")).to_contain_text("Không dùng làm bằng chứng")
    supervisor.goto("/dieu-hanh?lang=vi")
    expect(supervisor.locator(".evening")).to_contain_text(f"{LABEL} · 1 dòng không dùng")
    supervisor.goto("/nhan-su?lang=vi")
    expect(supervisor.locator("tr", has_text=LABEL)).to_contain_text(
        "1 dòng không dùng làm bằng chứng"
    )
    clerk = page_of("gdv.binh-thanh")
    clerk.goto(f"/ca-phat/luu/{run.stops[1].delivery.id}")
    expect(clerk.locator(".phone-row").first).to_contain_text(f"{LABEL} ghi lúc")
