"""A step recorded by mistake: asked on a page or by the API, answered by another, once."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, refuse, send_to_agency, timeline
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.people.service import (
    SignIn,
    actor_of_token,
    looks_of,
    sign_in,
    staff_list,
)
from tests.builders.dossiers import Counter, accepted, brought, counter
from tests.builders.people import PASSWORD, an_officer
from tests.builders.site import Caller, Site, a_site

SUPERVISOR, COURIER = "gs.can-tho", "phat.long-my"
WORDS = "Bấm nhầm hồ sơ của bà Nguyễn Thị Hoa"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = a_site(tmp_path_factory.mktemp("home"))
    made.app.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.container.units.engine.dispose()


@pytest.fixture(scope="module")
def at(site: Site) -> Counter:
    return counter(site.container.units)


@pytest.fixture(scope="module")
def officer(site: Site, at: Counter) -> Caller:
    """An officer of the section, with a session."""
    return caller_of(site, at)


def caller_of(site: Site, at: Counter) -> Caller:
    units = site.container.units
    with units.read() as uow:
        key = section_view(uow, at.link.section_id).key
    made = an_officer(units, key)
    people = staff_list(actor=Actor.operator(), units=units)
    login = next(one.login for one in people if str(one.id) == made.id)
    signed = sign_in(SignIn(login, PASSWORD), units=units, machine=units.machine)
    assert actor_of_token(signed.token, units=units) is not None
    return Caller(site.app.test_client(), signed.token)


def page_of(caller: Caller) -> FlaskClient:
    with caller.client.session_transaction() as session:
        session["token"] = caller.token
    return caller.client


def refused(site: Site, at: Counter) -> DossierView:
    with site.container.units.write() as uow:
        made, item = accepted(uow, at)
        send_to_agency(uow, made.id, actor=at.clerk)
        brought(uow, at, item.id)
        seen = refuse(uow, made.id, "wrong_office", actor=at.officer)
        uow.commit()
    return seen


def status(site: Site, made: DossierView) -> DossierStatus:
    with site.container.units.read() as uow:
        return dossier_view(uow, made.id, Scope(everything=True)).status


def test_asked_by_one_and_answered_by_another_over_the_api(
    site: Site, at: Counter, officer: Caller
) -> None:
    made = refused(site, at)
    path = f"/api/v1/dossiers/{made.id}/undo"
    asked = officer.post(path, {"words": WORDS}, "ask-1")
    assert asked.status_code == 201
    assert officer.post(path, {"words": WORDS}, "ask-1").data == asked.data
    assert WORDS not in asked.get_data(as_text=True)
    again = officer.post(path, {"words": WORDS}, "ask-2")
    assert (again.status_code, again.get_json()["title"]) == (409, "undo_asked")
    undo = asked.get_json()
    own = officer.post(f"/api/v1/undos/{undo['id']}/answer", {"approves": True}, "own")
    assert (own.status_code, own.get_json()["title"]) == (422, "undo_needs_another")
    assert status(site, made) is DossierStatus.REFUSED

    supervisor = site.api(SUPERVISOR)
    rows = supervisor.get("/api/v1/undos").get_json()["rows"]
    assert [(row["action"], row["may_answer"]) for row in rows] == [("refuse", True)]
    assert WORDS not in str(rows)
    assert supervisor.get(f"/api/v1/undos/{undo['id']}").get_json()["words"] == WORDS
    with site.container.units.read() as uow:
        assert looks_of(uow, made.id)[-1].reason == "undo"
    answer = supervisor.post(f"/api/v1/undos/{undo['id']}/answer", {"approves": True}, "yes")
    assert answer.get_json()["status"] == "approved"
    assert status(site, made) is DossierStatus.TO_AGENCY
    with site.container.units.read() as uow:
        assert timeline(uow, made.id)[-1].kind == "dossier.undone"


def test_asked_and_declined_on_pages(site: Site, at: Counter, officer: Caller) -> None:
    made = refused(site, at)
    desk = page_of(officer)
    address = f"/hoan-tac/ho-so/{made.id}"
    assert address in desk.get(f"/mot-cua/ho-so/{made.id}").get_data(as_text=True)
    assert "Từ chối tiếp nhận" in desk.get(address).get_data(as_text=True)
    short = desk.post(address, data={"_key": "page-0", "words": "x"})
    assert short.status_code == 422
    sent = {"_key": "page-1", "words": WORDS}
    assert desk.post(address, data=sent).status_code == 303
    undo = officer.get("/api/v1/undos").get_json()["rows"][-1]
    shown = desk.get(f"/hoan-tac/{undo['id']}").get_data(as_text=True)
    assert WORDS in shown
    assert 'name="approves"' not in shown  # who asks does not answer

    other = page_of(caller_of(site, at))
    assert undo["subject"] in other.get("/hoan-tac").get_data(as_text=True)
    page = other.get(f"/hoan-tac/{undo['id']}").get_data(as_text=True)
    assert 'name="approves"' in page
    declined = other.post(f"/hoan-tac/{undo['id']}", data={"_key": "no", "approves": "0"})
    assert declined.status_code == 303
    assert status(site, made) is DossierStatus.REFUSED


def test_a_courier_asks_for_no_dossier_and_answers_nothing(site: Site, at: Counter) -> None:
    made = refused(site, at)
    courier = site.api(COURIER)
    asked = courier.post(f"/api/v1/dossiers/{made.id}/undo", {"words": WORDS}, "c-1")
    assert asked.status_code == 403
    assert courier.get("/api/v1/undos").status_code == 403
    stranger = next(one for one in site.people if one.startswith("mc.") and "ea-" in one)
    outside = site.api(stranger).post(f"/api/v1/dossiers/{made.id}/undo", {"words": WORDS}, "o")
    assert outside.status_code == 404
