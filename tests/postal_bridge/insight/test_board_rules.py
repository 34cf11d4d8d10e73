"""When an envelope is silent, and how a figure stood day by day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.custody.types import Holder, HolderKind
from postal_bridge.custody.watching import Stay
from postal_bridge.insight.rules import (
    SILENT_AFTER,
    TREND_DAYS,
    silent_spans,
    standing_at,
    trend_moments,
)
from postal_bridge.kernel.clock import local

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CLERK = Holder(HolderKind.STAFF, "clerk")
SECTION = Holder(HolderKind.SECTION, "section")
HOUR = timedelta(hours=1)


def test_an_envelope_is_silent_from_the_hour_the_threshold_is_passed() -> None:
    begun = NOW - SILENT_AFTER
    assert silent_spans([Stay(begun, CLERK)], NOW) == []
    assert silent_spans([Stay(begun - HOUR, CLERK)], NOW) == [(NOW - HOUR, None)]


def test_a_move_ends_the_silence() -> None:
    stays = [Stay(NOW - 3 * SILENT_AFTER, CLERK), Stay(NOW - HOUR, CLERK)]
    assert silent_spans(stays, NOW) == [(NOW - 2 * SILENT_AFTER, NOW - HOUR)]


def test_what_lies_at_a_section_has_its_own_clock() -> None:
    assert silent_spans([Stay(NOW - 9 * SILENT_AFTER, SECTION)], NOW) == []


def test_the_trend_ends_now_and_has_the_ends_of_the_days_before() -> None:
    moments = trend_moments(NOW)
    assert len(moments) == TREND_DAYS
    assert moments[-1] == NOW
    assert {(local(at).hour, local(at).minute) for at in moments[:-1]} == {(0, 0)}
    assert moments[-2] == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)  # midnight in Vietnam


@given(
    st.lists(st.tuples(st.integers(0, 400), st.one_of(st.none(), st.integers(1, 400))), max_size=12)
)
def test_a_span_counts_at_each_moment_it_covers_and_at_no_other(
    drawn: list[tuple[int, int | None]],
) -> None:
    moments = trend_moments(NOW)
    first = moments[0] - timedelta(days=1)
    spans = [
        (first + begin * HOUR, None if length is None else first + (begin + length) * HOUR)
        for begin, length in drawn
    ]
    counted = standing_at(spans, moments)
    for at, count in zip(moments, counted, strict=True):
        open_then = [one for one in spans if one[0] <= at]
        over_then = [one for one in open_then if one[1] is not None and one[1] <= at]
        assert count == len(open_then) - len(over_then)
