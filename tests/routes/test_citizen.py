"""The citizen's page: what a link opens, and that a number alone opens nothing (S2)."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import render_template
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from postal_bridge.counter.citizen import has_windows
from postal_bridge.counter.citizen_acts import open_code
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel import streams
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.outbox import Work
from postal_bridge.kernel.tables import MessageRow
from postal_bridge.money.service import settle
from postal_bridge.people.service import looks_of
from tests.builders.doors import PostOffice, Waiting, post_office, waiting
from tests.builders.money import MACHINE, notice
from tests.routes.conftest import Service

MOST_BYTES = 60_000
STATIC = Path(__file__).parents[2] / "routes" / "static"


@pytest.fixture(scope="module")
def office(service: Service) -> PostOffice:
    return post_office(service.container.units, "binh-thanh")


def made(service: Service, office: PostOffice, number: int, **given: object) -> Waiting:
    with service.container.units.write() as uow:
        one = waiting(uow, office, number, **given)  # type: ignore[arg-type]
        uow.commit()
    return one


def now(service: Service, one: Waiting, office: PostOffice) -> DeliveryView:
    with service.container.units.read() as uow:
        return delivery_view(uow, one.delivery.id, office.clerk.scope)


def asking(service: Service, at: str) -> FlaskClient:
    """Somebody at an address of his own, so that limits count him alone."""
    client = service.app.test_client()
    client.environ_base["REMOTE_ADDR"] = at
    return client


def ask_code(client: FlaskClient, number: str) -> TestResponse:
    client.post("/tra-cuu", data={"number": number})
    asked = client.post("/tra-cuu/gui-ma")
    assert asked.status_code == 303
    return asked


def test_the_link_opens_one_sentence_first(service: Service, office: PostOffice) -> None:
    one = made(service, office, 201)
    page = service.app.test_client().get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    assert "Kết quả hồ sơ của Ông/Bà đang ở Bưu cục Bình Thạnh. Dự kiến giao trước" in page
    assert "Cơ quan tiếp nhận, cấp mã hồ sơ" in page
    assert page.index("Dự kiến giao trước") < page.index("Hồ sơ đã đi qua")


def test_the_page_is_small_and_runs_no_script(service: Service, office: PostOffice) -> None:
    one = made(service, office, 202)
    page = service.app.test_client().get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    sheets = re.findall(r'<link rel="stylesheet" href="/static/([^"?]+)', page)
    assert not [name for name in sheets if "font" in name]
    assert "<script" not in page
    total = len(page.encode()) + sum((STATIC / name).stat().st_size for name in sheets)
    assert total < MOST_BYTES


@pytest.mark.parametrize(
    ("payers", "is_borne", "said"),
    [
        ({"citizen": 0, "budget": 26_000}, True, "Cước 26.000\u00a0đ do ngân sách chịu, Ông/Bà"),
        ({"citizen": 0, "post": 13_000, "budget": 13_000}, True, "do bưu điện, ngân sách chịu"),
        ({"citizen": 26_000}, True, "Cước 26.000\u00a0đ do Một cửa trả, Ông/Bà không phải trả"),
        ({"citizen": 13_000, "post": 13_000}, False, "Cước: 13.000\u00a0đ."),
        ({"citizen": 0}, True, "Cước: 0\u00a0đ."),
    ],
)
def test_each_citizen_reads_who_pays_the_fare(
    service: Service, payers: dict[str, int], is_borne: bool, said: str
) -> None:
    total, own = sum(payers.values()), payers["citizen"]
    quote = SimpleNamespace(payers=payers, total_vnd=total, citizen_vnd=own)
    page = SimpleNamespace(quote=quote, is_borne=is_borne)
    with service.app.test_request_context():
        assert said in render_template("citizen/fare.html", page=page, section="Một cửa")


def test_the_citizens_own_look_is_not_recorded(service: Service, office: PostOffice) -> None:
    one = made(service, office, 203)
    service.app.test_client().get(f"/tra-cuu/{one.link}")
    with service.container.units.read() as uow:
        assert looks_of(uow, one.delivery.dossier_id) == ()


def test_a_number_known_or_not_opens_the_same_page(service: Service, office: PostOffice) -> None:
    made(service, office, 204)
    pages = []
    for number in ("H12.34-261121-0204", "H12.34-261121-9999"):
        client = asking(service, "10.0.0.4")
        asked = ask_code(client, number)
        shown = client.get(asked.headers["Location"])
        wrong = client.post("/tra-cuu/xac-nhan", data={"code": "000000"})
        pages.append(
            (asked.status_code, without_token(shown.data), wrong.status_code,
             without_token(wrong.data))
        )  # fmt: skip
    assert pages[0] == pages[1]


def test_a_script_that_tries_neighbouring_numbers_learns_not_even_which_exist(
    service: Service, office: PostOffice
) -> None:
    made(service, office, 290)
    script = asking(service, "10.0.0.30")
    seen, refused = set(), set()
    for serial in range(275, 315):
        said = script.post("/tra-cuu", data={"number": f"H12.34-261121-0{serial}"})
        if said.status_code == 429:
            refused.add(without_token(said.data))
            continue
        shown = script.get(said.headers["Location"])
        seen.add((said.status_code, said.headers["Location"], without_token(shown.data)))
    assert len(seen) == 1  # the one that exists is among the first twenty
    assert len(refused) == 1  # and from there on nothing is to be asked


def test_a_phone_number_or_a_name_finds_nothing(service: Service, office: PostOffice) -> None:
    made(service, office, 205, phone="0987111222")
    before = codes(service)
    for number in ("0987111222", "Nguyễn Thị Hồng Nhung"):
        ask_code(asking(service, "10.0.0.5"), number)
    assert codes(service) == before


def test_a_code_to_ones_own_phone_opens_the_dossier(service: Service, office: PostOffice) -> None:
    one = made(service, office, 206, phone="0987333444")
    client = asking(service, "10.0.0.6")
    ask_code(client, "h12.34-261121-0206")
    code = last_code(service, one)
    answer = client.post("/tra-cuu/xac-nhan", data={"code": code})
    assert answer.headers["Location"] == "/tra-cuu/ma"
    assert "H12.34-261121-0206" in client.get("/tra-cuu/ma").get_data(as_text=True)
    again = service.app.test_client()
    again.post("/tra-cuu", data={"number": "H12.34-261121-0206"})
    assert again.post("/tra-cuu/xac-nhan", data={"code": code}).status_code == 422


def test_a_shared_phone_gets_no_code(service: Service, office: PostOffice) -> None:
    made(service, office, 207, phone="0987555666", is_phone_shared=True)
    before = codes(service)
    ask_code(asking(service, "10.0.0.7"), "H12.34-261121-0207")
    assert codes(service) == before


def test_codes_cannot_be_asked_for_without_end(service: Service) -> None:
    client = asking(service, "10.0.0.8")
    client.post("/tra-cuu", data={"number": "H12.34-261121-9999"})
    answers = [client.post("/tra-cuu/gui-ma").status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]


def test_a_link_that_opens_nothing_is_not_found(service: Service) -> None:
    lost = service.app.test_client().get("/tra-cuu/AAAAAAAAAAAAAAAAAAAAAAAA")
    assert lost.status_code == 404
    assert "quét lại mã QR" in lost.get_data(as_text=True)  # no word about anybody's scope
    assert service.app.test_client().get("/tra-cuu/ma").status_code == 404


def test_the_hand_over_code_is_shown_on_demand(service: Service, office: PostOffice) -> None:
    one = made(service, office, 208)
    client = service.app.test_client()
    assert not shown_code(client.get(f"/tra-cuu/{one.link}").get_data(as_text=True))
    first = shown_code(client.post(f"/tra-cuu/{one.link}/ma-nhan").get_data(as_text=True))
    second = shown_code(client.post(f"/tra-cuu/{one.link}/ma-nhan").get_data(as_text=True))
    assert first
    assert second
    assert first != second


def test_a_citizen_chooses_a_half_day_that_is_offered(service: Service, office: PostOffice) -> None:
    one = made(service, office, 209)
    client = service.app.test_client()
    page = client.get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    offered = re.findall(r'name="since" value="([^"]+)"', page)
    wrong = {"_key": "w", "since": "2031-01-01T01:00:00+00:00"}
    assert client.post(f"/tra-cuu/{one.link}/hen", data=wrong).status_code == 422
    sent = {"_key": "h", "since": offered[2]}
    assert client.post(f"/tra-cuu/{one.link}/hen", data=sent).status_code == 303
    chosen = now(service, one, office).window_from
    assert chosen is not None
    assert chosen.isoformat() == offered[2]


def test_no_half_day_is_promised_before_there_is_an_envelope() -> None:
    offered = {status for status in DeliveryStatus if has_windows(status)}
    assert offered == {DeliveryStatus.PACKED, DeliveryStatus.WITH_COURIER}


def test_a_citizen_may_collect_it_instead(service: Service, office: PostOffice) -> None:
    one = made(service, office, 210)
    client = service.app.test_client()
    for _ in range(2):
        sent = client.post(f"/tra-cuu/{one.link}/nhan-tai-buu-cuc", data={"_key": "p"})
        assert sent.status_code == 303
    assert now(service, one, office).place == "point"
    with service.container.units.read() as uow:
        facts = streams.read(uow, streams.dossier_stream(one.delivery.dossier_id))
        said = [fact.kind for fact in facts]
    assert said.count("delivery.redirected") == 1
    page = client.get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    assert "Mời Ông/Bà đến nhận trong giờ làm việc" in page


def test_nothing_is_disputed_before_it_is_given(service: Service, office: PostOffice) -> None:
    one = made(service, office, 211)
    client = service.app.test_client()
    assert "Tôi chưa nhận được" not in client.get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    sent = {"_key": "k211", "kind": "not_received"}
    assert client.post(f"/tra-cuu/{one.link}/chua-nhan", data=sent).status_code == 409
    assert now(service, one, office).status is DeliveryStatus.PACKED


def without_token(page: bytes) -> str:
    """The page without what differs from one moment to the next: token, sandbox clock."""
    bare = re.sub(r'name="csrf_token" value="[^"]*"', "", page.decode())
    return re.sub(r"<(aside|p) class=\"sandbox\".*?</\1>", "", bare, flags=re.DOTALL)


def shown_code(page: str) -> str | None:
    found = re.search(r'hand-over-code">(\d{3} \d{3})<', page)
    return found[1] if found else None


def codes(service: Service) -> int:
    with service.container.units.read() as uow:
        return uow.session.query(MessageRow).filter_by(topic="citizens.code_asked").count()


def last_code(service: Service, one: Waiting) -> str:
    with service.container.units.read() as uow:
        rows = uow.session.query(MessageRow).filter_by(topic="citizens.code_asked").all()
        body = next(
            row.body for row in reversed(rows) if str(one.delivery.dossier_id) in str(row.body)
        )
        found = body if isinstance(body, dict) else json.loads(body)
        return open_code(uow, one.delivery.dossier_id, found["code"])


def test_the_code_goes_to_the_phone_it_was_made_for(service: Service, office: PostOffice) -> None:
    one = made(service, office, 212, phone="0987777888")
    ask_code(asking(service, "10.0.0.9"), "H12.34-261121-0212")
    handler = service.container.handlers["notices.send_code"]
    with service.container.units.read() as uow:
        told = uow.session.query(MessageRow).filter_by(topic="citizens.code_asked").all()
        body = next(m.body for m in told if str(one.delivery.dossier_id) in str(m.body))
        order = handler.prepare(uow, Work(new_id(), 1, handler.name, body))
    handler.call(order)
    sent = (service.container.home.messages / "sms.jsonl").read_text("utf-8").splitlines()[-1]
    code = last_code(service, one)
    assert code in sent
    assert "+84987777888" in sent
    assert code not in str(body)  # it rests sealed


def test_what_waits_for_a_door_may_be_paid_before_under_the_couriers_own_reference(
    service: Service, office: PostOffice
) -> None:
    one = made(service, office, 230, is_paid_at_door=True)
    client = service.app.test_client()
    assert "Chưa trả trước" in client.get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    pages = [
        client.post(f"/tra-cuu/{one.link}/thanh-toan", data={"_key": key}, follow_redirects=True)
        for key in ("pay-before-1", "pay-before-2")
    ]
    notes = {re.findall(r'id="note">(\w+)<', page.get_data(as_text=True))[0] for page in pages}
    assert len(notes) == 1  # one payment, however often it is opened
    assert now(service, one, office).collect_vnd == 26_000

    settle(notice(notes.pop(), 26_000), actor=MACHINE, units=service.container.units)
    assert now(service, one, office).collect_vnd == 0
    page = client.get(f"/tra-cuu/{one.link}").get_data(as_text=True)
    assert "Chưa trả trước" not in page
