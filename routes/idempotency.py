"""One request, known by its key: from the header, or from the field a form was opened with."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import request

from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.errors import KeyMissing
from postal_bridge.kernel.idempotency import MAX_KEY_LENGTH, Once

T = TypeVar("T")
FORM_FIELD = "_key"


def mint_key() -> str:
    """A fresh key for a form that is being opened."""
    return secrets.token_urlsafe(18)


def once(render: Callable[[T], bytes]) -> Once[T]:
    """This JSON request. Raises KeyMissing when the header is not usable."""
    key = request.headers.get("Idempotency-Key", "")
    body = request.get_json(silent=True)
    return _once(key, digest(body if isinstance(body, dict | list) else None), render)


def once_of_form(render: Callable[[T], bytes]) -> Once[T]:
    """This form. Files count by their content, the CSRF token does not count."""
    fields: dict[str, Any] = {
        name: request.form.getlist(name)
        for name in request.form
        if name not in (FORM_FIELD, "csrf_token")
    }
    for name, file in request.files.items():
        fields[f"file:{name}"] = hashlib.sha256(file.read()).hexdigest()
        file.seek(0)
    return _once(request.form.get(FORM_FIELD, ""), digest(fields), render)


def as_json(dump: Callable[[T], Mapping[str, Any]]) -> Callable[[T], bytes]:
    """Renders a result as JSON bytes through a schema's dump."""
    return lambda result: json.dumps(dump(result), ensure_ascii=False).encode()


def nothing(_: object) -> bytes:
    """Renders what has no answer but that it was done."""
    return b"{}"


def _once(key: str, body_sha256: str, render: Callable[[T], bytes]) -> Once[T]:
    if not 0 < len(key) <= MAX_KEY_LENGTH:
        raise KeyMissing
    return Once(key, f"{request.method} {request.path}", body_sha256, render)
