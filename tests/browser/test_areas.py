"""Service areas on their page: drawn, listed, and new ones looked at before they decide."""

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import PageOf, Served, photograph

pytestmark = pytest.mark.browser
AREAS = "/dieu-hanh/vung-phuc-vu"
HOANG_SA, TRUONG_SA = "Quần đảo Hoàng Sa (Việt Nam)", "Quần đảo Trường Sa (Việt Nam)"
SQUARE = [(105.55, 9.65), (105.65, 9.65), (105.65, 9.75), (105.55, 9.75)]
BESIDE = [(105.62, 9.65), (105.72, 9.65), (105.72, 9.75), (105.62, 9.75)]
BOW_TIE = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]


def upload(page: Page, drawn: dict[str, Any], rules: str = "") -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"point": key},
            "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
        }
        for key, ring in drawn.items()
    ]
    collection = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    page.set_input_files(
        "#f-drawn", FilePayload(name="a.geojson", mimeType="application/json", buffer=collection)
    )
    if rules:
        page.set_input_files(
            "#f-rules", FilePayload(name="r.csv", mimeType="text/csv", buffer=rules.encode())
        )
    page.click(".upload button.primary")


def test_areas_are_looked_at_published_and_drawn(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh")
    page.goto(AREAS)
    expect(page.locator("p.lead")).to_contain_text("Chưa công bố")
    upload(page, {"long-my": BOW_TIE, "nobody": SQUARE})
    faults = page.locator("main table.stack").first
    expect(faults).to_contain_text("Đường viền của vùng tự cắt nhau.")
    upload(page, {"long-my": SQUARE, "long-tri": BESIDE}, "commune,point\n31473,binh-thanh\n")
    preview = page.locator(".notice")
    expect(preview).to_contain_text("Hai điểm cùng được giao một nơi")
    expect(preview).to_contain_text("36,8 km²")
    page.screenshot(path="screenshots/areas-preview-desk-vi.png", full_page=True)
    page.click("button.primary")
    expect(page.locator(".done")).to_contain_text("Đã công bố")
    page.goto(AREAS)
    page.wait_for_selector("[data-shown]")
    for seen in ("[data-areas]", "[data-inset]"):
        names = page.locator(f"{seen} .leaflet-tooltip.island").all_inner_texts()
        assert names == [HOANG_SA, TRUONG_SA]
    assert page.locator("[data-areas] path[stroke-dasharray='8 5']").count() == 2
    expect(page.locator(".list-side")).to_contain_text("Phường Long Bình")
    page.screenshot(path="screenshots/areas-map-desk-vi.png")
    photograph(page, "areas", AREAS)


def test_a_supervisor_sees_the_own_points_only_and_publishes_nothing(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(served.login_of("supervisor"))
    page.goto(AREAS)
    page.wait_for_selector("[data-shown]")
    expect(page.locator(".upload")).to_have_count(0)
    answer = page.request.get(f"{served.url}{AREAS}/vung.json").json()
    keys = {one["properties"].get("key") for one in answer["features"]}
    assert keys
    assert "trang-bom" not in keys
    assert page.request.get(f"{served.url}{AREAS}/da-ve.geojson").status == 403


def test_without_scripts_the_page_says_all_of_it(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto(AREAS)
    expect(page.locator(".list-side")).to_contain_text("km²")
    expect(page.locator(".list-side h2").first).to_have_text("Cần xem lại")
