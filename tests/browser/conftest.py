"""A served sandbox home and a signed-in Chromium, for tests that look at pages as people do."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app import create_app, create_container
from config.settings import Settings
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.home import HomeKind
from postal_bridge.people.service import SampleSignIn, actor_of_staff, seed_sample_people
from postal_bridge.people.store import PeopleStore
from routes.container import Container
from tests.builders.reference import with_places
from tests.provision.chromium import find_chromium
from tests.provision.working_day import begin_working_day
from tests.routes.reading import Person

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = ROOT / "tests" / "vendor" / "axe" / "axe.min.js"
SIZES = {"desk": (1366, 768), "phone": (360, 740)}
LANGUAGES = ("vi", "en")
expect.set_options(timeout=15_000)  # a loaded machine is slow, not wrong


@dataclass(frozen=True)
class Served:
    """A running service. `people`: who may sign in, by sign-in name."""

    url: str
    application: Flask
    container: Container
    people: dict[str, SampleSignIn]

    def actor(self, login: str) -> Actor:
        """The person as the service knows him, for arranging without a browser."""
        with self.container.units.read() as uow:
            row = PeopleStore(uow.session).staff_by_login(login)
            assert row is not None
            actor = actor_of_staff(uow, row.id)
        assert actor is not None
        return actor

    def login_of(self, who: str) -> str:
        """A sign-in name itself; of a role, somebody around Long Trị, or anybody of it."""
        if who in self.people:
            return who
        preferred = {
            "clerk": "gdv.long-tri",
            "courier": "phat.long-tri",
            "officer": "mc.p-long-my",
        }
        if preferred.get(who) in self.people:
            return preferred[who]
        return next(login for login, one in self.people.items() if one.role == who)

    def cookies_of(self, who: str) -> dict[str, str]:
        """What the browser of this role or sign-in name keeps from the page of signing in.

        No browser loads that page for it: that took longer than many a test that follows.
        """
        login = self.login_of(who)
        person = Person(self.application.test_client()).open("/dang-nhap")
        given = person.form.values | {"login": login, "password": self.people[login].password}
        answer = person.client.post("/dang-nhap", data=given)
        assert answer.status_code == 302, f"{login}: {answer.status}"
        jar = SimpleCookie()
        for header in answer.headers.getlist("Set-Cookie"):
            jar.load(header)
        return {name: one.coded_value for name, one in jar.items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A sandbox home of its own, with its places and people, behind a real server."""
    home = tmp_path_factory.mktemp("home")
    port = _free_port()
    settings = Settings(home=home, port=port)
    prepare_home(settings, kind=HomeKind.SANDBOX)
    begin_working_day(settings.effective_owner_url)
    container = create_container(settings)
    with_places(container.units)
    people = {one.login: one for one in seed_sample_people(container.units)}
    application = create_app(container)
    application.extensions["limits"].is_on = False  # a whole file of tests comes from one address
    server = make_server("127.0.0.1", port, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(f"http://127.0.0.1:{port}", application, container, people)
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()
    container.units.engine.dispose()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: the tests in a browser are left out")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


class Watched:
    """A page that remembers what its console complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        # A refused form answers 409 or 422; the browser reports the status, no fault of ours.
        is_refusal = "the server responded with a status of 4" in message.text
        if message.type == "error" and not is_refusal:
            self.complaints.append(message.text)


PageOf = Callable[..., Page]


@pytest.fixture
def page_of(served: Served, browser: Browser) -> Iterator[PageOf]:
    """Opens a page signed in as a role or a sign-in name; afterwards no console may have cried."""
    watched: list[Watched] = []
    contexts: list[Any] = []

    def open_page(who: str | None, *, has_scripts: bool = True, size: str = "desk") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=served.url,
            viewport={"width": width, "height": height},
            java_script_enabled=has_scripts,
        )
        contexts.append(context)
        if who is not None:
            kept = served.cookies_of(who).items()
            context.add_cookies(
                [{"name": name, "value": value, "url": served.url} for name, value in kept]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        watched.append(Watched(page))
        return page

    yield open_page
    complaints = [text for one in watched for text in one.complaints]
    for context in contexts:
        context.close()
    assert not complaints


def sign_in(page: Page, served: Served, who: str) -> None:
    """Signed in as a person would: name, password, button."""
    login = served.login_of(who)
    page.goto("/dang-nhap")
    page.fill("#f-login", login)
    page.fill("#f-password", served.people[login].password)
    page.click("main button")
    page.wait_for_url(lambda url: "/dang-nhap" not in url)


def follow(page: Page, pressed: str | Locator) -> None:
    """The link or button is pressed, and the page it leads to is there: no old one is read."""
    with page.expect_navigation():
        if isinstance(pressed, str):
            page.click(pressed)
        else:
            pressed.click()


def photograph(page: Page, name: str, path: str | None = None) -> None:
    """The page at both sizes in both languages, in `screenshots/`; axe finds nothing anywhere."""
    SCREENSHOTS.mkdir(exist_ok=True)
    target = path or page.url
    for language in LANGUAGES:
        page.goto(_in_language(target, language))
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=SCREENSHOTS / f"{name}-{size}-{language}.png", full_page=True)
            assert_nothing_scrolls_sideways(page, f"{name} {size} {language}")
            assert_accessible(page)


def assert_accessible(page: Page) -> None:
    """axe reports nothing. Scripts of tests are added past the page's own policy."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE.read_text("utf-8"))
    options = "{resultTypes: ['violations']}"
    found = page.evaluate(f"async () => (await axe.run(document, {options})).violations")
    assert not [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]


def assert_nothing_scrolls_sideways(page: Page, where: str) -> None:
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0, f"{where} is {wider} px too wide"


def _in_language(target: str, language: str) -> str:
    mark = "&" if "?" in target else "?"
    return f"{target}{mark}lang={language}"


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
