"""What somebody typed is not lost because his session ended while he typed.

A page's form that comes without a session is answered with the sign-in page, which carries the
form along, signed. Whoever signs in as the same person is asked whether to send it; nothing is
sent by itself, and nobody else gets to see it. The server keeps nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

FIELD, CSRF = "unsent", "csrf_token"
KEPT_FOR = timedelta(hours=1)
MOST_SIGNS = 100_000
"""Of names and values together; a page is not to grow without end."""
WHO = "who"
"""In the session, beside its token: it outlives the token's end in the database."""


@dataclass(frozen=True, slots=True)
class UnsentForm:
    """Where it was going, and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def unsent_form() -> str | None:
    """The form of this request, signed for the person whose session ended.

    None for what cannot be carried along (files, too long), for passwords, and where nobody knows
    whose it was.
    """
    who = session.get(WHO)
    if not who or request.method != "POST" or request.files:
        return None
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != CSRF]
    signs = sum(len(name) + len(value) for name, value in fields)
    if (
        not fields
        or signs > MOST_SIGNS
        or any("password" in name and value for name, value in fields)
    ):
        return None
    return _serializer().dumps([who, request.full_path.rstrip("?"), fields])


def form_unsent(carried: str | None, staff_id: str) -> UnsentForm | None:
    """What was carried along, if it is this person's and not too old."""
    if not carried:
        return None
    try:
        who, path, fields = _serializer().loads(carried, max_age=int(KEPT_FOR.total_seconds()))
    except BadSignature:
        return None
    if who != staff_id:
        return None
    return UnsentForm(path, tuple((name, value) for name, value in fields))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key or ""), salt="unsent-form")
