"""The operator looks at a tariff before it holds, publishes it, and grants a budget."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import (
    PageOf,
    Served,
    assert_accessible,
    assert_nothing_scrolls_sideways,
    follow,
    photograph,
)
from tests.builders.doors import post_office, waiting
from tests.postal_bridge.money.test_publishing import FIELDS, HEAD, TABLE
from tests.provision.working_day import TODAY

pytestmark = pytest.mark.browser
TOMORROW = TODAY + timedelta(days=1)


def tariff_file(folder: Path, *more: str, table: str = TABLE) -> Path:
    fields = {**FIELDS, "id": "post-tomorrow", "valid_from": TOMORROW.isoformat()}
    rows = [f'tariff,,{name},"{value}"' for name, value in fields.items()]
    made = folder / "tariff.csv"
    made.write_text("\n".join([HEAD, *rows, table, *more]), encoding="utf-8")
    return made


def test_a_tariff_is_looked_at_published_and_shown_to_everybody(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/bieu-cuoc")
    page.set_input_files("#f-file", tariff_file(tmp_path))
    follow(page, "form[enctype] button.primary")
    assert "chưa công bố" in page.inner_text(".notice")
    expect(page.locator("tr.changed")).to_have_count(40)
    page.screenshot(path="screenshots/tariff-look-desk-vi.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_nothing_scrolls_sideways(page, "look")
    page.screenshot(path="screenshots/tariff-look-phone-vi.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})
    follow(page, "main form button.primary")
    assert page.url.endswith("/bieu-cuoc#published")
    assert "sắp áp dụng" in page.inner_text("main")
    page.goto("/cuoc-phi")
    assert "Quyết định 1/QĐ-BĐVN" in page.inner_text("main")


def test_a_file_above_the_law_is_refused_with_every_fault(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    page = page_of("vanhanh")
    page.goto("/bieu-cuoc")
    dear = TABLE.replace("37000,50000", "37000,51100", 1)
    page.set_input_files("#f-file", tariff_file(tmp_path, table=dear))
    follow(page, "form[enctype] button.primary")
    assert "51.100\u00a0đ cao hơn mức tối đa 51.000\u00a0đ" in page.inner_text("main")
    expect(page.locator("input[name=content]")).to_have_count(0)
    assert_accessible(page)
    page.screenshot(path="screenshots/tariff-faults-desk-vi.png", full_page=True)


def test_a_grant_is_recorded_and_shown(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh")
    page.goto("/bieu-cuoc")
    page.fill("#f-amount_vnd", "50.000.000")
    page.fill("#f-instrument", "Quyết định 12/QĐ-UBND")
    follow(page, "form[action$=ngan-sach] button")
    assert "50.000.000\u00a0đ" in page.inner_text("main")
    photograph(page, "tariffs", "/bieu-cuoc")


def test_a_grant_without_its_decision_is_refused_beside_the_field(
    served: Served, page_of: PageOf
) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/bieu-cuoc")
    page.fill("#f-amount_vnd", "x")
    page.fill("#f-instrument", "QĐ")
    page.click("form[action$=ngan-sach] button")
    expect(page.locator("#e-amount_vnd")).to_be_visible()
    assert page.input_value("#f-instrument") == "QĐ"


def test_a_stored_quote_explains_itself_to_staff(served: Served, page_of: PageOf) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")  # opens units of its own
    with units.write() as uow:
        made = waiting(uow, office, 701, is_quoted_only=True)
        uow.commit()
    page = page_of("gs.can-tho")
    address = f"/bao-gia/{made.delivery.quote_id}"
    page.goto(address)
    said = page.inner_text("main")
    for part in (
        "Tổng cộng 26.000\u00a0đ, vì:",
        "Cột A",
        "Người dân trả",
        "Cách trả ít hơn",
        "tt22-2017",
    ):
        assert part in said
    photograph(page, "quote", address)
