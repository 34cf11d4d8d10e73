"""A post office of the home of routes, and readers beside a process that keeps nothing."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from postal_bridge.kernel.tables import HomeRow
from routes.kept_pages import KeptPages
from routes.web import build
from tests.builders.doors import PostOffice, post_office
from tests.routes.conftest import Service
from tests.routes.kept.reader import MakeReader, Reader


@pytest.fixture(scope="module")
def office(service: Service) -> PostOffice:
    return post_office(service.container.units, "binh-thanh")


@pytest.fixture(autouse=True)
def clock(service: Service) -> Iterator[None]:
    """The other tests of this home find the clock as they left it."""
    with service.container.units.read() as uow:
        before = uow.session.scalars(select(HomeRow.clock_offset_us)).one()
    yield
    with service.container.units.write() as uow:
        uow.session.scalars(select(HomeRow)).one().clock_offset_us = before
        uow.commit()


@pytest.fixture(scope="module")
def forgetful(service: Service) -> Flask:
    """The same service in a process that keeps nothing."""
    app = build(replace(service.container, kept_pages=KeptPages(most=0)))
    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.fixture
def reader(service: Service, forgetful: Flask) -> MakeReader:
    def make(link: str) -> Reader:
        one = Reader(service, link, service.app.test_client(), forgetful.test_client())
        for browser in (one.browser, one.fresh):  # limits count each citizen alone
            browser.environ_base["REMOTE_ADDR"] = f"10.1.{ord(link[0])}.{ord(link[1])}"
        return one

    return make
