"""Requests made to break something: refused in order, and written down without a secret."""

import json
from typing import Any

import pytest
from werkzeug.exceptions import BadRequest

from postal_bridge.kernel.actor import Role
from routes.api.blueprint import loads
from routes.errors import shown_path
from tests.routes.conftest import Service, service

__all__ = ["service"]


@pytest.mark.parametrize("half", ["\ud800", "a\ud83d"])
@pytest.mark.parametrize("place", ["value", "name", "list"])
def test_half_a_character_is_no_text(half: str, place: str) -> None:
    shapes: dict[str, Any] = {"value": {"a": half}, "name": {half: 1}, "list": {"a": [half]}}
    made = shapes[place]
    with pytest.raises(BadRequest):
        loads(json.dumps(made).encode())


def test_whole_characters_written_as_pairs_are_text() -> None:
    assert loads(b'{"a": "\\ud83d\\ude00 \\u1ea4p"}') == {"a": "\U0001f600 Ấp"}


def test_a_body_with_half_a_character_is_a_bad_request(service: Service) -> None:
    answer = service.app.test_client().post(
        "/api/v1/quotes",
        data=b'{"link_id": "\\ud800"}',
        content_type="application/json",
        headers=service.bearer(Role.CLERK),
    )
    assert answer.status_code == 400


def test_who_asks_too_often_is_told_when_to_come_back(service: Service) -> None:
    client = service.app.test_client()
    where = {"REMOTE_ADDR": "203.0.113.77"}
    body = {"login": "gdv.long-tri", "password": "not the password"}
    for _ in range(10):
        client.post("/api/v1/sessions", json=body, environ_base=where)
    refused = client.post("/api/v1/sessions", json=body, environ_base=where)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/tra-cuu/{}/chua-nhan", "/tra-cuu/{}", "/thanh-toan/{}"])
def test_a_link_that_opens_something_is_not_written_down(service: Service, path: str) -> None:
    secret = "o6ZPWy-dD5vq56YoqvdUEo6ZPWy"
    method = "POST" if path.endswith("nhan") else "GET"
    with service.app.test_request_context(path.format(secret), method=method):
        assert secret not in shown_path()
        assert shown_path() == path.format("***")
