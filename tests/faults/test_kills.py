"""Real processes, real kills: nothing acknowledged is lost, nothing is done twice.

The seed is printed on failure; POSTAL_BRIDGE_FAULT_SEED plays the same kinds of kills again.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.client import Diary, Office
from tests.faults.world import KINDS, ROOT, World

pytestmark = pytest.mark.slow
SEEDED_KILLS = 40
REDRIVEN_WITHIN_S = 60.0  # goal G7
FLUSH = "flushall"
PAUSE_S = (0.1, 0.7)
# Five messages follow from each life, and a worker that forks for each is given time for them.
BETWEEN_LIVES_S = 1.5


class Rush:
    """People at work in threads until they are told to stop."""

    def __init__(self, world: World, diary: Diary, seed: int, offices: int = 2) -> None:
        self._stop = threading.Event()
        self.failed: list[BaseException] = []
        self._threads = [
            threading.Thread(
                target=self._work, args=(Office(world.url, diary, random.Random(f"{seed}/{n}")),)
            )
            for n in range(offices)
        ]

    def _work(self, office: Office) -> None:
        try:
            while not self._stop.is_set():
                office.whole_life()
                self._stop.wait(BETWEEN_LIVES_S)
        except Exception as failure:  # noqa: BLE001  (raised again in the test's own thread)
            self.failed.append(failure)

    def __enter__(self) -> "Rush":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    made = World(tmp_path_factory.mktemp("faults") / "home")
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def diary(world: World) -> Diary:
    """One list for the home's whole life: the checker knows of no call that is not in it."""
    made = Diary(world.home / "acknowledged.jsonl")
    office = Office(world.url, made, random.Random("first"))
    office.clerk.do("/drawer", {"float_vnd": 500_000})
    office.whole_life()
    return made


def test_the_counter_takes_dossiers_in_while_the_queue_is_away(world: World, diary: Diary) -> None:
    """Goal G18. What follows from them is done when it is back."""
    office = Office(world.url, diary, random.Random("away"))
    stop = threading.Event()

    def keep_down() -> None:
        while not stop.is_set():
            for pid in world.find("valkey"):
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    continue
            time.sleep(0.02)

    downer = threading.Thread(target=keep_down)
    downer.start()
    try:
        for _ in range(3):
            began = time.monotonic()
            office.clerk.do("/dossiers", office.filing())
            assert time.monotonic() - began < 10
    finally:
        stop.set()
        downer.join()
    nothing_lost_nothing_twice(world, diary, None, "queue away")


def test_everything_is_killed_once_and_then_at_random_moments(world: World, diary: Diary) -> None:
    """Each kind of process once, then forty more kills wherever the dice fall."""
    seed = int(os.environ.get("POSTAL_BRIDGE_FAULT_SEED", time.time_ns() % 10**9))
    dice = random.Random(seed)
    struck: list[str] = []
    with Rush(world, diary, seed) as rush:
        for kind in (*KINDS, FLUSH):
            strike(world, kind)
        for _ in range(SEEDED_KILLS):
            time.sleep(dice.uniform(*PAUSE_S))
            kind = dice.choice([*KINDS, FLUSH])
            struck.append(kind)
            strike(world, kind, must=False)
    assert diary.resent, "no kill was felt: they struck nothing"
    nothing_lost_nothing_twice(world, diary, rush, f"seed {seed}: {struck}")


def strike(world: World, kind: str, *, must: bool = True) -> None:
    if kind == FLUSH:
        world.flush()
        return
    try:
        world.kill(kind, patience_s=20.0 if must else 1.0)
    except AssertionError:
        if must:
            raise  # at random moments there may be none of a kind: it was killed just now


def nothing_lost_nothing_twice(world: World, diary: Diary, rush: Rush | None, what: str) -> None:
    if rush is not None and rush.failed:
        raise AssertionError(f"{what}\n{world.said()[-1500:]}") from rush.failed[0]
    deadline = time.monotonic() + REDRIVEN_WITHIN_S
    while (found := checked(world, diary)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not found, f"{what}\n{found}"
    verified = world.bridge("verify")
    assert verified.returncode == 0, f"{what}\n{verified.stdout[-2000:]}"


def checked(world: World, diary: Diary) -> str:
    """What the checker, a program of its own, finds wrong."""
    messages = world.home / "messages" / "sms.jsonl"
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("checker.py")),
         str(world.database), str(diary.file), str(messages)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    return done.stdout + done.stderr
