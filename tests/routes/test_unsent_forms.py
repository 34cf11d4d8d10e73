"""A session that ends while somebody types takes nothing that was typed with it."""

import re
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from postal_bridge.kernel.actor import Role
from postal_bridge.people.service import sign_out
from tests.routes.conftest import LOGINS, Service

TYPED = {"undo_words": "Bấm nhầm hồ sơ <của bà Hoa> & cháu", "idempotency_key": "một-lần"}


@pytest.fixture
def path(service: Service) -> str:
    """A form of the officer's; what it says matters to nobody here."""
    return "/mot-cua/giao-buu-dien?trang=2"


def signed_in(service: Service, role: Role) -> FlaskClient:
    client = service.app.test_client()
    sign_in_again(service, client, role)
    return client


def sign_in_again(
    service: Service, client: FlaskClient, role: Role, unsent: str | None = None
) -> str:
    login = LOGINS[role]
    given = {"login": login, "password": service.people[login].password}
    answer = client.post("/dang-nhap", data=given | ({"unsent": unsent} if unsent else {}))
    assert answer.status_code in (200, 302)
    return answer.get_data(as_text=True)


def ended(service: Service, client: FlaskClient) -> None:
    with client.session_transaction() as session:
        sign_out(session["token"], units=service.container.units)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in found}


def carried(service: Service, client: FlaskClient, path: str) -> str:
    ended(service, client)
    refused = client.post(path, data=TYPED)
    assert refused.status_code == 401
    page = refused.get_data(as_text=True)
    assert "còn nguyên" in page
    assert "bà Hoa" not in page  # it is carried along, not shown to whoever passes
    return hidden(page)["unsent"]


def test_the_same_person_is_asked_whether_to_send_it(service: Service, path: str) -> None:
    client = signed_in(service, Role.OFFICER)
    unsent = carried(service, client, path)
    wrong = client.post("/dang-nhap", data={"login": "x", "password": "y", "unsent": unsent})
    assert hidden(wrong.get_data(as_text=True))["unsent"] == unsent  # a slip of the finger
    page = sign_in_again(service, client, Role.OFFICER, unsent)
    assert f'action="{path}"' in page
    assert TYPED.items() <= hidden(page).items()
    assert client.post(path, data=TYPED).status_code != 401


def test_nobody_else_gets_it(service: Service, path: str) -> None:
    client = signed_in(service, Role.OFFICER)
    unsent = carried(service, client, path)
    assert "bà Hoa" not in sign_in_again(service, client, Role.CLERK, unsent)
    other = service.app.test_client()
    assert "bà Hoa" not in sign_in_again(service, other, Role.OFFICER, unsent[:-2] + "xx")


def test_passwords_files_and_strangers_are_not_carried_along(service: Service, path: str) -> None:
    client = signed_in(service, Role.OFFICER)
    ended(service, client)
    for data in (
        TYPED | {"second_password": "bí mật"},
        TYPED | {"file": (BytesIO(b"x"), "a.csv")},
        TYPED | {"undo_words": "x" * 100_001},
        {},
    ):
        assert "unsent" not in hidden(client.post(path, data=data).get_data(as_text=True))
    stranger = service.app.test_client().post(path, data=TYPED)
    assert stranger.status_code == 401
    assert "unsent" not in hidden(stranger.get_data(as_text=True))
