"""Which language the caller reads: Vietnamese unless he chose English."""

from flask import Flask, request, session
from flask_babel import Babel, get_locale

from postal_bridge.kernel.text import LANGUAGES, Language


def _choose() -> str:
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(list(LANGUAGES), default="vi") or "vi"
    chosen = request.args.get("lang") or session.get("lang")
    return chosen if chosen in LANGUAGES else "vi"


def speak(app: Flask) -> None:
    """flask-babel chooses; `kernel/text.py` makes the sentences."""
    Babel(app, locale_selector=_choose, default_locale="vi")


def chosen_language() -> Language:
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "vi"
