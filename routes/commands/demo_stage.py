"""The stage a demonstration is played on: people who sign in over HTTP, and a clock."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import requests
from rich.console import Console
from rich.table import Table
from rich.text import Text

from postal_bridge.directory.service import point_by_key
from postal_bridge.jobs.business_clock import advance_to
from postal_bridge.kernel import actions
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.home import move_clock
from postal_bridge.kernel.text import LANGUAGES, Language
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.service import seed_sample_people
from routes.commands.speech import texts

TIMEOUT_S = 30
WAIT_S = 60
API = "/api/v1"


class StoryBroke(Exception):
    """A step was not answered as the story tells it; `answer` is what came instead."""

    def __init__(self, step: str, answer: str) -> None:
        super().__init__(f"{step}: {answer}")
        self.step, self.answer = step, answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a person was told when something was not done, in each language."""

    status: int
    code: str
    detail: Mapping[Language, str]


class Person:
    """Somebody who works with the service through its API."""

    def __init__(self, base_url: str, login: str, password: str) -> None:
        self.login = login
        self._base_url = base_url
        self._session = requests.Session()
        self._session.headers["Accept-Language"] = "vi"
        made = self.post("/sessions", {"login": login, "password": password})
        self.id: str = made["staff"]["id"]
        self.name: str = made["staff"]["display_name"]
        self._session.headers["Authorization"] = f"Bearer {made['token']}"

    def get(self, path: str, **query: Any) -> Any:
        return self._answer("GET", path, params=query)

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str = "") -> Any:
        """The answer's body. Raises StoryBroke for every refusal."""
        headers = {"Idempotency-Key": key or str(uuid4())}
        return self._answer("POST", path, json=dict(body or {}), headers=headers)

    def refused(self, path: str, body: Mapping[str, Any]) -> Refusal:
        """The refusal that the story expects. Raises StoryBroke when it was done."""
        said: dict[Language, str] = {}
        for language in LANGUAGES:
            headers = {"Idempotency-Key": str(uuid4()), "Accept-Language": language}
            answer = self._send("POST", path, json=dict(body), headers=headers)
            if answer.status_code < 400:
                raise StoryBroke(f"POST {path}", "was done, and should not have been")
            problem = answer.json()
            said[language] = problem["detail"]
        return Refusal(answer.status_code, problem["title"], said)

    def _answer(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self._send(method, path, **kwargs)
        if answer.status_code >= 400:
            raise StoryBroke(f"{self.login}: {method} {path}", answer.text[:600])
        return answer.json() if answer.content else None

    def _send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        url = f"{self._base_url}{API}{path}"
        return self._session.request(method, url, timeout=TIMEOUT_S, **kwargs)


class Stage:
    """A sandbox home that is being served, and who may sign in there."""

    def __init__(self, base_url: str, units: Units, console: Console) -> None:
        self.base_url = base_url
        self.units = units
        self._console = console
        self._people: dict[str, Person] = {}
        self._passwords: dict[str, str] = {}

    def cast(self) -> None:
        """Whoever works at the places of the day can sign in."""
        for one in seed_sample_people(self.units):
            self._passwords[one.login] = one.password
        self._people.clear()

    def person(self, login: str) -> Person:
        if login not in self._people:
            self._people[login] = Person(self.base_url, login, self._passwords[login])
        return self._people[login]

    def commune_of(self, point: str) -> str:
        """The statistics-office code of the commune in which a service point lies."""
        with self.units.read() as uow:
            return point_by_key(uow, point).commune_code or ""

    def title(self, story: str) -> None:
        """The heading of `demo_title_<story>`, in both languages."""
        self._console.print()
        words = (texts().render(f"demo_title_{story}", {}, language) for language in LANGUAGES)
        self._console.rule(Text(" · ".join(words), "bold"))

    def tell(
        self, step: str, *, detail: Mapping[Language, str] | None = None, **params: Any
    ) -> None:
        """`demo_<step>` in both languages, with the hour it happens.

        `detail`: what the service said, where the sentence quotes it.
        """
        with self.units.read() as view:
            at = local(view.now)
        lines = Table.grid(padding=(0, 2, 0, 0))
        for number, language in enumerate(LANGUAGES):
            quoted = {"detail": detail[language]} if detail else {}
            words = texts().render(f"demo_{step}", {**params, **quoted}, language)
            hour = "" if number else f"{at:%d/%m/%Y %H:%M}"
            lines.add_row(Text(hour, "dim"), Text(words, "dim" if number else ""))
        self._console.print(lines)

    def set_clock(self, at: datetime) -> None:
        """Jump to a day, over years in which nothing falls due.

        What does fall due on the way is waited for; the days between are not walked one by one.
        """
        while (due := self._next_due(at)) is not None:
            advance_to(due, units=self.units, timeout_s=WAIT_S)
        with self.units.write() as uow:
            offset = at - uow.machine_now
            move_clock(uow.session, int(offset.total_seconds() * 1_000_000))
            uow.commit()

    def _next_due(self, until: datetime) -> datetime | None:
        with self.units.read() as uow:
            if until <= uow.now:
                return None
            return actions.next_due(uow.session, after=uow.now, until=until)

    def advance(self, year: int, month: int, day: int, hour: int = 8, minute: int = 0) -> None:
        """The business clock goes there, from due time to due time."""
        at = datetime(year, month, day, hour, minute, tzinfo=VIETNAM)
        advance_to(at, units=self.units, timeout_s=WAIT_S)

    def wait_for(self, what: str, look: Any) -> Any:
        """The first true answer of `look`, while workers do what was promised."""
        deadline = time.monotonic() + WAIT_S
        while not (found := look()):
            if time.monotonic() > deadline:
                raise StoryBroke(what, "did not come in time")
            time.sleep(0.1)
        return found


def moment(year: int, month: int, day: int, hour: int = 8, minute: int = 0) -> datetime:
    """A moment on a Vietnamese clock."""
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM)
