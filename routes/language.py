"""Which language the caller reads: Vietnamese unless he chose English."""

from urllib.parse import urlencode, urlsplit

from babel import Locale
from flask import Flask, current_app, g, request, session
from flask_babel import Babel, get_locale

from postal_bridge.kernel.text import LANGUAGES, Language

_LOCALES: dict[str | None, Locale] = {language: Locale.parse(language) for language in LANGUAGES}
"""By a name alone the library would look for the file of the locale at each request."""


def _choose() -> Locale:
    if request.path.startswith("/api/"):
        return _LOCALES[request.accept_languages.best_match(list(LANGUAGES), default="vi") or "vi"]
    chosen = request.args.get("lang") or session.get("lang")
    return _LOCALES.get(chosen, _LOCALES["vi"])


def speak(app: Flask) -> None:
    """flask-babel chooses; `kernel/text.py` makes the sentences."""
    Babel(app, locale_selector=_choose, default_locale="vi")


def chosen_language() -> Language:
    """What the caller reads; found out once in a request, for a page has a hundred sentences."""
    if "language" not in g:
        locale = get_locale()
        g.language = "en" if locale is not None and locale.language == "en" else "vi"
    language: Language = g.language
    return language


def remember_language() -> None:
    """Whoever asked for a language in the address reads it from now on."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and session.get("lang", "vi") != asked:
        session["lang"] = asked


def here() -> str:
    """The page to come back to in another language, with what was asked of it.

    A refused form is shown at an address that only takes forms: then it is the page it came from.
    """
    asked = [pair for pair in request.args.items(multi=True) if pair[0] != "lang"]
    own = f"{request.path}?{urlencode(asked)}" if asked else request.path
    came = urlsplit(request.referrer or "").path
    return next((page for page in (own, came) if page and _can_be_read(page)), "/")


def _can_be_read(page: str) -> bool:
    addresses = current_app.create_url_adapter(request)
    return addresses is not None and addresses.test(urlsplit(page).path, method="GET")
