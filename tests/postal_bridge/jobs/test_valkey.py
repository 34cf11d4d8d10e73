"""The embedded Valkey: it keeps what it was given, is known again, and never evicts."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from postal_bridge.jobs.sockets import SocketFolderUnsafe, socket_path
from postal_bridge.jobs.valkey import (
    EvictionForbidden,
    ValkeyForeign,
    ValkeyNotStarted,
    ValkeyServer,
    check_policy,
)
from tests.provision.valkey import running_valkey


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ValkeyServer]:
    with running_valkey(tmp_path, "home-a") as server:
        yield server


def twin_of(server: ValkeyServer, home_id: str = "home-a") -> ValkeyServer:
    return ValkeyServer(home_id, server.folder, server.log_path)


def test_what_was_queued_survives_a_kill(server: ValkeyServer) -> None:
    server.client().rpush("queue", *range(200))
    pid = server.left_over_pid()
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    assert server._process is not None
    server._process.wait(10)
    twin = twin_of(server)
    twin.start()

    try:
        assert twin.client().llen("queue") == 200
    finally:
        twin.stop()


def test_a_second_start_adopts_the_one_that_runs(server: ValkeyServer) -> None:
    twin = twin_of(server)
    twin.start()
    assert twin._process is None
    assert twin.left_over_pid() == server.left_over_pid()


def test_a_server_of_another_home_is_refused(server: ValkeyServer) -> None:
    with pytest.raises(ValkeyForeign):
        twin_of(server, "home-b").start()
    assert server.is_ready()


def test_a_left_over_that_nobody_answers_for_is_ended_before_the_next_start(tmp_path: Path) -> None:
    server = ValkeyServer("home-a", tmp_path / "valkey", tmp_path / "log")
    with (tmp_path / "log").open("wb") as log:
        left_over = subprocess.Popen(server.command(), stdout=log, stdin=subprocess.DEVNULL)
    server.wait_until_ready()
    server.socket.unlink()  # it runs on, but cannot be asked any more

    server.start()

    try:
        assert left_over.wait(10) == 0
        assert server.left_over_pid() not in (None, left_over.pid)
    finally:
        server.stop()


def test_a_pid_file_that_names_a_stranger_harms_nobody(tmp_path: Path) -> None:
    server = ValkeyServer("home-a", tmp_path / "valkey", tmp_path / "log")
    stranger = subprocess.Popen(["sleep", "60"])
    server.folder.mkdir()
    server.pid_path.write_text(str(stranger.pid))
    try:
        server.start()
        server.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    server = ValkeyServer("home-a", tmp_path / "valkey", tmp_path / "log")
    server.start()
    assert server._process is not None
    assert server._process.stdin is not None

    server._process.stdin.close()  # what the kernel does when we die

    assert server._process.wait(5) == 0
    assert not server.is_ready()


def test_a_start_that_fails_names_the_log(tmp_path: Path) -> None:
    server = ValkeyServer("home-a", tmp_path / "valkey", tmp_path / "log")
    (server.folder / "appendonlydir").mkdir(parents=True)
    manifest = server.folder / "appendonlydir" / "appendonly.aof.manifest"
    manifest.write_text("this is no manifest\n")
    asked_at = time.monotonic()
    with pytest.raises(ValkeyNotStarted) as caught:
        server.start()
    assert time.monotonic() - asked_at < 5
    assert caught.value.params["log"] == str(tmp_path / "log")
    server.stop()


def test_a_home_too_deep_for_a_socket_gets_a_short_private_folder(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    with running_valkey(deep) as server:
        assert server.client().ping()
        assert len(os.fsencode(server.socket)) <= 100
        assert server.socket.parent.stat().st_mode & 0o777 == 0o700
        short = server.socket.parent
        assert twin_of(server).socket.parent == short
    assert not short.exists()


def test_a_short_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("e" * 100)
    deep.mkdir()
    short = socket_path(deep, "valkey.sock").parent
    try:
        short.chmod(0o755)
        with pytest.raises(SocketFolderUnsafe):
            socket_path(deep, "valkey.sock")
    finally:
        short.rmdir()


def test_a_server_that_evicts_is_refused(server: ValkeyServer) -> None:
    check_policy(server.client())
    server.client().config_set("maxmemory-policy", "allkeys-lru")
    with pytest.raises(EvictionForbidden):
        check_policy(server.client())


def test_only_its_owner_may_enter(server: ValkeyServer) -> None:
    assert server.folder.stat().st_mode & 0o777 == 0o700
    assert server.socket.stat().st_mode & 0o077 == 0
