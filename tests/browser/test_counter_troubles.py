"""Nothing typed is lost: a session ends, the power or the server goes, Enter is hit again."""

import re

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import (
    PageOf,
    Served,
    sign_in,
)
from tests.browser.counter_keys import (
    CARRIER,
    COMMUNE,
    START,
    begin,
    open_drawers,
    take_in_full,
    type_people,
    wait_saved,
)

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def drawers(served: Served) -> None:
    open_drawers(served)


def test_a_session_that_ends_in_the_middle_loses_nothing_typed(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.fill("[id='f-owner.full_name']", "Trần Văn Bảy")
    wait_saved(page)
    page.context.clear_cookies()
    page.fill("[id='f-owner.phone']", "0912 345 999")
    page.wait_for_selector("#sign-in-again:not([hidden])")
    other = page.context.new_page()
    sign_in(other, served, CARRIER)
    page.fill("[id='f-owner.address_text']", "Ấp 9")
    page.wait_for_selector("#sign-in-again", state="hidden")
    page.reload()
    assert page.input_value("[id='f-owner.phone']") == "0912 345 999"
    assert page.input_value("[id='f-owner.address_text']") == "Ấp 9"


def test_dropping_a_number_asks_once_more(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.locator(".sure summary").click()
    page.click("button[data-drop]")
    page.wait_for_url("**/quay-giao-dich")


def test_a_power_cut_loses_nothing_that_was_typed(served: Served, page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    with page.expect_response(
        lambda a: a.url.endswith("/luu") and "Hoa" in (a.request.post_data or "")
    ):
        type_people(page)
    address = page.url
    page.close(run_before_unload=False)
    served.container.units.engine.dispose()  # nothing the process remembered is used
    again = page_of(CARRIER)
    again.goto(address)
    assert again.input_value("[id='f-owner.full_name']") == "Nguyễn Thị Hoa"
    assert again.input_value(COMMUNE) == "Long Trị, Hậu Giang"


def test_a_server_that_is_gone_is_said_and_what_was_typed_is_sent_later(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    gone = re.compile("/luu$|/tiep-nhan$")
    page.route(gone, lambda route: answer_bad_gateway(route))
    page.fill("[id='f-owner.full_name']", "Y Blăk")
    page.wait_for_selector("#unsaved:visible")
    assert "Chưa lưu được" in page.inner_text("#unsaved")
    page.keyboard.press("F10")
    assert page.input_value("[id='f-owner.full_name']") == "Y Blăk"
    page.unroute(gone)
    page.fill("[id='f-owner.phone']", "0912 345 678")
    page.wait_for_selector("#unsaved", state="hidden")
    page.reload()
    assert page.input_value("[id='f-owner.full_name']") == "Y Blăk"


def answer_bad_gateway(route: Route) -> None:
    route.fulfill(status=404, body="")


def test_enter_four_times_on_a_frozen_screen_is_one_dossier(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    type_people(page)
    take_in_full(page)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/tiep-nhan") else None)
    page.evaluate("for (let i = 0; i < 4; i++) document.querySelector('[data-accept]').click()")
    page.wait_for_url("**/ho-so/*")
    assert len(sent) == 1


def test_a_parked_number_is_taken_up_where_it_was_left(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.fill("[id='f-owner.full_name']", "H'Hen")
    page.click("text=Gác lại")
    page.wait_for_url(f"**{START}")
    page.wait_for_timeout(700)  # longer than a save would wait: none may take it up again
    page.reload()
    row = page.locator(".queue-list li", has_text="gác lại").last
    row.locator("a").click()
    assert page.input_value("[id='f-owner.full_name']") == "H'Hen"
