"""Counts for the limits: each address by itself, each window by itself, and none kept for ever."""

import pytest

from routes.limits import CountsInProcess


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
