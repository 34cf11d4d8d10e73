"""Tokens against forged forms (decision 0012).

A form's token is signed for the session of the browser that opened it. A form under a citizen's
link may carry the link's own token instead: whoever cannot know the link cannot forge the form,
and whoever knows it needs no forging. So a citizen's page needs no session, and no cookie.
"""

import hashlib
import hmac
from collections.abc import Iterator

from flask import current_app, g, request
from flask_wtf.csrf import CSRFProtect

FIELD = "csrf_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LINK = "token"
"""The part of an address that is a link's secret, by its name in the routes."""


def link_form_token(link: str) -> str:
    """For the forms under this link; it opens nothing by itself."""
    return next(_tokens(link))


class FormTokens(CSRFProtect):  # type: ignore[misc]  # the library has no types
    """Refuses every form without the token of its session or of its link."""

    def protect(self, apply_exemptions: bool = False) -> None:
        if request.method in SAFE_METHODS:  # asked first: most requests end here
            return
        link = (request.view_args or {}).get(LINK)
        given = request.form.get(FIELD, "").encode()
        if link and any(hmac.compare_digest(given, one.encode()) for one in _tokens(link)):
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)


def _tokens(link: str) -> Iterator[str]:
    """Under the active key and under those that are being retired."""
    secrets = [current_app.secret_key, *current_app.config.get("SECRET_KEY_FALLBACKS", ())]
    for secret in secrets:
        yield hmac.new(secret, b"form under link:" + link.encode(), hashlib.sha256).hexdigest()
