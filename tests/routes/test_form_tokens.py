"""A form without its token is refused; a citizen's page needs no session to have one."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.ids import new_id
from routes.form_tokens import link_form_token
from routes.web import build
from tests.builders.doors import Waiting, post_office, waiting
from tests.routes.conftest import LOGINS, Service


@pytest.fixture(scope="module")
def app(service: Service) -> Flask:
    """As in operation: the tokens are asked for."""
    return build(service.container)


@pytest.fixture(scope="module")
def at_home(service: Service) -> Waiting:
    office = post_office(service.container.units, "binh-thanh")
    with service.container.units.write() as uow:
        one = waiting(uow, office, 951)
        uow.commit()
    return one


def page_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def tokens_on(page: str) -> list[str]:
    return re.findall(r'name="csrf_token" value="([^"]+)"', page)


def send(client: FlaskClient, link: str, token: str | None) -> int:
    form = {"_key": str(new_id())} | ({} if token is None else {"csrf_token": token})
    return client.post(f"/tra-cuu/{link}/nhan-tai-buu-cuc", data=form).status_code


def test_a_link_alone_opens_a_page_whose_forms_can_be_sent(app: Flask, at_home: Waiting) -> None:
    """No cookie is given, and none is needed: phones are shared, and some keep none."""
    looked = app.test_client().get(f"/tra-cuu/{at_home.link}")
    assert "Set-Cookie" not in looked.headers
    tokens = tokens_on(looked.get_data(as_text=True))
    assert tokens
    assert {send(app.test_client(use_cookies=False), at_home.link, one) for one in tokens} == {303}


def test_a_form_of_no_page_is_refused(app: Flask, at_home: Waiting) -> None:
    with app.test_request_context():
        of_another = link_form_token("another-link-that-opens-something")
    for token in (None, "", "x", of_another):
        assert send(app.test_client(), at_home.link, token) == 400


def test_a_token_outlives_the_change_of_its_key(app: Flask, at_home: Waiting) -> None:
    before = tokens_on(page_of(app.test_client(), f"/tra-cuu/{at_home.link}"))[0]
    now, known = app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"]
    try:
        app.config.update(SECRET_KEY=b"n" * 32, SECRET_KEY_FALLBACKS=[now])
        assert send(app.test_client(), at_home.link, before) == 303
        app.config.update(SECRET_KEY_FALLBACKS=[])
        assert send(app.test_client(), at_home.link, before) == 400
    finally:
        app.config.update(SECRET_KEY=now, SECRET_KEY_FALLBACKS=known)


def test_what_a_cookie_opens_asks_for_the_sessions_own_token(app: Flask, at_home: Waiting) -> None:
    """By a code the session says whose page it is: only its own token sends a form there."""
    by_code, elsewhere = app.test_client(), app.test_client()
    for browser in (by_code, elsewhere):
        with browser.session_transaction() as session:
            session["citizen"] = [str(at_home.delivery.dossier_id), 4e9]
        page_of(browser, "/tra-cuu/ma")
    token = tokens_on(page_of(by_code, "/tra-cuu/ma"))[0]
    assert send(by_code, "ma", token) == 303
    assert send(elsewhere, "ma", token) == 400
    assert send(by_code, "ma", None) == 400
    page = page_of(app.test_client(), f"/tra-cuu/{at_home.link}")
    assert send(by_code, "ma", tokens_on(page)[0]) == 400


def test_staff_send_with_their_sessions_token(
    app: Flask, service: Service, at_home: Waiting
) -> None:
    clerk = app.test_client()
    with clerk.session_transaction() as session:
        session["token"] = service.tokens[Role.CLERK]
    tokens = set(tokens_on(page_of(clerk, f"/tra-cuu/{at_home.link}")))
    assert len(tokens) == 1
    assert send(clerk, at_home.link, next(iter(tokens))) == 303
    assert clerk.post("/ngon-ngu", data={"csrf_token": next(iter(tokens))}).status_code == 302


def test_the_language_chosen_on_the_page_stays(app: Flask, at_home: Waiting) -> None:
    reader, address = app.test_client(), f"/tra-cuu/{at_home.link}"
    assert f'<form class="quiet" method="get" action="{address}"' in page_of(reader, address)
    assert '<html lang="en">' in page_of(reader, f"{address}?lang=en")
    assert '<html lang="en">' in page_of(reader, address)
    assert '<html lang="vi">' in page_of(reader, f"{address}?lang=vi")
    assert '<html lang="vi">' in page_of(reader, address)
    assert '<html lang="vi">' in page_of(reader, f"{address}?lang=xx")


def test_a_form_that_was_open_while_its_person_signed_out_is_not_lost(
    app: Flask, service: Service
) -> None:
    """Two tabs: one signs out. The form of the other goes to the same person, and to no other."""
    client = app.test_client()
    begun = _signed_in(service, client, Role.OFFICER, "/mot-cua")
    client.post("/thoat", data={"csrf_token": begun})
    form = {"csrf_token": begun, "undo_words": "Bấm nhầm"}
    refused = client.post("/mot-cua/giao-buu-dien", data=form)
    assert refused.status_code == 401
    assert "còn nguyên" in refused.get_data(as_text=True)
    _signed_in(service, client, Role.OFFICER, "/mot-cua")
    assert client.post("/mot-cua/giao-buu-dien", data=form).status_code != 400
    _signed_in(service, client, Role.CLERK, "/quay-giao-dich")
    assert client.post("/quay-giao-dich/so", data=form).status_code == 400


def _signed_in(service: Service, client: FlaskClient, role: Role, page: str) -> str:
    """The token on that person's page."""
    login = LOGINS[role]
    given = {"login": login, "password": service.people[login].password}
    token = tokens_on(page_of(client, "/dang-nhap"))[-1]
    assert client.post("/dang-nhap", data=given | {"csrf_token": token}).status_code == 302
    return tokens_on(page_of(client, page))[0]
