"""Somebody who reads a citizen's page beside one who keeps nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.routes.conftest import Service

LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Reader:
    """Somebody with a link, who compares what is kept with what would be made."""

    service: Service
    link: str
    browser: FlaskClient
    fresh: FlaskClient

    def page(self, language: str = "vi") -> str:
        return _comparable(self.browser.get(f"/tra-cuu/{self.link}?lang={language}"))

    def made_anew(self, language: str = "vi") -> str:
        return _comparable(self.fresh.get(f"/tra-cuu/{self.link}?lang={language}"))

    def keep(self) -> dict[str, str]:
        """Both languages are kept from now on."""
        pages = {language: self.page(language) for language in LANGUAGES}
        assert pages == {language: self.page(language) for language in LANGUAGES}
        return pages

    def look_again(self) -> dict[str, str]:
        """What is shown now, after checking that it is what is true now."""
        shown = {language: self.page(language) for language in LANGUAGES}
        assert shown == {language: self.made_anew(language) for language in LANGUAGES}
        return shown

    def statements(self, look: Callable[[], str]) -> int:
        seen: list[str] = []

        def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        engine = self.service.container.units.engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            look()
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)


MakeReader = Callable[[str], Reader]


def _comparable(answer: TestResponse) -> str:
    """Without what belongs to one request, and the minute of the sandbox's clock."""
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    page = re.sub(r'(name="(?:csrf_token|_key)" value=)"[^"]*"', r"\1", page)
    return unescape(re.sub(r"<aside class=\"sandbox\".*?</aside>", "", page, flags=re.DOTALL))
