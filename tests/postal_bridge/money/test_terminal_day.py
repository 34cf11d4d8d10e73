"""A terminal's list against our card rows, whatever either of them leaves out."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.money.terminal_day import (
    CardRow,
    TerminalDifference,
    TerminalLine,
    compare_terminal_day,
)

NOON = datetime(2026, 3, 4, 5, tzinfo=UTC)
DAY = local(NOON).date()
D = TerminalDifference

sales = st.lists(st.tuples(st.integers(0, 240), st.sampled_from([26_000, 31_000])), max_size=8)


def row(minute: int, vnd: int, *, number: str = "") -> CardRow:
    at = NOON + timedelta(minutes=minute)
    return CardRow(new_id(), new_id(), bool(number), at, vnd, "staff:x", number)


def line(no: int, minute: int, vnd: int, *, number: str = "") -> TerminalLine:
    at = NOON + timedelta(minutes=minute)
    return TerminalLine(no, number or f"A{no:03d}", bool(number), at, vnd)


@given(sales, st.data())
def test_what_one_side_lacks_is_named_once_and_nothing_else(
    taken: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Lines come up to a minute late; any of either side may be gone."""
    late = [
        line(no, minute + data.draw(st.integers(0, 1)), vnd)
        for no, (minute, vnd) in enumerate(taken)
    ]
    lost = data.draw(st.sets(st.sampled_from(range(len(taken))))) if taken else set()
    rows = [row(minute, vnd) for no, (minute, vnd) in enumerate(taken) if no not in lost]
    found = compare_terminal_day(late, rows, DAY)
    charged = sum(one.amount_vnd for one in late) - sum(one.amount_vnd for one in rows)
    told = sum((one.line.amount_vnd if one.line else 0) for one in found)
    told -= sum((one.row.amount_vnd if one.row else 0) for one in found)
    assert told == charged
    assert len([one for one in found if one.line]) - len([one for one in found if one.row]) == len(
        lost
    )
    assert compare_terminal_day(late, [row(*one) for one in taken], DAY) == ()


def test_each_difference_has_its_own_name() -> None:
    rows = [row(0, 26_000), row(60, 31_000), row(120, 40_000), row(0, 26_000, number="V1"),
            row(0, 9_000, number="V2"), row(0, 5_000, number="V3")]  # fmt: skip
    lines = [line(1, 61, 30_000), line(2, 1, 26_000), line(3, 200, 26_000),
             line(4, 9, 26_000, number="V1"), line(5, 9, 8_000, number="V2"),
             line(6, 9, 1_000, number="V4")]  # fmt: skip
    kinds = [
        (one.kind, one.line and one.line.line_no) for one in compare_terminal_day(lines, rows, DAY)
    ]
    assert kinds == [
        (D.VOID_AMOUNT, 5), (D.VOID_ONLY_OURS, None), (D.VOID_ONLY_TERMINAL, 6),
        (D.SALE_AMOUNT, 1), (D.SALE_ONLY_OURS, None), (D.SALE_ONLY_TERMINAL, 3),
    ]  # fmt: skip
