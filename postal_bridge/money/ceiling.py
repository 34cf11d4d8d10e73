"""No table may ask for more than the law allows. Pure.

Two tables may have other weight steps, so fares are compared, not cells: at the first and the
last gram of every step of either, up to the heaviest item. Between those a fare does not change.

Source: Circular 22/2017/TT-BTTTT: its amounts are maxima, its reliefs minima.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from postal_bridge.kernel.errors import RuleViolation
from postal_bridge.money.pricing import fare_of, vat_of
from postal_bridge.money.tariff import Overlay, Tariff

LEGS = ("dossier", "result")
COLUMNS = ("A", "B", "C", "D", "E")


class AboveCeiling(RuleViolation):
    """A table asks for more than the statutory maximum."""

    code = "fare_above_ceiling"


@dataclass(frozen=True, slots=True)
class Excess:
    """The first weight at which a cell is too dear."""

    leg: str
    column: str
    grams: int
    fare_vnd: int
    most_vnd: int


def excesses(tariff: Tariff, ceiling: Tariff, overlay: Overlay | None = None) -> Iterator[Excess]:
    """One for every leg and column that is dearer than the ceiling at some weight."""
    weights = sorted({*_edges(tariff, ceiling), *_edges(ceiling, ceiling)})
    for leg in LEGS:
        for column in COLUMNS:
            for grams in weights:
                if grams > min(tariff.heaviest_g, ceiling.heaviest_g):
                    break
                net_vnd, _, _ = fare_of(tariff, overlay, leg, column, grams)
                fare_vnd = net_vnd + vat_of(tariff, net_vnd)
                most_vnd, _, _ = fare_of(ceiling, None, leg, column, grams)
                if fare_vnd > most_vnd:
                    yield Excess(leg, column, grams, fare_vnd, most_vnd)
                    break


def reliefs_below(tariff: Tariff, ceiling: Tariff) -> Iterator[tuple[str, int, int]]:
    """Reliefs that the law demands and the tariff lacks or cuts: code, percent, least percent."""
    for code, wanted in ceiling.reliefs.items():
        given = tariff.reliefs.get(code)
        percent = given.percent if given else 0
        if percent < wanted.percent:
            yield code, percent, wanted.percent


def check_overlay(overlay: Overlay, tariff: Tariff) -> None:
    """Raise `AboveCeiling` where a local table is dearer than the tariff it overlays."""
    for excess in excesses(tariff, tariff, overlay):
        raise AboveCeiling(overlay=overlay.id, leg=excess.leg, column=excess.column)


def _edges(tariff: Tariff, until: Tariff) -> Iterator[int]:
    """First and last gram of each weight step."""
    yield 1
    limit_g = 0
    for limit_g in tariff.steps_g:
        yield from (limit_g, limit_g + 1)
    while limit_g < min(tariff.heaviest_g, until.heaviest_g):
        limit_g += tariff.further_g
        yield from (limit_g, limit_g + 1)


def reliefs_without_words(tariff: Tariff, ceiling: Tariff) -> Iterator[str]:
    """Reliefs that nobody could be told of: the texts name those of the law, and their proofs."""
    proofs = {relief.proof for relief in ceiling.reliefs.values()}
    for code, relief in tariff.reliefs.items():
        if code not in ceiling.reliefs or relief.proof not in proofs:
            yield code
