"""The API of pouches and dossiers: one story, by the calls an integrator would make."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from postal_bridge.counter.commands import PayHow
from postal_bridge.custody.service import items_of_dossier, pouch_view
from postal_bridge.custody.types import ItemView
from postal_bridge.people.service import actor_of_staff, looks_of
from postal_bridge.people.store import PeopleStore
from tests.builders.counter import a_filing, hand_in, open_shift, to_the_door
from tests.builders.directory import CARRIER_LINK, Place, a_place
from tests.builders.site import Caller, Site, a_site

TIE = "PB 7"
CLERK, DRIVER, OFFICER = "gdv.long-tri", "xe.p-long-my", "mc.p-long-my"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = a_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture(scope="module")
def place(site: Site) -> Place:
    open_shift(site.container.units, _actor(site, CLERK))
    return a_place(site.container.units, CARRIER_LINK)


@pytest.fixture
def envelope(site: Site, place: Place) -> ItemView:
    """A dossier was accepted at Long Trị; its sealed envelope is with the clerk."""
    wish = to_the_door("31471")
    filing = a_filing(place, "social-allowance", delivery=wish, pay=PayHow.AT_DOOR)
    units = site.container.units
    slip = hand_in(units, site.container.home.blobs, filing, clerk=_actor(site, CLERK))
    with units.read() as uow:
        return items_of_dossier(uow, UUID(slip["dossier_id"]))[0]


def test_a_dossier_goes_from_the_counter_to_the_agencys_desk(
    site: Site, place: Place, envelope: ItemView
) -> None:
    clerk, driver, officer = (site.api(login) for login in (CLERK, DRIVER, OFFICER))
    pouch = _made(clerk, "/pouches", link_id=str(place.link.id))
    path = f"/pouches/{pouch['id']}"
    filled = _made(clerk, f"{path}/items", number=envelope.number)
    assert [line["number"] for line in filled["manifest"]] == [envelope.number]
    _made(clerk, f"{path}/seal", tie_number=TIE, tie_again=TIE)
    assert _dossier(clerk, envelope)["status"] == "to_agency"
    _made(clerk, f"{path}/offer", driver_id=_actor(site, DRIVER).id)
    assert _holder(clerk, envelope)["kind"] == "point"  # an offer moves nothing
    _made(driver, f"{path}/acceptance", tie_seen=TIE, count_seen=1)
    assert _holder(clerk, envelope)["id"] == _actor(site, DRIVER).id
    _made(driver, f"{path}/offer")
    _made(officer, f"{path}/acceptance", tie_seen=TIE, count_seen=1)
    opened = _made(officer, f"{path}/opening", found=[envelope.number])
    assert opened["status"] == "opened"
    code = "H12.3-261121-0042"
    registered = _made(officer, f"/dossiers/{envelope.dossier_id}/registration", code=code)
    assert (registered["status"], registered["dossier_code"]) == ("processing", code)


def test_the_same_scan_sent_twice_gets_the_same_bytes(
    site: Site, place: Place, envelope: ItemView
) -> None:
    clerk = site.api(CLERK)
    pouch = _made(clerk, "/pouches", link_id=str(place.link.id))
    path, body, key = f"/api/v1/pouches/{pouch['id']}/items", {"number": envelope.number}, "scan-1"
    first, again = clerk.post(path, body, key), clerk.post(path, body, key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.data == again.data
    other = clerk.post(path, {"number": "RZ000000005VN"}, key)
    assert (other.status_code, other.get_json()["title"]) == (409, "idempotency_mismatch")


def test_an_envelope_for_another_agency_does_not_go_in(
    site: Site, place: Place, envelope: ItemView
) -> None:
    clerk = site.api(CLERK)
    elsewhere = a_place(site.container.units, "long-tri-province-result")
    pouch = _made(clerk, "/pouches", link_id=str(elsewhere.link.id))
    body = {"number": envelope.number}
    answer = clerk.post(f"/api/v1/pouches/{pouch['id']}/items", body, str(uuid4()))
    assert (answer.status_code, answer.get_json()["title"]) == (422, "pouch_other_section")


def test_a_missing_envelope_opens_a_case_and_stays_in_the_pouch(
    site: Site, place: Place, envelope: ItemView
) -> None:
    clerk, officer = site.api(CLERK), site.api(OFFICER)
    pouch = _made(clerk, "/pouches", link_id=str(place.link.id))
    path = f"/pouches/{pouch['id']}"
    _made(clerk, f"{path}/items", number=envelope.number)
    _made(clerk, f"{path}/seal", tie_number=TIE, tie_again=TIE)
    _made(clerk, f"{path}/offer")
    _made(officer, f"{path}/acceptance", tie_seen=TIE, count_seen=1)
    _made(officer, f"{path}/opening", found=[])
    pages = site.app.test_client()
    _sign_in(pages, site, OFFICER)
    assert f"/ho-so/{envelope.dossier_id}".encode() in pages.get("/mot-cua").data


def test_a_driver_opens_no_pouch_on_the_way(site: Site, place: Place, envelope: ItemView) -> None:
    clerk, driver = site.api(CLERK), site.api(DRIVER)
    pouch = _made(clerk, "/pouches", link_id=str(place.link.id))
    path = f"/pouches/{pouch['id']}"
    _made(clerk, f"{path}/items", number=envelope.number)
    _made(clerk, f"{path}/seal", tie_number=TIE, tie_again=TIE)
    _made(clerk, f"{path}/offer", driver_id=_actor(site, DRIVER).id)
    _made(driver, f"{path}/acceptance", tie_seen=TIE, count_seen=1)
    body = {"found": [envelope.number]}
    answer = driver.post(f"/api/v1{path}/opening", body, str(uuid4()))
    assert (answer.status_code, answer.get_json()["title"]) == (409, "move_not_open")


def test_a_pouch_is_not_taken_over_like_a_loose_envelope(
    site: Site, place: Place, envelope: ItemView
) -> None:
    """Its tie and its count are read, even where the tie was given the pouch's own number."""
    clerk, driver = site.api(CLERK), site.api(DRIVER)
    pouch = _made(clerk, "/pouches", link_id=str(place.link.id))
    path, number = f"/pouches/{pouch['id']}", pouch["number"]
    _made(clerk, f"{path}/items", number=envelope.number)
    _made(clerk, f"{path}/seal", tie_number=number, tie_again=number)
    offered = _made(clerk, f"{path}/offer", driver_id=_actor(site, DRIVER).id)
    with site.container.units.read() as uow:
        hand_over_id = pouch_view(uow, UUID(pouch["id"])).hand_over_id
    loose = driver.post(f"/api/v1/offers/{hand_over_id}/acceptance", {"numbers": [number]}, "l-1")
    assert loose.status_code == 404
    assert offered["status"] == "offered"
    taken = _made(driver, f"{path}/acceptance", tie_seen=number, count_seen=1)
    assert taken["status"] == "accepted"


def test_another_tie_needs_a_second_person_who_proves_himself(
    site: Site, place: Place, envelope: ItemView
) -> None:
    clerk, officer = site.api(CLERK), site.api(OFFICER)
    pouch = _made(clerk, "/pouches", link_id=str(place.link.id))
    path = f"/pouches/{pouch['id']}"
    _made(clerk, f"{path}/items", number=envelope.number)
    _made(clerk, f"{path}/seal", tie_number=TIE, tie_again=TIE)
    _made(clerk, f"{path}/offer")
    read = {"tie_seen": "PB 8", "count_seen": 1}
    alone = officer.post(f"/api/v1{path}/acceptance", read, str(uuid4()))
    assert (alone.status_code, alone.get_json()["title"]) == (422, "seal_differs")
    named = {**read, "second_login": CLERK, "second_password": "guess"}
    assert officer.post(f"/api/v1{path}/acceptance", named, str(uuid4())).status_code == 422
    himself = {**named, "second_login": OFFICER, "second_password": site.people[OFFICER]}
    same = officer.post(f"/api/v1{path}/acceptance", himself, str(uuid4()))
    assert same.get_json()["title"] == "second_person_same"
    proved = {**named, "second_password": site.people[CLERK]}
    assert _made(officer, f"{path}/acceptance", **proved)["status"] == "accepted"


def test_other_offices_see_neither_pouch_nor_dossier(
    site: Site, place: Place, envelope: ItemView
) -> None:
    pouch = _made(site.api(CLERK), "/pouches", link_id=str(place.link.id))
    stranger = site.api("gdv.hung-thinh")
    for path in (
        f"/pouches/{pouch['id']}",
        f"/dossiers/{envelope.dossier_id}",
        f"/dossiers/{envelope.dossier_id}/timeline",
        f"/items/{envelope.number}",
    ):
        assert stranger.get(f"/api/v1{path}").status_code == 404
    started = stranger.post("/api/v1/pouches", {"link_id": str(place.link.id)}, str(uuid4()))
    assert started.status_code == 404


def test_a_clerk_may_not_decide_as_the_agency(site: Site, envelope: ItemView) -> None:
    path = f"/api/v1/dossiers/{envelope.dossier_id}/refusal"
    answer = site.api(CLERK).post(path, {"reason": "not_competent"}, str(uuid4()))
    assert answer.status_code == 403


def test_a_list_of_dossiers_goes_on_by_its_cursor(site: Site, envelope: ItemView) -> None:
    clerk = site.api(CLERK)
    seen: list[str] = []
    cursor = ""
    while True:
        page = clerk.get(f"/api/v1/dossiers?limit=1{cursor}").get_json()
        seen += [row["id"] for row in page["rows"]]
        if page["cursor"] is None:
            break
        cursor = f"&cursor={page['cursor'].replace('+', '%2B')}"
    assert str(envelope.dossier_id) in seen
    assert len(seen) == len(set(seen)) == len(clerk.get("/api/v1/dossiers").get_json()["rows"])


def test_opening_a_dossier_writes_a_look_and_asking_for_a_reason_writes_none(
    site: Site, envelope: ItemView
) -> None:
    pages = site.app.test_client()
    _sign_in(pages, site, CLERK)
    path = f"/ho-so/{envelope.dossier_id}"
    before = _looks(site, envelope)
    assert "Nguyễn Thị Hoa" not in pages.get(path).get_data(as_text=True)
    assert _looks(site, envelope) == before
    assert "Nguyễn Thị Hoa" in pages.get(f"{path}?ly-do=complaint").get_data(as_text=True)
    assert _looks(site, envelope) == [*before, "complaint"]


def _made(caller: Caller, path: str, **body: Any) -> dict[str, Any]:
    answer = caller.post(f"/api/v1{path}", body, str(uuid4()))
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, Any] = answer.get_json()
    return made


def _dossier(caller: Caller, envelope: ItemView) -> dict[str, Any]:
    found: dict[str, Any] = caller.get(f"/api/v1/dossiers/{envelope.dossier_id}").get_json()
    return found


def _holder(caller: Caller, envelope: ItemView) -> dict[str, Any]:
    holder: dict[str, Any] = caller.get(f"/api/v1/items/{envelope.number}").get_json()["holder"]
    return holder


def _looks(site: Site, envelope: ItemView) -> list[str]:
    assert envelope.dossier_id is not None
    with site.container.units.read() as uow:
        return [look.reason for look in looks_of(uow, envelope.dossier_id)]


def _sign_in(client: Any, site: Site, login: str) -> None:
    page = client.get("/dang-nhap").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"login": login, "password": site.people[login], "csrf_token": token}
    assert client.post("/dang-nhap", data=form).status_code == 302


def _actor(site: Site, login: str) -> Any:
    with site.container.units.read() as uow:
        row = PeopleStore(uow.session).staff_by_login(login)
        assert row is not None
        return actor_of_staff(uow, row.id)
