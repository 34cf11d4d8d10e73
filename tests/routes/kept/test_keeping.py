"""What of a citizen's page is kept, for whom, and what it spares."""

import re

from postal_bridge.counter.citizen_look import MARKS
from postal_bridge.custody.tables import ItemRow
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.importing import PLACES
from postal_bridge.directory.service import import_csv
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.people.service import (
    mint_citizen_link,
    revoke_citizen_links,
)
from tests.builders.doors import PostOffice
from tests.routes.conftest import Service
from tests.routes.kept.reader import MakeReader, in_hand, packed, write

FIRST_LOOK_MOST, NEXT_LOOK_MOST = 12, 1


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
