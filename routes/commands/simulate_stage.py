"""Where a simulation is played: the whole service in this process, on a clock that is moved.

Machine clock and business clock are one here, so leases and sessions run out as they do in
operation. Work is done by a runner that is killed at random; what it leaves, the reaper frees.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from flask import Flask
from rich.console import Console

from config.settings import Settings
from postal_bridge.jobs.reaper import reap
from postal_bridge.jobs.relay import relay
from postal_bridge.jobs.runner import run_action
from postal_bridge.jobs.schedule import reconcile, write_due
from postal_bridge.kernel.outbox import Handler, Policy
from routes.commands.demo_stage import API, Person, Stage
from routes.container import Container

KILLED = 0.15  # of a hundred pieces of work, how many lose their runner
SENT_AGAIN = 0.2  # of a hundred requests, how many are made twice
OFFER_LEASE_S = 60
STEP = timedelta(minutes=7)
MOST_ROUNDS = 60


class Refused(Exception):
    """A rule forbids it: the simulation goes on. `code` is the refusal's stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Broke(Exception):
    """What must never happen, happened."""


class Killed(BaseException):
    """The runner is gone in the middle of its work."""


class MovedClock:
    """The simulation's own time. Satisfies `MachineClock`."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application answered, as `Person` reads it."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.content)


class Someone(Person):
    """Somebody who works with the service in this process, and sends some requests twice."""

    def __init__(self, app: Flask, login: str, password: str, chance: random.Random) -> None:
        self.login = login
        self._client = app.test_client()
        self._chance = chance
        self._headers = {"Accept-Language": "vi"}
        made = self.post("/sessions", {"login": login, "password": password})
        self.id = made["staff"]["id"]
        self.name = made["staff"]["display_name"]
        self._headers["Authorization"] = f"Bearer {made['token']}"

    def _answer(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self._asked(method, path, **kwargs)
        is_done = method == "POST" and path not in NOT_KEYED and answer.status_code < 300
        if is_done and self._chance.random() < SENT_AGAIN:
            again = self._asked(method, path, **kwargs)
            if again != answer:
                raise Broke(f"{path} sent again: {again.status_code} {again.text[:300]}")
        if answer.status_code < 400:
            return answer.json() if answer.content else None
        code = answer.json()["title"]
        if answer.status_code in BY_A_RULE and code != BADLY_WRITTEN:
            raise Refused(code)
        raise Broke(f"{self.login}: {method} {path}: {answer.status_code} {answer.text[:600]}")

    def _asked(self, method: str, path: str, **kwargs: Any) -> Answer:
        headers: Mapping[str, str] = kwargs.get("headers", {})
        answer = self._client.open(
            f"{API}{path}",
            method=method,
            json=kwargs.get("json"),
            query_string=kwargs.get("params"),
            headers={**self._headers, **headers},
        )
        return Answer(answer.status_code, answer.data)


NOT_KEYED = frozenset({"/quotes", "/sessions"})
"""Asked twice, these answer twice: a fresh quote, a fresh sign-in."""

BY_A_RULE = (409, 422)
BADLY_WRITTEN = "invalid_request"
"""A body that no schema takes: the simulation's own mistake, never a rule's refusal."""


class Waiting:
    """Remembers what is to be woken, as the queue does. Satisfies `JobQueue`."""

    def __init__(self) -> None:
        self.ids: list[UUID] = []

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None:
        self.ids.append(action_id)


class Fragile:
    """A handler whose runner may be killed between the call and its record."""

    def __init__(self, handler: Handler, chance: random.Random) -> None:
        self._handler, self._chance = handler, chance
        self.name, self.policy = handler.name, handler.policy

    def prepare(self, uow: Any, work: Any) -> Any:
        return self._handler.prepare(uow, work)

    def call(self, order: Any) -> Any:
        return self._handler.call(order)

    def settle(self, uow: Any, work: Any, result: Any) -> None:
        self._handler.settle(uow, work, result)
        if self._chance.random() < KILLED:
            raise Killed


class Theatre(Stage):
    """One seed's home, its people, its clock and its work."""

    def __init__(self, settings: Settings, at: datetime, chance: random.Random) -> None:
        self.clock, self.chance = MovedClock(at), chance
        app = import_module("app")
        self.container: Container = app.create_container(settings, machine=self.clock)
        self.app: Flask = app.create_app(self.container)
        # Everybody comes from one address, and time is short.
        self.app.extensions["limits"].is_on = False
        super().__init__("", self.container.units, Console(quiet=True))
        handlers = self.container.handlers
        self._handlers = {name: Fragile(one, chance) for name, one in handlers.items()}
        reconcile(self.container.units)

    def second_person(self) -> dict[str, str]:
        """Whoever stands beside the clerk where an authority pays, and on what ground."""
        login = "gs.can-tho"
        password = self._passwords[login]
        ground = "công văn 12 ngày 20/11/2026"
        return {"second_login": login, "second_password": password, "borne_reason": ground}

    def person(self, login: str) -> Person:
        if login not in self._people:
            password = self._passwords[login]
            self._people[login] = Someone(self.app, login, password, self.chance)
        return self._people[login]

    def new_day(self, at: datetime) -> None:
        """Whatever fell due until then is done; everybody signs in again."""
        self.settle()
        self.clock.at = at
        self.settle()
        self._people.clear()

    def wait_for(self, what: str, look: Any) -> Any:
        """The first true answer of `look`, while work is done."""
        for _ in range(MOST_ROUNDS):
            if found := look():
                return found
            self._work()
            self.clock.at += timedelta(seconds=20)
        raise Broke(f"{what} did not come")

    def settle(self) -> None:
        """No work is due any more. Raises Broke where it never ends."""
        for _ in range(MOST_ROUNDS):
            if not self._work():
                return
            self.clock.at += timedelta(minutes=2)  # what was killed is freed
        raise Broke("work that never ends")

    def broken(self) -> dict[str, list[str]]:
        """What `verify` finds, by check."""
        found: dict[str, list[str]] = {}
        for name, check in self.container.checks.items():
            with self.units.read() as view:
                if bad := [str(one) for one in check(view)]:
                    found[name] = bad
        return found

    def _work(self) -> int:
        """Everything offered now was begun; some of it lost its runner."""
        units, queue = self.units, Waiting()
        write_due(units)
        freed = reap(units=units, handlers=self._handlers)
        offered = relay(
            units=units, handlers=self._handlers, queue=queue, offer_lease_s=OFFER_LEASE_S
        )
        for action_id in queue.ids:
            if self.chance.random() < KILLED:
                continue  # the wake-up is lost
            try:
                run_action(action_id, units=units, handlers=self._handlers)
            except Killed:
                continue
        return freed + offered
