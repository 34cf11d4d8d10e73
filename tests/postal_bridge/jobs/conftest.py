"""A world with real keepers and workers, a real Valkey and a clock for leases that we move."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from postal_bridge.jobs.valkey import ValkeyServer
from postal_bridge.kernel import streams
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.tables import ActionRow, MessageRow
from postal_bridge.kernel.unit_of_work import Units
from tests.postal_bridge.jobs.outside import ShiftedClock, wiring
from tests.provision.valkey import running_valkey

ROOT = Path(__file__).parents[3]
PATIENCE_S = 60.0


@dataclass
class World:
    """One home's later work, from the message to its effect."""

    folder: Path
    url: str
    units: Units
    valkey: ValkeyServer
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def ask(
        self, topic: str, *, order_key: str | None = None, due_at: datetime | None = None
    ) -> UUID:
        """A message of this topic is committed; the id of its one action."""
        with self.units.write() as uow:
            uow.outbox.add(Message(topic, {"n": time.time_ns()}, order_key, due_at))
            uow.outbox.write()
            newest = select(ActionRow.id).join(MessageRow).order_by(ActionRow.ordinal.desc())
            action_id = uow.session.scalars(newest).first()
            uow.commit()
        assert action_id is not None
        return action_id

    def action(self, action_id: UUID) -> ActionRow:
        with self.units.read() as view:
            row = view.session.get_one(ActionRow, action_id)
            view.session.expunge_all()
            return row

    def state(self, action_id: UUID) -> str:
        return self.action(action_id).state

    def effects(self, action_id: UUID) -> int:
        with self.units.read() as view:
            return len(streams.read(view, f"item:{action_id}"))

    def calls(self, action_id: UUID) -> list[dict[str, int]]:
        """The calls that reached the outside with this action's key: pid and parent of each."""
        file = self.folder / "calls.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [call for call in map(json.loads, lines) if call["key"] == str(action_id)]

    def hold(self, is_held: bool) -> None:
        """Calls stay in the outside until they are let go."""
        file = self.folder / "hold"
        file.touch() if is_held else file.unlink()

    def let_leases_end(self) -> None:
        """Two minutes pass on the machine clock: longer than any lease here."""
        file = self.folder / "shift"
        shift_s = float(file.read_text()) if file.exists() else 0.0
        partial = file.with_suffix(".partial")
        partial.write_text(str(shift_s + 120))
        partial.rename(file)

    def start(self, part: str) -> "subprocess.Popen[bytes]":
        """A keeper or a worker process; it ends with the test."""
        words = (sys.executable, "-m", "tests.postal_bridge.jobs.process", part)
        command = [*words, str(self.folder), self.url, str(self.valkey.socket)]
        with (self.folder / f"{part}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        self.started.append(process)
        return process

    def wait(self, is_so: Callable[[], object], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not is_so():
            if time.monotonic() > deadline:
                logs = [file.read_text()[-1500:] for file in self.folder.glob("*.log")]
                raise AssertionError(f"{what} did not happen\n" + "\n".join(logs))
            time.sleep(0.03)

    def wait_for_call(self, action_id: UUID, number: int = 1) -> dict[str, int]:
        self.wait(lambda: len(self.calls(action_id)) >= number, f"call {number}")
        return self.calls(action_id)[number - 1]

    def wait_for_state(self, action_id: UUID, state: str) -> None:
        self.wait(lambda: self.state(action_id) == state, f"{state} ({self.state(action_id)})")

    def end(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
        for line in self._all_calls():
            kill(line["pid"])

    def _all_calls(self) -> list[dict[str, int]]:
        file = self.folder / "calls.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def kill(pid: int) -> None:
    """`kill -9`; one that is gone already is fine."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def world(tmp_path: Path, database_url: str, key_ring: KeyRing) -> Iterator[World]:
    key_ring.save(tmp_path / "keys.json")
    units = Units(
        database_url,
        home_id=None,
        ring=key_ring,
        machine=ShiftedClock(tmp_path),
        wiring=wiring(tmp_path),
    )
    with running_valkey(tmp_path) as valkey:
        made = World(tmp_path, database_url, units, valkey)
        try:
            yield made
        finally:
            made.end()
            units.engine.dispose()
