"""The account that payers are shown is changed by two people, and its page shows whose it is."""

import pytest

from tests.browser.conftest import PageOf, Served, follow, photograph

pytestmark = pytest.mark.browser


def test_two_people_publish_an_account(served: Served, page_of: PageOf) -> None:
    page = page_of("vanhanh", has_scripts=False)
    page.goto("/dieu-hanh/tien-cho-xu-ly")
    follow(page, "text=Tài khoản nhận tiền")
    assert "tài khoản mẫu" in page.inner_text("main")
    typed = {
        "bank_bin": "970415", "bank_name": "VietinBank", "account": "113366668888",
        "account_again": "113366668889", "holder": "BUU DIEN TINH CAN THO", "words": "QĐ 7/QĐ-BĐ",
        "second_login": "gs.can-tho",
    }  # fmt: skip
    for again in ("113366668889", "113366668888"):
        for name, value in {**typed, "account_again": again}.items():
            page.fill(f"#f-{name}", value)
        page.fill("#f-second_password", served.people["gs.can-tho"].password)
        follow(page, "main form button.primary")
        if again != typed["account"]:
            assert "hai lần gõ số tài khoản không giống nhau" in page.inner_text(".errors")
    assert "BUU DIEN TINH CAN THO" in page.inner_text("main")
    assert "tài khoản mẫu" not in page.inner_text("main")
    photograph(page_of("vanhanh"), "receiving-accounts", "/dieu-hanh/tai-khoan-nhan")
