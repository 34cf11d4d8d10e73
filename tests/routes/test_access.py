"""Every route names its callers, and lets nobody else in."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from werkzeug.routing import Rule

from postal_bridge.kernel.actor import Role
from routes.access import allowed_roles
from routes.openapi import api_operations, describe, takes_key
from tests.routes.conftest import Service

WRITING = {"post", "put", "patch", "delete"}
WITHOUT_KEY = {
    # nothing is stored
    "calendars_api.look", "contracts_api.look", "counter_api.quote", "nearby.points_near",
    "registers_api.look",
    # whoever asks for another code harms nobody; each is used for one count only
    "drawers_api.witness",
    # the state table refuses the second one
    "directory.move",
    # a session of one's own: a second one harms nobody, and an old password is used up
    "sessions.create", "sessions.end", "sessions.set_password",
}  # fmt: skip
"""What writes and may be repeated without harm."""


def routes(service: Service) -> Iterator[tuple[Rule, str, Any]]:
    """(rule, method, view) of everything but static files."""
    for rule in service.app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, service.app.view_functions[rule.endpoint]


def address(rule: Rule) -> str:
    """The route with made-up values: who is refused is refused before anything is looked up."""
    return re.sub(r"<(?:(\w+)(?:\(([^)]*)\))?:)?[^>]+>", _made_up, rule.rule)


def _made_up(found: re.Match[str]) -> str:
    kind, choices = found[1], found[2] or ""
    if kind == "any":  # another word than these is no such route
        return choices.split(",")[0].strip(" '\"")
    return str(uuid4()) if kind == "uuid" else "1"


def test_every_route_names_its_callers(service: Service) -> None:
    unnamed = [rule.rule for rule, _, view in routes(service) if allowed_roles(view) is None]
    assert not unnamed


@pytest.mark.parametrize("role", Role)
def test_a_caller_of_another_role_is_refused(service: Service, role: Role) -> None:
    let_in = []
    pages = service.page_client(role)
    anybody = service.app.test_client()
    for rule, method, view in routes(service):
        allowed = allowed_roles(view)
        if not allowed or role in allowed:
            continue
        path = address(rule)
        if path.startswith("/api/"):
            answer = anybody.open(path, method=method, headers=service.bearer(role))
        else:
            answer = pages.open(path, method=method)
        if answer.status_code != 403:
            let_in.append((method, rule.rule, answer.status_code))
    assert not let_in


def test_a_caller_of_the_role_gets_past_the_door(service: Service) -> None:
    kept_out = []
    for rule, method, view in routes(service):
        allowed = allowed_roles(view)
        if not allowed or method != "GET" or rule.arguments:
            continue
        role = sorted(allowed)[0]
        client = service.page_client(role)
        answer = client.get(address(rule), headers=service.bearer(role))
        if answer.status_code in (401, 403) or answer.status_code >= 500:
            kept_out.append((rule.rule, role.value, answer.status_code))
    assert not kept_out


def test_nobody_is_asked_to_sign_in(service: Service) -> None:
    let_in = []
    client = service.app.test_client()
    for rule, method, view in routes(service):
        if not allowed_roles(view):
            continue
        answer = client.open(address(rule), method=method)
        is_page = not rule.rule.startswith("/api/")
        wanted = 302 if is_page and method == "GET" else 401
        if answer.status_code != wanted:
            let_in.append((method, rule.rule, answer.status_code))
    assert not let_in


def test_a_cookie_opens_no_api(service: Service) -> None:
    client = service.page_client(Role.SUPERVISOR)
    assert client.get("/nhan-su").status_code == 200
    assert client.get("/api/v1/people").status_code == 401


def test_the_description_lists_exactly_the_routes(service: Service) -> None:
    with service.app.app_context():
        document = describe(service.app)
    described = {
        (path, method)
        for path, methods in document["paths"].items()
        for method in methods
        if method in WRITING | {"get"}
    }
    assert described == {(path, method) for path, method, _ in api_operations(service.app)}
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_described_operation_says_who_calls_it_and_what_it_answers(
    service: Service,
) -> None:
    with service.app.app_context():
        document = describe(service.app)
    silent = []
    for path, method, view in api_operations(service.app):
        operation = document["paths"][path][method]
        is_open = not allowed_roles(view)
        has_success = any(int(status) < 400 for status in operation["responses"])
        has_refusal = any(int(status) >= 400 for status in operation["responses"])
        says_who = operation["security"] == ([] if is_open else [{"bearer": []}])
        if not (operation.get("summary") and has_success and has_refusal and says_who):
            silent.append((method, path))
    assert not silent


def test_what_writes_takes_an_idempotency_key_and_says_so(service: Service) -> None:
    """W5: every create, pay and hand-over; what may be repeated without harm is named above."""
    with service.app.app_context():
        document = describe(service.app)
    lacking, unsaid = [], []
    for rule in service.app.url_map.iter_rules():
        methods = {method.lower() for method in rule.methods or ()} & WRITING
        if not rule.rule.startswith("/api/v1/") or not methods:
            continue
        view = service.app.view_functions[rule.endpoint]
        if not takes_key(view):
            lacking.append(rule.endpoint)
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        named = [
            one["name"] for one in document["paths"][path][methods.pop()].get("parameters", ())
        ]
        if "Idempotency-Key" not in named:
            unsaid.append(rule.endpoint)
    assert not unsaid
    assert set(lacking) == WITHOUT_KEY
