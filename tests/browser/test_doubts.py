"""Results in doubt: a proof accepted by a supervisor; a result lost, found, and sent on."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect

from postal_bridge.custody.service import hand_over
from postal_bridge.custody.types import HandOver, Holder, HolderKind, SignatureRef
from postal_bridge.delivery.proof import Receiver, Signature
from postal_bridge.delivery.service import give_to_courier, hand_over_to, set_out
from postal_bridge.delivery.types import HandOverTo, Place, ProofGiven
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork
from tests.browser.conftest import PageOf, Served, follow, photograph
from tests.builders.delivery import FAR_AWAY, HOME
from tests.builders.doors import PostOffice, Waiting, post_office, waiting

pytestmark = pytest.mark.browser
CLERK, SUPERVISOR = "gdv.binh-thanh", "gs.can-tho"


def given_far_from_its_door(uow: UnitOfWork, office: PostOffice, made: Waiting) -> None:
    """The courier's proof is complete, and his phone was kilometres away."""
    courier, item_id = UUID(office.courier.id), made.delivery.item_id
    assert item_id is not None
    bag, signed = Holder(HolderKind.STAFF, office.courier.id), SignatureRef("handwritten")
    taken = HandOver((item_id,), office.at.point, bag, "point", giver_signed=signed)
    hand_over(uow, taken, actor=office.courier)
    give_to_courier(uow, made.delivery.id, courier, actor=office.clerk)
    set_out(uow, made.delivery.id, courier, actor=office.courier)
    proof = ProofGiven(
        Receiver.OWNER, made.owner_id, Signature.HANDWRITTEN, relation="chủ hồ sơ",
        id_kind="personal_id", id_last4="1234", signature_blob_id=new_id(), fix=FAR_AWAY,
    )  # fmt: skip
    given = HandOverTo(made.delivery.id, proof, made.number)
    hand_over_to(uow, given, actor=office.courier)


def test_a_supervisor_accepts_a_proof_whose_place_was_in_doubt(
    served: Served, page_of: PageOf
) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, 741, position=HOME)
        given_far_from_its_door(uow, office, made)
        uow.commit()
    address = f"/ca-phat/luu/{made.delivery.id}"
    page = page_of(SUPERVISOR)
    page.goto("/ca-phat")
    follow(page, page.locator("section:has(#reported)").get_by_role("link"))
    photograph(page, "reported-delivered", address)
    page.goto(address)
    expect(page.locator("dl.facts").first).to_contain_text("km")
    page.click("text=Chấp nhận bằng chứng")
    expect(page.locator(".s-delivery-handed_over")).to_be_visible()


def test_a_wrong_report_is_refuted_and_the_result_waits_for_the_storm_to_pass(
    served: Served, page_of: PageOf
) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, 743, position=HOME)
        given_far_from_its_door(uow, office, made)
        until = local(uow.now).date() + timedelta(days=7)
        uow.commit()
    address = f"/ca-phat/luu/{made.delivery.id}"
    page = page_of(SUPERVISOR)
    page.goto(address)
    page.click("summary:has-text('Chưa giao')")
    page.fill("#f-seen_number", made.number)
    page.select_option("#f-reason", "absent")
    page.click("button.stop")
    expect(page.locator(".s-delivery-held_at_point, .s-delivery-attempt_failed")).to_be_visible()
    photograph(page, "report-refuted", address)
    page.goto(address)
    page.click("summary:has-text('Tạm dừng')")
    page.select_option("#f-parking_reason", "storm")
    page.fill("#f-until", until.isoformat())
    page.click("form[action$='tam-dung'] button")
    expect(page.locator("p.notice").first).to_contain_text("Bão")
    photograph(page, "result-parked", address)
    page.goto(address)
    page.click("form[action$='phat-lai'] button")
    expect(page.locator("form[action$='phat-lai']")).to_have_count(0)


def test_a_result_is_lost_found_and_sent_on(served: Served, page_of: PageOf) -> None:
    units = served.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, 742, place=Place.POINT)
        uow.commit()
    address = f"/ca-phat/luu/{made.delivery.id}"
    clerk, supervisor, citizen = page_of(CLERK), page_of(SUPERVISOR), page_of(None, size="phone")
    clerk.goto(address)
    follow(clerk, "text=Lưu tại bưu cục")
    supervisor.goto(address)
    supervisor.click("summary:has-text('Báo thất lạc')")
    supervisor.fill("#f-evidence", "BB-07/2026")
    supervisor.click("text=Ghi nhận thất lạc")
    expect(supervisor.locator(".s-delivery-lost")).to_be_visible()
    photograph(supervisor, "lost", address)
    citizen.goto(f"/tra-cuu/{made.link}")
    expect(citizen.locator("p.says")).to_contain_text("thất lạc")
    clerk.goto("/ca-phat")
    clerk.locator("section:has(#lost)").get_by_role("link").click()
    clerk.fill("#f-seen_number", made.number)
    follow(clerk, "text=Ghi nhận tìm thấy")
    photograph(clerk, "recovered", address)
    clerk.goto(address)
    clerk.fill("#f-result_number", "742/GCN-742")
    clerk.fill("#f-item_number", made.number)
    clerk.fill("#f-label", made.delivery.label)
    clerk.click("text=Khớp, chờ phát")
    expect(clerk.locator(".s-delivery-packed")).to_be_visible()
