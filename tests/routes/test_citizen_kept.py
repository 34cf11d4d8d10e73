"""A page that is kept says what a fresh one would: after every kind of change, in both languages.

Each test looks twice, so that the page is kept, changes one thing and looks again. The page then
shown must be the one that a process with an empty memory makes, letter by letter.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from postal_bridge.counter.citizen_look import MARKS
from postal_bridge.custody.service import (
    accept_pouch,
    hand_over,
    items_of_dossier,
    new_pouch,
    offer_pouch,
    put_in_pouch,
    seal_pouch,
)
from postal_bridge.custody.tables import ItemRow
from postal_bridge.custody.types import HandOver, Holder, HolderKind, NewPouch, SignatureRef
from postal_bridge.delivery.service import give_to_courier, park, redirect
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.types import IdentityCheck, Parking, ParkingReason, Place, Redirect
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.importing import PLACES
from postal_bridge.directory.service import import_csv
from postal_bridge.dossiers.service import (
    accept,
    ask_supplement,
    correct_result,
    mark_returned,
    receive_at_agency,
    send_to_agency,
    start_processing,
    supplement_answered,
)
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.tables import HomeRow
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people.service import (
    mint_citizen_link,
    record_look,
    revoke_citizen_links,
    staff_name,
)
from routes.kept_pages import KeptPages
from routes.web import build
from tests.builders.delivery import pass_days
from tests.builders.doors import PostOffice, Waiting, post_office, waiting
from tests.builders.dossiers import brought, ready_to_accept
from tests.routes.citizen_reader import MakeReader, Reader
from tests.routes.conftest import Service

FIRST_LOOK_MOST, NEXT_LOOK_MOST = 12, 1


@pytest.fixture(scope="module")
def office(service: Service) -> PostOffice:
    return post_office(service.container.units, "binh-thanh")


@pytest.fixture(autouse=True)
def clock(service: Service) -> Iterator[None]:
    """The other tests of this home find the clock as they left it."""
    with service.container.units.read() as uow:
        before = uow.session.scalars(select(HomeRow.clock_offset_us)).one()
    yield
    with service.container.units.write() as uow:
        uow.session.scalars(select(HomeRow)).one().clock_offset_us = before
        uow.commit()


@pytest.fixture(scope="module")
def forgetful(service: Service) -> Flask:
    """The same service in a process that keeps nothing."""
    app = build(replace(service.container, kept_pages=KeptPages(most=0)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def reader(service: Service, forgetful: Flask) -> MakeReader:
    def make(link: str) -> Reader:
        one = Reader(service, link, service.app.test_client(), forgetful.test_client())
        for browser in (one.browser, one.fresh):  # limits count each citizen alone
            browser.environ_base["REMOTE_ADDR"] = f"10.1.{ord(link[0])}.{ord(link[1])}"
        return one

    return make


def packed(service: Service, office: PostOffice, number: int, **given: object) -> Waiting:
    with service.container.units.write() as uow:
        one = waiting(uow, office, number, **given)  # type: ignore[arg-type]
        uow.commit()
    return one


def write(service: Service, act: Callable[[UnitOfWork], object]) -> None:
    with service.container.units.write() as uow:
        act(uow)
        uow.commit()


def test_a_page_asks_little_and_a_kept_one_less(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    one = reader(packed(service, office, 801).link)
    one.made_anew()  # reference data are read
    assert one.statements(one.made_anew) <= FIRST_LOOK_MOST
    one.page()
    assert one.statements(one.page) <= NEXT_LOOK_MOST


def test_two_looks_share_no_key_and_no_link_is_kept(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    link = packed(service, office, 802).link
    pages = [service.app.test_client().get(f"/tra-cuu/{link}").get_data(as_text=True) for _ in "ab"]
    first, second = (re.findall(r'name="_key" value="([^"]+)"', page) for page in pages)
    assert len(first + second) == len({*first, *second}) > 2
    assert all(f'action="/tra-cuu/{link}/' in page for page in pages)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', pages[0])[0]
    kept = str([page.pieces for page in service.container.kept_pages._pages.values()])
    assert link not in kept
    assert token not in kept


def test_links_of_one_dossier_keep_to_themselves(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made = packed(service, office, 803)
    with service.container.units.write() as uow:
        second = mint_citizen_link(uow, made.delivery.dossier_id)
        uow.commit()
    first = reader(made.link).keep()["vi"]
    again = reader(second).page()
    assert made.link not in again
    assert again == first.replace(made.link, second)


def test_a_revoked_link_opens_nothing_at_once(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made = packed(service, office, 804)
    reader(made.link).keep()
    write(service, lambda uow: revoke_citizen_links(uow, made.delivery.dossier_id))
    assert service.app.test_client().get(f"/tra-cuu/{made.link}").status_code == 404


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


def in_hand(service: Service, office: PostOffice, reader: MakeReader) -> tuple[DossierView, Reader]:
    """A dossier that has just been accepted, and its citizen."""
    with service.container.units.write() as uow:
        made, item = ready_to_accept(uow, office.at)
        accept(uow, made.id, actor=office.at.clerk)
        link = mint_citizen_link(uow, made.id)
        uow.commit()
    assert item.dossier_id == made.id
    return made, reader(link)


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
        lambda uow: ask_supplement(uow, made.id, (1,), "papers_missing", actor=officer),
        lambda uow: supplement_answered(uow, made.id, actor=officer),
    ):
        write(service, act)
        pages.append(one.look_again())
        one.keep()
    assert len({page["vi"] for page in pages}) == len(pages)
    assert len({page["en"] for page in pages}) == len(pages)


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


def test_an_imported_name_is_shown_at_once(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    made, one = in_hand(service, office, reader)
    before = one.keep()
    shipped = (PLACES / "procedures.csv").read_text("utf-8")
    old = made.procedure_name_vi
    assert old in before["vi"]
    kind = ImportKind.PROCEDURES.value
    operator, units = Actor.operator(), service.container.units
    try:
        report = import_csv(
            kind, shipped.replace(old, f"{old} đổi tên").encode(), actor=operator, units=units
        )
        assert report.changed
        assert f"{old} đổi tên" in one.look_again()["vi"]
    finally:
        import_csv(kind, shipped.encode(), actor=operator, units=units)
    assert f"{old} đổi tên" not in one.look_again()["vi"]


def test_staff_see_their_own_menu_and_leave_nothing_behind(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    link = packed(service, office, 813).link
    inside = service.page_client(Role.CLERK).get(f"/tra-cuu/{link}").get_data(as_text=True)
    outside = reader(link).keep()["vi"]
    assert "/thoat" in inside
    assert "/thoat" not in outside


def test_what_was_just_done_is_not_kept(
    reader: MakeReader, service: Service, office: PostOffice
) -> None:
    one = reader(packed(service, office, 814).link)
    done = one.browser.get(f"/tra-cuu/{one.link}?xong=hen").get_data(as_text=True)
    assert 'class="done"' in done
    assert 'class="done"' not in one.page()


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


def test_every_mark_grows_with_its_rows(service: Service, office: PostOffice) -> None:
    made = packed(service, office, 815).delivery

    def marks() -> tuple[int, ...]:
        with service.container.units.read() as uow:
            return MARKS.of(uow, made.dossier_id, ())

    seen = {marks()}
    with service.container.units.write() as uow:
        uow.session.get_one(DossierRow, made.dossier_id).sets = 2
        uow.commit()
    seen.add(marks())
    with service.container.units.write() as uow:
        uow.session.get_one(DeliveryRow, made.id).take_back_papers = 1
        uow.commit()
    seen.add(marks())
    with service.container.units.write() as uow:
        uow.session.get_one(ItemRow, made.item_id).weight_g = 81
        uow.commit()
    seen.add(marks())
    assert len(seen) == 4
