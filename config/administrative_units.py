"""What the register says of a unit: its versions, what became of it, how fares are reckoned."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

NEW_FROM = date(2025, 7, 1)

Level = Literal["province", "district", "commune"]
Era = Literal["old", "new"]
PointKind = Literal["source", "corrected", "successor", "published", "none"]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it was between two days, both included.

    `valid_from` None: since before the register begins. `valid_to` None: still so.
    `point_kind`: the source's own centroid, a corrected one, the default successor's, one that
    an operator published, none.
    """

    code: str
    level: Level
    era: Era
    name: str
    unit_type: str
    parent_code: str | None
    valid_from: date | None
    valid_to: date | None
    lat: float | None = None
    lon: float | None = None
    point_kind: PointKind = "none"

    @property
    def full_name(self) -> str:
        return f"{self.unit_type} {self.name}"

    def holds_on(self, on: date) -> bool:
        after = self.valid_from is None or self.valid_from <= on
        return after and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """A unit that is no more became, whole or in part, a new commune.

    `old_code` is a commune's, or a district's for the five islands that had no commune; it is of
    the era of `since`'s eve, because a commune of today may end too.
    `takes_people`: everybody who lived in the old commune lives in this one, the others took
    land only; so it is where an address went (`population.csv`), or the only successor.
    """

    old_code: str
    new_code: str
    note: Literal["whole", "split"]
    is_default: bool
    takes_people: bool = False
    since: date = NEW_FROM

    @property
    def old_era(self) -> Era:
        return "new" if self.since > NEW_FROM else "old"


@dataclass(frozen=True, slots=True)
class FareArea:
    """Old district, old province and zone by which a commune's fares are reckoned.

    `basis`: own (an old commune), all, majority or tie of a new commune's old communes, or
    published, where an operator said so. The zone list is unverified (`config/units/zones.csv`).
    """

    commune_code: str
    district_code: str
    province_code: str
    zone: int
    basis: str


class UnknownUnit(LookupError):
    """No unit has this code on this day."""

    def __init__(self, code: str, on: date) -> None:
        super().__init__(code, on)
        self.code = code
        self.on = on


def era_on(on: date) -> Era:
    return "new" if on >= NEW_FROM else "old"
