"""A courier's phone that signs: enrolled, three acts without signal, a row that was changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from postal_bridge.kernel.canonical import canonical_json
from postal_bridge.people.device_rows import Fault
from tests.browser.conftest import (
    PageOf,
    Served,
    assert_accessible,
    assert_nothing_scrolls_sideways,
)
from tests.browser.courier_phone import (
    COURIER,
    LABEL,
    Run,
    a_run,
    enrol,
    fail_at,
    fill_hand_over,
    findings,
    phone_of,
    record_of,
    registered,
)
from tests.builders.phones import CANONICAL

pytestmark = pytest.mark.browser
WRITTEN = """async (values) => {
  const { canonical } = await import("/static/courier-chain.js");
  return values.map(canonical);
}"""
TAMPER = """async () => {
  const { inStores } = await import("/static/courier-store.js");
  const acts = await inStores(["acts"], "readonly", ({ acts }) => acts.getAll());
  for (const act of acts) {
    const field = act.fields.find(([name]) => name === "device_row");
    field[1] = field[1].replace("absent", "refused");
    await inStores(["acts"], "readwrite", ({ acts }) => acts.put(act));
  }
}"""


def test_what_a_phone_recorded_can_be_shown(
    served: Served, browser: Browser, page_of: PageOf
) -> None:
    run = a_run(served, 601)
    device_id = registered(served, run)
    with phone_of(browser, served) as page:
        expect(page.locator("#unsigned")).to_be_visible()
        enrol(page, device_id)
        door = f"/buu-ta/diem/{run.stops[0].delivery.id}"
        for path in (door, f"{door}/phat", f"/buu-ta/diem/{run.stops[1].delivery.id}/khong-phat"):
            page.goto(path)  # kept on the phone
        assert page.evaluate(WRITTEN, CANONICAL) == [canonical_json(one) for one in CANONICAL]
        page.context.set_offline(True)
        page.goto(door)
        page.click("form[data-call] button")
        expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
        page = page.context.new_page()  # the browser asks the other one whether it may dial
        fill_hand_over(page, run, 0)
        page.click("form[data-act] button.primary")
        expect(page.locator("#sync")).to_contain_text("Còn 2 báo phát chưa gửi")
        fail_at(page, run, 1)
        expect(page.locator("#sync")).to_contain_text("Còn 3 báo phát chưa gửi")
        page.context.set_offline(False)
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
        _a_changed_row_is_no_evidence(served, page.context, page, device_id)
        _people_see_it(served, page_of, run, device_id)


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
