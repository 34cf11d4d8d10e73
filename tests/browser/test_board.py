"""The supervisor's board shows what is wrong, and a second person puts it right."""

import pytest
from playwright.sync_api import expect

from postal_bridge.custody.service import recount
from postal_bridge.custody.types import PaperCount
from postal_bridge.money.errors import DrawerAlreadyOpen
from postal_bridge.money.service import (
    ContestDifference,
    CountDrawer,
    OpenDrawer,
    contest_difference,
    count_drawer,
    open_drawer,
)
from tests.browser import stories
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.builders.clock import pass_days
from tests.builders.doors import PASSWORD

pytestmark = pytest.mark.browser
SUPERVISOR = "gs.can-tho"
CONTESTING = "gdv.binh-thanh"
DAY_US = 86_400_000_000


@pytest.fixture(scope="module")
def troubled(served: Served) -> Served:
    """Some bad days at Long Trị: envelopes left lying, a count that differs, a contested drawer."""
    units, clerk = served.container.units, served.actor(CONTESTING)
    _, at_agency, wrong, *_ = stories.handed_in(served, 4)
    stories.opened_at_section(served, [at_agency])
    stories.at_work(served, at_agency)
    with units.write() as uow:
        counts = (PaperCount(1, "original_kept", 7, 0),)
        counted = recount(uow, wrong.id, counts, actor=served.actor(stories.CLERK))
        uow.commit()
    assert counted.case_id is not None
    try:
        open_drawer(OpenDrawer(500_000), actor=clerk, units=units)
    except DrawerAlreadyOpen:
        return served
    count_drawer(CountDrawer(430_000), actor=clerk, units=units)
    contest_difference(
        ContestDifference("Tiền lẻ đầu ca đếm thiếu, có người làm chứng"), actor=clerk, units=units
    )
    pass_days(units, 45)
    stories.tied_pouch(served, stories.handed_in(served, 2))
    return served


def test_the_board_counts_what_lies_still_is_late_or_contested(
    troubled: Served, page_of: PageOf
) -> None:
    page = page_of(SUPERVISOR)
    page.goto("/dieu-hanh")
    figures = [int(one.inner_text()) for one in page.locator(".figure dd a").all()]
    assert figures[0] >= 2
    assert figures[1] == 1
    assert figures[2] == 2
    expect(page.locator("svg.trend")).to_have_count(4)
    assert "Bưu cục Bình Thạnh" not in page.inner_text("#silent")
    photograph(page, "board")


def test_every_dossier_named_on_the_board_can_be_opened(troubled: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR, has_scripts=False)
    page.goto("/dieu-hanh")
    links = page.locator("main a[href^='/ho-so/']")
    addresses = {one.get_attribute("href") for one in links.all()}
    assert len(addresses) >= 3
    for address in addresses:
        answer = page.goto(str(address))
        assert answer is not None
        assert answer.status == 200


def test_the_board_is_read_without_any_script(troubled: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR, has_scripts=False)
    page.goto("/dieu-hanh")
    expect(page.locator("h2#evening")).to_be_visible()
    expect(page.locator("noscript p").first).to_be_visible()


def test_every_map_shows_hoang_sa_and_truong_sa(troubled: Served, page_of: PageOf) -> None:
    page = page_of(SUPERVISOR)
    page.goto("/dieu-hanh")
    page.wait_for_selector("[data-drawn]")
    for language, names in {
        "vi": ("Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"),
        "en": ("Hoàng Sa archipelago (Việt Nam)", "Trường Sa archipelago (Việt Nam)"),
    }.items():
        page.goto(f"/dieu-hanh?lang={language}")
        page.wait_for_selector("[data-drawn]")
        country = page.locator("[data-country]")
        for name in names:
            expect(country.get_by_text(name)).to_be_visible()
    page.locator("#map-heading").scroll_into_view_if_needed()
    asked = page.evaluate(
        "performance.getEntriesByType('resource').map(one => new URL(one.name).origin)"
    )
    assert set(asked) == {troubled.url}


def test_a_supervisor_decides_a_contested_drawer_and_closes_a_case(
    troubled: Served, page_of: PageOf
) -> None:
    page, looking = page_of(SUPERVISOR, has_scripts=False), page_of(SUPERVISOR)
    page.goto("/dieu-hanh")
    follow(page, page.locator("section[aria-labelledby=contested] a[href*='/quy/']").first)
    assert "Tiền đầu ca" in page.inner_text("main table")
    assert "Bưu cục Bình Thạnh" in page.inner_text("main .lead")
    photograph(looking, "board-drawer", page.url)
    page.goto(f"{page.url}?lang=vi")
    page.check("input[name=clerk_owes][value='0']")
    page.fill("#f-second_login", "gdv.long-tri")
    page.fill("#f-second_password", PASSWORD)
    page.fill("#f-evidence", "BB-12/2026")
    page.click("main button.primary")
    page.wait_for_url("**/dieu-hanh#contested")
    follow(page, page.locator("section[aria-labelledby=contested] a[href*='/vu-viec/']").first)
    photograph(looking, "board-case", page.url)
    page.check("input[name=outcome][value=counted_wrong]")
    page.fill("#f-words", "Đếm lại cùng cán bộ một cửa: đủ giấy.")
    page.click("main button.primary")
    page.wait_for_url("**/dieu-hanh#contested")
    assert page.locator("section[aria-labelledby=contested] .count").inner_text() == "0"
