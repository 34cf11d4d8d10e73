"""A result nobody fetched goes back to its issuer: the clerk offers it, the officer signs."""

import csv
import io

import pytest
from playwright.sync_api import expect

from postal_bridge.delivery.types import Place
from postal_bridge.directory.importing import PLACES
from postal_bridge.directory.service import import_csv, section_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import Units
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.builders.clock import pass_days
from tests.builders.doors import post_office, waiting

pytestmark = pytest.mark.browser
CLERK = "gdv.binh-thanh"


def _agree(units: Units, link_key: str, return_instruction: str) -> None:
    """The agreement says from now on what is done with results that go back."""
    with (PLACES / "links.csv").open(encoding="utf-8", newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["key"] == link_key)
    cells = {**row, "return_instruction": return_instruction}
    text = io.StringIO()
    writer = csv.DictWriter(text, cells)
    writer.writeheader()
    writer.writerow(cells)
    report = import_csv("links", text.getvalue().encode(), actor=Actor.operator(), units=units)
    assert not report.errors


def test_a_held_result_is_invited_twice_given_up_and_taken_back_by_its_issuer(
    served: Served, page_of: PageOf
) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    said = "Gửi về quầy số 3 trong 02 ngày làm việc; kèm phiếu ghi lý do, ghi sổ hai bên ký."
    _agree(units, office.at.link.key, said)
    with units.write() as uow:
        made = waiting(uow, office, 721, place=Place.POINT)
        section = section_view(uow, office.at.link.section_id).name
        uow.commit()
    address = f"/ca-phat/luu/{made.delivery.id}"
    clerk = page_of(CLERK)
    clerk.goto(address)
    follow(clerk, "text=Lưu tại bưu cục")
    pass_days(units, 7)
    clerk.goto(address)
    follow(clerk, "text=Gửi thêm giấy mời")
    clerk.click("summary:has-text('Không phát được')")
    clerk.select_option("#f-reason", "absent")
    follow(clerk, "button.stop")
    clerk.fill("#f-seen_number", made.number)
    clerk.click("button.primary")
    expect(clerk.locator(".s-delivery-returning")).to_be_visible()
    expect(clerk.locator("main .notice")).to_contain_text(said)
    photograph(clerk, "returning", address)
    clerk.goto(address)
    clerk.click("text=Giao lại cho Một cửa")
    expect(clerk.locator("p.done")).to_contain_text("chờ Một cửa ký nhận")
    login = next(one.login for one in served.people.values() if one.place == section)
    officer = page_of(login)
    photograph(officer, "desk-returning", "/mot-cua")
    officer.goto("/mot-cua")
    coming = officer.locator("section:has(#h-returning)")
    expect(coming).to_contain_text("Bưu điện đang giao lại")
    officer.fill("input[name='seen_number']", made.number)
    officer.click("text=Ký nhận kết quả chuyển hoàn")
    expect(coming).to_contain_text("Không có kết quả nào đang chuyển hoàn")
    clerk.goto(address)
    expect(clerk.locator(".s-delivery-returned_to_issuer")).to_be_visible()
