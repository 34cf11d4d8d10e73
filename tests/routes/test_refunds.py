"""Giving a payment back: two people, a supervisor above the limit, never twice, never unseen."""

import io
import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.refund_limit import refund_limit_vnd
from postal_bridge.money.service import (
    FeeDue,
    PaymentView,
    RequestOnline,
    call_off_fare,
    payments_of_dossier,
    quote_view,
    request_online,
    settle,
    verify_ledger,
)
from postal_bridge.people.service import SignIn, sign_in
from routes.idempotency import mint_key
from tests.builders.doors import PASSWORD, PostOffice, Waiting, post_office, staff, waiting
from tests.builders.money import MACHINE, notice, pay_at_counter, with_drawer
from tests.builders.site import Caller
from tests.routes.conftest import Service

DEAR = FeeDue(code="LP02", name="Lệ phí trước bạ", kind="le_phi", amount_vnd=900_000)
CLERK, OTHER = "gdv.binh-thanh", "gdv.trang-bom"


@dataclass
class Desk:
    """Two clerks of one office, one with the drawer, and a supervisor."""

    service: Service
    office: PostOffice
    clerk: Actor
    supervisor: str

    @property
    def units(self) -> Units:
        return self.service.container.units

    def paid(self, number: int, *fees: FeeDue, method: str = "cash") -> tuple[Waiting, PaymentView]:
        with self.units.write() as uow:
            made = waiting(uow, self.office, number, is_quoted_only=True)
            uow.commit()
        assert made.delivery.quote_id is not None
        with self.units.read() as uow:
            quoted = quote_view(uow, made.delivery.quote_id, actor=self.clerk)
        given: dict[str, Any] = {"fees": fees, "section_id": new_id(), "method": method}
        pay_at_counter(self.units, self.clerk, quoted, **given)
        return made, self.payment(made)

    def paid_by_transfer(self, number: int) -> tuple[Waiting, PaymentView]:
        with self.units.write() as uow:
            made = waiting(uow, self.office, number, is_quoted_only=True)
            asked = RequestOnline(made.delivery.dossier_id, made.delivery.quote_id)
            online = request_online(uow, asked, actor=self.clerk)
            uow.commit()
        settle(notice(online.reference, online.amount_vnd), actor=MACHINE, units=self.units)
        return made, self.payment(made)

    def payment(self, made: Waiting) -> PaymentView:
        with self.units.read() as uow:
            return payments_of_dossier(uow, made.delivery.dossier_id, actor=Actor.operator())[-1]

    def browser(self, login: str) -> FlaskClient:
        client = self.service.app.test_client()
        units = self.units
        with client.session_transaction() as session:
            session["token"] = sign_in(
                SignIn(login, PASSWORD), units=units, machine=units.machine
            ).token
        return client

    def caller(self, login: str) -> Caller:
        """By the API."""
        signed = sign_in(SignIn(login, PASSWORD), units=self.units, machine=self.units.machine)
        return Caller(self.service.app.test_client(), signed.token)

    def give_back(
        self, payment: PaymentView, *, second: str, login: str = CLERK, **given: str
    ) -> Any:
        data = {
            "_key": mint_key(), "words": "Trả lại vì thu nhầm", "second_login": second,
            "second_password": PASSWORD, **given,
        }  # fmt: skip
        path = f"/hoan-tien/{payment.dossier_id}/{payment.id}"
        return self.browser(login).post(path, data=data)

    def faults(self) -> list[Any]:
        with self.units.read() as uow:
            checks = ("reversal", "refunded", "credited_once", "drawer", "balance", "refund")
            return [one for one in verify_ledger(uow) if one.check in checks]


def sees(supervisor: Actor, clerk: Actor) -> bool:
    return clerk.unit_id is not None and supervisor.scope.covers(clerk.unit_id)


@pytest.fixture(scope="module")
def desk(service: Service) -> Desk:
    units = service.container.units
    office = post_office(units, "binh-thanh")
    clerk = staff(units, CLERK)
    with_drawer(units, clerk, float_vnd=2_000_000)
    supervisors = [login for login, one in service.people.items() if one.role == "supervisor"]
    supervisor = next(one for one in supervisors if sees(staff(units, one), clerk))
    return Desk(service, office, clerk, supervisor)


def test_two_people_give_it_back_once(desk: Desk) -> None:
    made, payment = desk.paid(8_801)
    page = desk.browser(CLERK).get(f"/hoan-tien/{made.delivery.dossier_id}")
    assert "Hoàn 26.000\u00a0đ" in page.get_data(as_text=True)
    alone = desk.give_back(payment, second=CLERK)
    assert alone.status_code == 422
    forged = desk.give_back(payment, second=OTHER, second_password="x")
    assert forged.status_code == 422
    silent = desk.give_back(payment, second=OTHER, words="")
    assert silent.status_code == 422
    assert desk.payment(made).status == "paid"
    done = desk.give_back(payment, second=OTHER)
    assert done.status_code == 303
    assert "xong=hoan" in done.headers["Location"]
    assert desk.payment(made).status == "refunded"
    again = desk.give_back(payment, second=OTHER)
    assert again.status_code == 409
    assert desk.faults() == []


def test_a_void_of_the_card_terminal_gives_one_payment_back(desk: Desk) -> None:
    (made, payment), (_, other) = (desk.paid(number, method="card") for number in (8_811, 8_812))
    page = desk.browser(CLERK).get(f"/hoan-tien/{made.delivery.dossier_id}")
    assert 'name="terminal_slip"' in page.get_data(as_text=True)
    for slip in ("", "12", "không rõ", "9" * 21):
        assert desk.give_back(payment, second=OTHER, terminal_slip=slip).status_code == 422
    assert desk.payment(made).status == "paid"
    assert desk.give_back(payment, second=OTHER, terminal_slip="000 417a").status_code == 303
    assert desk.payment(made).status == "refunded"
    used = desk.give_back(other, second=OTHER, terminal_slip="000417A")
    assert used.status_code == 409
    assert "Phiếu hủy 000417A đã dùng" in used.get_data(as_text=True)
    assert desk.give_back(other, second=OTHER, terminal_slip="000418").status_code == 303
    assert desk.faults() == []


def test_the_same_form_twice_gives_back_once(desk: Desk) -> None:
    made, payment = desk.paid(8_802)
    key = mint_key()
    first, second = (desk.give_back(payment, second=OTHER, _key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert desk.payment(made).status == "refunded"
    assert desk.faults() == []


def test_above_the_limit_one_of_the_two_is_a_supervisor(desk: Desk) -> None:
    made, payment = desk.paid(8_803, DEAR)
    assert payment.amount_vnd > refund_limit_vnd()
    two_clerks = desk.give_back(payment, second=OTHER)
    assert two_clerks.status_code == 422
    assert "cần một người điều hành" in two_clerks.get_data(as_text=True)
    assert desk.payment(made).status == "paid"
    assert desk.give_back(payment, second=desk.supervisor).status_code == 303
    assert desk.payment(made).status == "refunded"


def test_another_clerks_open_drawer_is_not_touched_unseen(desk: Desk) -> None:
    made, payment = desk.paid(8_804)
    asked = desk.give_back(payment, second=OTHER, login=desk.supervisor)
    assert asked.status_code == 303
    assert "xong=de-nghi" in asked.headers["Location"]
    assert desk.payment(made).status == "paid"
    page = desk.browser(desk.supervisor).get(f"/hoan-tien/{made.delivery.dossier_id}")
    assert "chưa xem" in page.get_data(as_text=True)
    assert desk.give_back(payment, second=OTHER).status_code == 409  # one proposal at a time
    clerk = desk.browser(CLERK)
    action = re.search(r"/quy/dieu-chinh/[0-9a-f-]+", clerk.get("/quy").get_data(as_text=True))
    assert action is not None
    agreed = {"_key": mint_key(), "agrees": "1"}
    twice = [clerk.post(action[0], data=agreed).status_code for _ in range(2)]
    assert twice == [303, 303]
    assert desk.payment(made).status == "refunded"
    late = clerk.post(action[0], data=agreed | {"_key": mint_key()})
    assert late.status_code == 409
    assert "Quỹ" in late.get_data(as_text=True)  # his own page, not an error's
    assert desk.faults() == []


def test_what_was_called_off_is_fetched_and_not_given_back_twice(desk: Desk) -> None:
    made, payment = desk.paid(8_807)
    with desk.units.write() as uow:
        assert payment.quote_id is not None
        call_off_fare(uow, payment.quote_id, "cancelled", actor=desk.clerk)
        uow.commit()
    page = desk.browser(CLERK).get(f"/hoan-tien/{made.delivery.dossier_id}")
    assert "không hoàn lần nữa ở đây" in page.get_data(as_text=True)
    assert "Hoàn khoản này" not in page.get_data(as_text=True)
    assert desk.give_back(payment, second=OTHER).status_code == 409
    assert desk.faults() == []
    data = {"_key": mint_key(), "quote_id": str(payment.quote_id)}
    path = f"/ho-so/{made.delivery.dossier_id}/thay-doi"
    asked = desk.browser(CLERK).post(f"{path}/hoan-cuoc-chuyen-khoan", data=data)
    assert asked.status_code == 303
    owed = desk.browser(CLERK).get(asked.headers["Location"]).get_data(as_text=True)
    assert "Đang nợ người dân 26.000\u00a0đ" in owed
    changes = desk.browser(CLERK).get(path).get_data(as_text=True)
    assert "Nhập tài khoản và ký lệnh chuyển" in changes
    citizen = desk.service.app.test_client().get(f"/tra-cuu/{made.link}").get_data(as_text=True)
    assert "chưa có số tài khoản" in citizen
    assert desk.faults() == []


def test_a_payment_of_another_dossier_or_office_is_not_there(desk: Desk) -> None:
    made, payment = desk.paid(8_805)
    other, _ = desk.paid(8_806)
    path = f"/hoan-tien/{other.delivery.dossier_id}/{payment.id}"
    data = {"_key": mint_key(), "words": "Nhầm hồ sơ", "second_login": OTHER,
            "second_password": PASSWORD}  # fmt: skip
    assert desk.browser(CLERK).post(path, data=data).status_code == 404
    page = f"/hoan-tien/{made.delivery.dossier_id}"
    assert desk.browser(OTHER).get(page).status_code == 404
    assert desk.payment(made).status == "paid"


def test_a_transfer_goes_back_by_an_order_of_two_and_the_banks_statement(desk: Desk) -> None:
    """From the clerk's page to the line of the statement, all by pages."""
    made, payment = desk.paid_by_transfer(8_808)
    dossier_id = made.delivery.dossier_id
    assert desk.give_back(payment, second=OTHER).status_code == 303
    browser = desk.browser(CLERK)
    page = browser.get(f"/hoan-tien/{dossier_id}").get_data(as_text=True)
    assert "Đang nợ người dân 26.000\u00a0đ" in page
    given = {
        "_key": mint_key(), "bank_bin": "970415", "account": "1010203040",
        "account_again": "1010203040", "holder": "Nguyễn Thị Đào", "second_login": OTHER,
        "second_password": PASSWORD,
    }  # fmt: skip
    path = f"/hoan-tien/{dossier_id}/{payment.id}"
    alone = browser.post(f"{path}/lenh", data={**given, "second_login": CLERK})
    assert alone.status_code == 422
    assert browser.post(f"{path}/lenh", data=given).status_code == 303
    operator = desk.service.page_client(Role.OPERATOR)
    board = "/dieu-hanh/lenh-hoan-tien"
    assert "26.000\u00a0đ" in operator.get(board).get_data(as_text=True)
    assert operator.post(f"{board}/tep", data={"_key": mint_key()}).status_code == 303
    fetch = re.search(rf"{board}/tep/[0-9a-f-]+\.csv", operator.get(board).get_data(as_text=True))
    assert fetch is not None
    lines = operator.post(fetch[0], data={"_key": mint_key()}).get_data(as_text=True).split("\r\n")
    reference, *_ = lines[1].split(",")
    assert lines[1].split(",")[2:5] == ["1010203040", "NGUYEN THI DAO", "26000"]
    said = f"transaction,at,amount,note\nFT1,02/03/2026,-26000,{reference}\n"
    file = (io.BytesIO(said.encode()), "sao-ke.csv")
    told = operator.post(
        "/dieu-hanh/tien-cho-xu-ly/sao-ke", data={"_key": mint_key(), "file": file}
    )
    assert "lệnh hoàn tiền đã đi" in told.get_data(as_text=True)
    page = browser.get(f"/hoan-tien/{dossier_id}").get_data(as_text=True)
    assert "Đã chuyển 26.000\u00a0đ cho người dân" in page
    assert desk.faults() == []


def test_a_transfer_goes_back_by_the_api_alone(desk: Desk) -> None:
    """The same way without a page: owed, ordered by two, in a file, refused, booked whole."""
    made, _ = desk.paid_by_transfer(8_809)
    dossier_id = made.delivery.dossier_id
    clerk, operator = desk.caller(CLERK), desk.caller("vanhanh")
    at = f"/api/v1/dossiers/{dossier_id}"
    (row,) = clerk.get(f"{at}/refunds").get_json()["rows"]
    assert (row["can_be_given_back"], row["debt"]) == (True, None)
    payment = f"{at}/payments/{row['payment_id']}"
    second = {"second_login": OTHER, "second_password": PASSWORD}
    back = {"words": "Trả lại vì thu nhầm", **second}
    assert clerk.post(f"{payment}/refund", back, "").status_code == 422  # no key
    silent = clerk.post(f"{payment}/refund", {**back, "words": " "}, "r0")
    assert silent.status_code == 422
    said = [clerk.post(f"{payment}/refund", back, "r1") for _ in range(2)]
    assert [one.status_code for one in said] == [201, 201]
    assert said[0].data == said[1].data
    given = {
        "bank_bin": "970415", "account": "1010203040", "account_again": "1010203041",
        "holder": "Nguyễn Thị Đào", **second,
    }  # fmt: skip
    assert clerk.post(f"{payment}/refund-order", given, "o0").status_code == 422
    given["account_again"] = given["account"]
    assert operator.post(f"{payment}/refund-order", given, "o1").status_code == 403
    stranger, foreign = desk.caller(OTHER), {**given, "second_login": CLERK}
    assert stranger.post(f"{payment}/refund-order", foreign, "o1").status_code == 404
    assert clerk.post(f"{payment}/refund-order", given, "o1").get_json()["status"] == "ordered"
    dropped = clerk.post(f"{payment}/refund-order/withdrawal", {}, "w1").get_json()
    assert (dropped["status"], dropped["reference"]) == ("owed", None)
    assert clerk.post(f"{payment}/refund-order", given, "o2").status_code == 201
    assert clerk.post("/api/v1/refund-files", {}, "f").status_code == 403
    file = operator.post("/api/v1/refund-files", {}, "f1").get_json()
    assert file["waiting"] == file["orders"]
    assert operator.post("/api/v1/refund-files", {}, "f2").status_code == 422  # nothing waits
    kept = operator.get(f"/api/v1/refund-files/{file['id']}").get_json()
    assert "1010203040,NGUYEN THI DAO" in kept["content"]
    ours = operator.get("/api/v1/refunds").get_json()
    assert row["payment_id"] in {one["payment_id"] for one in ours["sent"]}
    assert "1010203040" not in str(ours)
    supervisor = desk.caller(desk.supervisor)
    assert supervisor.get("/api/v1/refunds").get_json()["files"] == []
    refusal = f"/api/v1/refunds/{row['payment_id']}/refusal"
    no = {"words": "sai tên người hưởng", **second}
    assert operator.post(refusal, no, "n1").get_json()["why_again"] == "refuse"
    assert clerk.post(f"{payment}/refund-order", given, "o3").status_code == 201
    file = operator.post("/api/v1/refund-files", {}, "f3").get_json()
    line = {
        "transaction": "FT88", "account": receiving_account().account, "words": "sao kê 02/03",
        "amount_vnd": file["waiting_vnd"], **second,
    }  # fmt: skip
    booking = f"/api/v1/refund-files/{file['id']}/booking"
    assert operator.post(booking, {**line, "amount_vnd": 1}, "b0").status_code == 422
    assert operator.post(booking, line, "b1").get_json()["orders"] == file["orders"]
    (row,) = clerk.get(f"{at}/refunds").get_json()["rows"]
    assert row["debt"]["status"] == "paid"
    assert desk.faults() == []


def test_the_citizen_names_the_account_on_his_own_page(desk: Desk) -> None:
    """Sealed, shown by its end, in no address; two people sign for what they have seen."""
    made, payment = desk.paid_by_transfer(8_810)
    dossier_id = made.delivery.dossier_id
    assert desk.give_back(payment, second=OTHER).status_code == 303
    phone, own = desk.service.app.test_client(), f"/tra-cuu/{made.link}"
    first = phone.get(own).get_data(as_text=True)
    assert "Nhập tài khoản nhận tiền" in first
    form = f"{own}/tai-khoan-hoan/{payment.id}"
    assert form in first
    typed = {
        "_key": mint_key(), "bank_bin": "970436", "account": "4504 0123 777",
        "account_again": "45040123778", "holder": "Nguyễn Thị Đào",
    }  # fmt: skip
    wrong = phone.post(form, data=typed)
    assert wrong.status_code == 422
    assert 'href="#f-account_again"' in wrong.get_data(as_text=True)
    assert phone.post(form, data={**typed, "bank_bin": ""}).status_code == 422
    typed["account_again"] = "45040123777"
    done = [phone.post(form, data=typed) for _ in range(2)]
    assert [one.status_code for one in done] == [303, 303]
    assert "4504" not in done[0].headers["Location"]
    page = phone.get(own).get_data(as_text=True)
    assert "Vietcombank, số kết thúc bằng 777" in page
    assert "0123777" not in page
    assert len(page.encode()) < 60_000
    clerk = desk.browser(CLERK)
    at = f"/hoan-tien/{dossier_id}/{payment.id}/lenh-nguoi-dan"
    seen = clerk.get(f"/hoan-tien/{dossier_id}").get_data(as_text=True)
    assert "số kết thúc bằng 777" in seen
    assert "0123777" not in seen
    assert at in seen
    (row,) = desk.caller(CLERK).get(f"/api/v1/dossiers/{dossier_id}/refunds").get_json()["rows"]
    assert (row["given"]["no"], row["given"]["ending"]) == (1, "777")
    another = {**typed, "_key": mint_key(), "account": "1234567888", "account_again": "1234567888"}
    assert phone.post(form, data=another).status_code == 303
    signed = {
        "_key": mint_key(),
        "given_no": "1",
        "second_login": OTHER,
        "second_password": PASSWORD,
    }
    late = clerk.post(at, data=signed)
    assert late.status_code == 409
    assert "vừa nhập tài khoản khác" in late.get_data(as_text=True)
    assert clerk.post(at, data={**signed, "given_no": "2"}).status_code == 303
    ordered = phone.get(own).get_data(as_text=True)
    assert "đã ký" in ordered
    assert "Nhập tài khoản khác" in ordered
    assert desk.caller("vanhanh").post("/api/v1/refund-files", {}, "fc").status_code == 201
    sent = phone.get(own).get_data(as_text=True)
    assert "Nhập tài khoản khác" not in sent
    assert form not in sent
    typed_late = {**another, "_key": mint_key()}
    assert phone.post(form, data=typed_late).status_code == 409
    (row,) = desk.caller(CLERK).get(f"/api/v1/dossiers/{dossier_id}/refunds").get_json()["rows"]
    assert (row["debt"]["status"], row["given"]) == ("sent", None)
    assert desk.faults() == []
