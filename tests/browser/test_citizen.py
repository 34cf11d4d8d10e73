"""The citizen's page on an old phone: no script, one sentence, plain buttons."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.builders.doors import Waiting, post_office, waiting

pytestmark = pytest.mark.browser


def a_result(served: Served, number: int, **given: object) -> Waiting:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, number, **given)  # type: ignore[arg-type]
        uow.commit()
    return made


def test_a_citizen_sees_where_it_is_and_changes_his_mind(served: Served, page_of: PageOf) -> None:
    made = a_result(served, 601)
    page = page_of(None, has_scripts=False, size="phone")
    page.goto(f"/tra-cuu/{made.link}")
    expect(page.locator(".says")).to_contain_text("đang ở Bưu cục Bình Thạnh")
    page.click("text=Xem mã nhận kết quả")
    assert re.fullmatch(r"\d{3} \d{3}", page.inner_text(".hand-over-code"))
    page.click("summary:has-text('Chọn buổi nhận')")
    page.check("[name=since] >> nth=1")
    page.click("text=Hẹn buổi này")
    expect(page.locator(".done")).to_contain_text("Đã ghi nhận buổi")
    page.click("text=Đến nhận tại")
    expect(page.locator(".says")).to_contain_text("Mời Ông/Bà đến nhận")


def test_a_number_leads_to_the_question_for_slip_or_code(served: Served, page_of: PageOf) -> None:
    a_result(served, 602)
    page = page_of(None, has_scripts=False, size="phone")
    page.goto("/tra-cuu")
    page.fill("#f-number", "H12.34-261121-0602")
    page.click("button.primary")
    page.click("text=Gửi mã")
    expect(page.locator(".done")).to_contain_text("Nếu mã hồ sơ đúng")
    page.fill("#f-code", "000000")
    page.click("text=Xem hồ sơ")
    expect(page.locator("#e-code")).to_be_visible()


def test_a_citizen_lets_the_door_be_remembered_and_takes_it_back(
    served: Served, page_of: PageOf
) -> None:
    made = a_result(served, 604)
    page = page_of(None, has_scripts=False, size="phone")
    page.goto(f"/tra-cuu/{made.link}")
    follow(page, "text=Ghi nhớ vị trí cửa nhà")
    expect(page.locator("main")).to_contain_text("không ghi nhớ vị trí")
    page.click("text=Tôi đồng ý ghi nhớ")
    expect(page.locator(".done")).to_contain_text("Ông/Bà đã đồng ý lúc")
    page.screenshot(path="screenshots/citizen-door-allowed-phone-vi.png", full_page=True)
    follow(page, "text=Rút lại và xóa vị trí")
    expect(page.locator("main")).to_contain_text("không ghi nhớ vị trí")
    photograph(page_of(None), "citizen-door", f"/tra-cuu/{made.link}/vi-tri-cua")


def test_the_citizen_s_pages_can_be_read_by_everyone(served: Served, page_of: PageOf) -> None:
    made = a_result(served, 603, is_paid_at_door=True)
    page = page_of(None, size="phone")
    photograph(page, "citizen-ask", "/tra-cuu")
    photograph(page, "citizen-prove", "/tra-cuu/xac-nhan")
    photograph(page, "citizen-dossier", f"/tra-cuu/{made.link}")
    page.goto(f"/tra-cuu/{made.link}?lang=vi")
    assert "Thứ Hai đến thứ Sáu" in page.inner_text("main")
    assert "Mon-Fri" not in page.inner_text("main")
