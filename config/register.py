"""The register of administrative units, read from the CSV files of `config/units/`.

A code means nothing without its date: 15 was Yên Bái and is Lào Cai, and most new communes
bear the code of one old commune with another extent. Every look-up therefore takes a day,
or names its era. Nothing here guesses: where an old commune was split, all successors are
given. Provenance and gaps: `config/units/PROVENANCE.md`.
"""

import csv
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

from config.administrative_units import (
    NEW_FROM,
    Era,
    FareArea,
    PointKind,
    Succession,
    Unit,
    UnknownUnit,
    era_on,
)
from config.folding import fold

UNITS = Path(__file__).parent / "units"
_Point = tuple[float | None, float | None, str]

_LEVEL_ORDER = {"province": 0, "district": 1, "commune": 2}

__all__ = [
    "NEW_FROM",
    "UNITS",
    "Era",
    "FareArea",
    "PointKind",
    "Register",
    "Succession",
    "Unit",
    "UnknownUnit",
    "era_on",
    "load_register",
]


class Register:
    """All units by (era, code); made by `load_register`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_files(self) -> "Register":
        """What a fare needs is in memory: no transaction waits for a file."""
        _ = self._versions, self._superseded, self._fare_areas
        return self

    def unit(self, code: str, on: date) -> Unit:
        """The unit as it was on that day. Raises UnknownUnit.

        A code that an official correction superseded finds the unit under its right code.
        """
        era = era_on(on)
        code = self._superseded.get((era, code), code)
        for version in self._versions.get((era, code), ()):
            if version.holds_on(on):
                return version
        raise UnknownUnit(code, on)

    def last_known(self, code: str, on: date) -> Unit:
        """The unit of the day, or as it last was if it ended before. Raises UnknownUnit.

        For what was addressed while the unit stood: it is still where it was.
        """
        era = era_on(on)
        code = self._superseded.get((era, code), code)
        for version in reversed(self._versions.get((era, code), ())):
            if version.valid_from is None or version.valid_from <= on:
                return version
        raise UnknownUnit(code, on)

    def lineage(self, code: str, on: date) -> tuple[Unit, ...]:
        """The unit and those it lies in, province first."""
        unit = self.unit(code, on)
        above = self.lineage(unit.parent_code, on) if unit.parent_code else ()
        return (*above, unit)

    def last_known_lineage(self, code: str, on: date) -> tuple[Unit, ...]:
        """As `lineage`; of a unit that ended before, as of its last day. Raises UnknownUnit."""
        ended = self.last_known(code, on).valid_to
        return self.lineage(code, on if ended is None else min(on, ended))

    def province_of(self, code: str, on: date) -> Unit:
        return self.lineage(code, on)[0]

    def successors(self, old_code: str, era: Era = "old") -> tuple[Succession, ...]:
        """What a unit of that era became when it ended, the default first; empty if it did not."""
        return self._by_old.get((era, old_code), ())

    def predecessors(self, new_code: str) -> tuple[Succession, ...]:
        """What a new commune was made of, by old code."""
        return self._by_new.get(self._superseded.get(("new", new_code), new_code), ())

    def same_index_until(self, on: date) -> date:
        """The last day on which the same units bear the same names as on this one."""
        return date.max

    def fare_area(self, code: str, on: date) -> FareArea:
        """The fare area of a commune of that day. Raises UnknownUnit."""
        era = era_on(on)
        area = self._fare_areas.get((era, self._superseded.get((era, code), code)))
        if area is None:
            raise UnknownUnit(code, on)
        return area

    def provinces(self, on: date) -> tuple[Unit, ...]:
        return tuple(u for u in self._on(on) if u.level == "province")

    def districts(self, on: date, province_code: str | None = None) -> tuple[Unit, ...]:
        """Districts of the day, all or one province's; none since 1 July 2025."""
        found = (u for u in self._on(on) if u.level == "district")
        return tuple(u for u in found if province_code in (None, u.parent_code))

    def communes(self, on: date, province_code: str | None = None) -> tuple[Unit, ...]:
        """Communes of the day by code, all or one province's."""
        found = (u for u in self._on(on) if u.level == "commune")
        if province_code is None:
            return tuple(found)
        inside = {province_code, *(d.code for d in self.districts(on, province_code))}
        return tuple(u for u in found if u.parent_code in inside)

    def search(self, text: str, on: date, limit: int = 10) -> tuple[Unit, ...]:
        """Units of the day whose name, with or without its type, begins with the text.

        Marks and case do not count. Whole names first, then wider units, then by name.
        """
        wanted = fold(text)
        if not wanted:
            return ()
        names = self._names[era_on(on)]
        found: dict[str, tuple[bool, int, str, str]] = {}
        for index in range(bisect_left(names, (wanted, "")), len(names)):
            name, code = names[index]
            if not name.startswith(wanted):
                break
            unit = next((v for v in self._versions[era_on(on), code] if v.holds_on(on)), None)
            if unit is None:
                continue  # ended, or not begun
            rank = (name != wanted, _LEVEL_ORDER[unit.level], fold(unit.name), code)
            found[code] = min(rank, found.get(code, rank))
        best = sorted(found.values())[:limit]
        return tuple(self.unit(rank[-1], on) for rank in best)

    def histories(self) -> Iterable[tuple[Unit, ...]]:
        """Every unit of both eras, as often as it changed, in order of time."""
        return self._versions.values()

    def aliases(self, era: Era) -> Mapping[str, tuple[str, ...]]:
        """Former names, folded and without blanks, to the codes that bore them."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self._rows("aliases.csv"):
            if row["era"] == era:
                found[row["alias"]].append(row["code"])
        return {alias: tuple(codes) for alias, codes in found.items()}

    def _on(self, on: date) -> Iterator[Unit]:
        era = era_on(on)
        for (unit_era, _code), versions in self._versions.items():
            if unit_era == era:
                yield from (v for v in versions if v.holds_on(on))

    def _rows(self, name: str) -> Iterator[dict[str, str]]:
        with (self._folder / name).open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader)
            for cells in reader:  # half the time of csv.DictReader, and every start pays it
                yield dict(zip(header, cells, strict=True))

    @cached_property
    def _overrides(self) -> list[dict[str, str]]:
        return list(self._rows("overrides.csv"))

    @cached_property
    def _superseded(self) -> dict[tuple[str, str], str]:
        """(era, code once in use) to the right code."""
        return {
            (r["era"], r["value"]): r["code"]
            for r in self._overrides
            if r["field"] == "superseded_code"
        }

    @cached_property
    def _versions(self) -> dict[tuple[Era, str], tuple[Unit, ...]]:
        units: dict[tuple[Era, str], tuple[Unit, ...]] = {}
        for row in self._rows("new_units.csv"):
            point: _Point = (float(row["lat"]), float(row["lon"]), row["point_kind"])
            units["new", row["code"]] = (_unit(row, "new", point),)
        points = self._old_points()
        for row in self._rows("old_units.csv"):
            point = points.get(row["code"]) or self._successor_point(row["code"], units)
            units["old", row["code"]] = (_unit(row, "old", point),)
        for row in self._overrides:
            if row["field"] == "unit_type":
                units["new", row["code"]] = _changed(units["new", row["code"]], row)
        return units

    def _old_points(self) -> dict[str, _Point]:
        if not (self._folder / "old_centroids.csv").exists():
            return {}
        return {
            row["code"]: (float(row["lat"]), float(row["lon"]), "source")
            for row in self._rows("old_centroids.csv")
        }

    def _successor_point(
        self, code: str, units: Mapping[tuple[Era, str], tuple[Unit, ...]]
    ) -> _Point:
        for succession in self.successors(code):
            (unit,) = units["new", succession.new_code]
            return (unit.lat, unit.lon, "successor")
        return (None, None, "none")

    @cached_property
    def _successions(self) -> list[Succession]:
        people = {(row["old_code"], row["new_code"]) for row in self._rows("population.csv")}
        return [
            Succession(
                row["old_code"],
                row["new_code"],
                "whole" if row["note"] == "whole" else "split",
                row["is_default"] == "1",
                row["note"] == "whole" or (row["old_code"], row["new_code"]) in people,
            )
            for row in self._rows("relation.csv")
        ]

    @cached_property
    def _by_old(self) -> dict[tuple[Era, str], tuple[Succession, ...]]:
        found: dict[tuple[Era, str], tuple[Succession, ...]] = {}
        for s in self._successions:
            at = (s.old_era, s.old_code)
            found[at] = (*found.get(at, ()), s)
        return found

    @cached_property
    def _by_new(self) -> dict[str, tuple[Succession, ...]]:
        found: dict[str, tuple[Succession, ...]] = {}
        for s in self._successions:
            found[s.new_code] = (*found.get(s.new_code, ()), s)
        return found

    @cached_property
    def _fare_areas(self) -> dict[tuple[str, str], FareArea]:
        return {
            (row["era"], row["commune_code"]): FareArea(
                row["commune_code"],
                row["district_code"],
                row["province_code"],
                int(row["zone"]),
                row["basis"],
            )
            for row in self._rows("fare_areas.csv")
        }

    @cached_property
    def _names(self) -> dict[Era, list[tuple[str, str]]]:
        """Folded (name, code) and (type and name, code) of each era, sorted for bisection."""
        names: dict[Era, list[tuple[str, str]]] = {"old": [], "new": []}
        for (era, code), versions in self._versions.items():
            for unit in versions:
                names[era] += [(fold(unit.name), code), (fold(unit.full_name), code)]
        return {era: sorted(set(pairs)) for era, pairs in names.items()}


@cache
def load_register(folder: Path = UNITS) -> Register:
    """The register, one for the process: nothing changes it, and threads share it.

    Each file is read when first asked for, and once: reading takes a tenth of a second and more.
    """
    return Register(folder)


def _unit(row: Mapping[str, str], era: Era, point: _Point) -> Unit:
    return Unit(
        code=row["code"],
        level=row["level"],  # type: ignore[arg-type]  # written by build_units, tested
        era=era,
        name=row["name"],
        unit_type=row["unit_type"],
        parent_code=row["parent_code"] or None,
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        lat=point[0],
        lon=point[1],
        point_kind=point[2],  # type: ignore[arg-type]  # as above
    )


def _changed(versions: tuple[Unit, ...], row: Mapping[str, str]) -> tuple[Unit, ...]:
    """The versions with a new type from the day the override names."""
    since = date.fromisoformat(row["valid_from"])
    *earlier, last = versions
    return (
        *earlier,
        replace(last, valid_to=since - timedelta(days=1)),
        replace(last, unit_type=row["value"], valid_from=since),
    )


def _day(text: str) -> date | None:
    """The day written as 2025-07-01; the two days of the reform without parsing."""
    if text == "2025-07-01":
        return NEW_FROM
    return date.fromisoformat(text) if text else None
