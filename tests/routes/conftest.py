"""A prepared sandbox home behind Flask's own client: no server, no browser."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app, create_container
from config.settings import Settings
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.home import HomeKind
from postal_bridge.people.service import SampleSignIn, SignIn, seed_sample_people, sign_in
from routes.container import Container
from tests.builders.reference import with_places
from tests.provision.working_day import begin_working_day

LOGINS = {
    Role.CLERK: "gdv.long-tri",
    Role.COURIER: "phat.long-tri",
    Role.OFFICER: "mc.p-long-my",
    Role.SUPERVISOR: "gs.can-tho",
    Role.OPERATOR: "vanhanh",
}


@dataclass(frozen=True)
class Service:
    """The application on a home of its own, and tokens of one person for each role."""

    app: Flask
    container: Container
    people: dict[str, SampleSignIn]
    tokens: dict[Role, str]

    def page_client(self, role: Role | None) -> FlaskClient:
        """A browser of somebody of this role; None is nobody."""
        client = self.app.test_client()
        if role is not None:
            with client.session_transaction() as session:
                session["token"] = self.tokens[role]
        return client

    def bearer(self, role: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[role]}"}


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One home for all tests of routes: they look, are refused, or clean up after themselves."""
    settings = Settings(home=tmp_path_factory.mktemp("routes-home"))
    prepare_home(settings, kind=HomeKind.SANDBOX)
    begin_working_day(settings.effective_owner_url)
    container = create_container(settings)
    with_places(container.units)
    people = {one.login: one for one in seed_sample_people(container.units)}
    app = create_app(container)
    app.config["WTF_CSRF_ENABLED"] = False
    tokens = {}
    for role, login in LOGINS.items():
        command = SignIn(login, people[login].password)
        tokens[role] = sign_in(command, units=container.units, machine=container.machine).token
    yield Service(app, container, people, tokens)
    container.units.engine.dispose()
