"""What an operator published about units since the release, and the register with it. Pure.

Each row says one thing from a day on: a name, a type, a province, a point, that a unit begins or
ends. Rows of all that was published are laid over the release in their order; of two about the
same thing from the same day the later one counts, whatever lies between. So a correction is a row
more, and a newer release that says the same changes nothing.
"""

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any

from config.administrative_units import (
    NEW_FROM,
    Era,
    FareArea,
    Level,
    Succession,
    Unit,
    UnknownUnit,
    era_on,
)
from config.register import UNITS, Register

_ONE_DAY = timedelta(days=1)
_PROVINCE_DIGITS = 2


class Change(StrEnum):
    """What a row says of a unit.

    `becomes` of a commune of before the reform (its day is 1 July 2025) puts the rows of the file
    in the place of what the release says of it. `restore` takes back the end of that day.
    """

    ADD = "add"
    RENAME = "rename"
    TYPE = "type"
    MOVE = "move"
    POINT = "point"
    FARE = "fare"
    END = "end"
    BECOMES = "becomes"
    RESTORE = "restore"


class Part(StrEnum):
    """What of a unit went to a successor."""

    WHOLE = "whole"
    PEOPLE = "people"  # everybody who lived there; others took land only
    SOME = "some"
    LAND = "land"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One thing about one unit of the new era from `valid_from` on; empty: not spoken of.

    Attributes
    ----------
    fare_as : the commune whose fare area this one takes
    to, part : a successor, and what of the unit went there
    instrument : the decision behind it, as the operator wrote it
    """

    change: Change
    code: str
    valid_from: date
    unit_type: str = ""
    name: str = ""
    parent: str = ""
    lat: float | None = None
    lon: float | None = None
    fare_as: str = ""
    to: str = ""
    part: Part | None = None
    instrument: str = ""


def packed(rows: Iterable[ChangeRow]) -> bytes:
    """The rows as they are kept; the same rows always give the same bytes."""
    document = {"rows": [_plain(row) for row in rows]}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def unpacked(content: bytes) -> tuple[ChangeRow, ...]:
    rows: list[dict[str, Any]] = json.loads(content)["rows"]
    return tuple(
        ChangeRow(
            **{
                **row,
                "change": Change(row["change"]),
                "valid_from": date.fromisoformat(row["valid_from"]),
                "part": Part(row["part"]) if "part" in row else None,
            }
        )
        for row in rows
    )


def _plain(row: ChangeRow) -> dict[str, Any]:
    said = {name: value for name, value in asdict(row).items() if value not in ("", None)}
    return {**said, "valid_from": row.valid_from.isoformat()}


class ChangedRegister(Register):
    """A register with published rows laid over it, the oldest publication first.

    `base` is not touched; units that no row speaks of are shared with it.
    """

    def __init__(self, base: Register, published: Sequence[Sequence[ChangeRow]]) -> None:
        super().__init__(UNITS)
        self.base = base
        self.published = tuple(tuple(rows) for rows in published)
        self._rows_by_code: dict[str, list[ChangeRow]] = defaultdict(list)
        for row in self._all_rows():
            self._rows_by_code[row.code].append(row)

    def fare_area(self, code: str, on: date) -> FareArea:
        if era_on(on) == "new":
            said = self._said_fare_areas.get(self._superseded.get(("new", code), code), ())
            for since, area in reversed(said):
                if since <= on:
                    return area
            if said and ("new", code) not in self._fare_areas:
                raise UnknownUnit(code, on)  # added, and not begun
        return super().fare_area(code, on)

    def same_index_until(self, on: date) -> date:
        at = bisect_right(self._days, on)
        return self._days[at] - _ONE_DAY if at < len(self._days) else date.max

    def aliases(self, era: Era) -> Mapping[str, tuple[str, ...]]:
        return self.base.aliases(era)

    def _all_rows(self) -> Iterable[ChangeRow]:
        return (row for rows in self.published for row in rows)

    @cached_property
    def _days(self) -> list[date]:
        return sorted({row.valid_from for row in self._all_rows() if row.valid_from > NEW_FROM})

    @cached_property
    def _superseded(self) -> dict[tuple[str, str], str]:
        return self.base._superseded

    @cached_property
    def _versions(self) -> dict[tuple[Era, str], tuple[Unit, ...]]:
        units = dict(self.base._versions)
        for code, rows in self._rows_by_code.items():
            history = _history(units.get(("new", code), ()), rows)
            units["new", code] = history
            if not history:
                del units["new", code]
        return units

    @cached_property
    def _successions(self) -> list[Succession]:
        """The base's, but for the units whose successors were published."""
        said: dict[tuple[str, date], list[ChangeRow]] = {}
        for rows in self.published:
            of_file: dict[tuple[str, date], list[ChangeRow]] = {}
            for row in rows:
                at = (row.code, row.valid_from)
                if row.change is Change.BECOMES:
                    of_file.setdefault(at, []).append(row)
                elif row.change is Change.RESTORE:
                    said.pop(at, None)
            said |= of_file
        kept = [s for s in self.base._successions if (s.old_code, s.since) not in said]
        return kept + [s for rows in said.values() for s in _became(rows)]

    @cached_property
    def _fare_areas(self) -> dict[tuple[str, str], FareArea]:
        return self.base._fare_areas

    @cached_property
    def _said_fare_areas(self) -> dict[str, list[tuple[date, FareArea]]]:
        """By code, in order of time, the later published of one day last."""
        said: dict[str, list[tuple[date, FareArea]]] = {}
        for row in self._all_rows():
            if row.fare_as:
                own = said.get(row.fare_as)
                like = own[-1][1] if own else self._fare_areas["new", row.fare_as]
                area = replace(like, commune_code=row.code, basis="published")
                said.setdefault(row.code, []).append((row.valid_from, area))
        return {code: sorted(areas, key=lambda one: one[0]) for code, areas in said.items()}


def changed(register: Register, rows: Sequence[ChangeRow]) -> ChangedRegister:
    """The register with one more publication laid over it."""
    if isinstance(register, ChangedRegister):
        return ChangedRegister(register.base, [*register.published, rows])
    return ChangedRegister(register, [rows])


def level_of(code: str) -> Level:
    """Of a unit of the new era: provinces have two digits, communes five."""
    return "province" if len(code) == _PROVINCE_DIGITS else "commune"


def _became(rows: Sequence[ChangeRow]) -> list[Succession]:
    """Where the people went first, for it is the default."""
    order = (Part.WHOLE, Part.PEOPLE, Part.SOME, Part.LAND)
    ranked = sorted(rows, key=lambda row: order.index(row.part or Part.SOME))
    return [
        Succession(
            row.code,
            row.to,
            "whole" if row.part is Part.WHOLE else "split",
            is_default=row is ranked[0],
            takes_people=row.part in (Part.WHOLE, Part.PEOPLE),
            since=row.valid_from,
        )
        for row in ranked
    ]


def _history(base: tuple[Unit, ...], rows: Sequence[ChangeRow]) -> tuple[Unit, ...]:
    """A unit's versions: each field has its own line of time, and the lines are laid together."""
    facts: dict[date, dict[str, Any]] = defaultdict(dict)
    for unit in base:
        facts[unit.valid_from or NEW_FROM] |= _fields(unit)
    ends = {last.valid_to + _ONE_DAY for last in base[-1:] if last.valid_to is not None}
    seen = {name: value for unit in base[:1] for name, value in _fields(unit).items()}
    for day in sorted(facts)[1:]:  # only what a version changes is a fact of its day
        facts[day] = {n: v for n, v in facts[day].items() if seen.get(n) != v}
        seen |= facts[day]
    for row in rows:
        if row.change is Change.ADD and not base:  # what was added before was taken back
            facts.clear()
            ends.clear()
        if row.change is Change.END:
            ends.add(row.valid_from)
        elif row.change is Change.RESTORE:
            ends.discard(row.valid_from)
        else:
            facts[row.valid_from] |= _said(row)
    return _laid_together(rows[0].code, facts, min(ends, default=None))


def _laid_together(
    code: str, facts: Mapping[date, Mapping[str, Any]], ends: date | None
) -> tuple[Unit, ...]:
    versions: list[Unit] = []
    known: dict[str, Any] = {"lat": None, "lon": None, "point_kind": "none", "parent_code": None}
    for day in sorted(facts):
        if ends is not None and day >= ends:
            break
        known = {**known, **facts[day]}
        if "name" not in known or "unit_type" not in known:
            continue  # something is said of days before it began
        unit = Unit(
            code=code, level=level_of(code), era="new", valid_from=day, valid_to=None, **known
        )
        if versions and replace(versions[-1], valid_from=day) == unit:
            continue
        if versions:
            versions[-1] = replace(versions[-1], valid_to=day - _ONE_DAY)
        versions.append(unit)
    if versions and ends is not None:
        versions[-1] = replace(versions[-1], valid_to=ends - _ONE_DAY)
    return tuple(versions)


def _fields(unit: Unit) -> dict[str, Any]:
    return {
        "name": unit.name,
        "unit_type": unit.unit_type,
        "parent_code": unit.parent_code,
        "lat": unit.lat,
        "lon": unit.lon,
        "point_kind": unit.point_kind,
    }


def _said(row: ChangeRow) -> dict[str, Any]:
    """What a row says, whatever its kind: a cell that is empty says nothing."""
    said: dict[str, Any] = {}
    if row.name:
        said["name"] = row.name
    if row.unit_type:
        said["unit_type"] = row.unit_type
    if row.parent:
        said["parent_code"] = row.parent
    if row.lat is not None and row.lon is not None:
        said |= {"lat": row.lat, "lon": row.lon, "point_kind": "published"}
    return said
