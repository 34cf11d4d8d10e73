"""Browsers on which people signed in before, so that strangers' tries lock nobody out there."""

from typing import TypeVar

from flask import current_app, request
from werkzeug.wrappers import Response

KEPT_FOR_S = 365 * 86_400
MOST_PEOPLE = 12
AnyResponse = TypeVar("AnyResponse", bound=Response)


def familiar_tokens() -> tuple[str, ...]:
    """What this browser was given, the newest first; what is forged counts for nothing."""
    return tuple(request.cookies.get(_name(), "").split("|")[:MOST_PEOPLE])


def keep_familiar(answer: AnyResponse, token: str) -> AnyResponse:
    """The browser knows one more person, and forgets the one longest away."""
    others = [one for one in familiar_tokens() if one and one != token]
    answer.set_cookie(
        _name(),
        "|".join([token, *others][:MOST_PEOPLE]),
        max_age=KEPT_FOR_S,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}_known"
