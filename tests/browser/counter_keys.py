"""A clerk's hands on the keyboard of the counter."""

from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect

from postal_bridge.money.errors import DrawerAlreadyOpen
from tests.browser.conftest import Served
from tests.builders.counter import open_shift

CARRIER, SEATED = "gdv.long-tri", "gdv.long-my"
START = "/quay-giao-dich"
COMMUNE = "[id='f-owner.commune_text']"


def begin(page: Page, words: str = "tro cap") -> None:
    """The next number, and the procedure found by a few words without diacritics."""
    page.goto(START)
    page.wait_for_function("document.activeElement.tagName === 'BUTTON'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/so/*")
    expect(page.locator("#find-offer")).to_be_focused()  # and F2 comes back to it from anywhere
    page.keyboard.press("F2")
    page.keyboard.type(words)
    page.wait_for_selector("#f-papers")


def focused(page: Page) -> str:
    name: str = page.evaluate("document.activeElement.id")
    return name


def enter_until(page: Page, field: str) -> None:
    for _ in range(40):
        if focused(page) == field:
            return
        page.keyboard.press("Enter")
    pytest.fail(f"Enter never came to {field}; it stands at {focused(page)}")


def count_papers(page: Page) -> None:
    """One key for each paper that the list needs: it was looked at, and it is there."""
    for row in page.locator("[data-required] [data-tally]").all():
        row.focus()
        page.keyboard.press("+")


def type_people(page: Page) -> None:
    """The papers counted; name, phone, number and address, each reached with Enter."""
    count_papers(page)
    for field, text in {
        "f-owner.full_name": "Nguyễn Thị Hoa",
        "f-owner.phone": "0912 345 678",
        "f-owner.id_number": "093099012345",
        "f-owner.address_text": "12 Nguyễn Huệ, ấp 3",
        "f-owner.commune_text": "Long Trị, Hậu Giang",
    }.items():
        enter_until(page, field)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("#c-owner .found")


def wait_saved(page: Page) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/luu") and answer.ok):
        pass


def take_in_full(page: Page) -> str:
    page.wait_for_selector("[data-take]")
    page.keyboard.press("F9")
    page.keyboard.press("F9")
    return page.input_value("#f-amount_vnd")


def open_drawers(served: Served) -> None:
    """Both clerks have a drawer open, whoever opened it."""
    for login in (CARRIER, SEATED):
        with suppress(DrawerAlreadyOpen):
            open_shift(served.container.units, served.actor(login))
