"""One job takes many polls: each of them keeps its own lease, token, order and end."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from postal_bridge.jobs.reaper import reap
from postal_bridge.kernel.errors import Refusal, StaleToken, TemporaryFailure
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.unit_of_work import Units
from tests.postal_bridge.jobs.outside import wiring
from tests.postal_bridge.jobs.test_running import Clock, Desk


class Gone(BaseException):
    """The worker's process is no more."""


@pytest.fixture
def desk(database_url: str, key_ring: KeyRing, tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    units = Units(database_url, home_id=None, ring=key_ring, machine=clock, wiring=wiring(tmp_path))
    yield Desk(units, clock, tmp_path)
    units.engine.dispose()


def outside(desk: Desk, acts: dict[UUID, Callable[[], object]]) -> None:
    """What happens while each of these is asked about; nothing for the others."""
    poll = cast(Any, desk.handlers["poll"])
    poll.act = lambda order: acts.get(UUID(order["key"]), lambda: None)()


def fail(error: BaseException) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


def ended(desk: Desk, asked: list[UUID]) -> list[tuple[str, int, int]]:
    """State, failed tries and effects of each."""
    return [(desk.row(one).state, desk.row(one).tries, desk.effects(one)) for one in asked]


DONE, WAITS = ("accepted", 0, 1), ("waiting", 0, 0)


def test_one_job_asks_for_many_and_each_once(desk: Desk) -> None:
    asked = [desk.ask("poll") for _ in range(6)]
    assert desk.relay() == [asked[0], asked[4]]
    desk.run(asked[0])
    assert ended(desk, asked) == [DONE] * 4 + [WAITS] * 2
    desk.run(asked[0])  # a job that comes twice takes along what is left
    desk.run(asked[4])
    assert ended(desk, asked) == [DONE] * 6


def test_what_waits_for_an_older_one_is_not_taken_along(desk: Desk) -> None:
    first, second = desk.ask("poll", "item-1"), desk.ask("poll", "item-1")
    other, plain = desk.ask("poll"), desk.ask("plain")
    assert desk.relay() == [first, plain]
    desk.run(first)
    assert ended(desk, [first, second, other, plain]) == [DONE, WAITS, DONE, WAITS]
    assert desk.relay() == [second]


def test_each_ends_by_itself_and_what_failed_runs_alone(desk: Desk) -> None:
    away, refused, broken, *_ = asked = [desk.ask("poll") for _ in range(4)]
    outside(
        desk,
        {
            away: fail(TemporaryFailure()),
            refused: fail(Refusal()),
            broken: fail(ValueError("a defect")),
        },
    )
    with pytest.raises(ValueError, match="a defect"):
        desk.run(away)
    failed = ("waiting", 1, 0)
    assert ended(desk, asked) == [failed, ("refused", 0, 0), failed, DONE]
    outside(desk, {})
    fresh = [desk.ask("poll"), desk.ask("poll")]
    assert sorted(desk.relay()) == sorted([away, broken, fresh[0]])
    desk.run(away)
    assert ended(desk, [away, broken, *fresh]) == [("accepted", 1, 1), failed, WAITS, WAITS]
    desk.run(fresh[0])
    assert ended(desk, [broken, *fresh]) == [failed, DONE, DONE]


def test_what_there_is_no_time_for_goes_to_the_next_job(desk: Desk) -> None:
    slow, *rest = asked = [desk.ask("poll") for _ in range(4)]
    desk.relay()
    outside(desk, {slow: lambda: desk.clock.pass_s(11)})  # over half of the time-out
    desk.run(slow)
    assert ended(desk, asked) == [DONE, WAITS, WAITS, WAITS]
    assert desk.relay() == [rest[0]]
    desk.run(rest[0])
    assert ended(desk, asked) == [DONE] * 4


def test_a_worker_that_dies_with_many_holds_up_none_of_them(desk: Desk) -> None:
    deadly, *others = asked = [desk.ask("poll") for _ in range(4)]
    outside(desk, {deadly: fail(Gone())})
    with pytest.raises(Gone):
        desk.run(deadly)
    for tries in (1, 2, 3):
        desk.clock.pass_s(120)
        reap(units=desk.units, handlers=desk.handlers)
        for one in desk.relay():
            try:
                desk.run(one)
            except Gone:
                assert one == deadly
        assert desk.row(deadly).tries == tries
        assert ended(desk, others) == [("accepted", 1, 1)] * 3
    assert desk.row(asked[0]).state == "needs_person"


def test_a_job_that_was_taken_for_dead_settles_none_of_its_actions(desk: Desk) -> None:
    first, second, *_ = asked = [desk.ask("poll") for _ in range(3)]

    def overtaken() -> None:
        outside(desk, {})
        desk.run(second)  # ours still: its twin finds nothing to do
        assert ended(desk, asked) == [("sending", 0, 0)] * 3
        desk.clock.pass_s(120)
        reap(units=desk.units, handlers=desk.handlers)
        for one in (first, second):
            desk.run(one)

    outside(desk, {first: overtaken})
    with pytest.raises(StaleToken):
        desk.run(first)
    twice = ("accepted", 1, 1)
    assert ended(desk, asked) == [twice, twice, ("waiting", 1, 0)]
