"""A card terminal's own list of a day against our card rows: each difference by its item.

Pure but for the two parts that read our rows. The terminal is another's machine: its list is the
only witness of what it took and voided. Voids are matched by the number on their slip, which is
typed when a payment is given back. What was taken is matched by amount and then by the nearest
time, because a clerk types no number for it. Nothing is posted by comparing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money import reconciling_store
from postal_bridge.money.accounts import card_terminal
from postal_bridge.money.statement_import import csv_rows, written_amount, written_moment
from postal_bridge.money.terminal_voids import VOID, slip_number

NEEDED = ("number", "kind", "at", "amount")
MOST_LINES = 500
SALE, VOIDED = "sale", "void"
NEAR = timedelta(minutes=15)
"""Two amounts so near in time are taken for one charge that was typed wrong."""


T = TypeVar("T")


class TerminalDifference(StrEnum):
    SALE_ONLY_OURS = "sale_only_ours"  # taken by card in our books, not on the terminal
    SALE_ONLY_TERMINAL = "sale_only_terminal"  # charged there, no card row of ours
    SALE_AMOUNT = "sale_amount"  # near each other in time, of another amount
    VOID_ONLY_OURS = "void_only_ours"  # given back here, never voided there
    VOID_ONLY_TERMINAL = "void_only_terminal"  # voided there, still paid here
    VOID_AMOUNT = "void_amount"
    OTHER_DAY = "other_day"  # the line is of another day than the list
    TWICE = "twice"  # one number on two lines of a kind
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class TerminalLine:
    """`problem`: why it cannot be read; what could not be is None then."""

    line_no: int
    number: str
    is_void: bool
    at: datetime | None
    amount_vnd: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class CardRow:
    """One entry on the terminal's account. `number`: of the void's slip, where one was typed."""

    entry_id: UUID
    dossier_id: UUID | None
    is_void: bool
    at: datetime
    amount_vnd: int
    actor: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Differing:
    kind: TerminalDifference
    line: TerminalLine | None = None
    row: CardRow | None = None


def card_rows_of(uow: ReadUnit, unit_id: UUID, day: date, scope: Scope) -> tuple[CardRow, ...]:
    """What the office took by card and gave back on its terminal that day, oldest first."""
    since = datetime.combine(day, time(), VIETNAM).astimezone(UTC)
    rows = reconciling_store.card_entries(
        uow, scope, card_terminal(unit_id).code, since, since + timedelta(days=1)
    )
    return tuple(
        CardRow(entry_id, dossier_id, into_vnd < 0, at, abs(into_vnd), actor, _of_void(cause))
        for entry_id, dossier_id, at, actor, cause, into_vnd in rows
    )


def offices_with_terminal(uow: ReadUnit, scope: Scope) -> tuple[UUID, ...]:
    """Offices of the scope that ever took money by card."""
    return tuple(reconciling_store.offices_of_terminals(uow, scope))


def read_terminal_day(content: bytes) -> tuple[TerminalLine, ...]:
    """Every line of the list; a bad one says why. Raises StatementUnreadable."""
    return tuple(_line(no, row) for no, row in csv_rows(content, NEEDED, MOST_LINES))


def compare_terminal_day(
    lines: Sequence[TerminalLine], rows: Sequence[CardRow], day: date
) -> tuple[Differing, ...]:
    """Everything that is not on both sides alike; nothing where they agree."""
    found: list[Differing] = []
    good: list[TerminalLine] = []
    seen: set[tuple[bool, str]] = set()
    for line in lines:
        if line.problem or line.at is None:
            found.append(Differing(TerminalDifference.UNREADABLE, line))
        elif local(line.at).date() != day:
            found.append(Differing(TerminalDifference.OTHER_DAY, line))
        elif (line.is_void, line.number) in seen:
            found.append(Differing(TerminalDifference.TWICE, line))
        else:
            seen.add((line.is_void, line.number))
            good.append(line)
    found += _voids([one for one in good if one.is_void], [one for one in rows if one.is_void])
    found += _sales(
        [one for one in good if not one.is_void], [one for one in rows if not one.is_void]
    )
    return tuple(found)


def _voids(lines: Sequence[TerminalLine], rows: Sequence[CardRow]) -> Iterator[Differing]:
    there = {line.number: line for line in lines}
    for row in rows:
        line = there.pop(row.number, None)
        if line is None:
            yield Differing(TerminalDifference.VOID_ONLY_OURS, row=row)
        elif line.amount_vnd != row.amount_vnd:
            yield Differing(TerminalDifference.VOID_AMOUNT, line, row)
    for line in there.values():
        yield Differing(TerminalDifference.VOID_ONLY_TERMINAL, line)


def _sales(lines: Sequence[TerminalLine], rows: Sequence[CardRow]) -> Iterator[Differing]:
    _, lines, rows = _paired(lines, rows, lambda one, row: one.amount_vnd == row.amount_vnd)
    near, lines, rows = _paired(lines, rows, lambda one, row: _apart(one, row) <= NEAR)
    for line, row in near:
        yield Differing(TerminalDifference.SALE_AMOUNT, line, row)
    for row in rows:
        yield Differing(TerminalDifference.SALE_ONLY_OURS, row=row)
    for line in lines:
        yield Differing(TerminalDifference.SALE_ONLY_TERMINAL, line)


def _paired(
    lines: Sequence[TerminalLine],
    rows: Sequence[CardRow],
    fits: Callable[[TerminalLine, CardRow], bool],
) -> tuple[list[tuple[TerminalLine, CardRow]], list[TerminalLine], list[CardRow]]:
    """The pairs that fit, the nearest in time first, and what is left on each side."""
    apart = sorted(
        (_apart(line, row), line_no, row_no)
        for line_no, line in enumerate(lines)
        for row_no, row in enumerate(rows)
        if fits(line, row)
    )
    used_lines: set[int] = set()
    used_rows: set[int] = set()
    pairs = []
    for _, line_no, row_no in apart:
        if line_no not in used_lines and row_no not in used_rows:
            used_lines.add(line_no)
            used_rows.add(row_no)
            pairs.append((lines[line_no], rows[row_no]))
    return pairs, _left(lines, used_lines), _left(rows, used_rows)


def _left(of: Sequence[T], used: Iterable[int]) -> list[T]:
    return [one for no, one in enumerate(of) if no not in used]


def _apart(line: TerminalLine, row: CardRow) -> timedelta:
    return abs((line.at or row.at) - row.at)


def _line(line_no: int, row: dict[str, str]) -> TerminalLine:
    number, kind = slip_number(row["number"]), row["kind"].lower()
    is_void = kind == VOIDED
    try:
        if number is None:
            raise ValueError("terminal_number")
        if kind not in (SALE, VOIDED):
            raise ValueError("terminal_kind")
        amount_vnd = written_amount(row["amount"])
        if amount_vnd <= 0:
            raise ValueError("statement_amount")
        return TerminalLine(line_no, number, is_void, written_moment(row["at"]), amount_vnd)
    except ValueError as exc:
        return TerminalLine(line_no, row["number"][:20], is_void, None, 0, str(exc.args[0]))


def _of_void(cause: str | None) -> str:
    return (cause or "").rpartition(":")[2] if (cause or "").startswith(VOID) else ""
