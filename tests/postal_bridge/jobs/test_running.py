"""Relay, runner and lease on both databases, with a queue that only notes what it was given."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from sqlalchemy import event, select

from postal_bridge.jobs import attention
from postal_bridge.jobs.lease import Lease, LeaseLost
from postal_bridge.jobs.reaper import reap
from postal_bridge.jobs.relay import relay
from postal_bridge.jobs.runner import run_action
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden, NotFound, StaleToken
from postal_bridge.kernel.held import hold_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing
from postal_bridge.kernel.outbox import Message, Policy, by_name
from postal_bridge.kernel.outbox_checks import verify_later_work
from postal_bridge.kernel.tables import ActionRow, MessageRow
from postal_bridge.kernel.unit_of_work import Units
from tests.postal_bridge.jobs.outside import wiring


class Clock:
    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class NotedQueue:
    def __init__(self) -> None:
        self.jobs: list[tuple[UUID, str]] = []

    def enqueue(self, action_id: UUID, *, job_id: str, policy: Policy) -> None:
        self.jobs.append((action_id, job_id))


class Desk:
    """One database's later work, run by hand."""

    def __init__(self, units: Units, clock: Clock, folder: Path) -> None:
        self.units, self.clock, self.queue = units, clock, NotedQueue()
        self.handlers = by_name(wiring(folder))

    def ask(self, topic: str, order_key: str | None = None) -> UUID:
        self.clock.pass_s(0.001)  # no two at the same microsecond
        with self.units.write() as uow:
            uow.outbox.add(Message(topic, {}, order_key))
            uow.outbox.write()
            newest = select(ActionRow.id).order_by(ActionRow.ordinal.desc())
            action_id = uow.session.scalars(newest).first()
            uow.commit()
        assert action_id is not None
        return action_id

    def relay(self) -> list[UUID]:
        before = len(self.queue.jobs)
        relay(units=self.units, handlers=self.handlers, queue=self.queue, offer_lease_s=20)
        return [action_id for action_id, _ in self.queue.jobs[before:]]

    def run(self, action_id: UUID) -> None:
        run_action(action_id, units=self.units, handlers=self.handlers)

    def row(self, action_id: UUID) -> ActionRow:
        with self.units.read() as view:
            return view.session.get_one(ActionRow, action_id)

    def effects(self, action_id: UUID) -> int:
        with self.units.read() as view:
            return len(streams.read(view, f"item:{action_id}"))


@pytest.fixture
def desk(database_url: str, key_ring: KeyRing, tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    units = Units(database_url, home_id=None, ring=key_ring, machine=clock, wiring=wiring(tmp_path))
    yield Desk(units, clock, tmp_path)
    units.engine.dispose()


def test_an_action_is_offered_once_under_its_own_id_and_number(desk: Desk) -> None:
    action = desk.ask("plain")
    assert desk.relay() == [action]
    assert desk.relay() == []
    desk.clock.pass_s(21)
    assert reap(units=desk.units, handlers=desk.handlers) == 1
    assert desk.relay() == [action]
    assert [job_id for _, job_id in desk.queue.jobs] == [f"{action}-1", f"{action}-2"]


def test_an_action_that_is_gone_or_in_two_states_is_named(desk: Desk) -> None:
    first, gone, last = (desk.ask("plain") for _ in range(3))
    desk.run(first)
    with desk.units.read() as view:
        assert list(verify_later_work(view)) == []
    with desk.units.write() as uow:
        uow.session.delete(uow.session.get_one(ActionRow, gone))
        uow.session.get_one(ActionRow, last).state = "sending"
        uow.commit()
    with desk.units.read() as view:
        found = {finding.why for finding in verify_later_work(view)}
    assert found == {"action_gone", "state_differs"}


def test_running_twice_has_one_effect(desk: Desk) -> None:
    action = desk.ask("plain")
    desk.run(action)
    desk.run(action)
    assert (desk.row(action).state, desk.effects(action)) == ("accepted", 1)


def test_a_run_whose_lease_was_taken_over_commits_nothing(desk: Desk) -> None:
    action = desk.ask("plain")
    handler = cast(Any, desk.handlers["plain"])  # a handler of ours, with `act` to replace

    def overtaken(order: dict[str, str]) -> dict[str, str]:
        """While we are outside, the lease ends and another run does everything."""
        handler.act = lambda _: None
        desk.clock.pass_s(120)
        reap(units=desk.units, handlers=desk.handlers)
        desk.run(action)
        return order

    handler.act = overtaken
    with pytest.raises(StaleToken):
        desk.run(action)
    assert (desk.effects(action), desk.row(action).tries) == (1, 1)


def test_a_worker_taken_for_dead_settles_nothing_any_more(desk: Desk) -> None:
    action = desk.ask("plain")
    handler = cast(Any, desk.handlers["plain"])
    acts = handler.act

    def slept(order: dict[str, str]) -> dict[str, str]:
        """While we are outside the lease ends; nobody else has begun yet."""
        desk.clock.pass_s(120)
        assert reap(units=desk.units, handlers=desk.handlers) == 1
        return cast("dict[str, str]", acts(order))

    handler.act = slept
    with pytest.raises(StaleToken):
        desk.run(action)
    assert (desk.row(action).state, desk.effects(action)) == ("waiting", 0)
    handler.act = acts
    desk.run(action)
    assert (desk.row(action).state, desk.effects(action)) == ("accepted", 1)


def test_work_of_one_key_keeps_its_order_and_what_is_parked_blocks_nobody(desk: Desk) -> None:
    first, second = desk.ask("unclear", "item-1"), desk.ask("unclear", "item-1")
    other = desk.ask("unclear", "item-2")
    assert desk.relay() == [first, other]
    desk.run(first)
    assert desk.row(first).state == "needs_person"
    assert desk.relay() == [second]


@pytest.mark.parametrize(
    ("kind", "state", "reason"),
    [("refusing", "refused", "refused_outside"), ("unclear", "needs_person", "unclear_answer")],
)
def test_what_the_outside_answers_ends_the_action(
    desk: Desk, kind: str, state: str, reason: str
) -> None:
    action = desk.ask(kind)
    desk.run(action)
    row = desk.row(action)
    assert (row.state, row.reason, desk.effects(action)) == (state, reason, 0)


def test_a_failure_that_may_pass_is_tried_again_and_then_a_person_is_asked(desk: Desk) -> None:
    action = desk.ask("away")
    for tries in (1, 2):
        desk.run(action)
        assert (desk.row(action).state, desk.row(action).tries) == ("waiting", tries)
    desk.run(action)
    assert desk.row(action).state == "needs_person"


def test_a_pause_is_kept_by_whoever_is_woken_too_early(desk: Desk) -> None:
    action = desk.ask("away")
    handler = cast(Any, desk.handlers["away"])
    handler.policy = Policy(queue="calls", timeout_s=20, retry_after_s=(60,))
    desk.run(action)
    handler.act = lambda _: None  # the outside is back
    desk.run(action)
    assert (desk.row(action).state, desk.effects(action)) == ("waiting", 0)
    desk.clock.pass_s(61)
    desk.run(action)
    assert (desk.row(action).state, desk.effects(action)) == ("accepted", 1)


def test_a_defect_escapes_and_ends_with_a_person(desk: Desk) -> None:
    action = desk.ask("poison")
    for _ in range(3):
        with pytest.raises(ValueError, match="a defect"):
            desk.run(action)
    assert (desk.row(action).state, desk.row(action).reason) == ("needs_person", "ValueError")


def test_a_person_lets_parked_work_run_again(desk: Desk) -> None:
    action = desk.ask("unclear")
    desk.run(action)
    operator = Actor.operator()
    parked = attention.needs_person(limit=10, actor=operator, units=desk.units)
    assert [(row.action_id, row.reason) for row in parked] == [(action, "unclear_answer")]
    attention.try_again(action, actor=operator, units=desk.units)
    assert desk.row(action).state == "waiting"
    with pytest.raises(NotFound):
        attention.try_again(action, actor=operator, units=desk.units)
    with pytest.raises(Forbidden):
        attention.counts(actor=Actor.job("x"), units=desk.units)


def test_one_keeper_at_a_time_holds_the_lease(desk: Desk) -> None:
    one, two = Lease(desk.units, "one"), Lease(desk.units, "two")
    assert one.take()
    assert not two.take()
    assert one.take()
    desk.clock.pass_s(16)
    assert two.take()
    assert not one.take()
    two.give_up()
    assert one.take()


def test_a_keeper_that_slept_past_its_lease_offers_nothing(desk: Desk) -> None:
    one, two = Lease(desk.units, "one"), Lease(desk.units, "two")
    assert one.take()
    action = desk.ask("plain")
    desk.clock.pass_s(90)
    assert two.take()
    with pytest.raises(LeaseLost):
        relay(
            units=desk.units,
            handlers=desk.handlers,
            queue=desk.queue,
            offer_lease_s=20,
            guard=one.guard,
        )
    assert desk.queue.jobs == []
    assert desk.row(action).offer_no == 0


def test_nothing_is_looked_for_under_the_key_of_a_new_thing(desk: Desk) -> None:
    said: list[str] = []
    event.listen(desk.units.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    with desk.units.write() as uow:
        row = MessageRow(id=new_id(), topic="t", body={}, at=uow.now)
        uow.session.add(row)
        hold_new(uow.session, row)
        uow.outbox.add(Message("plain", {}, str(row.id)))
        uow.commit()
    assert not [one for one in said if "max(actions.ordinal)" in one]
    desk.ask("plain", "an old key")
    assert [one for one in said if "max(actions.ordinal)" in one]


def test_a_clock_that_is_put_back_turns_no_order_round(desk: Desk) -> None:
    first = desk.ask("plain", "item-1")
    desk.clock.pass_s(-300)
    with desk.units.write() as uow:
        for _ in range(2):
            uow.outbox.add(Message("plain", {}, "item-1"))
        uow.commit()
    with desk.units.read() as view:
        by_order = select(ActionRow.id).order_by(ActionRow.ordinal)
        in_order = list(view.session.scalars(by_order))
        ordinals = set(view.session.scalars(select(ActionRow.ordinal)))
    assert in_order[0] == first
    assert len(ordinals) == 3
    desk.clock.pass_s(300)
    for action in in_order:
        assert desk.relay() == [action]
        desk.run(action)


def test_nothing_waits_until_a_clock_that_was_put_back_is_there_again(desk: Desk) -> None:
    desk.clock.pass_s(86_400)
    assert Lease(desk.units, "dead").take()
    desk.ask("plain")
    desk.ask("plain")
    assert len(desk.relay()) == 2
    desk.ask("plain")  # nobody had offered this one
    desk.clock.pass_s(-86_400)
    desk.ask("plain")
    assert Lease(desk.units, "living").take()
    assert reap(units=desk.units, handlers=desk.handlers) == 3
    offered = desk.relay()
    assert len(offered) == 4
    for action in offered:
        desk.run(action)
        assert (desk.row(action).state, desk.effects(action)) == ("accepted", 1)


def test_a_worker_that_died_before_the_clock_was_put_back_holds_nothing(desk: Desk) -> None:
    action = desk.ask("plain")
    handler = cast(Any, desk.handlers["plain"])
    acts = handler.act

    def die(_: dict[str, str]) -> None:
        raise KeyboardInterrupt

    handler.act = die
    with pytest.raises(KeyboardInterrupt):
        desk.run(action)
    assert desk.row(action).state == "sending"
    desk.clock.pass_s(-86_400)
    assert reap(units=desk.units, handlers=desk.handlers) == 1
    handler.act = acts
    desk.run(action)
    assert (desk.row(action).state, desk.effects(action)) == ("accepted", 1)


def test_a_worker_holds_its_work_while_its_lease_lasts(desk: Desk) -> None:
    action = desk.ask("plain")
    handler = cast(Any, desk.handlers["plain"])
    acts = handler.act

    def slow(order: dict[str, str]) -> dict[str, str]:
        desk.clock.pass_s(handler.policy.lease_s - 1)
        assert reap(units=desk.units, handlers=desk.handlers) == 0
        return cast("dict[str, str]", acts(order))

    handler.act = slow
    desk.run(action)
    assert (desk.effects(action), desk.row(action).tries) == (1, 0)
