"""The courier's pages over HTTP: what he sees, what he sends, what is refused."""

import json
import re
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from couriers.recorded import HANDED_OVER
from postal_bridge.delivery.refused_reports import verify_reports
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    blobs_named,
    delivery_view,
    refused_report,
    refused_reports_of,
)
from postal_bridge.kernel.actor import Actor, Role, Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.money import accounts
from postal_bridge.money.accounts import Posting
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.ledger import EntryHead, post
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import settle
from postal_bridge.people.device_rows import Fate
from postal_bridge.people.service import SignIn, device_record, looks_of, sign_in
from postal_bridge.runs.banking import bank_if_over
from postal_bridge.runs.service import draft, load, publish, start
from postal_bridge.runs.store import stops
from postal_bridge.runs.tables import RunRow
from postal_bridge.runs.types import DraftRun, LoadRun, PublishRun, Scan
from tests.builders.doors import PASSWORD, PostOffice, Waiting, post_office, waiting
from tests.builders.money import MACHINE, notice
from tests.builders.phones import a_phone
from tests.builders.pictures import a_picture, data_url
from tests.routes.conftest import Service

PNG = data_url(a_picture())


class Day:
    """A run of four doors on the road, and the courier's browser."""

    def __init__(self, service: Service, office: PostOffice) -> None:
        self.service, self.office = service, office
        self.units = service.container.units
        with self.units.write() as uow:
            self.today: date = local(uow.now).date()
            self.stops = [
                waiting(uow, office, no, member="Danh Sóc Kha", take_back=no == 101,
                        is_paid_at_door=no in (101, 104))
                for no in (101, 102, 103, 104)
            ]  # fmt: skip
            chosen = tuple(one.delivery.id for one in self.stops)
            run = draft(
                uow,
                DraftRun(office.at.link.point_id, UUID(office.courier.id), self.today, chosen),
                actor=office.clerk,
            )
            publish(uow, PublishRun(run.id), actor=office.clerk)
            self.run_id = run.id
            scans = tuple(Scan(one.number) for one in self.stops)
            load(uow, LoadRun(run.id, scans), actor=office.courier)
            start(uow, run.id, actor=office.courier)
            uow.commit()

    def status(self, stop: Waiting) -> DeliveryStatus:
        with self.units.read() as uow:
            return delivery_view(uow, stop.delivery.id, self.office.clerk.scope).status


@pytest.fixture(scope="module")
def day(service: Service) -> Day:
    return Day(service, post_office(service.container.units, "binh-thanh"))


@pytest.fixture
def phone(service: Service) -> FlaskClient:
    """The courier of the run; his session is his own."""
    units = service.container.units
    signed = sign_in(SignIn("phat.binh-thanh", PASSWORD), units=units, machine=units.machine)
    client = service.app.test_client()
    with client.session_transaction() as session:
        session["token"] = signed.token
    return client


def proof(stop: Waiting, **more: str) -> dict[str, str]:
    return {
        "_key": f"key-{stop.number}",
        "seen_number": stop.number,
        "who": f"owner:{stop.owner_id}",
        "id_kind": "personal_id",
        "id_last4": "1234",
        "signature": "handwritten",
        "mark": PNG,
        "no_fix_reason": "no_signal",
        **more,
    }


def test_a_courier_sees_doors_and_never_a_procedure(day: Day, phone: FlaskClient) -> None:
    seen = phone.get("/buu-ta").get_data(as_text=True)
    assert "Thu lại: 1 giấy" in seen
    assert "26.000\u00a0đ" in seen
    procedure = day.office.at.procedure
    pages = [seen] + [
        phone.get(f"/buu-ta/diem/{day.stops[0].delivery.id}{page}").get_data(as_text=True)
        for page in ("", "/phat", "/khong-phat")
    ]
    for page in pages:
        assert procedure.name_vi not in page
        assert procedure.code not in page
        assert "H12.34-261121" not in page  # nor the dossier's own code


def test_the_look_is_on_record_before_the_door_is_shown(day: Day, phone: FlaskClient) -> None:
    phone.get("/buu-ta")
    with day.units.read() as uow:
        looks = looks_of(uow, day.stops[1].delivery.dossier_id)
    assert [look.actor_id for look in looks] == [day.office.courier.id]


def test_what_the_phone_recorded_of_a_refused_act_stands_with_the_reason(
    day: Day, phone: FlaskClient
) -> None:
    own, stop = a_phone(day.units, day.office.courier), day.stops[3]
    path = f"/buu-ta/diem/{stop.delivery.id}/phat"
    sent = proof(stop, _key="refused", seen_number="RR 0000 0000 5 VN")
    fields = tuple((name, value.encode()) for name, value in sent.items() if name != "_key")
    row = own.recorded(HANDED_OVER, stop.delivery.id, "refused", fields).sent
    said = {"text": row.text, "signature": row.signature, "key": str(row.key_id), "salt": row.salt}
    now = {"Device-Time": datetime.now(UTC).isoformat()}
    answer = phone.post(path, data=sent | {"device_row": json.dumps(said)}, headers=now)
    assert answer.status_code == 422
    kept = device_record(own.device_id, actor=Actor.operator(), units=day.units).rows[0]
    assert (kept.kind, kept.fate, kept.faults) == (HANDED_OVER, Fate.REFUSED, ())
    assert kept.refused_code == "delivery_item_differs"
    assert abs(kept.clock_ahead_s or 0) < 60
    for no_row in ("{", "[]", json.dumps(said | {"more": 1}), json.dumps(said | {"text": "{}"})):
        answer = phone.post(path, data=sent | {"device_row": no_row})
        assert answer.status_code == 422
        assert "Không đọc được dòng ghi của điện thoại" in answer.get_data(as_text=True)


def test_a_refused_hand_over_loses_nothing_that_was_typed(day: Day, phone: FlaskClient) -> None:
    stop = day.stops[0]
    answer = phone.post(f"/buu-ta/diem/{stop.delivery.id}/phat", data=proof(stop, _key="short"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Cần thu lại" in page
    assert 'value="1234"' in page
    assert PNG in page
    assert day.status(stop) is DeliveryStatus.OUT_FOR_DELIVERY


def test_an_act_sent_twice_has_one_effect(day: Day, phone: FlaskClient) -> None:
    stop = day.stops[0]
    sent = proof(stop, papers_taken_back="1", paid_vnd="26000", seen_number=stop.number[6:11])
    first = phone.post(f"/buu-ta/diem/{stop.delivery.id}/phat", data=sent)
    second = phone.post(f"/buu-ta/diem/{stop.delivery.id}/phat", data=sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert day.status(stop) is DeliveryStatus.HANDED_OVER
    assert "26.000\u00a0đ" in phone.get("/buu-ta").get_data(as_text=True)  # held, once


def test_a_fare_paid_by_transfer_at_the_door_is_not_collected(day: Day, phone: FlaskClient) -> None:
    stop = day.stops[3]
    door = f"/buu-ta/diem/{stop.delivery.id}"
    assert f"{door}/chuyen-khoan" in phone.get(f"{door}/phat").get_data(as_text=True)
    shown = phone.get(f"{door}/chuyen-khoan")
    page = phone.get(shown.headers["Location"]).get_data(as_text=True)
    assert receiving_account().holder in page
    reference = re.search(r'id="note">(PB\w+)<', page)
    assert reference is not None

    unpaid = phone.post(f"{door}/phat", data=proof(stop, _key="before the bank's word"))
    assert unpaid.status_code == 422
    settle(notice(reference[1], 26_000), actor=MACHINE, units=day.units)
    assert "26.000" not in phone.get(f"{door}/phat").get_data(as_text=True)
    twice = phone.post(f"{door}/phat", data=proof(stop, _key="cash as well", paid_vnd="26000"))
    assert "đã chuyển khoản" in twice.get_data(as_text=True)
    assert phone.post(f"{door}/phat", data=proof(stop)).status_code == 303
    assert day.status(stop) is DeliveryStatus.HANDED_OVER
    assert phone.get(f"{door}/chuyen-khoan").status_code == 404


def test_the_wrong_envelope_is_not_handed_over(day: Day, phone: FlaskClient) -> None:
    stop, other = day.stops[1], day.stops[2]
    sent = proof(stop, _key="wrong", seen_number=other.number)
    answer = phone.post(f"/buu-ta/diem/{stop.delivery.id}/phat", data=sent)
    assert answer.status_code == 422
    assert day.status(stop) is DeliveryStatus.OUT_FOR_DELIVERY


def test_a_failed_visit_goes_on_record(day: Day, phone: FlaskClient) -> None:
    stop = day.stops[2]
    phone.post(f"/buu-ta/diem/{stop.delivery.id}/goi")
    sent = {
        "_key": "absent", "reason": "absent", "next_step": "hold_notify", "dwell_s": "240",
        "no_fix_reason": "no_signal",
    }  # fmt: skip
    answer = phone.post(f"/buu-ta/diem/{stop.delivery.id}/khong-phat", data=sent)
    assert answer.status_code == 303
    assert day.status(stop) is DeliveryStatus.ATTEMPT_FAILED


def test_the_map_names_both_archipelagos(day: Day, phone: FlaskClient) -> None:
    found = phone.get("/buu-ta/diem-phat.geojson").get_json()["features"]
    seas = {tuple(f["geometry"]["coordinates"]) for f in found if f["properties"]["kind"] == "sea"}
    assert seas == {(112.0, 16.5), (114.4, 9.7)}
    page = phone.get("/buu-ta/ban-do").get_data(as_text=True)
    assert "Quần đảo Hoàng Sa" in page
    assert "Quần đảo Trường Sa" in page


def test_another_couriers_door_is_not_there(day: Day, service: Service) -> None:
    other = service.page_client(Role.COURIER)  # of another office
    stop = day.stops[1]
    assert other.get(f"/buu-ta/diem/{stop.delivery.id}").status_code == 404
    sent = proof(stop, _key="stranger")
    assert other.post(f"/buu-ta/diem/{stop.delivery.id}/phat", data=sent).status_code == 404


def test_a_refused_report_is_kept_once_and_for_its_own_office(
    day: Day, phone: FlaskClient, service: Service
) -> None:
    path = f"/buu-ta/diem/{day.stops[0].delivery.id}/tra-lai"  # handed over long ago
    report = {
        "_key": "report", "kind": "handed_over", "made_at": "2026-11-18T02:00:00.000Z",
        "words": "không còn", "act.id_last4": "1234", "act.mark": PNG,
        "act.photo": "data:;base64,AA==",
    }  # fmt: skip
    assert phone.post(path, data=report | {"act.name": "somebody"}).status_code == 422
    assert service.page_client(Role.COURIER).post(path, data=report).status_code == 404
    for _ in range(2):
        assert phone.post(path, data=report).status_code == 303
    with day.units.read() as uow:
        (line,) = refused_reports_of(uow, day.stops[0].delivery.id)
        kept = refused_report(uow, line.id, day.office.clerk.scope)
        assert list(verify_reports(uow)) == []
        assert set(blobs_named(uow)) >= {kept.pictures.mark}
    assert (kept.report.said, kept.pictures.photo) == ({"id_last4": "1234"}, None)
    assert kept.report.unreadable_pictures == 1
    assert "báo phát" in phone.get("/buu-ta").get_data(as_text=True)
    page = f"/dieu-hanh/bao-phat/{line.id}"
    assert phone.get(page).status_code == 403
    supervisor = service.page_client(Role.SUPERVISOR)
    assert supervisor.get(page).status_code == 200
    assert supervisor.get(f"{page}/anh/mark").mimetype == "image/jpeg"
    assert supervisor.get(f"{page}/anh/photo").status_code == 404
    with day.units.read() as uow:
        reasons = [one.reason for one in looks_of(uow, line.dossier_id)]
        assert reasons.count("refused_report") == 2
        with pytest.raises(NotFound):
            refused_report(uow, line.id, Scope(units=frozenset()))


def test_a_picture_that_is_none_is_refused(day: Day, phone: FlaskClient) -> None:
    stop = day.stops[1]
    sent = proof(stop, _key="pdf", mark="data:application/pdf;base64,JVBERi0=")
    answer = phone.post(f"/buu-ta/diem/{stop.delivery.id}/phat", data=sent)
    assert answer.status_code == 422
    assert "PNG, JPEG" in answer.get_data(as_text=True)


def test_the_run_closes_when_every_stop_has_an_answer(day: Day, phone: FlaskClient) -> None:
    early = phone.post(f"/buu-ta/ca/{day.run_id}/ket", data={"_key": "early", "numbers": ""})
    assert early.status_code == 409
    left_out = f"/buu-ta/diem/{day.stops[1].delivery.id}/chua-den"
    for _ in range(2):  # the thumb was quicker than the screen
        assert phone.post(left_out, data={"_key": "left"}).status_code == 303
    back = "\n".join(one.number for one in day.stops[1:3])
    missing = phone.post(f"/buu-ta/ca/{day.run_id}/ket", data={"_key": "one", "numbers": back})
    assert missing.status_code == 422  # the old paper he took back is not among them
    page = phone.get("/buu-ta").get_data(as_text=True)
    assert re.search(r"Kết ca", page)


def test_a_banking_stop_asks_for_its_banking_first(day: Day, phone: FlaskClient) -> None:
    limit_vnd, rider = cash_limit_vnd(), day.office.courier
    assert rider.unit_id is not None
    cash = accounts.courier_cash(rider.id, rider.unit_id)
    with day.units.write() as uow:
        earlier = Posting(cash, accounts.fare_revenue(rider.unit_id), limit_vnd + 1, "result")
        post(uow, EntryHead(f"dossier:{new_id()}", "door_payment"), [earlier], actor=rider)
        run = uow.session.get_one(RunRow, day.run_id)
        bank_if_over(uow, run, stops(uow, run.id)[-1], actor=rider)
        uow.commit()
    page = phone.get("/buu-ta").get_data(as_text=True)
    stop = re.search(r"/buu-ta/diem-khac/([0-9a-f-]{36})", page)
    assert stop is not None, page
    assert '<details class="bank" open>' in page
    sent = {"_key": "d", "is_done": "1"}
    refused = phone.post(stop[0], data=sent)
    assert refused.status_code == 409
    assert "Sổ chưa ghi lần nộp tiền nào" in refused.get_data(as_text=True)
    banked = {"_key": "b", "amount_vnd": f"{limit_vnd + 1}", "bank_reference": "GNT 1"}
    assert phone.post("/buu-ta/nop-tien", data=banked).status_code == 303
    assert phone.post(stop[0], data=sent).status_code == 303
    assert stop[0] not in phone.get("/buu-ta").get_data(as_text=True)


def test_the_worker_answers_for_the_couriers_pages(service: Service) -> None:
    with service.app.test_client().get("/buu-ta/sw.js") as answer:
        assert answer.headers["Service-Worker-Allowed"] == "/buu-ta"
        assert answer.mimetype == "text/javascript"
