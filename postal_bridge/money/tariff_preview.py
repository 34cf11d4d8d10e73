"""What a new table would have made of quotes that were really asked for. Pure.

Every request is priced twice on the first day of the new table: with what is in force now, and
with the new table added. So the difference is the file's alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from postal_bridge.kernel.errors import AppError
from postal_bridge.money.pricing import fare_of, price
from postal_bridge.money.tariff import Payer, QuoteRequest, Tariff, TariffBook

MOST_CHANGES = 12


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of the table, up to `grams` (None: each further step)."""

    leg: str
    column: str
    grams: int | None
    before_vnd: int
    after_vnd: int
    most_vnd: int


@dataclass(frozen=True, slots=True)
class QuoteChange:
    """Requests of one kind whose price changes, and how many there were."""

    leg: str
    column: str
    grams: int
    relief: str | None
    before_vnd: int
    after_vnd: int
    count: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Attributes
    ----------
    on : the day both were priced on
    quotes : how many requests were priced; `refused` could not be priced by one of the two
    before_vnd, after_vnd : whole fares; `citizen_before_vnd` and after: the citizens' parts
    cheaper, dearer : how many requests
    changes : the commonest changes first
    """

    on: date
    quotes: int
    refused: int
    before_vnd: int
    after_vnd: int
    citizen_before_vnd: int
    citizen_after_vnd: int
    cheaper: int
    dearer: int
    changes: tuple[QuoteChange, ...]


def preview(
    requests: Iterable[QuoteRequest], before: TariffBook, after: TariffBook, on: date
) -> Preview:
    """Price each request on that day by both books."""
    sums, refused, quotes = [0, 0, 0, 0], 0, 0
    counts: dict[tuple[str, str, int, str | None, int, int], int] = {}
    for request in requests:
        quotes += 1
        moved = replace(request, on=on)
        try:
            old, new = price(moved, before), price(moved, after)
        except AppError:
            refused += 1
            continue
        paid = (old.payers[Payer.CITIZEN.value], new.payers[Payer.CITIZEN.value])
        for place, vnd in enumerate((old.total_vnd, new.total_vnd, *paid)):
            sums[place] += vnd
        kind = (request.leg.value, request.column.value, request.grams, request.relief)
        key = (*kind, old.total_vnd, new.total_vnd)
        counts[key] = counts.get(key, 0) + 1
    changes = [QuoteChange(*key, count) for key, count in counts.items() if key[4] != key[5]]
    changes.sort(key=lambda one: (-one.count, one.leg, one.column, one.grams))
    return Preview(
        on=on,
        quotes=quotes,
        refused=refused,
        before_vnd=sums[0],
        after_vnd=sums[1],
        citizen_before_vnd=sums[2],
        citizen_after_vnd=sums[3],
        cheaper=sum(one.count for one in changes if one.after_vnd < one.before_vnd),
        dearer=sum(one.count for one in changes if one.after_vnd > one.before_vnd),
        changes=tuple(changes[:MOST_CHANGES]),
    )


def compare_cells(old: Tariff, new: Tariff, ceiling: Tariff) -> tuple[CellChange, ...]:
    """Every cell of the new table beside what is paid now and what the law allows."""
    found = []
    for leg, columns in new.cells.items():
        for column, row in columns.items():
            for grams in new.steps_g:
                now_vnd, most_vnd = (
                    fare_of(one, None, leg, column, grams)[0] for one in (old, ceiling)
                )
                after_vnd = fare_of(new, None, leg, column, grams)[0]
                found.append(CellChange(leg, column, grams, now_vnd, after_vnd, most_vnd))
            steps = (old.cells[leg][column][-1], row[-1], ceiling.cells[leg][column][-1])
            found.append(CellChange(leg, column, None, *steps))
    return tuple(found)
