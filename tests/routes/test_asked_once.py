"""What is done to people and devices twice under one key is done once (W5)."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from postal_bridge.directory.service import point_by_key
from tests.builders.site import Caller, Site, a_site
from tests.routes.reading import Person, a_person


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = a_site(tmp_path_factory.mktemp("home"))
    yield made
    made.container.units.engine.dispose()


@pytest.fixture(scope="module")
def supervisor(site: Site) -> Caller:
    return site.api("gs.can-tho")


def twice(caller: Caller, path: str, body: dict[str, Any], key: str) -> Any:
    """The answer, after the same request was sent again and another body was refused."""
    first, again = (caller.post(path, body, key) for _ in range(2))
    assert first.status_code in (200, 201), first.get_json()
    assert first.data == again.data
    other = caller.post(path, body | {"display_name": "Somebody else"}, key)
    assert other.status_code in (409, 422)
    return first.get_json()


def person_of(caller: Caller, login: str) -> dict[str, Any]:
    rows = caller.get("/api/v1/people").get_json()["rows"]
    return next(row for row in rows if row["login"] == login)


def test_a_person_is_created_and_placed_once(site: Site, supervisor: Caller) -> None:
    body = {"login": "y.blak", "display_name": "Y Blăk"}
    made = twice(supervisor, "/api/v1/people", body, "create-1")
    with site.container.units.read() as uow:
        point = point_by_key(uow, "long-my")
    place = {"role": "clerk", "seat_point_id": str(point.id)}
    twice(supervisor, f"/api/v1/people/{made['staff_id']}/places", place, "place-1")
    assert len(person_of(supervisor, "y.blak")["assignments"]) == 1
    signed = site.app.test_client().post(
        "/api/v1/sessions", json={"login": "y.blak", "password": made["first_password"]}
    )
    assert signed.status_code == 201


def test_another_body_under_the_key_is_refused(supervisor: Caller) -> None:
    body = {"login": "h.hen", "display_name": "H'Hen"}
    assert supervisor.post("/api/v1/people", body, "create-2").status_code == 201
    other = supervisor.post("/api/v1/people", body | {"login": "h.hen2"}, "create-2")
    assert (other.status_code, other.get_json()["title"]) == (409, "idempotency_mismatch")
    without = supervisor.post("/api/v1/people", body | {"login": "h.hen3"}, "")
    assert (without.status_code, without.get_json()["title"]) == (422, "key_missing")


def test_a_repeated_reset_leaves_the_password_that_was_shown(
    site: Site, supervisor: Caller
) -> None:
    person = person_of(supervisor, "gdv.long-tri")
    made = twice(supervisor, f"/api/v1/people/{person['id']}/password", {}, "reset-1")
    given = {"login": "gdv.long-tri", "password": made["first_password"]}
    assert site.app.test_client().post("/api/v1/sessions", json=given).status_code == 201


def test_a_device_is_registered_once_and_an_old_lock_is_not_locked_again(
    site: Site, supervisor: Caller
) -> None:
    with site.container.units.read() as uow:
        unit_id = str(point_by_key(uow, "long-my").unit_id)
    body = {"unit_id": unit_id, "kind": "phone", "label": "Máy 7"}
    device = twice(supervisor, "/api/v1/devices", body, "device-1")

    def change(state: str, key: str) -> Any:
        headers = {"Authorization": f"Bearer {supervisor.token}", "Idempotency-Key": key}
        path = f"/api/v1/devices/{device['id']}"
        return supervisor.client.patch(path, json={"state": state}, headers=headers)

    locked = change("locked", "lock-1")
    assert change("active", "unlock-1").get_json()["state"] == "active"
    assert change("locked", "lock-1").data == locked.data
    rows = supervisor.get("/api/v1/devices").get_json()["rows"]
    assert [row["state"] for row in rows if row["label"] == "Máy 7"] == ["active"]


def test_a_form_sent_twice_shows_the_same_first_password(site: Site) -> None:
    page: Person = a_person(site, "gs.can-tho").open("/nhan-su")
    names = ("_key", "csrf_token")
    sent = {name: page.form.values[name] for name in names}
    sent |= {"display_name": "Thạch Sol", "login": "thach.sol", "kind": "post"}
    shown = set()
    for _ in range(2):
        html = page.client.post("/nhan-su", data=sent).get_data(as_text=True)
        shown.update(re.findall(r'class="secret">([^<]+)<', html))
    assert len(shown) == 1
