"""The operator looks at a newer register before it holds, publishes it, and finds the old one."""

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
LONG_MY, LONG_BINH = "31471", "31473"
HEAD = "change,code,valid_from,unit_type,name,to,part,instrument"


def register_file(folder: Path, *rows: str) -> Path:
    made = folder / "register.csv"
    made.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return made


def test_a_register_is_looked_at_published_and_the_one_before_can_be_looked_up(
    served: Served, page_of: PageOf, tmp_path: Path
) -> None:
    page = page_of("vanhanh")
    page.goto("/danh-muc")
    follow(page, "text=Đơn vị hành chính")
    wrong = register_file(tmp_path, f"type,{LONG_MY},{TODAY},Xã,,,,", f"end,99999,{TODAY},,,,,")
    page.set_input_files("#f-file", wrong)
    follow(page, "form[enctype] button.primary")
    assert "1 lỗi" in page.inner_text(".errors")
    expect(page.locator("input[name=content]")).to_have_count(0)
    page.goto("/danh-muc/don-vi")
    sound = register_file(
        tmp_path,
        f"end,{LONG_MY},{TODAY},,,,,12/NQ-UBTVQH17",
        f"becomes,{LONG_MY},{TODAY},,,{LONG_BINH},whole,12/NQ-UBTVQH17",
        f"rename,{LONG_BINH},{TODAY},,Long Mỹ Bình,,,12/NQ-UBTVQH17",
    )
    page.set_input_files("#f-file", sound)
    follow(page, "form[enctype] button.primary")
    assert "Chưa công bố gì" in page.inner_text(".notice")
    assert "Bộ phận một cửa" in page.inner_text(".reasons")
    assert_accessible(page)
    page.screenshot(path="screenshots/register-look-desk-vi.png", full_page=True)
    page.set_viewport_size({"width": 360, "height": 740})
    assert_nothing_scrolls_sideways(page, "look")
    page.screenshot(path="screenshots/register-look-phone-vi.png", full_page=True)
    page.set_viewport_size({"width": 1366, "height": 768})
    follow(page, "main form button.primary")
    assert page.url.endswith("/danh-muc/don-vi/1")
    page.fill("#f-q", "Long Mỹ Bình")
    follow(page, "main form button")
    assert LONG_BINH in page.inner_text("main table")
    photograph(page, "register", "/danh-muc/don-vi/1?q=Long+M%E1%BB%B9")
    page.goto("/danh-muc/don-vi/0?q=Long+M%E1%BB%B9")
    assert LONG_MY in page.inner_text("main table")
    assert "bản cũ" in page.inner_text(".notice")
    photograph(page, "registers", "/danh-muc/don-vi")
