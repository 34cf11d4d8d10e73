"""The month's statement: contract lines and borne fares by bearer, as page, CSV and API."""

import csv
import html
import io
import json
import re

from postal_bridge.delivery.rules import DeliveryAction as Do
from postal_bridge.directory.service import agency_view, section_view, unit_view
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.money import accounts
from postal_bridge.money.ledger import balance_vnd
from postal_bridge.money.service import parked_notices, settle, verify_ledger
from routes.idempotency import mint_key
from tests.builders.clock import pass_days
from tests.builders.contracts import contract_csv, publish_csv
from tests.builders.delivery import a_scene
from tests.builders.delivery_acts import act
from tests.builders.money import MACHINE, notice
from tests.postal_bridge.delivery.test_contract_causes import quoted
from tests.routes.conftest import Service


def test_an_agency_sees_what_it_owes_of_a_month_and_why(service: Service) -> None:
    units = service.container.units
    scene = a_scene(units)
    with units.read() as uow:
        section = section_view(uow, scene.at.link.section_id)
        agency = agency_view(uow, section.agency_id)
        unit = unit_view(uow, scene.at.link.unit_id).key
        today = local(uow.now).date()
    row = f"hd-1,{unit},{agency.key},Hợp đồng 1,Contract 1,{today.isoformat()},100,,,12000,,,"
    publish_csv(units, contract_csv(row))
    with units.write() as uow:
        made = quoted(uow, scene, authority=section.key)
        for action in (Do.PACK, Do.GIVE_TO_COURIER, Do.SET_OUT, Do.FAIL, Do.SET_OUT):
            act(uow, scene, made, action)
        uow.commit()
    client = service.page_client(Role.SUPERVISOR)
    month, bearer = f"{today:%Y-%m}", f"agency:{agency.key}"
    page = client.get(f"/dieu-hanh/quyet-toan?thang={month}").get_data(as_text=True)
    assert agency.name in page
    assert "39.000" in page  # 26,000 borne, 1,000 heavier, 12,000 for the second ride
    own = client.get(f"/dieu-hanh/quyet-toan/{bearer}?thang={month}").get_data(as_text=True)
    assert "Hợp đồng hd-1: 12.000\u00a0đ một lần." in own
    assert "Tháng chưa kết thúc" in own
    sheet = client.get(f"/dieu-hanh/quyet-toan/{bearer}/bang.csv?thang={month}")
    rows = list(csv.DictReader(io.StringIO(sheet.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [int(row["amount_vnd"]) for row in rows] == [26_000, 1_000, 12_000]
    with units.read() as uow:
        books_vnd = balance_vnd(uow, accounts.authority(section.key))
        books_vnd += balance_vnd(uow, accounts.contract(agency.id))
    assert sum(int(row["amount_vnd"]) for row in rows) == books_vnd
    pass_days(units, 40)
    try:
        later = client.get(f"/dieu-hanh/quyet-toan/{bearer}/bang.csv?thang={month}")
        assert later.data == sheet.data
        again = client.get(f"/dieu-hanh/quyet-toan/{bearer}?thang={month}").get_data(as_text=True)
        assert "Tháng đã kết thúc" in again
        assert client.get(f"/dieu-hanh/quyet-toan/{bearer}").status_code == 404  # not this month
        pays_in_parts(service, bearer, month)
    finally:
        pass_days(units, -40)  # others use this home too
    clerk = service.page_client(Role.CLERK)
    assert clerk.get("/dieu-hanh/quyet-toan").status_code == 403
    asked = {"month": today.isoformat(), "bearer": bearer}
    told = service.app.test_client().get(
        "/api/v1/statements/lines", query_string=asked, headers=service.bearer(Role.SUPERVISOR)
    )
    lines = json.loads(told.data)["lines"]
    assert [one["amount_vnd"] for one in lines] == [26_000, 1_000, 12_000]
    assert lines[2]["explanation_en"].endswith("Contract hd-1: 12,000 đ each time.")


def pays_in_parts(service: Service, bearer: str, month: str) -> None:
    """9,000 of 39,000, then 50,000: paid in full, and 20,000 too much wait for two people."""
    units, operator = service.container.units, service.page_client(Role.OPERATOR)
    supervisor = next(one for one in service.people.values() if one.role == "supervisor")
    address = f"/dieu-hanh/quyet-toan/{bearer}"
    for amount_vnd in (9_000, 50_000):
        came = settle(notice(None, amount_vnd), actor=MACHINE, units=units)
        data = {
            "_key": mint_key(), "event_id": str(came.event_id), "words": "UNC 12",
            "second_login": supervisor.login, "second_password": supervisor.password,
        }  # fmt: skip
        paid = operator.post(f"{address}/da-tra?thang={month}", data=data)
        assert paid.status_code == 303, paid.get_data(as_text=True)
    page = operator.get(f"{address}?thang={month}").get_data(as_text=True)
    assert re.search(r"Đã trả</dt><dd>39\.000", page)
    late = settle(notice(None, 1), actor=MACHINE, units=units)
    data |= {"_key": mint_key(), "event_id": str(late.event_id)}
    again = operator.post(f"{address}/da-tra?thang={month}", data=data)
    assert (again.status_code, "đã trả đủ" in again.get_data(as_text=True)) == (422, True)
    with units.read() as uow:
        parked = parked_notices(uow, actor=Actor.operator())
        assert [one.amount for one in parked if one.why == "overpaid"] == [20_000]
        checks = ("statement_payment", "unplaced", "contract", "chain", "mixing")
        assert [one for one in verify_ledger(uow) if one.check in checks] == []


def test_a_file_of_contracts_is_looked_at_then_published_and_its_faults_are_named(
    service: Service,
) -> None:
    client = service.page_client(Role.OPERATOR)
    units = service.container.units
    with units.read() as uow:
        today = local(uow.now).date().isoformat()
    row = f"hd-page,p-long-my,ubnd-p-long-my,Hợp đồng 7,Contract 7,{today},,,,,,,20000"

    def looked(content: bytes) -> tuple[int, str]:
        sent = {"file": (io.BytesIO(content), "hop-dong.csv"), "_key": f"k{len(content)}"}
        answer = client.post("/hop-dong", data=sent)
        return answer.status_code, answer.get_data(as_text=True)

    status, page = looked(
        contract_csv(row.replace("p-long-my", "nowhere", 1).replace(today, "2020-01-01"))
    )
    assert status == 422
    assert "Ngày bắt đầu đã qua" in page
    assert "<code>unit</code>" in page
    status, page = looked(contract_csv(row))
    assert status == 200
    assert "20.000\u00a0đ một lần chuyển hoàn" in page
    content = re.search(r'name="content" value="([^"]+)"', page)
    assert content is not None
    form = {"content": html.unescape(content[1]), "_key": "publish-page"}
    assert client.post("/hop-dong/cong-bo", data=form).status_code == 303
    assert client.post("/hop-dong/cong-bo", data=form).status_code == 303  # sent twice, done once
    assert client.get("/hop-dong").get_data(as_text=True).count("hd-page") == 1
    status, page = looked(contract_csv(row))
    assert status == 422
    assert "Mã này đã được công bố" in page
    with units.read() as uow:
        assert [one for one in verify_ledger(uow) if one.check == "contract"] == []
