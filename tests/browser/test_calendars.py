"""The operator looks at days off before they count, publishes them, and finds them again."""

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
from tests.provision.working_day import TODAY

pytestmark = pytest.mark.browser
SUNDAY = TODAY + timedelta(days=6 - TODAY.weekday() + 7)


def calendar_file(folder: Path, *rows: str) -> Path:
    made = folder / "calendar.csv"
    made.write_text("\n".join(["calendar,day,work,unit,decision", *rows]), encoding="utf-8")
    return made


def test_a_calendar_is_looked_at_published_and_shown(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    page = page_of("vanhanh")
    page.goto("/danh-muc")
    follow(page, "text=Lịch làm việc")
    page.set_input_files("#f-file", calendar_file(tmp_path, "agency,2020-01-01,no,,QĐ 1"))
    follow(page, "form[enctype] button.primary")
    assert "1 lỗi" in page.inner_text(".errors")
    expect(page.locator("input[name=content]")).to_have_count(0)
    page.goto("/danh-muc/lich")
    page.set_input_files("#f-file", calendar_file(tmp_path, f"post,{SUNDAY},yes,,QĐ 56/QĐ-BĐTP"))
    follow(page, "form[enctype] button.primary")
    assert "Chưa công bố gì" in page.inner_text(".notice")
    assert_accessible(page)
    page.screenshot(path="screenshots/calendar-look-desk-vi.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_nothing_scrolls_sideways(page, "look")
    page.set_viewport_size({"width": 1366, "height": 768})
    follow(page, "main form button.primary")
    assert page.url.endswith("/danh-muc/lich#published")
    expect(page.get_by_text("QĐ 56/QĐ-BĐTP")).to_have_count(2)  # among the days ahead, and below
    photograph(page, "calendars", "/danh-muc/lich")
