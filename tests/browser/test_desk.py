"""An officer counts in, registers, decides, packs and hands over, on the agency desk."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import stories
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.browser.stories import CLERK, OFFICER, TIE

pytestmark = pytest.mark.browser


def test_an_envelope_is_counted_in_and_registered_under_the_agencys_code(
    served: Served, page_of: PageOf
) -> None:
    (envelope,) = stories.handed_in(served)
    stories.opened_at_section(served, [envelope])
    page = page_of(OFFICER, has_scripts=False)
    page.goto("/mot-cua")
    follow(page, "main a.button >> text=Kiểm đếm")
    photograph_count(page_of, page.url)
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.click("main button.primary")
    page.wait_for_selector("#f-code")
    page.fill("#f-code", "H12-26")
    page.click("main button.primary")
    expect(page.locator("#e-code")).to_be_visible()
    assert page.input_value("#f-code") == "H12-26"
    page.fill("#f-code", "H12.3-261121-0007")
    page.click("main button.primary")
    page.wait_for_selector("form[data-result]")
    assert page.inner_text("h1") == "H12.3-261121-0007"


def photograph_count(page_of: PageOf, address: str) -> None:
    photograph(page_of(OFFICER), "desk-count", address)


def test_a_missing_paper_opens_a_case_on_one_segment(served: Served, page_of: PageOf) -> None:
    (envelope,) = stories.handed_in(served)
    stories.opened_at_section(served, [envelope])
    page = page_of(OFFICER)
    page.goto(f"/mot-cua/phong-bi/{envelope.id}")
    first = page.locator("input[inputmode=numeric]")
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    changed = next(one for one in first.all() if one.input_value() != "0")
    changed.fill("0")
    page.click("main button.primary")
    page.wait_for_selector(".notice ol li")
    missing = re.compile(r": thiếu \d bản (chính|sao) so với lần đếm trước")
    named = page.locator(".notice p", has_text=missing).inner_text()
    assert not named.startswith("Giấy tờ số")
    photograph(page, "desk-case")
    page.goto("/mot-cua")
    page.click("text=Xem vụ việc")
    page.wait_for_selector("text=không tự khép lại vụ việc")
    expect(page.locator("main")).to_contain_text(named)  # whoever looks for it reads its name
    photograph(page, "desk-case-settle")


def test_the_work_list_names_hours_left_and_a_result_is_recorded(
    served: Served, page_of: PageOf
) -> None:
    (envelope,) = stories.handed_in(served)
    stories.opened_at_section(served, [envelope])
    dossier_id = stories.at_work(served, envelope)
    page = page_of(OFFICER)
    page.goto("/mot-cua")
    left = page.inner_text("table.work .left")  # whole days say no hours: on a Sunday, say
    assert re.fullmatch(r"còn \d+ ngày (\d+ giờ )?làm việc", left)
    photograph(page, "desk")
    page.goto(f"/mot-cua/ho-so/{dossier_id}")
    assert "Còn lại" in page.inner_text("aside dl")
    photograph(page, "desk-dossier")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.name") == "number"
    page.fill("#f-number", "88/QĐ-UBND")
    page.click("main button.primary")
    page.wait_for_selector(".s-dossier-result_ready")
    assert "Còn lại" not in page.inner_text("aside dl")  # it is done, in time or not


def test_three_boxes_turn_green_in_turn_and_the_post_takes_the_result(
    served: Served, page_of: PageOf
) -> None:
    right, wrong = stories.handed_in(served, 2)
    stories.opened_at_section(served, [right, wrong])
    dossier_id, item = stories.with_envelope(served, right)
    stories.with_envelope(served, wrong)
    page = page_of(OFFICER)
    page.goto(f"/mot-cua/dong-goi?chon={dossier_id}")
    row = page.locator("tr.picked")
    other = page.locator("tr[data-triple]:not(.picked)").first
    printed = page.request.get(row.locator("a").get_attribute("href") or "")
    assert printed.body().startswith(b"%PDF")
    page.fill("#f-result_number", row.get_attribute("data-result") or "")
    page.press("#f-result_number", "Enter")
    expect(page.locator(".box.good")).to_have_count(1)
    page.fill("#f-item_number", other.get_attribute("data-item") or "")
    page.press("#f-item_number", "Enter")
    expect(page.locator(".box.bad")).to_have_count(1)
    page.fill("#f-item_number", item["number"])
    page.press("#f-item_number", "Enter")
    page.fill("#f-label", row.get_attribute("data-address") or "")
    photograph_pack(page, served)
    page.press("#f-label", "Enter")
    page.wait_for_selector("p.done")
    page.goto("/mot-cua")
    page.click("text=Giao cho bưu điện >> nth=-1")
    page.wait_for_selector("text=Chờ bưu điện nhận")
    clerk = page_of(CLERK)
    clerk.goto("/tui-ho-so")
    clerk.fill("input[name='numbers.0']", item["number"])
    clerk.click("text=Nhận các bưu gửi này")
    clerk.wait_for_selector("text=Không có túi hay bưu gửi nào chờ anh/chị nhận.")


def photograph_pack(page: object, served: Served) -> None:
    """The three green boxes as they stand, without reloading them away."""
    from tests.browser.conftest import SCREENSHOTS

    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "desk-pack-green-desk-vi.png", full_page=True)  # type: ignore[attr-defined]


def test_a_wrong_triple_is_refused_without_any_script(served: Served, page_of: PageOf) -> None:
    one, two = stories.handed_in(served, 2)
    stories.opened_at_section(served, [one, two])
    _, item = stories.with_envelope(served, one)
    other_id, _ = stories.with_envelope(served, two)
    page = page_of(OFFICER, has_scripts=False)
    page.goto(f"/mot-cua/dong-goi?chon={other_id}")
    row = page.locator("tr.picked")
    page.fill("#f-result_number", row.get_attribute("data-result") or "")
    page.fill("#f-item_number", item["number"])
    page.fill("#f-label", row.get_attribute("data-address") or "")
    page.click("main button.primary")
    expect(page.locator("#errors")).to_be_visible()
    assert page.input_value("#f-item_number") == item["number"]
    photograph(page_of(OFFICER), "desk-pack", f"/mot-cua/dong-goi?chon={other_id}")


def test_an_officer_takes_a_pouch_offered_by_the_driver(served: Served, page_of: PageOf) -> None:
    envelopes = stories.handed_in(served, 2)
    stories.offered_to_section(served, envelopes)
    page = page_of(OFFICER)
    page.goto("/mot-cua")
    page.click("text=Nhận túi")
    page.fill("#f-tie_seen", TIE)
    page.fill("#f-count_seen", "2")
    page.click("main button.primary")
    page.fill("#tick", envelopes[0].number)
    page.press("#tick", "Enter")
    expect(page.locator("input[name^='found.']:checked")).to_have_count(1)
    page.fill("#tick", envelopes[1].number)
    page.press("#tick", "Enter")
    page.click("main button.primary")
    page.wait_for_selector(".s-pouch-opened")
