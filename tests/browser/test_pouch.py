"""A pouch goes from the counter to the agency by scans, ties and two-sided hand-overs."""

import pytest
from playwright.sync_api import expect

from tests.browser import stories
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.browser.stories import CLERK, DRIVER, OFFICER, TIE

pytestmark = pytest.mark.browser


def test_a_clerk_fills_and_ties_a_pouch_without_any_script(served: Served, page_of: PageOf) -> None:
    first, second = stories.handed_in(served, 2)
    page = page_of(CLERK, has_scripts=False)
    page.goto("/tui-ho-so")
    page.click("text=Lập túi >> nth=-1")
    page.fill("#f-number", first.number.lower())
    page.press("#f-number", "Enter")
    expect(page.locator("[data-count]")).to_have_text("1")
    assert second.number[-5:-2] in page.inner_text("[data-difference]").replace(" ", "")
    page.fill("#f-number", second.number)
    page.press("#f-number", "Enter")
    expect(page.locator("[data-count]")).to_have_text("2")
    page.fill("#f-tie_number", TIE)
    page.fill("#f-tie_again", "PB 004218")
    page.press("#f-tie_again", "Enter")
    expect(page.locator("#e-tie_again")).to_be_visible()
    assert page.input_value("#f-tie_number") == TIE
    page.fill("#f-tie_again", TIE)
    page.press("#f-tie_again", "Enter")
    expect(page.locator(".s-pouch-sealed")).to_be_visible()


def test_scanning_with_scripts_counts_without_leaving_the_page(
    served: Served, page_of: PageOf
) -> None:
    stories.tied_pouch(served, stories.handed_in(served))  # the point is empty again
    (envelope,) = stories.handed_in(served)
    page = page_of(CLERK)
    page.goto("/tui-ho-so")
    follow(page, "main button.primary")
    address = page.url
    page.fill("#f-number", "RR 1234 5678 5 VN")
    page.press("#f-number", "Enter")
    page.wait_for_selector("#e-number")
    page.fill("#f-number", envelope.number)
    page.press("#f-number", "Enter")
    page.wait_for_selector("[data-count]:text-is('1')")
    assert page.url == address
    assert page.evaluate("document.activeElement.id") == "f-number"
    photograph(page, "pouch-open")


def test_a_clerk_takes_back_what_the_wrong_driver_was_offered(
    served: Served, page_of: PageOf
) -> None:
    pouch_id = stories.offered_to_driver(served, stories.handed_in(served))
    page = page_of(CLERK, has_scripts=False)
    page.goto(f"/tui-ho-so/{pouch_id}")
    assert "Chờ Ngô Thị Hồng Thắm" in page.inner_text(".notice")
    page.click("summary:has-text('Chọn nhầm')")
    page.fill("#back-why", "Chọn nhầm lái xe")
    photograph(page_of(CLERK), "pouch-offered", page.url)
    page.click("text=Thôi giao, lấy lại túi")
    expect(page.locator(".s-pouch-sealed")).to_be_visible()
    page.select_option("#f-driver_id", label=page.locator("#f-driver_id option").first.inner_text())
    page.click("main button.primary")
    expect(page.locator(".s-pouch-offered")).to_be_visible()


def test_a_driver_takes_a_pouch_and_brings_it_to_the_agency(
    served: Served, page_of: PageOf
) -> None:
    pouch_id = stories.offered_to_driver(served, stories.handed_in(served, 2))
    page = page_of(DRIVER, size="phone")
    photograph(page, "pouch-list-driver", "/tui-ho-so")
    page.goto("/tui-ho-so")
    assert TIE.replace(" ", "") not in page.inner_text(
        "section[aria-labelledby=h-wait], main .pouches >> nth=0"
    )
    photograph(page, "pouch-take", f"/tui-ho-so/{pouch_id}")
    page.goto(f"/tui-ho-so/{pouch_id}")
    page.fill("#f-tie_seen", "SAI 1")
    page.fill("#f-count_seen", "2")
    page.click("main button.primary")
    expect(page.locator("#errors a")).to_have_attribute("href", "#f-tie_seen")
    page.fill("#f-tie_seen", TIE)
    page.fill("#f-count_seen", "3")
    page.click("main button.primary")
    expect(page.locator("#errors a")).to_have_attribute("href", "#f-count_seen")
    page.fill("#f-count_seen", "2")
    page.click("main button.primary")
    page.wait_for_selector(".s-pouch-accepted")
    page.click("main button.primary")
    page.wait_for_selector(".s-pouch-offered")
    officer = page_of(OFFICER)
    officer.goto("/mot-cua")
    officer.click("text=Nhận túi")
    officer.fill("#f-tie_seen", TIE)
    officer.fill("#f-count_seen", "2")
    officer.click("main button.primary")
    officer.wait_for_selector("form[data-tick]")
    photograph(officer, "pouch-opening")
    officer.goto(f"/tui-ho-so/{pouch_id}?lang=vi")
    for box in officer.locator("[name^='found.']").all():
        box.check()
    facts = officer.locator("aside .facts")
    expect(facts).not_to_contain_text("Mở lúc")
    begun = facts.locator("dt:text-is('Lập lúc') + dd")
    said = begun.inner_text()
    assert said != "–"
    officer.click("main button.primary")
    expect(facts).to_contain_text("Mở lúc")  # what it was begun at does not become that
    expect(begun).to_have_text(said)


def test_the_manifest_of_a_tied_pouch_is_a_pdf(served: Served, page_of: PageOf) -> None:
    pouch_id = stories.tied_pouch(served, stories.handed_in(served))
    page = page_of(CLERK)
    answer = page.request.get(f"{served.url}/tui-ho-so/{pouch_id}/ban-ke.pdf")
    assert answer.status == 200
    assert answer.body().startswith(b"%PDF")
