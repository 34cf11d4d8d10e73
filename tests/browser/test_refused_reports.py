"""A report kept without signal and refused later: the courier reads why, the supervisor has it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import fail, verify_delivery
from postal_bridge.delivery.types import Failure, NoFixReason
from postal_bridge.delivery.undeliverable import FailureReason, NextStep
from tests.browser.conftest import (
    PageOf,
    Served,
    assert_accessible,
    assert_nothing_scrolls_sideways,
    photograph,
)
from tests.browser.courier_phone import (
    Run,
    a_run,
    enrol,
    fill_hand_over,
    findings,
    phone_of,
    record_of,
    registered,
    status,
)

pytestmark = pytest.mark.browser
WAITING = """async () => {
  const { waiting } = await import("/static/courier-outbox.js");
  return (await waiting()).length;
}"""


def test_a_refused_report_leaves_the_phone_and_stays_as_evidence(
    served: Served, browser: Browser, page_of: PageOf
) -> None:
    run = a_run(served, 651)
    device_id = registered(served, run)
    with phone_of(browser, served) as page:
        enrol(page, device_id)
        fill_hand_over(page, run, 0)
        page.context.set_offline(True)
        page.click("form[data-act] button.primary")
        expect(page.locator("#sync")).to_contain_text("Còn 1 báo phát chưa gửi")
        _somebody_else_reports_a_failed_visit(served, run)
        page.context.set_offline(False)
        expect(page.locator("#sync a")).to_have_text("1 báo phát bị trả lại, bấm để xem")
        page.click("#sync a")
        refused = page.locator("#tra-lai li")
        expect(refused).to_contain_text("Nguyễn Thị Hồng Nhung")
        expect(refused).to_contain_text("Phát thành công")
        expect(page.locator("[data-next] .notice", has_text="Đã giữ trên máy")).to_have_count(0)
        _is_readable(page)
        page.click("#tra-lai li button")
        expect(page.locator("#sync")).to_contain_text("Đã gửi hết báo phát")
        expect(page.locator("#tra-lai")).to_be_hidden()
        kept = page.evaluate(WAITING)
        assert kept == 0
        assert status(served, run, 0) is DeliveryStatus.ATTEMPT_FAILED  # a report moves nothing
        row = record_of(served, device_id).rows[0]
        assert (row.seq, row.fate.value, row.is_evidence) == (2, "refused", True)
        assert findings(served) == []
        with served.container.units.read() as uow:
            assert list(verify_delivery(uow)) == []
        _the_supervisor_reads_it(page_of, device_id)


def _somebody_else_reports_a_failed_visit(served: Served, run: Run) -> None:
    failure = Failure(
        reason=FailureReason.ABSENT, next_step=NextStep.HOLD_NOTIFY,
        no_fix_reason=NoFixReason.NO_SIGNAL,
    )  # fmt: skip
    with served.container.units.write() as uow:
        fail(uow, run.stops[0].delivery.id, failure, actor=run.office.courier)
        uow.commit()


def _is_readable(page: Page) -> None:
    assert_accessible(page)
    assert_nothing_scrolls_sideways(page, "refused reports")


def _the_supervisor_reads_it(page_of: PageOf, device_id: str) -> None:
    page = page_of("supervisor")
    page.goto("/dieu-hanh?lang=vi")
    page.locator(".evening a[href*='bao-phat']").click()
    expect(page.locator("main")).to_contain_text("Phát thành công")
    expect(page.locator("main")).to_contain_text("26.000\u00a0đ")
    expect(page.locator("main")).to_contain_text("Chữ ký đúng")
    drawn = page.locator(".kept img")
    expect(drawn).to_have_count(1)
    assert drawn.evaluate("(one) => one.complete && one.naturalWidth") == 640
    photograph(page, "refused-report")
    page.goto(f"/nhan-su/thiet-bi/{device_id}")
    expect(page.locator("main")).to_contain_text(
        "Chuyến phát đã sang bước khác trước khi báo phát đến."
    )
    _is_readable(page)
