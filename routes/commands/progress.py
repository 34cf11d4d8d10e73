"""A bar on standard error while a file's rows are worked on; standard output stays the answer's."""

import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeVar

T = TypeVar("T")
_BLOCK = 1 << 20
_EVERY = 500  # rows between two looks at the clock


def rows_of(source: BinaryIO) -> int | None:
    """Lines after the heading, or None where the source cannot be read twice (a pipe)."""
    if not source.seekable():
        return None
    start = source.tell()
    lines, last = 0, b"\n"
    while block := source.read(_BLOCK):
        lines += block.count(b"\n")
        last = block[-1:]
    source.seek(start)
    return max(0, lines - (1 if last == b"\n" else 0))


def with_bar(
    rows: Iterable[T], title: str, total: int | None, *, every: int = _EVERY
) -> Iterator[T]:
    """The same rows; a terminal sees how many are done, how fast, and how long it will take.

    `every`: how many rows pass between two looks at the bar; 1 where each takes seconds.
    """
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total)
        done = 0
        for done, row in enumerate(rows, start=1):
            yield row
            if done % every == 0:
                bar.update(task, completed=done)
        bar.update(task, completed=done, total=total or done)
