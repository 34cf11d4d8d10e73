"""A stored quote's page, for its own office; an electronic receipt, for its own citizen."""

import re
from io import BytesIO
from uuid import uuid4

import pypdfium2

from postal_bridge.kernel.actor import Role
from postal_bridge.money.service import CountDrawer, close_drawer, count_drawer, quote_view
from postal_bridge.people.service import actor_of_staff
from postal_bridge.people.store import PeopleStore
from tests.builders.doors import post_office, waiting
from tests.builders.money import make_quote, pay_at_counter, with_drawer
from tests.builders.people import a_clerk
from tests.routes.conftest import LOGINS, Service


def test_a_quote_is_explained_to_its_own_office(service: Service) -> None:
    units = service.container.units
    with units.read() as uow:
        row = PeopleStore(uow.session).staff_by_login(LOGINS[Role.CLERK])
        assert row is not None
        own = actor_of_staff(uow, row.id)
    assert own is not None
    made = make_quote(units, own, grams_result=501, collects_agency_fee=True)
    page = service.page_client(Role.CLERK).get(f"/bao-gia/{made.id}").get_data(as_text=True)
    for part in (
        "Tổng cộng 38.700\u00a0đ, vì:",
        "28.500\u00a0đ cho 500 g đầu, thêm 1 nấc 500 g × 2.200\u00a0đ, thành 30.700\u00a0đ",
        "Cước chuyển nộp phí, lệ phí",
        "Người dân trả",
        "Tự đến nhận kết quả tại bộ phận một cửa: Ông/Bà trả 8.000\u00a0đ",
        "tt22-2017",
    ):
        assert part in page
    assert service.page_client(Role.CLERK).get(f"/bao-gia/{uuid4()}").status_code == 404

    client, headers = service.app.test_client(), service.bearer(Role.CLERK)
    said = client.get(f"/api/v1/quotes/{made.id}", headers=headers).get_json()
    assert said["total_vnd"] == 38_700
    assert [line["amount_vnd"] for line in said["lines"]] == [30_700, 8_000]
    assert said["explanation"]["because"] == "Tổng cộng 38.700 đ, vì:"
    plain = page.replace("\u00a0", " ")
    assert all(one in plain for one in said["explanation"]["reasons"])
    assert client.get(f"/api/v1/quotes/{uuid4()}", headers=headers).status_code == 404


def test_a_citizen_opens_his_own_electronic_receipt_and_no_others(service: Service) -> None:
    units = service.container.units
    office = post_office(units, "binh-thanh")
    with units.write() as uow:
        made = waiting(uow, office, 9801, is_quoted_only=True)
        other = waiting(uow, office, 9802, is_quoted_only=True)
        uow.commit()
    taker = a_clerk(units, "binh-thanh")  # whose drawer is counted below
    with_drawer(units, taker)
    assert made.delivery.quote_id is not None
    with units.read() as uow:
        quoted = quote_view(uow, made.delivery.quote_id, actor=taker)
    pay_at_counter(units, taker, quoted)
    count_drawer(CountDrawer(526_000), actor=taker, units=units)
    close_drawer(actor=taker, units=units)
    anybody = service.app.test_client()
    page = anybody.get(f"/tra-cuu/{made.link}").get_data(as_text=True)
    found = re.search(rf"/tra-cuu/{made.link}(/bien-lai/[0-9a-f-]+\.pdf)", page)
    assert found is not None
    assert "Biên lai điện tử" in page
    for _ in range(2):  # as often as he likes, never a copy
        paper = anybody.get(found[0])
        assert (paper.status_code, paper.mimetype) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(BytesIO(paper.get_data()))
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert "BẢN ĐIỆN TỬ" in text
    assert "BẢN SAO" not in text
    assert anybody.get(f"/tra-cuu/{other.link}{found[1]}").status_code == 404
