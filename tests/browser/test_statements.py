"""The statement and the page where anyone checks it, looked at."""

import pytest

from tests.browser.conftest import PageOf, follow, photograph

pytestmark = pytest.mark.browser


def test_a_shift_with_its_statement_and_the_public_check(page_of: PageOf) -> None:
    clerk = page_of("gdv.binh-thanh")
    clerk.goto("/quy")
    clerk.fill("#f-float_vnd", "500000")
    follow(clerk, "form[action$='/mo'] button")
    clerk.fill("#f-counted_vnd", "440000")
    clerk.fill("#f-other_vnd", "2000000")
    photograph(clerk, "drawer-count", "/quy")
    clerk.goto("/quy?lang=vi")
    clerk.fill("#f-counted_vnd", "440000")
    clerk.fill("#f-other_vnd", "2000000")
    follow(clerk, "form[action$='/dem'] button")
    clerk.click("summary:has-text('Không đồng ý')")
    clerk.fill("#f-why", "Máy treo, bấm bốn lần")
    clerk.click("form[action$='khong-dong-y'] button")
    clerk.wait_for_url("**/quy/*-*")
    photograph(clerk, "drawer-statement")
    with clerk.expect_download() as download:
        clerk.click("a[download]")
    anyone = page_of(None)
    anyone.goto("/kiem-tra?lang=vi")
    photograph(anyone, "check-statement", "/kiem-tra")
    anyone.goto("/kiem-tra?lang=vi")
    anyone.set_input_files("#f-file", str(download.value.path()))
    follow(anyone, "main button.primary")
    assert "Đúng là bản do bưu cục ký" in anyone.inner_text("main")
