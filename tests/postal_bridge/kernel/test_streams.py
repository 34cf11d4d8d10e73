"""Chains of facts: they hold, they cannot be changed, and a change by force is found."""

import contextlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.errors import Conflict
from postal_bridge.kernel.tables import StreamEvent, StreamHead, StreamRoot
from postal_bridge.kernel.unit_of_work import Units

ACTOR = Actor.job("tests.streams")


def write_facts(units: Units, stream: str, count: int) -> None:
    with units.write() as uow:
        for n in range(count):
            streams.append(uow, stream, "counted", {"n": n}, actor=ACTOR)
        uow.commit()


def broken(units: Units) -> list[streams.Broken]:
    with units.read() as uow:
        return list(streams.verify(uow))


def force(units: Units, statement: str) -> None:
    """What a superuser could do: the triggers are taken away first."""
    with units.engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS stream_events_no_{verb}"))
        else:
            connection.execute(text("ALTER TABLE stream_events DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


def test_facts_stand_in_order_of_recording(units: Units) -> None:
    write_facts(units, "item:a", 3)
    with units.read() as uow:
        facts = streams.read(uow, "item:a")
    assert [(fact.seq, fact.body["n"]) for fact in facts] == [(1, 0), (2, 1), (3, 2)]
    assert broken(units) == []


def test_whatever_a_fact_says_its_hash_is_that_of_its_whole_row(units: Units) -> None:
    stream, kind = 'device:"Hà\\Nội"\n', 'đã"nhận"'
    acting = replace(ACTOR, on_behalf_of='section:"Y Blăk"')
    with units.write() as uow:
        local = uow.now.astimezone(VIETNAM)
        for at in (local, local.replace(microsecond=0)):
            streams.append(uow, stream, kind, {"n": '"'}, actor=acting, occurred_at=at)
            streams.append(uow, stream, kind, {"n": None}, actor=ACTOR)
        uow.commit()
    with units.read() as uow:
        said = [(fact.actor["on_behalf_of"], fact.body["n"]) for fact in streams.read(uow, stream)]
    assert said == [(acting.on_behalf_of, '"'), (None, None)] * 2
    assert broken(units) == []


@pytest.mark.parametrize(
    "verb", ["UPDATE stream_events SET kind = 'x'", "DELETE FROM stream_events"]
)
def test_the_database_refuses_to_change_a_fact(units: Units, verb: str) -> None:
    write_facts(units, "item:a", 1)
    with pytest.raises(DBAPIError, match="insert_only"), units.write() as uow:
        uow.session.execute(text(verb))


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE stream_events SET body = '{\"n\": 9}' WHERE seq = 2", "hash"),
        ("UPDATE stream_events SET actor = '{}' WHERE seq = 2", "hash"),
        ("UPDATE stream_events SET prev_hash = hash WHERE seq = 2", "link"),
        ("DELETE FROM stream_events WHERE seq = 2", "gap"),
        ("DELETE FROM stream_events WHERE seq = 3", "head"),
    ],
)
def test_a_change_by_force_is_found_and_named(units: Units, statement: str, why: str) -> None:
    write_facts(units, "item:a", 3)
    force(units, statement)
    assert why in {one.why for one in broken(units)}


def test_a_rehashed_stream_is_caught_by_the_signed_root(units: Units) -> None:
    write_facts(units, "item:a", 2)
    with units.write() as uow:
        assert streams.seal_day(uow, uow.now.date())
        uow.commit()
    force(units, "DELETE FROM stream_events")
    with units.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("DELETE FROM stream_heads"))
    write_facts(units, "item:a", 2)
    assert "root" in {one.why for one in broken(units)}


def test_a_root_that_somebody_else_signed_is_named(units: Units) -> None:
    """Whoever re-hashes a stream can make its root anew, but has not the key to sign it."""
    write_facts(units, "item:a", 1)
    with units.write() as uow:
        assert streams.seal_day(uow, uow.now.date())
        uow.commit()
    with units.engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER IF EXISTS stream_roots_no_update"))
        else:
            connection.execute(text("ALTER TABLE stream_roots DISABLE TRIGGER ALL"))
        forged = bytes(64)
        connection.execute(update(StreamRoot).values(signature=forged))
    assert {one.why for one in broken(units)} == {"signature"}


def test_a_day_is_sealed_once(units: Units) -> None:
    write_facts(units, "item:a", 1)
    with units.write() as uow:
        day = uow.now.date()
        assert streams.seal_day(uow, day)
        assert not streams.seal_day(uow, day)
        assert streams.seal_day(uow, day + timedelta(days=1))
        uow.commit()
    assert broken(units) == []


def test_two_streams_do_not_share_a_chain(units: Units) -> None:
    write_facts(units, "item:a", 1)
    write_facts(units, "item:b", 1)
    with units.read() as uow:
        assert uow.session.get_one(StreamHead, "item:b").seq == 1
        assert streams.read(uow, "item:b")[0].seq == 1


def test_a_writer_with_a_stale_head_does_not_fork_the_chain(units: Units) -> None:
    write_facts(units, "item:a", 1)
    with units.write() as uow:
        uow.session.execute(update(StreamHead).values(seq=0, hash=streams.GENESIS))
        streams.append(uow, "item:a", "counted", {"n": 1}, actor=ACTOR)
        with pytest.raises(Conflict):
            uow.commit()
    with units.read() as uow:
        assert len(uow.session.query(StreamEvent).all()) == 1


def test_a_head_locked_in_a_savepoint_that_was_undone_is_read_again(units: Units) -> None:
    write_facts(units, "item:a", 1)
    with units.write() as uow:
        with contextlib.suppress(ZeroDivisionError), uow.savepoint():
            streams.append(uow, "item:a", "counted", {"n": 2}, actor=ACTOR)
            raise ZeroDivisionError
        streams.append(uow, "item:a", "counted", {"n": 3}, actor=ACTOR)
        with contextlib.suppress(ZeroDivisionError), uow.savepoint():
            streams.append(uow, "item:a", "counted", {"n": 4}, actor=ACTOR)
            raise ZeroDivisionError
        streams.append(uow, "item:a", "counted", {"n": 5}, actor=ACTOR)
        uow.commit()
    assert broken(units) == []
    with units.read() as uow:
        assert [fact.body["n"] for fact in streams.read(uow, "item:a")] == [0, 3, 5]


def test_a_savepoint_undone_by_hand_takes_its_facts_and_messages_along(units: Units) -> None:
    with units.write() as uow:
        streams.append(uow, "item:a", "counted", {"n": 1}, actor=ACTOR)
        with uow.savepoint() as point:
            streams.append(uow, "item:a", "counted", {"n": 2}, actor=ACTOR)
            streams.append(uow, "item:b", "counted", {"n": 2}, actor=ACTOR)
            point.rollback()
        streams.append(uow, "item:a", "counted", {"n": 3}, actor=ACTOR)
        assert [fact.body["n"] for fact in streams.read(uow, "item:a")] == [1, 3]
        uow.commit()
    assert broken(units) == []
    with units.read() as uow:
        assert [fact.body["n"] for fact in streams.read(uow, "item:a")] == [1, 3]
        assert streams.read(uow, "item:b") == []


def test_a_stream_cannot_begin_twice(units: Units) -> None:
    write_facts(units, "item:a", 1)
    with units.write() as uow:
        streams.append(uow, "item:a", "opened", {}, actor=ACTOR, is_first=True)
        with pytest.raises(Conflict):
            uow.commit()
    assert broken(units) == []


def test_a_unit_reads_what_it_appended_as_others_read_it_later(units: Units) -> None:
    write_facts(units, "item:a", 1)
    with units.write() as uow:
        streams.append(uow, "item:a", "moved", {"at": uow.now, "by": ACTOR.kind}, actor=ACTOR)
        inside = streams.read(uow, "item:a")
        uow.commit()
    with units.read() as uow:
        assert streams.read(uow, "item:a") == inside
