"""The web application on a sandbox home of its own, and callers of its API."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app, create_container
from config.settings import Settings
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.home import HomeKind
from postal_bridge.people.service import SignIn, seed_sample_people, sign_in
from routes.container import Container
from tests.builders.reference import with_places
from tests.provision.working_day import begin_working_day


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the API with his token."""

    client: FlaskClient
    token: str

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self._headers())

    def post(self, path: str, body: dict[str, Any], key: str) -> Any:
        headers = {**self._headers(), "Idempotency-Key": key}
        return self.client.post(path, json=body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Site:
    """`people`: sign-in name to password."""

    app: Flask
    container: Container
    people: dict[str, str]

    def api(self, login: str) -> Caller:
        given = SignIn(login, self.people[login])
        signed = sign_in(given, units=self.container.units, machine=self.container.machine)
        return Caller(self.app.test_client(), signed.token)


def a_site(home: Path) -> Site:
    settings = Settings(home=home)
    prepare_home(settings, kind=HomeKind.SANDBOX)
    begin_working_day(settings.effective_owner_url)
    container = create_container(settings)
    with_places(container.units)
    people = {one.login: one.password for one in seed_sample_people(container.units)}
    return Site(create_app(container), container, people)
