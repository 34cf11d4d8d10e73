"""Counts for the limits: each address by itself, each window by itself, and none kept for ever."""

from pathlib import Path

import pytest
import redis
from flask import Flask

from postal_bridge.kernel.ids import new_id
from routes.limits import CountsInProcess, Limits
from routes.web import build
from tests.provision.valkey import running_valkey
from tests.routes.conftest import Service


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which the test sets."""
    clock = [1000.0]
    monkeypatch.setattr("routes.limits.time.time", lambda: clock[0])
    return clock


def test_each_key_is_counted_in_its_own_window(at: list[float]) -> None:
    counts = CountsInProcess()
    assert [counts.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert counts.incr("b", 60) == 1
    at[0] += 59
    assert (counts.get("a"), counts.get_expiry("a")) == (3, 1060.0)
    at[0] += 1
    assert counts.get("a") == 0
    assert counts.incr("a", 60) == 1


def test_addresses_that_do_not_come_back_are_forgotten(at: list[float]) -> None:
    counts = CountsInProcess()
    for number in range(100):
        counts.incr(f"10.0.0.{number}", 60)
    at[0] += 61
    counts.incr("late", 60)
    assert counts.reset() == 1
    assert counts.get("late") == 0


def place(limits: Limits) -> Flask:
    """An application with one door that has limits and one that has none."""
    app = Flask("place")
    app.add_url_rule("/few", "few", lambda: "", methods=["GET"])
    app.add_url_rule("/many", "many", lambda: "", methods=["GET"])
    limits.guard(app)
    return app


def asked(app: Flask, path: str, times: int, address: str = "10.9.0.1") -> list[int]:
    where = {"REMOTE_ADDR": address}
    return [app.test_client().get(path, environ_base=where).status_code for _ in range(times)]


FEW = {"few": "5 per hour;2 per minute"}
HOME = new_id()


def test_who_asks_too_often_is_refused_there_and_nowhere_else() -> None:
    app = place(Limits(FEW, home_id=HOME))
    assert asked(app, "/few", 3) == [200, 200, 429]
    assert asked(app, "/few", 1, address="10.9.0.2") == [200]
    assert asked(app, "/many", 9) == [200] * 9


def test_the_longer_window_counts_too(at: list[float]) -> None:
    app = place(Limits(FEW, home_id=HOME))
    answers = []
    for _ in range(4):
        answers += asked(app, "/few", 2)
        at[0] += 61
    assert answers == [200] * 5 + [429] * 3


def test_every_limit_names_a_door_that_exists() -> None:
    with pytest.raises(KeyError, match="fewer"):
        place(Limits({"fewer": "1 per minute"}, home_id=HOME))


def test_processes_with_one_redis_count_together(tmp_path: Path) -> None:
    """Under the home's name; and when it goes away each counts alone, and refuses still."""
    with running_valkey(tmp_path) as server:
        one, other = (place(Limits(FEW, home_id=HOME, redis_url=server.url)) for _ in "ab")
        assert asked(one, "/few", 1) + asked(other, "/few", 2) == [200, 200, 429]
        keys = str(redis.Redis.from_url(server.url).keys())
        assert keys.count("/few/") == keys.count(f"pb:{HOME}:limits:") == 2
    assert asked(one, "/few", 3) == [200, 200, 429]


def test_the_service_refuses_a_citizen_who_asks_without_end(service: Service) -> None:
    answers = asked(build(service.container), "/tra-cuu/AAAAAAAAAAAAAAAAAAAAAAAA", 61)
    assert answers == [404] * 60 + [429]
