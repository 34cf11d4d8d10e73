"""A page that is kept says what a fresh one would: after every kind of change, in both languages.

Each test looks twice, so that the page is kept, changes one thing and looks again. The page then
shown must be the one that a process with an empty memory makes, letter by letter.
"""

import re
from datetime import timedelta
from uuid import UUID

from postal_bridge.custody.service import (
    accept_pouch,
    hand_over,
    items_of_dossier,
    new_pouch,
    offer_pouch,
    put_in_pouch,
    seal_pouch,
)
from postal_bridge.custody.types import HandOver, Holder, HolderKind, NewPouch, SignatureRef
from postal_bridge.delivery.service import give_to_courier, park, redirect
from postal_bridge.delivery.types import IdentityCheck, Parking, ParkingReason, Place, Redirect
from postal_bridge.dossiers.service import (
    ask_supplement,
    correct_result,
    mark_returned,
    receive_at_agency,
    send_to_agency,
    start_processing,
    supplement_answered,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people.service import (
    record_look,
    staff_name,
)
from tests.builders.clock import pass_days
from tests.builders.doors import PostOffice
from tests.builders.dossiers import brought
from tests.routes.conftest import Service
from tests.routes.kept.reader import MakeReader, in_hand, packed, write


def test_a_redirected_result_is_shown_at_the_point(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made = packed(service, office, 805)
    one = reader(made.link)
    one.keep()
    wanted = Redirect(IdentityCheck.SLIP, place=Place.POINT)
    write(service, lambda uow: redirect(uow, made.delivery.id, wanted, actor=office.clerk))
    assert "Mời Ông/Bà đến nhận trong giờ làm việc" in one.look_again()["vi"]


def test_a_chosen_window_is_shown(reader: MakeReader, service: Service, office: PostOffice) -> None:
    one = reader(packed(service, office, 806).link)
    offered = re.findall(r'name="since" value="([^"]+)"', one.keep()["vi"])
    one.browser.post(f"/tra-cuu/{one.link}/hen", data={"_key": "h", "since": offered[1]})
    assert f'value="{offered[1]}" required checked' in one.look_again()["vi"]


def test_a_new_holder_is_named(reader: MakeReader, service: Service, office: PostOffice) -> None:
    made = packed(service, office, 807)
    one = reader(made.link)
    before = one.keep()
    bag = Holder(HolderKind.STAFF, office.courier.id)

    def leave(uow: UnitOfWork) -> None:
        signed = SignatureRef("handwritten")
        assert made.delivery.item_id is not None
        over = HandOver(
            (made.delivery.item_id,), office.at.point, bag, "point", giver_signed=signed
        )
        hand_over(uow, over, actor=office.courier)
        give_to_courier(uow, made.delivery.id, UUID(office.courier.id), actor=office.clerk)

    write(service, leave)
    assert one.look_again() != before


def test_a_look_of_staff_is_listed(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made = packed(service, office, 808)
    one = reader(made.link)
    one.keep()
    looked = made.delivery.dossier_id
    write(service, lambda uow: record_look(uow, looked, actor=office.clerk, reason="complaint"))
    with service.container.units.read() as uow:
        name = staff_name(uow, UUID(office.clerk.id))
    assert f": {name}</li>" in one.look_again()["vi"]


def test_a_payment_changes_what_can_be_done(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made = packed(service, office, 809, is_quoted_only=True)
    one = reader(made.link)
    assert "/thanh-toan" in one.keep()["vi"]
    one.browser.post(f"/tra-cuu/{one.link}/thanh-toan", data={"_key": "pay-809"})
    assert one.look_again()["vi"].count("status s-payment") == 1


def test_a_parked_result_says_so(reader: MakeReader, service: Service, office: PostOffice) -> None:
    made = packed(service, office, 810)
    one = reader(made.link)
    before = one.keep()
    storm = Parking(ParkingReason.STORM, made.delivery.created_at + timedelta(days=3))
    write(service, lambda uow: park(uow, made.delivery.id, storm, actor=office.clerk))
    assert one.look_again() != before


def test_a_result_with_a_mistake_goes_back(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made = packed(service, office, 811)
    one = reader(made.link)
    dossier_id, officer = made.delivery.dossier_id, office.at.officer
    before = one.keep()
    write(service, lambda uow: mark_returned(uow, dossier_id, "hand_over", actor=officer))
    returned = one.look_again()
    assert returned != before
    one.keep()
    write(service, lambda uow: correct_result(uow, dossier_id, "personal_data", actor=officer))
    assert one.look_again() != returned


def test_each_step_of_the_agency_is_shown(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made, one = in_hand(service, office, reader)
    pages = [one.keep()]
    officer: Actor = office.at.officer
    with service.container.units.read() as uow:
        item_id = items_of_dossier(uow, made.id)[0].id
    for act in (
        lambda uow: send_to_agency(uow, made.id, actor=office.at.clerk),
        lambda uow: brought(uow, office.at, item_id),
        lambda uow: receive_at_agency(uow, made.id, "H12.34-261121-0899", actor=officer),
        lambda uow: start_processing(uow, made.id, actor=officer),
        lambda uow: ask_supplement(
            uow, made.id, (1,), "paper_missing", actor=officer, text="Bản có dấu đỏ"
        ),
        lambda uow: supplement_answered(uow, made.id, actor=officer),
    ):
        write(service, act)
        pages.append(one.look_again())
        one.keep()
    assert len({page["vi"] for page in pages}) == len(pages)
    assert len({page["en"] for page in pages}) == len(pages)
    asked, answered = pages[-2]["vi"], pages[-1]["vi"]
    for wanted in (office.at.procedure.papers[0].name_vi, "Thiếu giấy tờ", "Bản có dấu đỏ"):
        assert wanted in asked
        assert wanted not in answered


def test_the_clock_alone_changes_the_page(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    """Windows pass with the days; an expectation whose time is over moves on with the clock."""
    made = packed(service, office, 812)
    waits, expects = reader(made.link), in_hand(service, office, reader)[1]
    before = waits.keep(), expects.keep()
    pass_days(service.container.units, 1)
    windows = re.findall(r'name="since" value="([^"]+)"', waits.look_again()["vi"])
    assert windows != re.findall(r'name="since" value="([^"]+)"', before[0]["vi"])
    seen = {expects.keep()["vi"]}
    for _ in range(3):
        pass_days(service.container.units, 5)
        seen.add(expects.look_again()["vi"])
    assert len(seen) == 4


def test_a_missed_date_is_said(reader: MakeReader, service: Service, office: PostOffice) -> None:
    made, one = in_hand(service, office, reader)
    officer = office.at.officer

    def work(uow: UnitOfWork) -> None:
        send_to_agency(uow, made.id, actor=office.at.clerk)
        brought(uow, office.at, items_of_dossier(uow, made.id)[0].id)
        receive_at_agency(uow, made.id, "H12.34-261121-0898", actor=officer)
        start_processing(uow, made.id, actor=officer)

    write(service, work)
    before = one.keep()
    pass_days(service.container.units, 200)
    assert one.look_again()["vi"] != before["vi"]


def test_what_a_pouch_goes_through_is_shown(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    """The envelope's own rows and chain stay as they are: only the pouch's chain tells."""
    made, one = in_hand(service, office, reader)
    at, driver = office.at, Holder(HolderKind.STAFF, office.courier.id)
    with service.container.units.write() as uow:
        pouch = new_pouch(
            uow, NewPouch(at.link.id, at.link.point_id, at.link.section_id), actor=at.clerk
        )
        put_in_pouch(uow, pouch.id, items_of_dossier(uow, made.id)[0].id, actor=at.clerk)
        seal_pouch(uow, pouch.id, "T-0001", "T-0001", actor=at.clerk)
        offer_pouch(uow, pouch.id, driver, actor=at.clerk)
        uow.commit()
    before = one.keep()
    write(service, lambda uow: accept_pouch(uow, pouch.id, "T-0001", 1, actor=office.courier))
    assert one.look_again() != before
