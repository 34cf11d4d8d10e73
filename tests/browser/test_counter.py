"""A clerk at the counter: by keyboard alone, on a small screen, without scripts, in a power cut."""

import io
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from postal_bridge.money.errors import DrawerAlreadyOpen
from tests.browser.conftest import (
    SCREENSHOTS,
    PageOf,
    Served,
    assert_accessible,
    assert_nothing_scrolls_sideways,
    photograph,
    sign_in,
)
from tests.builders.counter import open_shift

pytestmark = pytest.mark.browser

CARRIER, SEATED = "gdv.long-tri", "gdv.long-my"
START = "/quay-giao-dich"
COMMUNE = "[id='f-owner.commune_text']"


@pytest.fixture(autouse=True)
def drawers(served: Served) -> None:
    for login in (CARRIER, SEATED):
        with suppress(DrawerAlreadyOpen):
            open_shift(served.container.units, served.actor(login))


def begin(page: Page, words: str = "tro cap") -> None:
    """The next number, and the procedure found by a few words without diacritics."""
    page.goto(START)
    page.wait_for_function("document.activeElement.tagName === 'BUTTON'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/so/*")
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


def type_people(page: Page) -> None:
    """Name, phone, number and address, each reached with Enter."""
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


def test_from_f2_to_f10_no_hand_leaves_the_keyboard(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    enter_until(page, "f-papers.0.tally")
    page.keyboard.press("2")
    assert page.input_value("[id='f-papers.0.tally']") == "original_seen"
    page.keyboard.press("Enter")
    assert focused(page) == "f-papers.1.tally"
    page.keyboard.press("4")
    assert page.input_value("[id='f-papers.1.copies']") == "1"
    page.keyboard.press("0")
    assert page.input_value("[id='f-papers.1.tally']") == ""
    assert page.input_value("[id='f-papers.1.copies']") == ""
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Enter")
    type_people(page)
    assert take_in_full(page) not in ("", "0")
    page.keyboard.press("F10")
    page.wait_for_url("**/ho-so/*")
    assert "In phiếu" in page.evaluate("document.activeElement.textContent")
    photograph(page, "counter-accepted")


def test_an_address_of_two_places_is_asked_about_and_decided_with_the_arrows(
    page_of: PageOf,
) -> None:
    page = page_of(CARRIER)
    begin(page)
    enter_until(page, "f-owner.commune_text")
    page.keyboard.type("p. Trung Thành, Thái Nguyên")
    page.wait_for_selector("#c-owner .candidates")
    assert "Trước tháng 7/2025 thuộc quận, huyện nào?" in page.inner_text("#c-owner legend")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#c-owner input:checked").get_attribute("value")
    assert chosen in ("05500", "05899")
    wait_saved(page)
    photograph(page, "counter-address-question")


def test_a_session_that_ends_in_the_middle_loses_nothing_typed(
    served: Served, page_of: PageOf
) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.fill("[id='f-owner.full_name']", "Trần Văn Bảy")
    wait_saved(page)
    page.context.clear_cookies()
    page.fill("[id='f-owner.phone']", "0912 345 999")
    page.wait_for_selector("#sign-in-again:not([hidden])")
    other = page.context.new_page()
    sign_in(other, served, CARRIER)
    page.fill("[id='f-owner.address_text']", "Ấp 9")
    page.wait_for_selector("#sign-in-again", state="hidden")
    page.reload()
    assert page.input_value("[id='f-owner.phone']") == "0912 345 999"
    assert page.input_value("[id='f-owner.address_text']") == "Ấp 9"


def test_several_procedures_that_fit_are_said_and_chosen_with_the_arrows(page_of: PageOf) -> None:
    page = page_of(SEATED)
    begin(page, "khai sinh")
    line, chosen = page.locator("#found-offers"), page.locator("#f-offer option:checked")
    fitting = page.locator("#f-offer option:not([hidden])[data-code]").all_inner_texts()
    assert len(fitting) > 1
    assert f"Có {len(fitting)} thủ tục" in line.inner_text()
    for name in fitting[1:]:
        page.keyboard.press("ArrowDown")
        assert chosen.inner_text() == name
    page.keyboard.press("ArrowUp")
    assert chosen.inner_text() == fitting[-2]
    page.keyboard.type(" xyz")
    assert "Không có thủ tục nào" in line.inner_text()


def test_the_list_of_errors_names_the_fields(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.keyboard.press("F10")
    page.wait_for_selector("#errors a[data-named]")
    assert page.locator("#errors").get_by_text("Họ và tên: ").count() == 1


def test_dropping_a_number_asks_once_more(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.locator(".sure summary").click()
    page.click("button[data-drop]")
    page.wait_for_url("**/quay-giao-dich")


def test_f8_asks_for_the_scan_of_the_row(page_of: PageOf, tmp_path: Path) -> None:
    page = page_of(CARRIER)
    # Told before the page opens: a slow browser would show its own window to a later listener.
    page.on("filechooser", lambda _: None)
    begin(page)
    enter_until(page, "f-papers.1.tally")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("F8")
    assert chooser.value.element.get_attribute("name") == "scan.2"
    picture = tmp_path / "a.jpg"
    Image.new("RGB", (60, 60), "white").save(picture)
    chooser.value.set_files(picture)
    type_people(page)
    page.fill("[id='f-owner.phone']", "12")
    take_in_full(page)
    page.keyboard.press("F10")
    page.wait_for_selector("#errors")
    held = page.evaluate("document.getElementById('f-scan.2').files.length")
    assert held == 1, "a refused form must not lose the scan"
    assert focused(page) == "errors"
    page.keyboard.press("Enter")
    assert focused(page) == "f-owner.phone"
    assert_accessible(page)
    page.keyboard.type("0912 345 678")
    page.keyboard.press("F10")
    page.wait_for_url("**/ho-so/*")


def test_a_power_cut_loses_nothing_that_was_typed(served: Served, page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    with page.expect_response(
        lambda a: a.url.endswith("/luu") and "Hoa" in (a.request.post_data or "")
    ):
        type_people(page)
    address = page.url
    page.close(run_before_unload=False)
    served.container.units.engine.dispose()  # nothing the process remembered is used
    again = page_of(CARRIER)
    again.goto(address)
    assert again.input_value("[id='f-owner.full_name']") == "Nguyễn Thị Hoa"
    assert again.input_value(COMMUNE) == "Long Trị, Hậu Giang"


def test_a_server_that_is_gone_is_said_and_what_was_typed_is_sent_later(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    gone = re.compile("/luu$|/tiep-nhan$")
    page.route(gone, lambda route: answer_bad_gateway(route))
    page.fill("[id='f-owner.full_name']", "Y Blăk")
    page.wait_for_selector("#unsaved:visible")
    assert "Chưa lưu được" in page.inner_text("#unsaved")
    page.keyboard.press("F10")
    assert page.input_value("[id='f-owner.full_name']") == "Y Blăk"
    page.unroute(gone)
    page.fill("[id='f-owner.phone']", "0912 345 678")
    page.wait_for_selector("#unsaved", state="hidden")
    page.reload()
    assert page.input_value("[id='f-owner.full_name']") == "Y Blăk"


def answer_bad_gateway(route: Route) -> None:
    route.fulfill(status=404, body="")


def test_enter_four_times_on_a_frozen_screen_is_one_dossier(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    type_people(page)
    take_in_full(page)
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.url.endswith("/tiep-nhan") else None)
    page.evaluate("for (let i = 0; i < 4; i++) document.querySelector('[data-accept]').click()")
    page.wait_for_url("**/ho-so/*")
    assert len(sent) == 1


def test_the_same_submitter_brings_a_second_dossier(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    type_people(page)
    take_in_full(page)
    page.keyboard.press("F10")
    page.wait_for_url("**/ho-so/*")
    page.click("text=Cùng người nộp")
    page.wait_for_url("**/so/*")
    page.keyboard.press("F2")
    page.keyboard.type("ho tich")
    page.wait_for_selector("#f-papers")
    assert page.input_value("[id='f-owner.full_name']") == "Nguyễn Thị Hoa"
    assert page.inner_text("#c-owner").startswith("✓")


def test_a_parked_number_is_taken_up_where_it_was_left(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.fill("[id='f-owner.full_name']", "H'Hen")
    page.click("text=Gác lại")
    page.wait_for_url(f"**{START}")
    page.wait_for_timeout(700)  # longer than a save would wait: none may take it up again
    page.reload()
    row = page.locator(".queue-list li", has_text="gác lại").last
    row.locator("a").click()
    assert page.input_value("[id='f-owner.full_name']") == "H'Hen"


def test_candidates_appear_while_the_form_is_typed(page_of: PageOf) -> None:
    page = page_of(CARRIER)
    begin(page)
    page.fill(COMMUNE, "Tân An")
    page.wait_for_selector("#c-owner input[type=radio]")
    page.locator("#c-owner input[type=radio]").first.check()
    wait_saved(page)
    assert "Tân An" in page.inner_text("#c-owner")
    expect(page.locator("#c-owner input:checked")).to_have_count(1)


def test_the_form_looks_right_and_is_accessible_in_both_sizes_and_languages(
    page_of: PageOf,
) -> None:
    page = page_of(SEATED)
    photograph(page, "counter-start", START)
    begin(page)
    type_people(page)
    page.wait_for_timeout(700)
    address = page.url
    photograph(page, "counter-form", address)
    photograph(page, "counter-online", f"{START}/truc-tuyen")
    page.goto(address)
    page.click("[data-accept]")
    page.wait_for_selector("#errors")
    assert_accessible(page)


def test_the_page_of_signing_in_looks_right(page_of: PageOf) -> None:
    page = page_of(None)
    photograph(page, "sign-in", "/dang-nhap")
    page.goto("/dang-nhap")
    page.fill("#f-login", "nobody")
    page.fill("#f-password", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("#errors")
    assert_accessible(page)


def test_at_200_percent_nothing_is_cut_off_or_hidden(page_of: PageOf) -> None:
    page = page_of(SEATED)
    begin(page)
    type_people(page)
    page.set_viewport_size({"width": 683, "height": 384})  # 1366x768 at 200 %
    assert_nothing_scrolls_sideways(page, "counter at 200 %")
    enter_until(page, "f-amount_vnd")
    assert is_seen(page, "#f-amount_vnd")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.focus("[id='f-owner.phone']")
    for _ in range(8):
        page.keyboard.press("Enter")
        assert is_seen(page, f"[id='{focused(page)}']")


def is_seen(page: Page, selector: str) -> bool:
    """Nothing lies over the field: the sticky bar leaves the focus in sight."""
    seen: bool = page.evaluate(
        """(selector) => {
            const one = document.querySelector(selector), box = one.getBoundingClientRect();
            return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === one;
        }""",
        selector,
    )
    return seen


def test_the_whole_way_is_gone_without_a_script(page_of: PageOf) -> None:
    page = page_of(SEATED, has_scripts=False)
    page.goto(START)
    page.click("main button.primary")
    page.select_option("#f-offer", index=1)
    page.click("text=Hiện thành phần hồ sơ")
    page.fill("[id='f-owner.full_name']", "Nguyễn Thị Hoa")
    page.fill("[id='f-owner.address_text']", "12 Nguyễn Huệ")
    page.fill(COMMUNE, "Long Trị, Hậu Giang")
    page.press(COMMUNE, "Enter")  # Enter may only save
    assert "/so/" in page.url
    amount = re.search(r"[\d.]+", page.inner_text("#due"))
    assert amount is not None
    page.fill("#f-amount_vnd", amount[0])
    page.click("[data-accept]")
    assert "/ho-so/" in page.url


def test_one_print_is_a_slip_and_form_01_and_its_qr_leads_to_the_citizens_page(
    page_of: PageOf, tmp_path: Path
) -> None:
    page = page_of(SEATED)
    begin(page)
    type_people(page)
    take_in_full(page)
    page.keyboard.press("F10")
    page.wait_for_url("**/ho-so/*")
    printed = page.request.post(
        f"{page.url}/phieu.pdf",
        form={"csrf_token": page.locator("main [name=csrf_token]").first.input_value()},
    )
    sheets = pictures(printed.body())
    assert len(sheets) == 2
    for number, sheet in enumerate(sheets):
        sheet.save(SCREENSHOTS / f"counter-print-{number + 1}.png")
    if (reader := shutil.which("zbarimg")) is None:
        pytest.skip("no zbarimg on this machine: the QR is not read back")
    read = subprocess.run(
        [reader, "--quiet", "--raw", SCREENSHOTS / "counter-print-1.png"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    citizen = page_of(None)
    citizen.goto(read[read.index("/tra-cuu") :])
    assert "Long Mỹ" in citizen.inner_text("main")


def pictures(pdf: bytes) -> list[Any]:
    import pypdfium2

    return [sheet.render(scale=4).to_pil() for sheet in pypdfium2.PdfDocument(io.BytesIO(pdf))]
