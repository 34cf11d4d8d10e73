"""The supervisor with real processes: what it starts, starts again, and never leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from postal_bridge.jobs.guard import processes
from postal_bridge.jobs.sole import sole
from postal_bridge.jobs.supervisor import Part, run

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0

# Writes its pid, then lives until it is told to end.
SLEEPER = "echo $$ >> $FOLDER/{name}.pids; exec sleep 300"
# Like a worker's horse: a child in a process group of its own, which outlives its parent.
WITH_HORSE = (
    "echo $$ >> $FOLDER/{name}.pids; set -m; sleep 301 & echo $! >> $FOLDER/horse.pids; wait"
)
STUBBORN = "trap '' TERM; echo $$ >> $FOLDER/{name}.pids; while true; do sleep 0.2; done"


def eventually(is_so: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline, f"not so within {patience_s} s"
        time.sleep(0.02)


def pids(folder: Path, name: str) -> list[int]:
    path = folder / f"{name}.pids"
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def is_alive(pid: int) -> bool:
    return pid in processes()


class Supervised:
    """A supervisor of shell commands, killed with all its parts when the test is over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *, stop_timeout_s: float = 5, **parts: str) -> subprocess.Popen[str]:
        commands = [f"{name}={words.format(name=name)}" for name, words in parts.items()]
        process = subprocess.Popen(
            [
                *(sys.executable, "tests/setup/supervised.py"),
                *(str(self.folder), str(stop_timeout_s), *commands),
            ],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def start_ready(self, *, stop_timeout_s: float = 5, **parts: str) -> subprocess.Popen[str]:
        (self.folder / "healthy").touch()
        process = self.start(stop_timeout_s=stop_timeout_s, **parts)
        eventually((self.folder / "ready").exists)
        return process

    def everything(self) -> list[int]:
        return [pid for path in self.folder.glob("*.pids") for pid in pids(self.folder, path.stem)]

    def nothing_left(self) -> bool:
        return not any(is_alive(pid) for pid in self.everything())


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    supervised = Supervised(tmp_path)
    yield supervised
    for process in supervised.started:
        process.kill()
        process.communicate()
    eventually(supervised.nothing_left)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_part_and_leaves_nothing(
    supervised: Supervised, number: signal.Signals
) -> None:
    process = supervised.start_ready(first=SLEEPER, worker=WITH_HORSE)
    eventually(lambda: len(supervised.everything()) == 3)

    process.send_signal(number)

    output, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert "nothing is left running" in output
    assert supervised.nothing_left()


def test_a_killed_part_is_started_again(supervised: Supervised) -> None:
    supervised.start_ready(first=SLEEPER, second=SLEEPER)
    eventually(lambda: len(supervised.everything()) == 2)
    first, second = (pids(supervised.folder, name) for name in ("first", "second"))

    os.kill(second[0], signal.SIGKILL)

    eventually(lambda: len(pids(supervised.folder, "second")) == 2)
    assert is_alive(pids(supervised.folder, "second")[1])
    assert pids(supervised.folder, "first") == first
    assert is_alive(first[0])


def test_the_horse_of_a_killed_worker_does_not_run_on(supervised: Supervised) -> None:
    supervised.start_ready(first=SLEEPER, worker=WITH_HORSE)
    eventually(lambda: pids(supervised.folder, "horse"))

    os.kill(pids(supervised.folder, "worker")[0], signal.SIGKILL)

    eventually(lambda: len(pids(supervised.folder, "horse")) == 2)
    assert not is_alive(pids(supervised.folder, "horse")[0])


def test_a_killed_supervisor_takes_its_parts_along_within_five_seconds(
    supervised: Supervised,
) -> None:
    process = supervised.start_ready(
        stop_timeout_s=60, first=SLEEPER, worker=WITH_HORSE, stubborn=STUBBORN
    )
    eventually(lambda: len(supervised.everything()) == 4)

    process.kill()

    eventually(supervised.nothing_left, patience_s=5)


def test_a_killed_guard_leaves_nothing_and_its_part_comes_back(supervised: Supervised) -> None:
    supervised.start_ready(worker=WITH_HORSE)
    eventually(lambda: pids(supervised.folder, "horse"))
    worker, horse = pids(supervised.folder, "worker")[0], pids(supervised.folder, "horse")[0]

    os.kill(processes()[worker][0], signal.SIGKILL)

    eventually(lambda: len(pids(supervised.folder, "worker")) == 2)
    assert not is_alive(worker)
    assert not is_alive(horse)


def test_a_part_ends_even_if_supervisor_and_guard_are_killed_together(
    supervised: Supervised,
) -> None:
    process = supervised.start_ready(first=SLEEPER)
    eventually(lambda: pids(supervised.folder, "first"))
    the_guard = processes()[pids(supervised.folder, "first")[0]][0]

    process.send_signal(signal.SIGSTOP)  # so that it cannot clear up after its guard
    os.kill(the_guard, signal.SIGKILL)

    eventually(supervised.nothing_left, patience_s=5)


def test_a_part_that_ignores_the_request_is_killed_after_the_time_it_is_given(
    supervised: Supervised,
) -> None:
    process = supervised.start_ready(stop_timeout_s=1, first=SLEEPER, stubborn=STUBBORN)
    eventually(lambda: pids(supervised.folder, "stubborn"))
    asked_at = time.monotonic()

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)

    assert 0.9 < time.monotonic() - asked_at < 5
    assert supervised.nothing_left()


def test_a_second_signal_does_not_wait_for_the_patient_one(supervised: Supervised) -> None:
    process = supervised.start_ready(stop_timeout_s=60, first=SLEEPER, stubborn=STUBBORN)
    eventually(lambda: pids(supervised.folder, "stubborn"))
    asked_at = time.monotonic()

    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)

    assert time.monotonic() - asked_at < 10
    assert supervised.nothing_left()


def test_a_second_supervisor_of_the_same_home_says_so_and_ends(supervised: Supervised) -> None:
    first = supervised.start_ready(first=SLEEPER)

    second = supervised.start(other=SLEEPER)

    output, _ = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 4
    assert f"already served by {first.pid}" in output
    assert not pids(supervised.folder, "other")


def test_the_next_supervisor_waits_for_what_a_killed_one_left(supervised: Supervised) -> None:
    first = supervised.start_ready(stop_timeout_s=2, first=SLEEPER, stubborn=STUBBORN)
    eventually(lambda: pids(supervised.folder, "stubborn"))
    (supervised.folder / "ready").unlink()
    first.kill()

    supervised.start_ready(stop_timeout_s=2, after=SLEEPER)

    eventually(lambda: pids(supervised.folder, "after"))
    assert not any(is_alive(pid) for pid in pids(supervised.folder, "stubborn"))


def test_a_part_that_cannot_start_ends_the_command_with_its_last_words(
    supervised: Supervised,
) -> None:
    process = supervised.start(first=SLEEPER, bad="echo the disk is full; exit 9")

    output, _ = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert "bad ended with status 9" in output
    assert "the disk is full" in output
    assert supervised.nothing_left()


def test_an_interruption_before_it_is_healthy_leaves_nothing(supervised: Supervised) -> None:
    process = supervised.start(first=SLEEPER)
    eventually(lambda: pids(supervised.folder, "first"))

    process.send_signal(signal.SIGINT)

    process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert not (supervised.folder / "ready").exists()
    assert supervised.nothing_left()


def test_an_early_part_starts_before_all_is_prepared_and_once(supervised: Supervised) -> None:
    (supervised.folder / "healthy").touch()
    supervised.start(first=SLEEPER, early=SLEEPER)
    eventually(lambda: pids(supervised.folder, "early"))
    assert not pids(supervised.folder, "first")

    (supervised.folder / "prepared").touch()

    eventually((supervised.folder / "ready").exists)
    eventually(lambda: pids(supervised.folder, "first"))
    assert len(pids(supervised.folder, "early")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_early_part_ends_with_a_preparation_that_does_not(
    supervised: Supervised, number: signal.Signals
) -> None:
    process = supervised.start(early=WITH_HORSE)
    eventually(lambda: pids(supervised.folder, "horse"))

    process.send_signal(number)

    process.communicate(timeout=PATIENCE_S)
    assert process.returncode != 0
    eventually(supervised.nothing_left, patience_s=5)


def test_a_preparation_that_fails_has_ended_the_early_part_when_it_is_told(tmp_path: Path) -> None:
    early = Part(
        "early", ["/bin/bash", "-c", SLEEPER.format(name="early")], {"FOLDER": str(tmp_path)}
    )

    def prepare() -> list[Part]:
        eventually(lambda: pids(tmp_path, "early"))
        raise LookupError

    with sole(tmp_path / "serve.lock") as lock_fd, pytest.raises(LookupError):
        run(prepare, lock_fd=lock_fd, early=[early], is_healthy=lambda: True, on_ready=lambda: None)
    assert not is_alive(pids(tmp_path, "early")[0])
