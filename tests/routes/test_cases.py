"""A difference is settled by somebody else than who counted, at the desk and by the API."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from postal_bridge.counter.cases import CaseNeedsAnother, CaseOutcome, CloseCase, close_case
from postal_bridge.counter.commands import PayHow
from postal_bridge.custody.counting import CaseSettled
from postal_bridge.custody.service import cases_for, items_of_dossier
from postal_bridge.custody.types import CaseView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.people.service import actor_of_staff, staff_view
from postal_bridge.people.store import PeopleStore
from tests.builders.counter import a_filing, hand_in, open_shift, to_the_door
from tests.builders.directory import CARRIER_LINK, Place, a_place
from tests.builders.people import PASSWORD, an_officer
from tests.builders.site import Site, a_site

TIE = "PB 9"
CLERK, OFFICER, SUPERVISOR = "gdv.long-tri", "mc.p-long-my", "gs.can-tho"
WORDS = "Gọi bưu cục Long Trị: tờ khai rơi lại ở quầy, lập biên bản BB-12/2026"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = a_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture(scope="module")
def place(site: Site) -> Place:
    open_shift(site.container.units, actor_of(site, CLERK))
    return a_place(site.container.units, CARRIER_LINK)


@pytest.fixture
def case(site: Site, place: Place) -> CaseView:
    """The officer opened a pouch and found one envelope less than the list says."""
    units = site.container.units
    wish = to_the_door("31471")
    filing = a_filing(place, "social-allowance", delivery=wish, pay=PayHow.AT_DOOR)
    clerk, officer = site.api(CLERK), site.api(OFFICER)
    slip = hand_in(units, site.container.home.blobs, filing, clerk=actor_of(site, CLERK))
    with units.read() as uow:
        envelope = items_of_dossier(uow, UUID(slip["dossier_id"]))[0]
    pouch = made(clerk, "/pouches", link_id=str(place.link.id))
    path = f"/pouches/{pouch['id']}"
    made(clerk, f"{path}/items", number=envelope.number)
    made(clerk, f"{path}/seal", tie_number=TIE, tie_again=TIE)
    made(clerk, f"{path}/offer")
    made(officer, f"{path}/acceptance", tie_seen=TIE, count_seen=1)
    made(officer, f"{path}/opening", found=[])
    with units.read() as uow:
        cases = cases_for(uow, actor_of(site, OFFICER).scope)
    return next(one for one in cases if one.item_id == envelope.id)


def made(caller: Any, path: str, **body: Any) -> dict[str, Any]:
    answer = caller.post(f"/api/v1{path}", body, str(uuid4()))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json())


def actor_of(site: Site, login: str) -> Actor:
    with site.container.units.read() as uow:
        row = PeopleStore(uow.session).staff_by_login(login)
        assert row is not None
        actor = actor_of_staff(uow, row.id)
    assert actor is not None
    return actor


def signed_in(site: Site, login: str, password: str) -> Any:
    client = site.app.test_client()
    form = {"login": login, "password": password, "csrf_token": token_of(client, "/dang-nhap")}
    assert client.post("/dang-nhap", data=form).status_code == 302
    return client


def token_of(client: Any, path: str) -> str:
    page: str = client.get(path).get_data(as_text=True)
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def colleague(site: Site) -> tuple[Actor, str]:
    """Another officer of the section, and his sign-in name."""
    units = site.container.units
    actor = an_officer(units)
    with units.read() as uow:
        login = staff_view(uow, UUID(actor.id)).login
    return actor, login


def test_another_officer_settles_the_case_at_the_desk_and_both_are_named(
    site: Site, case: CaseView
) -> None:
    _, login = colleague(site)
    client = signed_in(site, login, PASSWORD)
    address = f"/mot-cua/vu-viec/{case.id}"
    page = client.get(address).get_data(as_text=True)
    assert "Long Trị" in page  # the side that gave the pouch
    sent = {"csrf_token": token_of(client, address), "outcome": "found", "_key": str(uuid4())}
    assert client.post(address, data={**sent, "words": ""}).status_code == 422
    assert client.post(address, data={**sent, "words": WORDS}).status_code == 303
    settled = site.api(SUPERVISOR).get(f"/api/v1/cases/{case.id}").get_json()
    assert settled["case"]["words"] == WORDS
    assert settled["case"]["outcome"] == "found"
    assert settled["settled_by"] == "Lê Thị Mai"
    assert settled["opened_by"] != settled["settled_by"]
    assert WORDS in client.get(address).get_data(as_text=True)


def test_who_opened_the_pouch_does_not_settle_what_was_missing(site: Site, case: CaseView) -> None:
    body = {"outcome": "counted_wrong", "words": WORDS}
    path = f"/api/v1/cases/{case.id}"
    assert site.api(OFFICER).get(path).get_json()["may_close"] is False
    refused = site.api(OFFICER).post(f"{path}/settlement", body, str(uuid4()))
    assert (refused.status_code, refused.get_json()["title"]) == (422, "case_needs_another")
    key = str(uuid4())
    settled = site.api(SUPERVISOR).post(f"{path}/settlement", body, key)
    assert settled.status_code == 200
    repeated = site.api(SUPERVISOR).post(f"{path}/settlement", body, key)
    assert (repeated.status_code, repeated.data) == (200, settled.data)
    again = site.api(SUPERVISOR).post(f"{path}/settlement", body, str(uuid4()))
    assert (again.status_code, again.get_json()["title"]) == (409, "case_settled")


def test_who_tied_or_took_the_pouch_does_not_settle_it_later_in_another_seat(
    site: Site, case: CaseView
) -> None:
    units = site.container.units
    command = CloseCase(case.id, CaseOutcome.FOUND, WORDS)
    giver = actor_of(site, CLERK)
    seated_elsewhere = Actor(
        giver.kind, giver.id, actor_of(site, SUPERVISOR).scope,
        roles=actor_of(site, SUPERVISOR).roles,
    )  # fmt: skip
    with pytest.raises(CaseNeedsAnother):
        close_case(command, actor=seated_elsewhere, units=units)


def test_a_settled_case_stays_and_its_words_are_in_no_chain(site: Site, case: CaseView) -> None:
    units = site.container.units
    officer, _ = colleague(site)
    settled = close_case(CloseCase(case.id, CaseOutcome.LOST, WORDS), actor=officer, units=units)
    assert settled.opened_by == actor_of(site, OFFICER).ref
    assert settled.settled_by == officer.ref
    other = CloseCase(case.id, CaseOutcome.FOUND, "Sửa lại")
    with pytest.raises(CaseSettled):
        close_case(other, actor=officer, units=units)
    with units.read() as uow:
        kept = next(
            one for one in cases_for(uow, officer.scope, open_only=False) if one.id == case.id
        )
        facts = streams.read(uow, streams.item_stream(case.item_id))
    assert (kept.outcome, kept.words) == ("lost", WORDS)
    assert facts[-1].kind == "item.case_settled"
    assert WORDS not in str(facts)


def test_the_case_of_another_section_is_not_there(site: Site, case: CaseView) -> None:
    stranger = next(one for one in site.people if one.startswith("mc.") and one != OFFICER)
    command = CloseCase(case.id, CaseOutcome.FOUND, WORDS)
    with pytest.raises(NotFound):
        close_case(command, actor=actor_of(site, stranger), units=site.container.units)
    assert site.api(stranger).get(f"/api/v1/cases/{case.id}").status_code == 404
