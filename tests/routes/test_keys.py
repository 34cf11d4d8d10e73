"""W5 over the routes: a key that was used before gets its first answer, or 409 for anything else.

Each case keeps an answer under a key as if the request had been made, and asks again: the route
answers with what was kept before it looks at anything, and refuses the key for another thing.
"""

from typing import Any
from uuid import uuid4

import pytest

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.idempotency import Once
from postal_bridge.people.service import actor_of_token
from tests.routes.conftest import LOGINS, Service

KEPT = b'{"kept": true}'
SECOND = LOGINS[Role.CLERK]
API: tuple[tuple[str, Role, dict[str, Any]], ...] = (
    ("hand-ins/{}/count", Role.CLERK, {"counted_vnd": 1}),
    ("hand-ins/{}/agreement", Role.COURIER, {}),
    ("hand-ins/{}/refusal", Role.CLERK, {"reason": "torn"}),
    ("hand-ins/{}/withdrawal", Role.COURIER, {}),
    ("hand-ins/{}/gap-answer", Role.COURIER, {"accepts": True}),
    ("hand-ins/{}/settlement", Role.SUPERVISOR, {"courier_owes": True, "evidence": "BB-1"}),
    ("runs/{}/plan", Role.CLERK, {}),
    ("runs/{}/publication", Role.CLERK, {}),
    ("runs/{}/departure", Role.COURIER, {}),
    ("dossiers/{}/correction", Role.OFFICER, {"reason": "content", "old_paper": "gone"}),
    ("dossiers/{}/correction-refusal", Role.OFFICER, {"reason": "result_stands"}),
    ("dossiers/{}/extension-request", Role.OFFICER, {"reason": "field_check", "working_days": 2}),
    (
        "deliveries/{}/parking",
        Role.SUPERVISOR,
        {"reason": "storm", "until": "2030-01-02"},
    ),
    ("deliveries/{}/unparking", Role.SUPERVISOR, {}),
    ("deliveries/{}/report-refutation", Role.CLERK, {"reason": "absent", "seen_number": "x"}),
)
PAGES: tuple[tuple[str, Role, dict[str, str]], ...] = (
    ("/quy/tien-buu-ta/{}/dem", Role.CLERK, {"counted_vnd": "1"}),
    ("/quy/tien-buu-ta/{}/khong-nhan", Role.CLERK, {"reason": "torn"}),
    ("/buu-ta/tien/{}/dong-y", Role.COURIER, {}),
    ("/buu-ta/tien/{}/lay-lai", Role.COURIER, {}),
    ("/buu-ta/tien/{}/chenh-lech", Role.COURIER, {"accepts": "1"}),
    ("/ca-phat/{}/lo-trinh", Role.CLERK, {}),
    ("/ca-phat/{}/cong-bo", Role.CLERK, {}),
    ("/ca-phat/{}/sua-lai", Role.CLERK, {}),
    ("/ca-phat/{}/di", Role.CLERK, {}),
)


def keep(service: Service, role: Role, path: str, body: Any) -> str:
    """The request was made and answered; returns its key."""
    units, key = service.container.units, str(uuid4())
    actor = actor_of_token(service.tokens[role], units=units)
    assert actor is not None
    once: Once[None] = Once(key, f"POST {path}", digest(body), lambda _: KEPT)
    once.answer(lambda _: None, actor=actor, units=units)
    return key


@pytest.mark.parametrize(("path", "role", "body"), API, ids=[path for path, *_ in API])
def test_an_api_request_made_again_gets_its_first_answer(
    service: Service, path: str, role: Role, body: dict[str, Any]
) -> None:
    if path.endswith("settlement"):
        second = service.people[SECOND]
        body = {**body, "second_login": second.login, "second_password": second.password}
    first, other = (f"/api/v1/{path.format(uuid4())}" for _ in range(2))
    sent = body or None  # a request without a body has none in its digest
    key = keep(service, role, first, sent)
    headers = {**service.bearer(role), "Idempotency-Key": key}
    client = service.app.test_client()
    again = client.post(first, json=sent, headers=headers)
    assert (again.data, again.status_code < 300) == (KEPT, True)
    refused = client.post(other, json=sent, headers=headers)
    assert refused.status_code == 409
    assert refused.get_json()["title"] == "idempotency_mismatch"
    unkeyed = client.post(first, json=sent, headers=service.bearer(role))
    assert unkeyed.get_json()["title"] == "key_missing"


@pytest.mark.parametrize(("path", "role", "form"), PAGES, ids=[path for path, *_ in PAGES])
def test_a_form_sent_again_does_nothing_more(
    service: Service, path: str, role: Role, form: dict[str, str]
) -> None:
    first = path.format(uuid4())
    key = keep(service, role, first, {name: [value] for name, value in form.items()})
    browser = service.page_client(role)
    again = browser.post(first, data={**form, "_key": key})
    assert again.status_code == 303
    other = browser.post(first, data={**form, "_key": key, "reason": "another"})
    assert other.status_code in (409, 404)  # the page shown with the refusal may be nobody's
