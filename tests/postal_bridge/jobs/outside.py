"""Handlers whose outside is a folder: each call leaves a line, and may be held there."""

import json
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Refusal, TemporaryFailure, UnclearAnswer
from postal_bridge.kernel.outbox import Handler, Policy, Work
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

ACTOR = Actor.job("tests")
AT_ONCE = (0, 0)


class ShiftedClock:
    """The machine clock, moved by as many seconds as a file says: leases end at our word."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "shift"

    def now(self) -> datetime:
        shift_s = float(self._file.read_text()) if self._file.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=shift_s)


class Outside:
    """Records each call by its key, and the effect of each settlement as a fact."""

    policy = Policy(queue="calls", timeout_s=20, retry_after_s=AT_ONCE)

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    def prepare(self, uow: ReadUnit, work: Work) -> dict[str, Any]:
        return {"key": str(work.action_id), **work.body}

    def call(self, order: dict[str, Any]) -> dict[str, Any]:
        line = {"key": order["key"], "pid": os.getpid(), "parent": os.getppid()}
        with (self._folder / "calls.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        self.act(order)
        return order

    def act(self, order: dict[str, Any]) -> None:
        while (self._folder / "hold").exists():
            time.sleep(0.02)

    def settle(self, uow: UnitOfWork, work: Work, result: dict[str, Any]) -> None:
        body = {"token": work.token}
        streams.append(uow, f"item:{work.action_id}", "done", body, actor=ACTOR)


class Poison(Outside):
    def act(self, order: dict[str, Any]) -> None:
        raise ValueError("a defect")


class Deadly(Outside):
    """Kills the process that runs it."""

    def act(self, order: dict[str, Any]) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Away(Outside):
    def act(self, order: dict[str, Any]) -> None:
        raise TemporaryFailure


class Refusing(Outside):
    def act(self, order: dict[str, Any]) -> None:
        raise Refusal


class Unclear(Outside):
    def act(self, order: dict[str, Any]) -> None:
        raise UnclearAnswer


class Poll(Outside):
    """One job asks for up to four."""

    policy = Policy(queue="calls", timeout_s=20, retry_after_s=AT_ONCE, at_once=4)


KINDS: dict[str, type[Outside]] = {
    "plain": Outside,
    "poison": Poison,
    "deadly": Deadly,
    "away": Away,
    "refusing": Refusing,
    "unclear": Unclear,
    "poll": Poll,
}


def wiring(folder: Path) -> dict[str, tuple[Handler, ...]]:
    """Topic "plain" -> handler "plain", and so on."""
    return {name: (kind(name, folder),) for name, kind in KINDS.items()}
