"""The directory's keeper suspends a link, and looks at a file before it is taken in."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PageOf, Served, follow, photograph

pytestmark = pytest.mark.browser
POINTS = Path(__file__).parents[2] / "config" / "places" / "service_points.csv"


def test_a_file_is_looked_at_before_it_is_taken_in(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    lines = POINTS.read_text("utf-8").splitlines()
    row = next(line for line in lines if line.startswith("long-my,"))
    changed = tmp_path / "points.csv"
    changed.write_text(
        "\n".join([lines[0], row.replace("0000 000 002", "0293 111 222")]), encoding="utf-8"
    )
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/danh-muc/nhap")
    page.select_option("#f-kind", "service_points")
    page.set_input_files("#f-file", changed)
    follow(page, "main button.primary")
    assert page.locator(".notice dd").all_inner_texts() == ["1", "0", "1"]
    page.screenshot(path="screenshots/directory-preview-desk-vi.png", full_page=True)
    page.click("main button.primary")
    expect(page.locator(".done")).to_be_visible()
    page.goto("/noi-phuc-vu")
    assert "0293 111 222" in page.inner_text("main")


def test_every_fault_of_a_file_is_named_by_row_and_column(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    lines = POINTS.read_text("utf-8").splitlines()
    row = next(line for line in lines if line.startswith("long-my,"))
    broken = tmp_path / "points.csv"
    from_excel = "\n".join([lines[0], row.replace("9.6862", "chín")])
    broken.write_text(from_excel, encoding="utf-8-sig")
    page = page_of("vanhanh")
    page.goto("/danh-muc/nhap")
    page.select_option("#f-kind", "service_points")
    page.set_input_files("#f-file", broken)
    follow(page, "main button.primary")
    marked = page.locator("table.stack tbody tr td").all_inner_texts()
    assert marked[:2] == ["1", "key"]
    assert "Tệp lưu từ Excel (UTF-8 có BOM)" in marked[2]
    page.screenshot(path="screenshots/directory-bom-desk-vi.png", full_page=True)
    page.set_input_files("#f-file", broken)
    page.get_by_label("Tệp lưu từ Excel (UTF-8 có BOM)").check()
    follow(page, "main button.primary")
    cells = page.locator("table.stack tbody tr").first.locator("td").all_inner_texts()
    assert cells[:2] == ["2", "lat"]
    expect(page.locator("input[name=content]")).to_have_count(0)
    page.screenshot(path="screenshots/directory-faults-desk-vi.png", full_page=True)


def test_a_suspended_link_takes_nothing_in(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/danh-muc")
    row = page.locator("#links ~ table").first.locator("tr", has=page.locator("button")).first
    key = row.locator(".code").inner_text()
    row.locator("button[value=suspend]").click()
    row = page.locator("tr", has=page.locator(f".code:text-is('{key}')"))
    expect(row.locator(".s-link-suspended")).to_be_visible()
    row.locator("button[value=resume]").click()
    row = page.locator("tr", has=page.locator(f".code:text-is('{key}')"))
    expect(row.locator(".s-link-active")).to_be_visible()


def test_the_pages_of_the_directory(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh")
    photograph(page, "directory", "/danh-muc")
    photograph(page, "directory-import", "/danh-muc/nhap")


def test_a_point_is_edited_refused_by_column_and_remembered(
    served: Served, page_of: PageOf
) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/danh-muc/sua/diem/long-tri")
    page.fill("#f-lat", "105.6")
    page.fill("#f-lon", "9.68")
    page.click("main button.primary")
    expect(page.locator("#errors a[href='#f-lat']")).to_be_visible()
    page.fill("#f-lat", "9.68")
    page.fill("#f-lon", "105.57")
    page.check("input[name=abilities][value=digitise]")
    follow(page, "main button.primary")
    page.goto("/danh-muc/sua/diem/long-tri")
    assert page.is_checked("input[name=abilities][value=digitise]")
    assert "105.57" in page.locator("table.stack").inner_text()
    page.goto("/danh-muc/lich-su")
    assert "long-tri" in page.locator("table.stack tbody tr").first.inner_text()
    seen = page_of("vanhanh")
    photograph(seen, "directory-edit", "/danh-muc/sua/diem/long-tri")
    photograph(seen, "directory-history", "/danh-muc/lich-su")


def test_a_link_is_proposed_and_a_contradiction_is_not_activated(
    served: Served, page_of: PageOf
) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/danh-muc/lien-ket/moi")
    page.fill("#f-key", "long-tri-again")
    page.select_option("#f-section", "ttpvhcc-p-long-my")
    page.select_option("#f-service_point", "long-tri")
    page.click("main button.primary")
    expect(page.locator("#errors a[href='#f-procedures']")).to_be_visible()
    page.check("input[name=procedures][value=household-business]")
    page.check("input[name=service_forms][value=send]")
    page.click("main button.primary")
    row = page.locator("#links ~ table").first.locator(
        "tr", has=page.locator(".code:text-is('long-tri-again')")
    )
    expect(row.locator(".s-link-proposed")).to_be_visible()
    follow(page, row.locator("button[value=agree]"))
    assert "long-tri-commune" in page.locator("main").inner_text(), "which one stands against it"
    photograph(page_of("vanhanh"), "directory-propose", "/danh-muc/lien-ket/moi")


def test_what_is_exported_can_be_fetched_by_its_keeper_only(
    served: Served, page_of: PageOf
) -> None:
    page = page_of("vanhanh")
    answer = page.request.get(f"{served.url}/danh-muc/xuat/service_points.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.json()["type"] == "FeatureCollection"
    clerk = page_of(served.login_of("clerk"))
    assert clerk.request.get(f"{served.url}/danh-muc/xuat/links.csv").status == 403
