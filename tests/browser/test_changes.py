"""A result is redirected at the counter, then fetched by its citizen; his fare comes back."""

from contextlib import suppress
from uuid import UUID

import pytest
from playwright.sync_api import expect

from postal_bridge.counter.commands import PayHow
from postal_bridge.custody.service import seal_item
from postal_bridge.delivery.service import delivery_of_dossier, fetch_at_section, pack
from postal_bridge.delivery.types import Triple
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.money.errors import DrawerAlreadyOpen
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.browser.courier_phone import sign
from tests.browser.stories import (
    CLERK,
    OFFICER,
    PROCEDURE,
    handed_in,
    opened_at_section,
    with_envelope,
)
from tests.builders.counter import a_filing, hand_in, open_shift, to_the_door
from tests.builders.directory import CARRIER_LINK, a_place

pytestmark = pytest.mark.browser
BOTH_WAYS_VND = 52_000


def test_a_result_is_redirected_then_fetched_and_its_fare_is_given_back(
    served: Served, page_of: PageOf
) -> None:
    units = served.container.units
    with suppress(DrawerAlreadyOpen):
        open_shift(units, served.actor(CLERK))
    filing = a_filing(
        a_place(units, CARRIER_LINK), PROCEDURE, delivery=to_the_door("31471"),
        pay=PayHow.CASH, amount_vnd=BOTH_WAYS_VND,
    )  # fmt: skip
    folder = served.container.home.blobs
    slip = hand_in(units, folder, filing, clerk=served.actor(CLERK))
    changes = f"/ho-so/{UUID(slip['dossier_id'])}/thay-doi"
    own = f"/tra-cuu/{slip['citizen_link']}"

    clerk = page_of(CLERK)
    clerk.goto(f"/ho-so/{slip['dossier_id']}?ly-do=citizen_asks")
    follow(clerk, "text=Đổi nơi nhận, rút hồ sơ")
    photograph(clerk, "changes", changes)
    clerk.goto(changes)
    clerk.click("summary:has-text('Giao đến địa chỉ khác')")
    clerk.fill("#f-address_text", "7 Trần Phú, ấp 2")
    clerk.check("#seen-address")
    clerk.click("text=Đổi địa chỉ")
    expect(clerk.locator("p.done")).to_contain_text("Đã đổi nơi nhận")
    expect(clerk.locator("dl.facts")).to_contain_text("7 Trần Phú")

    citizen = page_of(None, size="phone")
    citizen.goto(own)
    citizen.click("summary:has-text('Đổi số nhà')")
    citizen.fill("#f-address_text", "9 Trần Phú")
    citizen.click("button:has-text('Đổi địa chỉ')")
    expect(citizen.locator("p.done")).to_contain_text("Đã đổi địa chỉ")
    citizen.click("summary:has-text('không cần bưu điện giao')")
    citizen.click("text=Không cần giao nữa")
    expect(citizen.locator("p.notice")).to_contain_text("26.000")
    photograph(citizen, "citizen-fare-owed", own)

    photograph(clerk, "changes-owed", changes)
    clerk.goto(changes)
    expect(clerk.locator("dl.facts")).not_to_contain_text("Giao tận nơi")
    clerk.click("text=Đã trả 26.000")
    expect(clerk.locator("p.done").first).to_contain_text("Đã hoàn cước")
    citizen.goto(f"{own}?lang=vi")
    expect(citizen.locator("p.done")).to_contain_text("đã nhận lại 26.000")
    clerk.click("summary:has-text('Rút hồ sơ')")
    clerk.click("button:has-text('Rút hồ sơ')")
    expect(clerk.locator(".s-dossier-withdrawn")).to_be_visible()
    clerk.goto("/quy")
    expect(clerk.locator("main")).to_contain_text("Hoàn cước cho người dân")


def test_an_officer_gives_out_what_its_citizen_fetches_at_the_section(
    served: Served, page_of: PageOf
) -> None:
    units = served.container.units
    envelopes = handed_in(served)
    opened_at_section(served, envelopes)
    dossier_id = envelopes[0].dossier_id
    assert dossier_id is not None
    with units.write() as uow:
        bought = delivery_of_dossier(uow, dossier_id)
        assert bought is not None
        waits = fetch_at_section(uow, bought.id, actor=served.actor(CLERK))
        uow.commit()
    _, envelope = with_envelope(served, envelopes[0])
    with units.write() as uow:
        officer = served.actor(OFFICER)
        number = dossier_view(uow, dossier_id, officer.scope).result_number or ""
        triple = Triple(number, envelope["number"], waits.label)
        pack(uow, waits.id, UUID(envelope["id"]), triple, actor=officer)
        seal_item(uow, UUID(envelope["id"]), witness=None, actor=officer)
        uow.commit()
    page = page_of(OFFICER)
    page.goto("/mot-cua")
    follow(page, "text=Trả kết quả cho người dân")
    photograph(page, "section-giving", page.url)
    page.goto(f"/mot-cua/tra-ket-qua/{waits.id}")
    page.fill("#f-seen_number", envelope["number"])
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "1234")
    sign(page)
    page.click("text=Giao kết quả")
    expect(page.locator(".s-delivery-handed_over")).to_be_visible()
