"""The one table from exceptions to HTTP answers: problem documents (RFC 9457) or a page."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from postal_bridge.kernel.errors import (
    AppError,
    Conflict,
    Forbidden,
    NotFound,
    Param,
    Refusal,
    RuleViolation,
    TemporaryFailure,
    TooMany,
    Unauthenticated,
    UnclearAnswer,
)
from postal_bridge.kernel.log import log
from postal_bridge.people.rules import PasswordChangeNeeded
from routes.container import container
from routes.language import chosen_language
from routes.unsent_forms import unsent_form

STATUS: dict[type[Exception], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    RuleViolation: 422,
    TooMany: 429,
    Refusal: 502,
    UnclearAnswer: 502,
    TemporaryFailure: 503,
    AppError: 500,
}
HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "media_type_unsupported",
    422: "invalid_request",
    429: "too_many",
}


RETRY_AFTER_S = 60


def status_of(exc: AppError) -> int:
    return status_of_class(type(exc))


def status_of_class(kind: type[AppError]) -> int:
    """The nearest class wins, because the lookup walks the class order."""
    return next(STATUS[cls] for cls in kind.__mro__ if cls in STATUS)


def shown_path() -> str:
    """The path as a log may have it: with ids, without what a person typed or was given.

    A link's token opens a dossier to whoever reads it, and a name may stand where a number
    was asked for.
    """
    path = request.path
    for value in (request.view_args or {}).values():
        if isinstance(value, str):
            path = path.replace(value, "***")
    return path


def wants_json() -> bool:
    return request.path.startswith(("/api/", "/webhooks/"))


def problem(status: int, code: str, params: Mapping[str, Param], **extra: Any) -> Response:
    """An `application/problem+json` answer with the sentence in the caller's language."""
    detail = container().texts.render(code, params, chosen_language())
    response = jsonify(type=f"/problems/{code}", title=code, status=status, detail=detail, **extra)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def field_problems(exc: ValidationError) -> list[dict[str, str]]:
    """One {pointer, code, detail} for each wrong field."""
    texts = container().texts
    return [
        {
            "pointer": pointer,
            "code": code,
            "detail": texts.render(code, {}, chosen_language())
            if texts.has(code)
            else texts.render("field_invalid", {}, chosen_language()),
        }
        for pointer, code in flat(messages_of(exc))
    ]


def messages_of(exc: ValidationError) -> Any:
    """Field names to messages, also where one message stands for the whole."""
    return exc.messages if isinstance(exc.messages, dict) else {"_schema": exc.messages}


def flat(messages: Any, pointer: str = "") -> list[tuple[str, str]]:
    """Marshmallow's nested messages as (JSON pointer, code) pairs."""
    if isinstance(messages, dict):
        return [
            pair
            for name, inner in messages.items()
            for pair in flat(inner, pointer if name == "_schema" else f"{pointer}/{name}")
        ]
    if isinstance(messages, list):
        return [pair for inner in messages for pair in flat(inner, pointer)]
    return [(pointer or "/", str(messages))]


def answer_errors(app: Flask) -> None:
    """Every exception becomes an answer here and nowhere else."""
    app.register_error_handler(AppError, known)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(HTTPException, by_werkzeug)
    app.register_error_handler(Exception, _unknown)


def known(exc: AppError) -> Any:
    status = status_of(exc)
    log.info("refused", error_code=exc.code, status=status, path=shown_path())
    if wants_json():
        response = problem(status, exc.code, exc.params)
        if status == 429:
            wait_s = exc.params.get("retry_after_s", RETRY_AFTER_S)
            response.headers["Retry-After"] = str(wait_s)
        if status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response
    if isinstance(exc, Unauthenticated) and request.method == "GET":
        return redirect(url_for("sign_in.show", next=request.full_path.rstrip("?")))
    if isinstance(exc, Unauthenticated) and (unsent := unsent_form()):
        return render_template("sign_in.html", errors=[], login="", unsent=unsent), status
    if isinstance(exc, PasswordChangeNeeded) and request.method == "GET":
        return redirect(url_for("sign_in.password"))
    return page(status, exc.code, exc.params)


def _invalid(exc: ValidationError) -> Any:
    if wants_json():
        return problem(422, "invalid_request", {}, errors=field_problems(exc))
    return page(422, "invalid_request", {}, errors=field_problems(exc))


def by_werkzeug(exc: HTTPException) -> Any:
    status = exc.code or 500
    if status < 400:
        return exc
    code = HTTP_CODES.get(status, "bad_request" if status < 500 else "internal")
    answer = problem(status, code, {}) if wants_json() else page(status, code, {})
    for name, value in exc.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value  # `Allow` on 405 (RFC 9110 section 15.5.6)
    if status == 429:
        answer.headers.setdefault("Retry-After", str(RETRY_AFTER_S))
    return answer


def _unknown(exc: Exception) -> Any:
    log.error("failed", path=shown_path(), exc_info=exc)
    return problem(500, "internal", {}) if wants_json() else page(500, "internal", {})


def page(status: int, code: str, params: Mapping[str, Param], **extra: Any) -> Response:
    """The same refusal as a page that says what to do next."""
    sentence = container().texts.render(code, params, chosen_language())
    html = render_template("error.html", status=status, code=code, sentence=sentence, **extra)
    return Response(html, status=status, mimetype="text/html")
