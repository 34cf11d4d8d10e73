"""Every refusal of the API is a problem document of one shape (RFC 9457)."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from postal_bridge.kernel.actor import Role
from tests.routes.conftest import Service

QUOTES = "/api/v1/quotes"
NOWHERE = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.app.test_client()


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    document: dict[str, Any] = json.loads(answer.data)
    assert document["type"] == f"/problems/{code}"
    assert (document["title"], document["status"]) == (code, status)
    assert document["detail"]
    return document


def ask(client: FlaskClient, service: Service, body: Any, **given: Any) -> TestResponse:
    return client.post(QUOTES, json=body, headers=service.bearer(Role.CLERK), **given)


def test_what_does_not_exist_is_not_found(client: FlaskClient, service: Service) -> None:
    problem(client.get("/api/v1/nothing"), 404, "not_found")
    answer = ask(client, service, {"link_id": NOWHERE, "procedure_id": NOWHERE})
    problem(answer, 404, "not_found")


def test_another_method_is_told_which_are_allowed(client: FlaskClient) -> None:
    answer = client.put("/api/v1/points")
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


def test_a_wrong_field_is_pointed_at(client: FlaskClient, service: Service) -> None:
    answer = ask(client, service, {"link_id": "no", "procedure_id": NOWHERE, "weight_g": 0})
    found = {
        one["pointer"]: one["code"] for one in problem(answer, 422, "invalid_request")["errors"]
    }
    assert found == {"/link_id": "not_an_id", "/weight_g": "number_out_of_range"}


def test_a_field_inside_a_list_is_pointed_at(client: FlaskClient, service: Service) -> None:
    body = {"papers": [{"paper_no": 1, "tally": "original_kept"}, {"paper_no": "x"}]}
    answer = client.post("/api/v1/dossiers", json=body, headers=service.bearer(Role.CLERK))
    pointers = {one["pointer"] for one in problem(answer, 422, "invalid_request")["errors"]}
    assert {"/papers/1/paper_no", "/papers/1/tally", "/owner"} <= pointers
    assert not any(pointer.startswith("/papers/0") for pointer in pointers)


def test_an_unknown_field_is_refused(client: FlaskClient, service: Service) -> None:
    answer = ask(client, service, {"link_id": NOWHERE, "procedure_id": NOWHERE, "wieght_g": 5})
    (error,) = problem(answer, 422, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/wieght_g", "field_unknown")
    problem(client.get("/api/v1/points?comune=31471"), 422, "invalid_request")


def test_a_name_given_twice_is_refused(client: FlaskClient, service: Service) -> None:
    body = f'{{"link_id": "{NOWHERE}", "weight_g": 5, "weight_g": 5000}}'
    answer = client.post(
        QUOTES, data=body, content_type="application/json", headers=service.bearer(Role.CLERK)
    )
    (error,) = problem(answer, 422, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/weight_g", "field_twice")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b'{"weight_g": NaN}', b"[" * 100_000])
def test_what_is_no_json_is_not_readable(
    client: FlaskClient, service: Service, body: bytes
) -> None:
    answer = client.post(
        QUOTES, data=body, content_type="application/json", headers=service.bearer(Role.CLERK)
    )
    problem(answer, 400, "bad_request")


def test_another_media_type_is_refused(client: FlaskClient, service: Service) -> None:
    answer = client.post(
        QUOTES, data="link_id=1", content_type="text/plain", headers=service.bearer(Role.CLERK)
    )
    problem(answer, 415, "media_type_unsupported")


def test_a_body_beyond_the_limit_is_refused(client: FlaskClient, service: Service) -> None:
    answer = client.post(
        QUOTES,
        data=b" " * (20 * 1024 * 1024 + 1),
        content_type="application/json",
        headers=service.bearer(Role.CLERK),
    )
    problem(answer, 413, "too_large")


def test_what_needs_a_key_is_refused_without_one(client: FlaskClient, service: Service) -> None:
    body = {
        "link_id": NOWHERE,
        "procedure_id": NOWHERE,
        "service_form": "send",
        "owner": {"full_name": "Nguyễn Thị Hoa"},
        "papers": [],
        "signature": {"how": "handwritten"},
    }
    answer = client.post("/api/v1/dossiers", json=body, headers=service.bearer(Role.CLERK))
    problem(answer, 422, "key_missing")


def test_nobody_and_the_wrong_role_are_told_apart(client: FlaskClient, service: Service) -> None:
    answer = client.get("/api/v1/people")
    problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    refused = client.get("/api/v1/people", headers=service.bearer(Role.CLERK))
    problem(refused, 403, "forbidden")


def test_a_taken_name_is_a_conflict(client: FlaskClient, service: Service) -> None:
    body = {"login": "vanhanh", "display_name": "Trần Văn Bình"}
    headers = {**service.bearer(Role.OPERATOR), "Idempotency-Key": "taken-1"}
    answer = client.post("/api/v1/people", json=body, headers=headers)
    problem(answer, 409, "login_taken")


def test_the_sentence_follows_the_caller_s_language(client: FlaskClient) -> None:
    spoken = {
        language: json.loads(
            client.get("/api/v1/nothing", headers={"Accept-Language": language}).data
        )["detail"]
        for language in ("vi", "en")
    }
    assert spoken["vi"].startswith("Không tìm thấy")
    assert spoken["en"].startswith("Nothing found")


def test_every_problem_s_type_leads_to_a_page(client: FlaskClient) -> None:
    answer = client.get("/problems/login_taken")
    assert answer.status_code == 200
    assert "409" in answer.text
    assert client.get("/problems/no_such_code").status_code == 404


def test_a_session_is_opened_used_and_ended(client: FlaskClient, service: Service) -> None:
    someone = service.people["gs.dong-nai"]
    body = {"login": someone.login, "password": someone.password}
    opened = client.post("/api/v1/sessions", json=body)
    assert opened.status_code == 201
    assert opened.json is not None
    bearer = {"Authorization": f"Bearer {opened.json['token']}"}
    people = client.get("/api/v1/people", headers=bearer)
    assert people.status_code == 200
    assert people.json is not None
    assert all(
        "password" not in key
        for row in people.json["rows"]
        for key in set(row) - {"must_change_password"}
    )
    assert client.delete("/api/v1/sessions", headers=bearer).status_code == 204
    problem(client.get("/api/v1/people", headers=bearer), 401, "unauthenticated")
    problem(client.post("/api/v1/sessions", json={**body, "password": "x" * 12}), 401,
            "sign_in_refused")  # fmt: skip
