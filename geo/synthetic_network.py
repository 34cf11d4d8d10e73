"""A national network of service points that does not exist, on communes that do. Pure, seeded.

For tests and load: each of today's communes has its post office, one in ten of them of level 2
and one a province of level 1, and a counter inside its administration centre; what is left over
are commune culture post offices where communes were before July 2025. The shares follow what is
published (about 13,000 points, 3,321 commune post offices); names and places are made up.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import cos, radians
from pathlib import Path

import numpy as np

from config.register import NEW_FROM, Register, Unit, load_register
from geo.land import NotInVietnam, place_in_vietnam
from geo.point import Point

KM_A_DEGREE = 111.2
SPREAD_KM: Mapping[str, float] = {
    "level1": 0.5, "level2": 0.8, "level3": 1.0, "center_counter": 0.8, "culture_post": 1.2,
}  # fmt: skip
NAMES: Mapping[str, tuple[str, str]] = {
    "level1": ("Bưu cục cấp 1", "Level 1 post office"),
    "level2": ("Bưu cục cấp 2", "Level 2 post office"),
    "level3": ("Bưu cục cấp 3", "Level 3 post office"),
    "center_counter": ("Quầy tại Trung tâm Phục vụ hành chính công", "Counter in the centre of"),
    "culture_post": ("Điểm Bưu điện - Văn hóa xã", "Commune culture post office"),
}
HOURS: Mapping[str, str] = {
    "culture_post": "Mon-Fri 07:30-11:00 13:30-16:30",
    "center_counter": "Mon-Fri 07:30-11:30 13:30-17:00",
}
POST_HOURS = "Mon-Fri 07:00-11:30 13:00-17:00; Sat 07:00-11:30"
SOURCE = "made up for tests and load"


@dataclass(frozen=True, slots=True)
class SyntheticPoint:
    """`commune`: of today. `named_after`: today's commune, or the one of old that stood there."""

    key: str
    kind: str
    commune: Unit
    named_after: Unit
    point: Point


def synthetic_network(
    count: int, *, seed: int = 0, register: Register | None = None
) -> tuple[SyntheticPoint, ...]:
    """So many points, the same for the same seed and count.

    Raises
    ------
    ValueError
        Not positive, or more than there are places to put them.
    """
    register = register or load_register()
    chance = np.random.default_rng(seed)
    seats = list(_seats(register, chance)) if count > 0 else []
    if not 0 < count <= len(seats):
        raise ValueError(f"count must be from 1 to {len(seats)}")
    first = [seat for seat in seats if seat[0] != "culture_post"]
    rest = [seat for seat in seats if seat[0] == "culture_post"]
    chosen = [first[i] for i in sorted(chance.permutation(len(first))[:count])]
    chosen += [rest[i] for i in sorted(chance.permutation(len(rest))[: count - len(chosen)])]
    return tuple(
        SyntheticPoint(
            f"syn-{kind.replace('_', '-')}-{after.code}", kind, commune, after,
            _near(after, kind, chance),
        )
        for kind, commune, after in chosen
    )  # fmt: skip


def write_network(network: tuple[SyntheticPoint, ...], folder: Path) -> tuple[Path, ...]:
    """Two files that `bin/bridge import` takes: operating units first, then service points."""
    folder.mkdir(parents=True, exist_ok=True)
    units, points = folder / "operating_units.csv", folder / "service_points.csv"
    _write(units, _units(network))
    _write(points, (_row(one) for one in network))
    return (units, points)


def _seats(register: Register, chance: np.random.Generator) -> Iterator[tuple[str, Unit, Unit]]:
    """Kind, commune of today and whose centre: in an order that chance does not touch."""
    today = {c.code: c for c in register.communes(NEW_FROM) if c.lat is not None}
    for province in register.provinces(NEW_FROM):
        codes = sorted(c.code for c in register.communes(NEW_FROM, province.code))
        towns = set(chance.choice(codes, size=max(1, len(codes) // 10), replace=False))
        head = min(towns)
        for code in codes:
            kind = "level1" if code == head else "level2" if code in towns else "level3"
            yield kind, today[code], today[code]
            yield "center_counter", today[code], today[code]
    for old in register.communes(NEW_FROM - timedelta(days=1)):
        for became in register.successors(old.code)[:1]:
            if old.lat is not None and became.new_code in today:
                yield "culture_post", today[became.new_code], old


def _near(unit: Unit, kind: str, chance: np.random.Generator) -> Point:
    """Within a few kilometres of the unit's centre, and in Vietnam."""
    centre_lat, centre_lon = unit.lat or 0.0, unit.lon or 0.0  # seats have a centre
    while True:
        north, east = chance.normal(0, SPREAD_KM[kind], 2) / KM_A_DEGREE
        lat, lon = centre_lat + north, centre_lon + east / cos(radians(centre_lat))
        try:
            return place_in_vietnam(round(float(lat), 6), round(float(lon), 6))
        except NotInVietnam:
            continue  # a centre at the border, or one that is itself wrong: drawn again


def _write(path: Path, rows: Iterator[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        first = next(rows)
        writer = csv.DictWriter(file, first.keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def _units(network: tuple[SyntheticPoint, ...]) -> Iterator[Mapping[str, str]]:
    """The nation, the provinces and the commune post offices that the points hang on."""

    def row(key: str, parent: str, level: str, unit: Unit | None) -> dict[str, str]:
        name = unit.full_name if unit else "thử nghiệm"
        return {
            "key": key, "parent_key": parent, "level": level,
            "name_vi": f"Bưu điện {name}", "name_en": f"{unit.name if unit else 'Trial'} Post",
            "old_unit_code": "", "new_unit_code": unit.code if unit else "",
            "valid_from": "", "valid_to": "", "succeeds": "",
            "source": SOURCE, "status": "sample",
        }  # fmt: skip

    register = load_register()
    communes = {one.commune.code: one.commune for one in network}
    provinces = {code: register.province_of(code, NEW_FROM) for code in communes}
    yield row("syn-post", "", "nation", None)
    for province in {p.code: p for p in provinces.values()}.values():
        yield row(f"syn-province-{province.code}", "syn-post", "province", province)
    for code, commune in communes.items():
        parent = f"syn-province-{provinces[code].code}"
        yield row(f"syn-commune-{code}", parent, "commune", commune)


def _row(one: SyntheticPoint) -> Mapping[str, str]:
    vi, en = NAMES[one.kind]
    return {
        "key": one.key, "kind": one.kind, "operating_unit": f"syn-commune-{one.commune.code}",
        "name_vi": f"{vi} {one.named_after.name}", "name_en": f"{en} {one.named_after.name}",
        "old_commune_code": "", "new_commune_code": one.commune.code,
        "lat": f"{one.point.lat:.6f}", "lon": f"{one.point.lon:.6f}", "precision": "point",
        "hours": HOURS.get(one.kind, POST_HOURS), "hotline": "",
        "valid_from": "", "valid_to": "", "succeeds": "",
        "source": SOURCE, "status": "sample",
    }  # fmt: skip
