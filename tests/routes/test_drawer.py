"""The clerk's drawer over HTTP: opened, counted blind, closed or contested."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.money.service import drawer_by_id, drawers_for
from postal_bridge.people.service import SignIn, sign_in
from routes.idempotency import mint_key
from tests.builders.doors import PASSWORD
from tests.routes.conftest import Service

EVERYONE = Actor.operator()


@pytest.fixture
def clerk(service: Service) -> Iterator[FlaskClient]:
    """A clerk of an office whose drawer no other test touches; closed afterwards."""
    units = service.container.units
    signed = sign_in(SignIn("gdv.long-my", PASSWORD), units=units, machine=units.machine)
    client = service.app.test_client()
    with client.session_transaction() as session:
        session["token"] = signed.token
    yield client
    send(client, "/quy/dem", counted_vnd="0", reason="hết ca")
    send(client, "/quy/ket")


def send(client: FlaskClient, path: str, **fields: str) -> Any:
    """A form with a key of its own, as each opened page has."""
    return client.post(path, data={"_key": mint_key(), **fields})


def page(client: FlaskClient) -> str:
    return client.get("/quy").get_data(as_text=True)


def test_a_shift_begins_with_a_counted_float(clerk: FlaskClient) -> None:
    assert "Anh/chị chưa mở quỹ" in page(clerk)
    assert send(clerk, "/quy/mo", float_vnd="500.000").status_code == 303
    seen = page(clerk)
    assert "Tiền đầu ca" in seen
    assert "500.000\u00a0đ" in seen


def test_what_should_be_there_is_shown_only_after_the_count(clerk: FlaskClient) -> None:
    send(clerk, "/quy/mo", float_vnd="500000")
    assert "Phải có" not in page(clerk)
    send(clerk, "/quy/dem", counted_vnd="490000")
    seen = page(clerk)
    assert "Phải có" in seen
    assert "thiếu 10.000\u00a0đ" in seen


def test_counting_again_asks_why(clerk: FlaskClient) -> None:
    send(clerk, "/quy/mo", float_vnd="100000")
    send(clerk, "/quy/dem", counted_vnd="90000")
    assert send(clerk, "/quy/dem", counted_vnd="100000").status_code == 422
    again = {"counted_vnd": "100000", "reason": "đếm sót một tờ"}
    assert send(clerk, "/quy/dem", **again).status_code == 303
    assert "khớp" in page(clerk)


def test_a_contested_difference_is_owed_by_nobody(clerk: FlaskClient) -> None:
    send(clerk, "/quy/mo", float_vnd="100000")
    send(clerk, "/quy/dem", counted_vnd="90000")
    answer = send(clerk, "/quy/khong-dong-y", reason="Có tờ tiền giả")
    statement = clerk.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Giao dịch viên không nợ gì" in statement
    assert "Có tờ tiền giả" in statement


def test_an_amount_that_is_none_is_named_beside_its_field(clerk: FlaskClient) -> None:
    answer = send(clerk, "/quy/mo", float_vnd="năm trăm")
    assert answer.status_code == 422
    assert 'href="#f-float_vnd"' in answer.get_data(as_text=True)


def test_a_drawer_of_another_office_is_not_there(clerk: FlaskClient, service: Service) -> None:
    send(clerk, "/quy/mo", float_vnd="100000")
    send(clerk, "/quy/dem", counted_vnd="100000")
    statement = send(clerk, "/quy/ket").headers["Location"]
    assert clerk.get(statement).status_code == 200
    assert service.page_client(Role.CLERK).get(statement).status_code == 404


def test_a_clerk_alone_closes_with_a_code_read_out_to_him(
    clerk: FlaskClient, service: Service
) -> None:
    send(clerk, "/quy/mo", float_vnd="100000")
    send(clerk, "/quy/dem", counted_vnd="100000")
    assert "Mã người thứ hai" in page(clerk)
    units = service.container.units
    with units.read() as uow:
        (drawer,) = [one for one in drawers_for(uow, actor=EVERYONE) if one.status == "counted"]
    chief = service.page_client(Role.SUPERVISOR)
    shown = chief.post(f"/dieu-hanh/quy/{drawer.id}/nguoi-thu-hai").get_data(as_text=True)
    found = re.search(r"(\d{3}) (\d{3})</p>", shown)
    assert found is not None
    code = "".join(found.groups())
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert send(clerk, "/quy/ket", witness_code=wrong).status_code == 422
    answer = send(clerk, "/quy/ket", witness_code=code)
    assert answer.status_code == 303
    with units.read() as uow:
        assert drawer_by_id(uow, drawer.id, actor=EVERYONE).second_person is not None
