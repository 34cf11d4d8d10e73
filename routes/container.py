"""What every door works with. Made by the composition root, handed to pages and commands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import redis

from config.settings import Settings
from postal_bridge.jobs.connection import connect
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.checking import Check
from postal_bridge.kernel.clock import MachineClock
from postal_bridge.kernel.home import HomeFolder, HomeIdentity
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import Handler
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.money.national_http import NationalHttp
from routes.kept_pages import KeptPages

if TYPE_CHECKING:
    from flask import Flask

_EXTENSION = "postal_bridge"


@dataclass(frozen=True)
class Container:
    """One process's dependencies.

    Attributes
    ----------
    home : where the home's files lie
    home_identity : which home the database belongs to; read once, at the start
    handlers : every handler of later work under its own name
    checks : what `verify` runs, by name; each yields what breaks an invariant
    national : the National Payment Platform; None where this installation has none
    kept_pages : what this process has rendered and may show again while it is true
    """

    settings: Settings
    home: HomeFolder
    home_identity: HomeIdentity
    ring: KeyRing
    machine: MachineClock
    units: Units
    texts: Texts
    blobs: Blobs
    handlers: Mapping[str, Handler]
    checks: Mapping[str, Check]
    national: NationalHttp | None = None
    kept_pages: KeptPages = field(default_factory=KeptPages)

    @cached_property
    def redis(self) -> redis.Redis:
        """A client of the home's Redis; opened by the first use."""
        return connect(self.settings, self.home_identity.id)


def keep_in(app: "Flask", made: Container) -> None:
    """The application answers with this container from now on."""
    app.extensions[_EXTENSION] = made


def container() -> Container:
    """The container of the application that is answering now."""
    from flask import current_app

    made: Container = current_app.extensions[_EXTENSION]
    return made
