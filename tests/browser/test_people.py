"""People are added, placed, moved and kept out; a lost phone is locked."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageOf, Served, follow, photograph

pytestmark = pytest.mark.browser
SUPERVISOR = "gs.can-tho"


def test_a_person_is_added_placed_and_signs_in(served: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR, has_scripts=False)
    page.goto("/nhan-su")
    page.fill("#f-display_name", "Y Blăk")
    page.fill("#f-login", "blak.longmy")
    page.click("form[action='/nhan-su'] button")
    assert page.locator(".secret").inner_text()
    password = page.locator(".secret").inner_text()
    page.select_option("#f-role", "clerk")
    page.select_option("#f-seat_point_id", label="Bưu cục Long Mỹ")
    page.click("main button.primary")
    page.wait_for_url(re.compile(r"/nhan-su/[0-9a-f-]{36}$"))
    assert "Bưu cục Long Mỹ" in page.inner_text("#moves + table")
    person = page.url
    nobody = page_of(None)
    nobody.goto("/dang-nhap")
    nobody.fill("#f-login", "blak.longmy")
    nobody.fill("#f-password", password)
    nobody.click("main button")
    nobody.wait_for_url(lambda url: "/dang-nhap" not in url)
    page.goto(person)
    follow(page, "button[name=is_active]")
    nobody.goto("/quay-giao-dich")
    assert "/dang-nhap" in nobody.url


def test_a_place_that_does_not_fit_the_role_comes_back(served: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR, has_scripts=False)
    page.goto("/nhan-su")
    page.fill("#f-display_name", "H'Hen")
    page.fill("#f-login", "hhen.longmy")
    page.click("form[action='/nhan-su'] button")
    page.select_option("#f-role", "clerk")
    page.click("main button.primary")
    expect(page.locator("#errors")).to_be_visible()
    assert page.locator("#f-role").input_value() == "clerk"
    page.goto("/nhan-su")
    page.fill("#f-display_name", "H'Hen")
    page.fill("#f-login", "hhen.longmy")
    page.click("form[action='/nhan-su'] button")
    expect(page.locator("#errors")).to_be_visible()
    assert page.locator("#f-display_name").input_value() == "H'Hen"


def test_a_lost_phone_is_locked(served: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR, has_scripts=False)
    page.goto("/nhan-su")
    page.fill("#f-label", "Điện thoại bưu tá 2, Long Mỹ")
    page.click("form[action='/nhan-su/thiet-bi'] button")
    row = page.locator("tr", has_text="Điện thoại bưu tá 2")
    row.locator("button").click()
    expect(
        page.locator("tr", has_text="Điện thoại bưu tá 2").locator(".device-locked")
    ).to_be_visible()


def test_the_pages_of_people(served: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR)
    photograph(page, "people", "/nhan-su")
    page.goto("/nhan-su")
    follow(page, page.locator("td a[href^='/nhan-su/']").first)
    photograph(page, "person")
    operator = page_of("vanhanh")
    photograph(operator, "people-operator", "/nhan-su")
