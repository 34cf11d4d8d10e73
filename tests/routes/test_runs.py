"""Runs and results held: drafted, published without a plan, printed, given out at the counter."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import delivery_view
from postal_bridge.delivery.types import Place
from postal_bridge.kernel.clock import local
from postal_bridge.people.service import SignIn, looks_of, mint_hand_over_code, sign_in
from tests.builders.doors import PASSWORD, PostOffice, Waiting, post_office, waiting
from tests.builders.pictures import a_picture, data_url
from tests.routes.conftest import Service

PNG = data_url(a_picture())


@pytest.fixture(scope="module")
def office(service: Service) -> PostOffice:
    return post_office(service.container.units, "binh-thanh")


@pytest.fixture
def desk(service: Service, office: PostOffice) -> FlaskClient:
    return signed_in(service, "gdv.binh-thanh")


def signed_in(service: Service, login: str) -> FlaskClient:
    units = service.container.units
    signed = sign_in(SignIn(login, PASSWORD), units=units, machine=units.machine)
    client = service.app.test_client()
    with client.session_transaction() as session:
        session["token"] = signed.token
    return client


def made(service: Service, office: PostOffice, number: int, **given: object) -> Waiting:
    with service.container.units.write() as uow:
        one = waiting(uow, office, number, **given)  # type: ignore[arg-type]
        uow.commit()
    return one


def status(service: Service, one: Waiting, office: PostOffice) -> DeliveryStatus:
    with service.container.units.read() as uow:
        return delivery_view(uow, one.delivery.id, office.clerk.scope).status


def today(service: Service) -> date:
    with service.container.units.read() as uow:
        return local(uow.now).date()


def draft(service: Service, office: PostOffice, desk: FlaskClient, *chosen: Waiting) -> str:
    sent = {
        "_key": f"draft-{chosen[0].number}",
        "point_id": str(office.at.link.point_id),
        "courier_id": office.courier.id,
        "day": today(service).isoformat(),
        "delivery_ids": [str(one.delivery.id) for one in chosen],
    }
    answer = desk.post("/ca-phat/moi", data=sent)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"]


def test_a_run_is_drafted_from_what_was_chosen(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    first, other = made(service, office, 401), made(service, office, 402)
    page = desk.get(draft(service, office, desk, first)).get_data(as_text=True)
    assert spaced(first.number) in page
    assert spaced(other.number) not in page
    assert spaced(other.number) in desk.get("/ca-phat").get_data(as_text=True)


def test_a_run_goes_out_while_the_planner_is_away(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    address = draft(service, office, desk, made(service, office, 403))
    desk.post(f"{address}/lo-trinh", data={"_key": "plan-403"})
    assert desk.get(f"{address}/lo-trinh").get_json()["state"] == "asked"
    assert "Máy đang xếp lộ trình" in desk.get(address).get_data(as_text=True)
    published = desk.post(f"{address}/cong-bo", data={"_key": "publish-403"})
    assert published.status_code == 303
    assert "In bản kê phát BD13" in desk.get(address).get_data(as_text=True)


def test_the_printed_list_is_a_pdf_and_a_look_at_each_person(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    one = made(service, office, 404)
    address = draft(service, office, desk, one)
    answer = desk.get(f"{address}/ban-ke.pdf")
    assert answer.data.startswith(b"%PDF")
    with service.container.units.read() as uow:
        reasons = [look.reason for look in looks_of(uow, one.delivery.dossier_id)]
    assert reasons == ["run_sheet"]


def test_a_clerk_loads_and_closes_a_run_for_the_courier(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    one, left = made(service, office, 405), made(service, office, 406)
    address = draft(service, office, desk, one, left)
    desk.post(f"{address}/cong-bo", data={"_key": "publish-405"})
    loaded = desk.post(f"{address}/giao", data={"_key": "load-405", "numbers": one.number})
    assert loaded.status_code == 303, loaded.get_data(as_text=True)
    desk.post(f"{address}/di", data={"_key": "out-405"})
    assert status(service, one, office) is DeliveryStatus.OUT_FOR_DELIVERY
    assert status(service, left, office) is DeliveryStatus.PACKED
    early = desk.post(f"{address}/ket", data={"_key": "close-405", "numbers": one.number})
    assert early.status_code == 409


def test_a_result_is_given_out_at_the_counter_with_its_proof(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    one = made(service, office, 407, place=Place.POINT)
    accepted = desk.get(f"/quay-giao-dich/ho-so/{one.delivery.dossier_id}")
    assert accepted.status_code == 200
    assert spaced(one.number) not in accepted.get_data(as_text=True)  # no label of his to stick
    address = f"/ca-phat/luu/{one.delivery.id}"
    assert "Nguyễn Thị Hồng Nhung" in desk.get(address).get_data(as_text=True)
    sent = {
        "_key": "give-407", "seen_number": one.number, "who": f"owner:{one.owner_id}",
        "id_kind": "personal_id", "id_last4": "1234", "signature": "handwritten",
    }  # fmt: skip
    assert desk.post(f"{address}/phat", data=sent).status_code == 422  # nobody signed
    assert status(service, one, office) is DeliveryStatus.PACKED
    signed = {**sent, "_key": "give-407-signed", "mark": PNG}
    assert desk.post(f"{address}/phat", data=signed).status_code == 303
    assert status(service, one, office) is DeliveryStatus.HANDED_OVER
    _the_supervisor_sees_what_was_signed(service, office, desk, one)


def _the_supervisor_sees_what_was_signed(
    service: Service, office: PostOffice, desk: FlaskClient, one: Waiting
) -> None:
    address = f"/dieu-hanh/bang-chung/{one.delivery.id}"
    supervisor = signed_in(service, "gs.can-tho")
    page = supervisor.get(address).get_data(as_text=True)
    for said in ("Nguyễn Thị Hồng Nhung", "bốn số cuối 1234", "Chữ ký hoặc điểm chỉ"):
        assert said in page
    (file,) = re.findall(rf"{address}/anh/[0-9a-f-]+", page)
    drawn = supervisor.get(file)
    assert (drawn.mimetype, drawn.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")  # drawn anew
    with service.container.units.read() as uow:
        reasons = [look.reason for look in looks_of(uow, one.delivery.dossier_id)]
    assert reasons.count("hand_over_proof") == 2  # the page, and the picture
    other = signed_in(service, "gs.an-giang")
    assert [other.get(path).status_code for path in (address, file)] == [404, 404]
    assert [desk.get(path).status_code for path in (address, file)] == [403, 403]
    strange = f"{address}/anh/{one.delivery.dossier_id}"
    assert supervisor.get(strange).status_code == 404


def test_who_comes_for_a_result_is_found_by_what_he_has(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    one = made(service, office, 441, place=Place.POINT, owner="Danh Thị Út Mười")
    made(service, office, 442, place=Place.POINT, owner="Danh Thị Út Chín")
    for asked in (one.number[-7:-2], "ut muoi"):
        found = desk.post("/ca-phat", data={"q": asked})
        assert found.location == f"/ca-phat/luu/{one.delivery.id}", asked
    assert "Danh Thị Út Mười" in desk.get(found.location).get_data(as_text=True)
    several = desk.post("/ca-phat", data={"q": "danh thi ut"}).get_data(as_text=True)
    assert "Có 2 kết quả phù hợp" in several
    assert "Danh Thị" not in several.replace('value="danh thi ut"', "")  # nobody was looked at yet
    nobody = desk.post("/ca-phat", data={"q": "khong ai"}).get_data(as_text=True)
    assert "Không có kết quả nào" in nobody
    assert desk.post("/ca-phat", data={"q": "1"}).status_code == 422


def test_wrong_codes_at_the_counter_are_counted(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    one = made(service, office, 408, place=Place.POINT)
    assert one.delivery.item_id is not None
    with service.container.units.write() as uow:
        code = mint_hand_over_code(uow, one.delivery.dossier_id, one.delivery.item_id)
        uow.commit()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    sent = {
        "seen_number": one.number, "who": f"owner:{one.owner_id}", "id_kind": "personal_id",
        "id_last4": "1234", "signature": "code",
    }  # fmt: skip
    address = f"/ca-phat/luu/{one.delivery.id}/phat"
    for no in range(5):
        refused = desk.post(address, data={**sent, "_key": f"code-{no}", "code": wrong})
        assert refused.status_code == 422
    locked = desk.post(address, data={**sent, "_key": "code-right", "code": code})
    assert locked.status_code == 422
    assert status(service, one, office) is DeliveryStatus.PACKED


def test_a_held_result_is_not_given_up_after_one_invitation(
    service: Service, office: PostOffice, desk: FlaskClient
) -> None:
    one = made(service, office, 409, place=Place.POINT)
    address = f"/ca-phat/luu/{one.delivery.id}"
    desk.post(f"{address}/luu", data={"_key": "hold-405"})
    assert "Giấy mời tiếp theo có giá trị từ" in desk.get(address).get_data(as_text=True)
    sent = {"_key": "give-up-405", "reason": "absent"}
    refused = desk.post(f"{address}/khong-phat-duoc", data=sent)
    assert refused.status_code == 422
    assert status(service, one, office) is DeliveryStatus.HELD_AT_POINT


def test_only_a_supervisor_parks_an_area(office: PostOffice, desk: FlaskClient) -> None:
    sent = {"point_id": str(office.at.link.point_id), "reason": "storm", "until": "2026-12-01"}
    assert desk.post("/ca-phat/tam-dung", data=sent).status_code == 403


def spaced(number: str) -> str:
    return f"{number[:2]} {number[2:6]} {number[6:10]} {number[10]} {number[11:]}"
