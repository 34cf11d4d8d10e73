"""The map of the network: drawn from our own data, and readable as a list without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageOf, Served, follow, photograph

pytestmark = pytest.mark.browser
MAP = "/dieu-hanh/mang-luoi"
HOANG_SA, TRUONG_SA = "Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"


def test_the_map_asks_nobody_but_ourselves_and_names_both_archipelagos(
    served: Served, page_of: PageOf
) -> None:
    page = page_of("vanhanh")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(MAP)
    page.wait_for_selector("[data-drawn]")
    for seen in ("[data-network]", "[data-inset]"):
        names = page.locator(f"{seen} .leaflet-tooltip.island").all_inner_texts()
        assert names == [HOANG_SA, TRUONG_SA]
    assert all(url.startswith((served.url, "data:", "blob:")) for url in asked)
    page.click("[data-country]")
    page.screenshot(path="screenshots/network-country-desk-vi.png")
    box = page.locator("[data-network]").bounding_box()
    assert box is not None
    for island in page.locator("[data-network] .leaflet-tooltip.island").all():
        place = island.bounding_box()
        assert place is not None
        assert box["x"] <= place["x"] <= box["x"] + box["width"]
        assert box["y"] <= place["y"] <= box["y"] + box["height"]


def test_layers_are_switched_and_the_list_leads_to_the_map(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh")
    page.goto(MAP)
    page.wait_for_selector("[data-drawn]")
    shown = page.locator("[data-network] path[stroke-dasharray]").count()
    assert shown > 0
    page.uncheck("[data-layers] input[name=link]")
    expect(page.locator("[data-network] path[stroke-dasharray]")).to_have_count(0)
    page.locator("[data-show=long-my]").click()
    assert "Long Mỹ" in page.locator(".leaflet-tooltip:not(.island)").first.inner_text()


def test_without_scripts_the_list_says_all_of_it(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto(MAP)
    everything = page.locator("ul.points > li").count()
    page.fill("#f-q", "long tri")
    follow(page, ".find button")
    found = page.locator("ul.points > li")
    assert 0 < found.count() < everything
    assert "Long Trị" in found.first.inner_text()
    assert found.first.locator(".s-link-active").count() > 0


def test_a_supervisor_sees_the_own_area_only(served: Served, page_of: PageOf) -> None:
    page = page_of(served.login_of("supervisor"))
    page.goto(MAP)
    page.wait_for_selector("[data-drawn]")
    keys = page.locator("ul.points > li").evaluate_all("rows => rows.map(row => row.id)")
    assert keys
    assert "trang-bom" not in keys


def test_at_phone_size_both_archipelagos_are_in_sight_beside_any_part(
    served: Served, page_of: PageOf
) -> None:
    page = page_of("vanhanh")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(MAP)
    page.wait_for_selector("[data-drawn]")
    box = page.locator("[data-inset]").bounding_box()
    assert box is not None
    for island in page.locator("[data-inset] .leaflet-tooltip.island").all():
        place = island.bounding_box()
        assert place is not None
        assert box["x"] <= place["x"]
        assert place["x"] + place["width"] <= box["x"] + box["width"]
        assert box["y"] <= place["y"] <= box["y"] + box["height"]


def test_the_page_of_the_network(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh")
    page.goto(MAP)
    page.wait_for_selector("[data-drawn]")
    photograph(page, "network", MAP)
