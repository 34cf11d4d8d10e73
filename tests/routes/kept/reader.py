"""Somebody who reads a citizen's page beside one who keeps nothing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from postal_bridge.dossiers.service import accept
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people.service import mint_citizen_link
from tests.builders.doors import PostOffice, Waiting, waiting
from tests.builders.dossiers import ready_to_accept
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


def packed(service: Service, office: PostOffice, number: int, **given: object) -> Waiting:
    with service.container.units.write() as uow:
        one = waiting(uow, office, number, **given)  # type: ignore[arg-type]
        uow.commit()
    return one


def write(service: Service, act: Callable[[UnitOfWork], object]) -> None:
    with service.container.units.write() as uow:
        act(uow)
        uow.commit()


def in_hand(service: Service, office: PostOffice, reader: MakeReader) -> tuple[DossierView, Reader]:
    """A dossier that has just been accepted, and its citizen."""
    with service.container.units.write() as uow:
        made, item = ready_to_accept(uow, office.at)
        accept(uow, made.id, actor=office.at.clerk)
        link = mint_citizen_link(uow, made.id)
        uow.commit()
    assert item.dossier_id == made.id
    return made, reader(link)
