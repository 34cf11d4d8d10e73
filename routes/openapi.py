"""The description of the API: what flask-smorest collected, completed from the routes themselves.

Who may call an operation, which problems it answers with and whether it takes an
Idempotency-Key stand once, in the route; here they are read from it.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_smorest import Api

from postal_bridge.kernel.errors import AppError
from postal_bridge.kernel.idempotency import MAX_KEY_LENGTH
from routes.access import allowed_roles
from routes.errors import HTTP_CODES, status_of_class

API = "/api/v1/"
SPEC_PATH = "/api/v1/openapi.json"
PROBLEM = "application/problem+json"
ABOUT = (
    "One custody chain, one ledger and one promise clock for dossiers that travel by post. "
    "Sign in with `POST /api/v1/sessions` and send the token as `Authorization: Bearer …`. "
    "Amounts are whole đồng, moments carry their offset. What creates, pays or hands over takes "
    "an `Idempotency-Key`: the same key with the same body gets the same answer, byte for byte; "
    "with another body it gets 409. Every refusal is a problem document (RFC 9457) whose `type` "
    "is `/problems/<code>`; `detail` is in the language of `Accept-Language` (vi, en)."
)
KEY_PARAMETER = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Chosen by the caller, new for each intention; kept for 30 days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_LENGTH},
}
PROBLEM_SCHEMAS: Mapping[str, Any] = {
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "description": "/problems/<code>"},
            "title": {"type": "string", "description": "the code"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "a sentence for people"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldProblem"}},
        },
    },
    "FieldProblem": {
        "type": "object",
        "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "JSON pointer of the field"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class ProblemCode:
    code: str
    status: int
    about: str


def describe(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of every route below `/api/v1/`."""
    api: Api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    document: dict[str, Any] = deepcopy(api.spec.to_dict())
    document["info"]["description"] = ABOUT
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {}).update(deepcopy(PROBLEM_SCHEMAS))
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    parts.pop("responses", None)
    paths = document.get("paths", {})
    for path, method, view in api_operations(app):
        _complete(paths[path][method], method, view)
    return document


def api_operations(app: Flask) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """(path as OpenAPI writes it, method in small letters, view) of every API route."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(API) or rule.rule == SPEC_PATH:
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield path, method.lower(), app.view_functions[rule.endpoint]


def takes_key(view: Callable[..., Any]) -> bool:
    """True for a view that asks for the request's Idempotency-Key."""
    code = getattr(inspect.unwrap(view), "__code__", None)
    return code is not None and "once" in code.co_names


def problem_codes() -> list[ProblemCode]:
    """Every code a caller may meet, by code."""
    found = {name: ProblemCode(name, status, "") for status, name in HTTP_CODES.items()}
    ahead: list[type[AppError]] = [AppError]
    while ahead:
        cls = ahead.pop()
        ahead += cls.__subclasses__()
        about = (cls.__doc__ or "").partition("\n")[0] if "__doc__" in vars(cls) else ""
        found[cls.code] = ProblemCode(cls.code, status_of_class(cls), about)
    return [found[code] for code in sorted(found)]


def _complete(operation: dict[str, Any], method: str, view: Callable[..., Any]) -> None:
    roles = sorted(role.value for role in allowed_roles(view) or ())
    operation["security"] = [{"bearer": []}] if roles else []
    operation["x-callers"] = roles or ["everyone"]
    if takes_key(view):
        operation.setdefault("parameters", []).append(KEY_PARAMETER)
    answers = operation.setdefault("responses", {})
    for status in [name for name in answers if str(name) == "default" or int(name) >= 400]:
        del answers[status]
    has_input = bool(operation.get("parameters")) or "requestBody" in operation
    for status, about, applies in (
        (400, "not readable", "requestBody" in operation),
        (401, "nobody is signed in", bool(roles)),
        (403, "the role does not use this function", bool(roles)),
        (404, "nothing within the caller's scope", True),
        (409, "the thing is in another state", method != "get"),
        (413, "too large", "requestBody" in operation),
        (415, "not application/json", "requestBody" in operation),
        (422, "a field is not right, or a rule forbids it", has_input),
        (429, "too many tries", True),
        (503, "busy: try again", True),
    ):
        if applies:
            answers[str(status)] = {
                "description": about,
                "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
