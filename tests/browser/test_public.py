"""Anyone finds what to bring, what it costs, where to go, and where a dossier is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageOf, Served, assert_accessible, follow, photograph

pytestmark = pytest.mark.browser
LIGHT_BYTES = 60_000


def test_a_citizen_finds_the_post_office_of_the_commune_without_any_script(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(None, has_scripts=False, size="phone")
    page.goto("/")
    page.fill("#f-q", "long my")
    page.press("#f-q", "Enter")
    page.locator("ul.lines a", has_text="Phường Long Mỹ, Thành phố Cần Thơ").click()
    first = page.locator("table.stack tbody tr").first
    expect(first).to_contain_text("Long Mỹ")
    assert "số liệu mẫu" in first.inner_text()
    first.locator("a[href^='/thu-tuc/']").first.click()
    expect(page.locator("ol.papers li").first).to_be_visible()


def test_a_name_that_several_communes_bear_is_asked_about_and_never_guessed(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(None, has_scripts=False)
    page.goto("/noi-phuc-vu?q=tan+hung")
    meant = page.locator("ul.lines a")
    assert meant.count() > 1
    expect(page.locator("table.stack td .note", has_text="cách khoảng")).to_have_count(0)
    meant.first.click()
    expect(page.locator("table.stack td .note", has_text="cách khoảng").first).to_be_visible()


def test_an_address_and_a_procedure_say_when_the_agency_would_have_it(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(None, has_scripts=False)
    page.goto("/noi-phuc-vu")
    page.fill("#f-q", "ap 3 xa Long Tri, thi xa Long My, Hau Giang")
    page.select_option("#f-thu-tuc", "civil-extract")
    follow(page, "main button.primary")
    assert "Long Tri" not in page.url  # an address is personal
    first = page.locator("table.stack tbody tr").first.inner_text()
    assert "2026" in first
    expect(page.locator("table.stack")).to_have_count(2)
    expect(page.locator(".serving")).to_contain_text("Ông/Bà nộp hồ sơ được ở đây.")
    page.screenshot(path="screenshots/public-where-address-desk-vi.png", full_page=True)


def test_what_is_needed_there_is_ticked_and_the_serving_place_said(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(None, has_scripts=False, size="phone")
    page.goto("/noi-phuc-vu?xa=31471&thu-tuc=civil-extract")
    expect(page.locator(".serving")).to_contain_text("Ông/Bà nộp hồ sơ được ở đây.")
    page.fill("#f-q", "ap 3 xa Long Tri, thi xa Long My, Hau Giang")
    page.check("input[name=can][value=take_payment]")
    page.click("main button.primary")
    expect(page.locator(".serving")).to_contain_text("Chưa rõ điểm này")
    assert page.is_checked("input[name=can][value=take_payment]")
    page.screenshot(path="screenshots/public-where-needs-phone-vi.png", full_page=True)


def test_an_unknown_commune_is_said_and_all_points_stay_in_sight(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(None, has_scripts=False)
    page.goto("/noi-phuc-vu?q=Xyzzy")
    expect(page.locator(".notice")).to_be_visible()
    assert page.locator("table.stack tbody tr").count() > 3


def test_a_place_is_said_once_and_fares_fit_a_phone(served: Served, page_of: PageOf) -> None:
    page = page_of(None, has_scripts=False, size="phone")
    page.goto("/noi-phuc-vu")
    for note in page.locator("table.stack td .note").all_inner_texts():
        parts = [part.strip() for part in note.split(",")]
        assert len(parts) == len(set(parts))
    page.goto("/cuoc-phi")
    table = page.locator("table.fares").first
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")


def test_nothing_says_that_paper_is_carried_where_only_online_filing_is_left(
    page_of: PageOf,
) -> None:
    page = page_of(None)
    page.goto("/thu-tuc/land-change?lang=en")
    assert "help you file online" in page.inner_text("main")
    assert "carries it to the agency" not in page.inner_text("main")
    page.goto("/thu-tuc/social-allowance?lang=en")
    assert "Where it is taken in" in page.inner_text("main")
    assert "Social protection" in page.inner_text("main")


def test_a_number_leads_to_the_page_that_asks_for_proof(served: Served, page_of: PageOf) -> None:
    page = page_of(None, has_scripts=False)
    page.goto("/")
    page.fill("#f-number", "H12.3-261121-0001")
    page.click("text=Tra cứu >> nth=-1")
    page.wait_for_url("**/tra-cuu/**")


def test_public_pages_are_light_and_use_no_web_font(served: Served, page_of: PageOf) -> None:
    page = page_of(None)
    loaded: list[tuple[str, int]] = []
    page.on("response", lambda answer: loaded.append((answer.url, len(answer.body()))))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert not [url for url, _ in loaded if "font" in url]
    assert sum(size for _, size in loaded) < LIGHT_BYTES


def test_the_public_pages(served: Served, page_of: PageOf) -> None:
    page = page_of(None)
    for name, path in {
        "home": "/",
        "procedures": "/thu-tuc",
        "procedure": "/thu-tuc/social-allowance",
        "procedure-online": "/thu-tuc/land-change",
        "fares": "/cuoc-phi",
        "where": "/noi-phuc-vu?q=long+my",
        "where-all": "/noi-phuc-vu",
    }.items():
        photograph(page, f"public-{name}", path)


def test_the_page_of_the_api_is_accessible(served: Served, page_of: PageOf) -> None:
    """Once only: it is long, and its parts are alike."""
    page = page_of(None)
    page.goto("/api")
    page.screenshot(path="screenshots/public-api-desk-vi.png")
    assert page.locator(".operation").count() > 30
    assert_accessible(page)
