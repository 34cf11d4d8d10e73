"""Signing in and out: alike for every wrong pair, and never on to somebody else's site."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from postal_bridge.directory.service import section_by_key
from postal_bridge.kernel.actor import Actor
from postal_bridge.people.service import CreateApiKey, create_api_key, reset_password, staff_list
from routes.language import here
from tests.builders.site import Site, a_site
from tests.routes.reading import Person, a_person

CLERK, COURIER = "gdv.long-my", "phat.long-tri"
addresses = count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = a_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture
def stranger(site: Site) -> Person:
    """Comes from an address of his own, so that the limit counts him alone."""
    client = site.app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"192.0.2.{next(addresses)}"
    return Person(client)


def test_a_wrong_name_and_a_wrong_password_are_answered_alike(site: Site, stranger: Person) -> None:
    def errors_for(login: str, password: str) -> str:
        stranger.open("/dang-nhap").press("/dang-nhap", login=login, password=password)
        assert stranger.status == 422
        return stranger.html.partition('id="errors"')[2].partition("</div>")[0]

    wrong_password = errors_for(CLERK, "not-the-password")
    assert wrong_password
    assert errors_for("nobody-of-that-name", "not-the-password") == wrong_password


def test_the_name_typed_stays_and_the_password_does_not(stranger: Person) -> None:
    stranger.open("/dang-nhap").press("/dang-nhap", login=CLERK, password="not-it")
    assert stranger.form.values["login"] == CLERK
    assert stranger.form.values["password"] == ""


def test_an_empty_field_is_named_beside_itself(stranger: Person) -> None:
    stranger.open("/dang-nhap").press("/dang-nhap", login=CLERK, password="")
    assert stranger.status == 422
    assert "#f-password" in stranger.form.links
    assert "e-password" in stranger.form.ids


@pytest.mark.parametrize(
    ("login", "first_page"),
    [
        (CLERK, "/quay-giao-dich"),
        (COURIER, "/buu-ta"),
        ("mc.p-long-my", "/mot-cua"),
        ("gs.can-tho", "/dieu-hanh"),
    ],
)
def test_each_role_begins_at_its_own_work(
    site: Site, stranger: Person, login: str, first_page: str
) -> None:
    page = stranger.open("/dang-nhap").form.values
    answer = stranger.client.post(
        "/dang-nhap", data={**page, "login": login, "password": site.people[login]}
    )
    assert (answer.status_code, answer.location) == (302, first_page)


@pytest.mark.parametrize(
    ("target", "goes_to"),
    [
        ("/quy", "/quy"),
        ("//evil.example", "/quay-giao-dich"),
        ("/\\evil.example", "/quay-giao-dich"),
        ("https://evil.example/", "/quay-giao-dich"),
        ("javascript:alert(1)", "/quay-giao-dich"),
    ],
)
def test_signing_in_goes_on_to_pages_of_our_own_only(
    site: Site, stranger: Person, target: str, goes_to: str
) -> None:
    page = stranger.open("/dang-nhap").form.values
    answer = stranger.client.post(
        "/dang-nhap",
        query_string={"next": target},
        data={**page, "login": CLERK, "password": site.people[CLERK]},
    )
    assert answer.location == goes_to


def test_a_page_asked_for_before_signing_in_is_come_back_to(stranger: Person) -> None:
    answer = stranger.client.get("/quay-giao-dich?lang=en")
    assert answer.status_code == 302
    assert "next=" in answer.location
    assert "quay-giao-dich" in answer.location


def test_signing_out_ends_the_session_everywhere(site: Site) -> None:
    clerk = a_person(site, CLERK)
    with clerk.client.session_transaction() as session:
        token = session["token"]
    clerk.open("/quay-giao-dich").press("/thoat")
    assert clerk.path == "/dang-nhap"
    other = site.app.test_client()
    with other.session_transaction() as session:
        session["token"] = token
    assert other.get("/quay-giao-dich").status_code == 302


def test_a_form_without_its_token_is_refused(stranger: Person) -> None:
    answer = stranger.client.post("/dang-nhap", data={"login": CLERK, "password": "x"})
    assert answer.status_code == 400


def test_the_language_chosen_stays_after_signing_in(site: Site, stranger: Person) -> None:
    stranger.open("/dang-nhap").press("/ngon-ngu", lang="en", back="/dang-nhap")
    assert 'lang="en"' in stranger.html
    stranger.press("/dang-nhap", login=CLERK, password=site.people[CLERK])
    assert "Counter" in stranger.html
    stranger.open("/lam-viec?lang=vi")
    assert "Quầy giao dịch" in stranger.open("/quay-giao-dich").html


def test_the_other_language_comes_back_to_what_was_asked_for(site: Site, stranger: Person) -> None:
    page = stranger.open("/thu-tuc?q=khai+sinh&lang=en").html
    assert 'name="back" value="/thu-tuc?q=khai+sinh"' in page
    came = {"Referer": "http://localhost/tra-cuu?q=1"}
    only_takes_forms = "/mot-cua/giao-buu-dien"
    with site.app.test_request_context(only_takes_forms, method="POST", headers=came):
        assert here() == "/tra-cuu"
    with site.app.test_request_context(only_takes_forms, method="POST"):
        assert here() == "/"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "", "no-slash"])
def test_changing_the_language_leads_nowhere_else(stranger: Person, back: str) -> None:
    page = stranger.open("/dang-nhap").form.values
    answer = stranger.client.post("/ngon-ngu", data={**page, "lang": "en", "back": back})
    assert answer.location == "/"


def test_one_address_cannot_try_passwords_without_end(stranger: Person) -> None:
    stranger.open("/dang-nhap")
    statuses = [
        stranger.press("/dang-nhap", login="nobody", password="x").status for _ in range(10)
    ]
    assert statuses == [422] * 10
    assert stranger.press("/dang-nhap", login="nobody", password="x").status == 429


def test_a_courier_has_no_counter(site: Site) -> None:
    courier = a_person(site, COURIER)
    assert courier.open("/quay-giao-dich").status == 403
    assert courier.open("/lam-viec").path == "/buu-ta"


def test_a_changed_password_holds_and_ends_the_session(tmp_path: Path) -> None:
    site = a_site(tmp_path / "home")
    site.app.config["WTF_CSRF_ENABLED"] = False
    browser, login = site.app.test_client(), "gdv.long-my"
    old, new = site.people[login], "mưa rào tháng bảy"
    browser.post("/dang-nhap", data={"login": login, "password": old})
    wrong = browser.post("/doi-mat-khau", data={"old": "not this one", "new": new})
    assert wrong.status_code == 422
    weak = browser.post("/doi-mat-khau", data={"old": old, "new": "short"})
    assert weak.status_code == 422
    done = browser.post("/doi-mat-khau", data={"old": old, "new": new})
    assert done.status_code == 303
    assert browser.get("/quay-giao-dich").status_code == 302
    again = browser.post("/dang-nhap", data={"login": login, "password": new})
    assert again.status_code == 302
    assert again.location.endswith("/quay-giao-dich")


def test_an_api_key_opens_no_page(tmp_path: Path) -> None:
    site = a_site(tmp_path / "home")
    with site.container.units.read() as uow:
        section = section_by_key(uow, "ttpvhcc-can-tho")
    made = create_api_key(
        CreateApiKey("province", frozenset({"agency"}), section_id=section.id),
        actor=Actor.operator(),
        units=site.container.units,
    )
    headers = {"Authorization": f"Bearer {made.key}"}
    assert site.app.test_client().get("/mot-cua", headers=headers).status_code == 302


def test_a_first_password_opens_the_door_to_a_new_one_and_no_other(tmp_path: Path) -> None:
    site = a_site(tmp_path / "home")
    site.app.config["WTF_CSRF_ENABLED"] = False
    people = staff_list(actor=Actor.operator(), units=site.container.units)
    staff = next(one for one in people if one.login == "gs.can-tho")
    made = reset_password(staff.id, actor=Actor.operator(), units=site.container.units)
    browser = site.app.test_client()
    first = browser.post("/dang-nhap", data={"login": staff.login, "password": made.first_password})
    assert first.location.endswith("/doi-mat-khau")
    for path in ("/dieu-hanh", "/nhan-su", "/lam-viec", "/tra-cuu-ho-so"):
        assert browser.get(path).location.endswith("/doi-mat-khau")
    assert browser.post("/nhan-su/thiet-bi").status_code == 403

    signed = site.app.test_client().post(
        "/api/v1/sessions", json={"login": staff.login, "password": made.first_password}
    )
    headers = {"Authorization": f"Bearer {signed.get_json()['token']}"}
    refused = browser.get("/api/v1/people", headers=headers)
    assert (refused.status_code, refused.get_json()["title"]) == (403, "password_change_needed")
    body = {"old": made.first_password, "new": "mưa rào tháng bảy"}
    changed = browser.put("/api/v1/sessions/password", json=body, headers=headers)
    assert changed.status_code == 204
    again = browser.post("/dang-nhap", data={"login": staff.login, "password": body["new"]})
    assert again.location.endswith("/dieu-hanh")
    assert browser.get("/nhan-su").status_code == 200


def test_strangers_tries_are_refused_and_the_usual_browser_is_let_in(site: Site) -> None:
    site.app.config["WTF_CSRF_ENABLED"] = False
    login = "gdv.long-tri"
    usual, guesser = site.app.test_client(), site.app.test_client()
    usual.environ_base["REMOTE_ADDR"] = f"192.0.2.{next(addresses)}"
    right = {"login": login, "password": site.people[login]}
    assert usual.post("/dang-nhap", data=right).status_code == 302
    statuses = []
    for _ in range(12):
        guesser.environ_base["REMOTE_ADDR"] = f"192.0.2.{next(addresses)}"
        answer = guesser.post("/dang-nhap", data={"login": login, "password": "not it"})
        statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429] * 2
    assert "15" in answer.get_data(as_text=True)
    assert usual.post("/dang-nhap", data=right).status_code == 302
    site.app.config["WTF_CSRF_ENABLED"] = True
