"""Later work with real processes: whatever is killed, each piece is done once in effect."""

import os
import signal
from functools import partial

import pytest
import redis

from tests.postal_bridge.jobs.conftest import World, kill


def test_a_job_killed_in_the_middle_of_its_call_is_done_once_by_another(world: World) -> None:
    """Worker and work-horse, the work-horse alone, the worker alone: each time the same."""
    world.start("keeper")
    for victims in (("pid", "parent"), ("pid",), ("parent",)):
        worker = world.start("worker")
        world.hold(True)
        action = world.ask("plain")
        call = world.wait_for_call(action)
        assert call["parent"] == worker.pid
        for victim in reversed(victims):
            kill(call[victim])
        world.let_leases_end()
        if "parent" in victims:
            worker.wait()
            worker = world.start("worker")
        again = world.wait_for_call(action, 2)
        assert again["key"] == call["key"]
        world.hold(False)
        world.wait_for_state(action, "accepted")
        if victims == ("parent",):  # its orphan comes to an end too, and commits nothing
            world.wait(partial(is_gone, call["pid"]), "the end of the orphan")
        assert world.effects(action) == 1
        assert world.action(action).tries == 1
        worker.terminate()
        assert worker.wait(10) == 0


def test_a_flushed_redis_costs_only_the_lease_of_the_offers(world: World) -> None:
    actions = [world.ask("plain") for _ in range(5)]
    keeper = world.start("keeper")
    client = redis.Redis(unix_socket_path=str(world.valkey.socket))
    world.wait(lambda: all(world.action(a).offer_no for a in actions), "the offers")
    client.flushall()
    client.close()
    world.start("worker")
    world.let_leases_end()
    for action in actions:
        world.wait_for_state(action, "accepted")
        assert world.effects(action) == 1
        assert world.action(action).tries == 0  # a lost wake-up is no try
    keeper.send_signal(signal.SIGTERM)
    assert keeper.wait(10) == 0


def test_work_asked_for_while_valkey_is_dead_is_done_when_it_is_back(world: World) -> None:
    world.start("keeper")
    done = world.ask("plain")
    worker = world.start("worker")
    world.wait_for_state(done, "accepted")
    pid = world.valkey.left_over_pid()
    assert pid is not None
    kill(pid)
    meanwhile = world.ask("plain")  # nobody needs Redis to accept work
    world.valkey.stop()
    world.valkey.start()
    if worker.poll() is None:
        worker.terminate()
    worker.wait()
    world.start("worker")
    world.let_leases_end()
    world.wait_for_state(meanwhile, "accepted")
    assert world.effects(meanwhile) == 1


def test_a_job_that_kills_its_workers_ends_with_a_person_and_blocks_nobody(world: World) -> None:
    world.start("keeper")
    world.start("worker")
    deadly = world.ask("deadly")
    behind = world.ask("plain")
    for number in (1, 2, 3):
        world.wait_for_call(deadly, number)
        world.wait_for_state(behind, "accepted")
        world.let_leases_end()
    world.wait_for_state(deadly, "needs_person")
    assert world.action(deadly).reason == "lease_expired"
    assert world.effects(deadly) == 0


def test_of_two_keepers_one_acts_and_the_other_follows_when_it_dies(world: World) -> None:
    first = world.start("keeper")
    world.start("worker")
    world.wait_for_state(world.ask("plain"), "accepted")
    second = world.start("keeper")
    os.kill(first.pid, signal.SIGSTOP)
    world.let_leases_end()
    world.wait_for_state(world.ask("plain"), "accepted")  # the second has taken over
    os.kill(first.pid, signal.SIGCONT)  # and the first finds out that it is the second now
    last = [world.ask("plain") for _ in range(3)]
    for action in last:
        world.wait_for_state(action, "accepted")
        assert len(world.calls(action)) == 1
    log = (world.folder / "keeper.log").read_text()
    assert log.count("keeper_acts") == 2
    for keeper in (first, second):
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(10) == 0


@pytest.mark.parametrize("part", ["keeper", "worker"])
def test_a_part_that_is_asked_to_stop_ends_cleanly(world: World, part: str) -> None:
    process = world.start(part)
    world.start("worker" if part == "keeper" else "keeper")
    world.wait_for_state(world.ask("plain"), "accepted")
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False
