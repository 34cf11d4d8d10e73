"""Reads published routing instances (VRPLIB files), so that plans can be measured.

Each kind of instance has its own convention of whole numbers, named in `CONVENTIONS`; the
cost of the plan then is in the units of the published best solutions.

Source
------
Format: Uchoa et al. (2017), doi:10.1016/j.ejor.2016.08.012, and PyVRP's dialect of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.distance import Matrix
from geo.problem import Problem, VehicleType, Visit

Numbers = npt.NDArray[np.float64]
_UNLIMITED = 1 << 40
_HANDLED = {
    "NODE_COORD", "DEMAND", "SERVICE_TIME", "TIME_WINDOW", "PRIZE", "CAPACITY",
    "VEHICLES_DEPOT", "VEHICLES_FIXED_COST", "VEHICLES_UNIT_DISTANCE_COST", "DEPOT",
}  # fmt: skip


class BadInstance(ValueError):
    """The file is no instance we can read; `reason` is for a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _rounded(values: Numbers) -> Matrix:
    return np.rint(values).astype(np.int64)


def _tenths(values: Numbers) -> Matrix:
    return np.floor(values * 10).astype(np.int64)


def _thousandths(values: Numbers) -> Matrix:
    return np.rint(values * 1_000).astype(np.int64)


CONVENTIONS: dict[str, Callable[[Numbers], Matrix]] = {
    "CVRP": _rounded,
    "VRPTW": _tenths,
    "PCVRPTW": _tenths,
    "HFVRP": _thousandths,
    "MDVRPTW": _thousandths,
}


@dataclass(frozen=True, slots=True)
class _Parts:
    fields: dict[str, str]
    sections: dict[str, Numbers]

    def number(self, name: str, default: int) -> int:
        return int(self.fields.get(name, default))

    def column(self, name: str, size: int, default: float) -> Numbers:
        """A section's values, else the field of the same name for all, else the default."""
        if name in self.sections:
            return self.sections[name][:, 1]
        return np.full(size, float(self.fields.get(name, default)))


def read_instance(path: Path) -> Problem:
    """The problem of the file. Raises BadInstance, OSError."""
    parts = _parse(path)
    kind = parts.fields.get("TYPE", "")
    if kind not in CONVENTIONS:
        raise BadInstance(f"TYPE {kind!r} is not one of {sorted(CONVENTIONS)}")
    if unknown := set(parts.sections) - _HANDLED:
        raise BadInstance(f"sections {sorted(unknown)} are not understood")
    if parts.fields.get("EDGE_WEIGHT_TYPE") != "EUC_2D" or "NODE_COORD" not in parts.sections:
        raise BadInstance("only EDGE_WEIGHT_TYPE EUC_2D with coordinates is read")
    whole = CONVENTIONS[kind]
    coordinates = parts.sections["NODE_COORD"][:, 1:3]
    apart = coordinates[:, None, :] - coordinates[None, :, :]
    metres = whole(np.sqrt((apart**2).sum(axis=2)))
    depots = _depots(parts)
    windows = _windows(parts, len(metres), whole)
    return Problem(
        depots=depots,
        distance_m=metres,
        duration_s=metres,
        visits=_visits(parts, depots, windows, whole),
        vehicles=_vehicles(parts, len(metres) - depots, windows, whole),
    )


def _parse(path: Path) -> _Parts:
    fields: dict[str, str] = {}
    rows: dict[str, list[list[float]]] = {}
    section: list[list[float]] = []
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            text = line.strip()
            if text == "EOF":
                break
            if text.endswith("_SECTION"):
                section = rows.setdefault(text.removesuffix("_SECTION"), [])
            elif ":" in text:
                name, _, value = text.partition(":")
                fields[name.strip()] = value.strip()
            elif text:
                section.append([float(word) for word in text.split()])
        sections = {name: np.array(values) for name, values in rows.items()}
    except ValueError as bad:
        raise BadInstance(str(bad)) from bad
    if any(values.ndim != 2 for values in sections.values()):
        raise BadInstance("a section is empty")
    return _Parts(fields, sections)


def _depots(parts: _Parts) -> int:
    listed = [int(row[0]) for row in parts.sections.get("DEPOT", np.array([[1]])) if row[0] > 0]
    if listed != list(range(1, len(listed) + 1)):
        raise BadInstance("the depots must be the first places")
    return len(listed)


def _windows(parts: _Parts, places: int, whole: Callable[[Numbers], Matrix]) -> Matrix:
    if "TIME_WINDOW" in parts.sections:
        return whole(parts.sections["TIME_WINDOW"][:, 1:3])
    return np.tile(np.array([0, _UNLIMITED], dtype=np.int64), (places, 1))


def _visits(
    parts: _Parts, depots: int, windows: Matrix, whole: Callable[[Numbers], Matrix]
) -> tuple[Visit, ...]:
    places = len(windows)
    service = whole(parts.column("SERVICE_TIME", places, 0))
    demand = parts.column("DEMAND", places, 0)
    prizes = whole(parts.sections["PRIZE"][:, 1]) if "PRIZE" in parts.sections else None
    return tuple(
        Visit(
            place=place,
            service_s=int(service[place]),
            window_s=(int(windows[place, 0]), int(windows[place, 1])),
            deliver_g=int(demand[place]),
            # A client without a prize must be visited, in the files as here.
            prize_vnd=int(prizes[place]) if prizes is not None and prizes[place] else None,
        )
        for place in range(depots, places)
    )


def _vehicles(
    parts: _Parts, clients: int, windows: Matrix, whole: Callable[[Numbers], Matrix]
) -> tuple[VehicleType, ...]:
    count = parts.number("VEHICLES", clients)
    fixed = whole(parts.column("VEHICLES_FIXED_COST", count, 0))
    longest = parts.fields.get("VEHICLES_MAX_DURATION")
    longest_s = None if longest is None else int(whole(np.array([float(longest)]))[0])
    rows = zip(
        (parts.column("VEHICLES_DEPOT", count, 1) - 1).astype(int).tolist(),
        parts.column("CAPACITY", count, _UNLIMITED).astype(int).tolist(),
        fixed.tolist(),
        parts.column("VEHICLES_UNIT_DISTANCE_COST", count, 1).astype(int).tolist(),
        strict=True,
    )
    return tuple(
        VehicleType(
            name=f"type {number}",
            depot=depot,
            count=len(list(equal)),
            capacity_g=capacity,
            shift_s=(int(windows[depot, 0]), int(windows[depot, 1])),
            vnd_per_km=unit * 1_000,
            fixed_vnd=fixed_cost,
            longest_s=longest_s,
        )
        for number, ((depot, capacity, fixed_cost, unit), equal) in enumerate(groupby(rows))
    )
