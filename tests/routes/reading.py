"""A person at a browser without scripts: reads a page, fills in its form, presses a button."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient

from postal_bridge.people.service import SignIn, sign_in
from tests.builders.site import Site


class Form(HTMLParser):
    """What a browser would send of a page's main part: `values` by name; and every id on it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.ids: set[str] = set()
        self.links: list[str] = []
        self._select: str | None = None
        self._is_main = False
        self.options: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        self._is_main = self._is_main or tag == "main"
        name = given.get("name", "")
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "input" and self._is_main and name and given.get("type") != "file":
            self._input(name, given)
        elif tag == "select":
            self._select = name
            self.options[name] = []
        elif tag == "option" and self._select:
            self._option(self._select, given)

    def _input(self, name: str, given: dict[str, str]) -> None:
        if given.get("type") not in ("checkbox", "radio") or "checked" in given:
            self.values[name] = given.get("value", "")

    def _option(self, name: str, given: dict[str, str]) -> None:
        if not self.options[name] or "selected" in given:
            self.values[name] = given.get("value", "")
        self.options[name].append(given.get("value", ""))


@dataclass
class Person:
    """Somebody signed in with a cookie. `html`: the page before his eyes."""

    client: FlaskClient
    html: str = ""
    status: int = 0
    path: str = ""

    @property
    def form(self) -> Form:
        return Form(self.html)

    def open(self, path: str) -> "Person":
        return self._look(self.client.get(path, follow_redirects=True))

    def press(self, path: str, **changes: Any) -> "Person":
        """The form as it stands with `changes` is sent; None leaves a field out."""
        fields = self.form.values | {name.replace("__", "."): v for name, v in changes.items()}
        sent = {name: value for name, value in fields.items() if value is not None}
        return self._look(self.client.post(path, data=sent, follow_redirects=True))

    def _look(self, answer: Any) -> "Person":
        self.html, self.status = answer.get_data(as_text=True), answer.status_code
        self.path = answer.request.path
        return self


def a_person(site: Site, login: str, language: str = "vi") -> Person:
    """Signed in as `login`, without counting against the limit of sign-ins."""
    given = SignIn(login, site.people[login])
    signed = sign_in(given, units=site.container.units, machine=site.container.machine)
    client = site.app.test_client()
    with client.session_transaction() as session:
        session["token"], session["lang"] = signed.token, language
    return Person(client)
