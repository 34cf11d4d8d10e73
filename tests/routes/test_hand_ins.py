"""A courier's cash over HTTP: offered on the phone, counted and taken at the counter."""

import re

from flask.testing import FlaskClient

from postal_bridge.kernel.ids import new_id
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Posting
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.people.service import SignIn, sign_in
from tests.builders.doors import PASSWORD, staff
from tests.routes.conftest import Service

OFFICE = "trang-bom"  # no other test of routes uses its people


def client_of(service: Service, login: str) -> FlaskClient:
    units = service.container.units
    signed = sign_in(SignIn(login, PASSWORD), units=units, machine=units.machine)
    client = service.app.test_client()
    with client.session_transaction() as session:
        session["token"] = signed.token
    return client


def test_cash_goes_from_the_phone_into_the_drawer(service: Service) -> None:
    units = service.container.units
    rider = staff(units, f"phat.{OFFICE}")
    assert rider.unit_id is not None
    with units.write() as uow:
        cash = accounts.courier_cash(rider.id, rider.unit_id)
        line = Posting(cash, accounts.fare_revenue(rider.unit_id), 52_000, "result")
        post(uow, EntryHead(f"dossier:{new_id()}", "door_payment"), [line], actor=rider)
        uow.commit()
    phone, counter = client_of(service, f"phat.{OFFICE}"), client_of(service, f"gdv.{OFFICE}")
    counter.post("/quy/mo", data={"_key": "mo-1", "float_vnd": "100.000"})
    page = phone.get("/buu-ta/tien").get_data(as_text=True)
    assert "Thu khi phát" in page
    sent = {"_key": "offer-1", "counted_vnd": "50.000"}
    for _ in range(2):
        assert phone.post("/buu-ta/tien/nop", data=sent).status_code == 303
    waiting = counter.get("/quy").get_data(as_text=True)
    found = re.search(r"/quy/tien-buu-ta/[0-9a-f-]{36}", waiting)
    assert found is not None
    at = found.group(0)
    seen = counter.get(at).get_data(as_text=True)
    assert "50.000" not in seen  # blind
    early = counter.post(f"{at}/nhan", data={"_key": "early"})
    assert early.status_code == 409
    assert (
        counter.post(f"{at}/dem", data={"_key": "count-1", "counted_vnd": "49.000"}).status_code
        == 303
    )
    assert counter.post(f"{at}/nhan", data={"_key": "differs"}).status_code == 409
    assert "đếm khác anh/chị" in phone.get("/buu-ta/tien").get_data(as_text=True)
    again = {"_key": "count-2", "counted_vnd": "50.000", "reason": "Sót một tờ"}
    assert counter.post(f"{at}/dem", data=again).status_code == 303
    assert "Cước chuyển phát" in counter.get(at).get_data(as_text=True)
    for _ in range(4):  # a frozen screen and four times Enter
        assert counter.post(f"{at}/nhan", data={"_key": "accept"}).status_code == 303
    drawer = counter.get("/quy").get_data(as_text=True)
    assert drawer.count("Bưu tá nộp tiền, Cước chuyển phát") == 1
    mine = phone.get("/buu-ta/tien").get_data(as_text=True)
    assert "thiếu 2.000\u00a0đ" in mine
    assert "không nợ khoản này" in mine
    gap = re.search(r"/buu-ta/tien/([0-9a-f-]{36})/chenh-lech", mine)
    assert gap is not None
    doubt = {"_key": "doubt-1", "accepts": "0", "reason": "Khách trả thiếu"}
    assert phone.post(gap.group(0), data=doubt).status_code == 303
    chief = client_of(service, "gs.dong-nai")
    board = chief.get(f"/dieu-hanh/tien-buu-ta/{gap.group(1)}").get_data(as_text=True)
    assert "Khách trả thiếu" in board
    decided = {
        "_key": "settle-1", "courier_owes": "0", "evidence": "BB-7",
        "second_login": f"gdv.{OFFICE}", "second_password": "wrong",
    }  # fmt: skip
    wrong = chief.post(f"/dieu-hanh/tien-buu-ta/{gap.group(1)}", data=decided)
    assert wrong.status_code == 422
    decided["second_password"] = PASSWORD
    right = chief.post(f"/dieu-hanh/tien-buu-ta/{gap.group(1)}", data=decided)
    assert right.status_code == 303
    counter.post("/quy/dem", data={"_key": "dem-1", "counted_vnd": "150000"})
    counter.post("/quy/ket", data={"_key": "ket-1"})


def test_another_offices_clerk_sees_no_such_cash(service: Service) -> None:
    phone, other = client_of(service, f"phat.{OFFICE}"), client_of(service, "gdv.long-tri")
    phone.post("/buu-ta/tien/nop", data={"_key": "offer-2", "counted_vnd": "0"})
    page = phone.get("/buu-ta/tien").get_data(as_text=True)
    found = re.search(r"/buu-ta/tien/([0-9a-f-]{36})/lay-lai", page)
    assert found is not None
    assert other.get(f"/quy/tien-buu-ta/{found.group(1)}").status_code == 404
    assert phone.post(found.group(0), data={"_key": "back-2"}).status_code == 303
