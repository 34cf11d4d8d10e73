"""A result with a mistake: reported by the citizen, made anew, exchanged at the door."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from postal_bridge.custody.service import items_of_dossier
from postal_bridge.custody.types import ItemKind
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_of_dossier
from postal_bridge.delivery.types import Position
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import section_view
from postal_bridge.kernel.clock import local
from postal_bridge.runs.service import draft, load, publish, start
from postal_bridge.runs.types import DraftRun, LoadRun, PublishRun, Scan
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.browser.courier_phone import sign
from tests.builders.doors import PostOffice, Waiting, post_office, waiting

pytestmark = pytest.mark.browser
CLERK, COURIER = "gdv.binh-thanh", "phat.binh-thanh"
NEW_RESULT = "19/GCN-UBND"


def on_road(served: Served, office: PostOffice, delivery: DeliveryView, number: str) -> None:
    """The courier is on the road with this one envelope."""
    with served.container.units.write() as uow:
        day, point_id = local(uow.now).date(), office.at.link.point_id
        asked = DraftRun(point_id, UUID(office.courier.id), day, (delivery.id,))
        run = draft(uow, asked, actor=office.clerk)
        publish(uow, PublishRun(run.id), actor=office.clerk)
        load(uow, LoadRun(run.id, (Scan(number),)), actor=office.courier)
        start(uow, run.id, actor=office.courier)
        uow.commit()


def handed_over(page: Page, delivery_id: UUID, number: str, *, takes_back: bool = False) -> None:
    """What the courier does at the door."""
    page.goto(f"/buu-ta/diem/{delivery_id}/phat")
    page.fill("#f-seen_number", number)
    page.check("[name=who] >> nth=0")
    page.select_option("#f-id_kind", "personal_id")
    page.fill("#f-id_last4", "1234")
    page.select_option("#f-no_fix_reason", "indoors")
    sign(page)
    if takes_back:
        page.check("[name=papers_taken_back]")
    page.click("form[data-act] button.primary")
    page.wait_for_url("**/buu-ta?xong=phat")


def newest(served: Served, made: Waiting) -> DeliveryView:
    with served.container.units.read() as uow:
        found = delivery_of_dossier(uow, made.delivery.dossier_id)
    assert found is not None
    return found


def test_a_result_with_a_mistake_is_made_anew_and_exchanged_at_the_door(
    served: Served, page_of: PageOf
) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, 741, position=Position(9.78, 105.62, 300))
        section = section_view(uow, office.at.link.section_id).name
        uow.commit()
    on_road(served, office, made.delivery, made.number)
    courier = page_of(COURIER, size="phone")
    handed_over(courier, made.delivery.id, made.number)

    citizen = page_of(None, size="phone")
    citizen.goto(f"/tra-cuu/{made.link}")
    citizen.click("summary:has-text('Kết quả có sai sót')")
    citizen.fill("#f-mistake", "Tên đệm ghi Thi, đúng là Thị")
    citizen.click("text=Gửi đến bộ phận Một cửa")
    expect(citizen.locator(".notice")).to_contain_text("Ông/Bà đã báo kết quả có sai sót lúc")
    photograph(citizen, "correction-told", f"/tra-cuu/{made.link}")

    officer = page_of(next(one.login for one in served.people.values() if one.place == section))
    officer.goto("/mot-cua")
    photograph(officer, "correction-desk", "/mot-cua")
    officer.goto("/mot-cua?lang=vi")
    officer.click("text=Xem và trả lời")
    expect(officer.locator("aside.slip")).to_contain_text("Tên đệm ghi Thi, đúng là Thị")
    photograph(officer, "correction-open")
    officer.goto(f"/mot-cua/ho-so/{made.delivery.dossier_id}?lang=vi")
    officer.check("[name=old_paper][value=with_citizen]")
    officer.click("text=Sửa và cấp lại kết quả")
    expect(officer.locator(".s-dossier-correction")).to_be_visible()

    citizen.goto(f"/tra-cuu/{made.link}?lang=vi")
    expect(citizen.locator(".says")).to_contain_text("đang sửa sai sót trong kết quả")
    expect(citizen.locator("main")).to_contain_text("giữ bản kết quả cũ và đưa lại")
    expect(citizen.locator("main")).to_contain_text("Ông/Bà không phải trả")
    photograph(citizen, "correction-citizen", f"/tra-cuu/{made.link}")

    officer.fill("#f-number", NEW_RESULT)
    follow(officer, officer.locator("form[data-result] button.primary"))
    follow(officer, "form[action$='phong-bi'] button.primary")
    anew = newest(served, made)
    with units.read() as uow:
        items = items_of_dossier(uow, made.delivery.dossier_id)
        envelope = [one for one in items if one.kind is ItemKind.RESULT_ENVELOPE][-1].number
    officer.fill("[name=result_number]", NEW_RESULT)
    officer.fill("[name=item_number]", envelope)
    officer.fill("[name=label]", anew.label)
    follow(officer, "form:has([name=label]) button.primary")
    officer.goto("/mot-cua")
    follow(officer, officer.locator("button:has-text('Giao cho bưu điện')"))
    clerk = page_of(CLERK)
    clerk.goto("/tui-ho-so")
    clerk.locator("form:has([name='numbers.0']) input[name='numbers.0']").last.fill(envelope)
    follow(clerk, clerk.locator("form:has([name='numbers.0']) button").last)
    on_road(served, office, newest(served, made), envelope)
    courier.goto(f"/buu-ta/diem/{anew.id}/phat")
    expect(courier.locator("main")).to_contain_text("1 giấy")
    photograph(courier, "correction-door")
    courier.set_viewport_size({"width": 360, "height": 740})
    handed_over(courier, anew.id, envelope, takes_back=True)

    assert newest(served, made).status is DeliveryStatus.HANDED_OVER
    citizen.goto(f"/tra-cuu/{made.link}?lang=vi")
    expect(citizen.locator("ol.steps")).to_contain_text("Đã nhận lại giấy tờ cũ")
    photograph(citizen, "correction-done", f"/tra-cuu/{made.link}")
    with units.read() as uow:
        broken = {name: [*check(uow)] for name, check in served.container.checks.items()}
    assert not [name for name, found in broken.items() if found]
