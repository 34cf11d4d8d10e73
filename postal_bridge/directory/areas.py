"""Service areas: drawn areas, rules for whole communes and the land, published as one snapshot.

Nothing published: the nearest point serves, clipped to the land that is assumed. Files are taken
in whole, or not at all and each fault is named. Parts `areas_of`,
`areas_published` and `rules_naming`; use cases `check_areas` and
`publish_areas`.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from config.register import Register, UnknownUnit
from geo.area_files import AreaFault, read_areas, read_land
from geo.point import Point
from geo.service_areas import AreaReport, DrawnArea, ServiceAreas, islands_of
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.area_store import AreaStore
from postal_bridge.directory.cells import text
from postal_bridge.directory.columns import Column
from postal_bridge.directory.csv_files import WHOLE_ROW, read_columns
from postal_bridge.directory.marks import MARKED, has_mark
from postal_bridge.directory.offices import points_from
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.views import PointView, RowsInUse
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, RuleViolation
from postal_bridge.kernel.published import content_of, folder_of
from postal_bridge.kernel.unit_of_work import ReadUnit, Units

KIND = "service_areas"
_RULE_COLUMNS = {
    "commune": Column(text(10), is_required=True),
    "point": Column(text(80), is_required=True),
}


class NoPoints(RuleViolation):
    """No service point of the day has a position."""

    code = "areas_no_points"


@dataclass(frozen=True, slots=True)
class AreaFiles:
    """GeoJSON of areas, CSV of rules (`commune,point`), GeoJSON of the land; None: none."""

    drawn: bytes | None = None
    rules: bytes | None = None
    land: bytes | None = None


@dataclass(frozen=True, slots=True)
class AreasChecked:
    """With any fault nothing is built. `file` of a fault: drawn, rules or land."""

    faults: tuple[tuple[str, AreaFault], ...]
    report: AreaReport | None = None
    cells: Mapping[str, BaseGeometry] | None = None
    snapshot_id: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedAreas:
    """What is drawn and ruled; `rules`: commune of today to its point, `land`: one's own."""

    drawn: tuple[DrawnArea, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    land: BaseGeometry | None = None
    valid_from: date | None = None


def areas_of(uow: ReadUnit, on: date) -> ServiceAreas:
    """Who serves what on that day, by what is published. Raises NoPoints."""

    def build() -> ServiceAreas:
        islands = islands_of(register_of(uow), on)
        points = points_from(uow, DirectoryStore(uow.session).points(on), on)
        communes = {one.key: one.commune_code for one in points if one.commune_code}
        return _built(_placed(points), areas_published(uow, on), islands, communes)

    return uow.reference(("service_areas", on), build)


def areas_published(uow: ReadUnit, on: date) -> PublishedAreas:
    """What was drawn and ruled for that day; empty where nothing is published."""
    row = AreaStore(uow.session).in_force(on)
    if row is None:
        return PublishedAreas()
    return replace(unpacked(content_of(uow, row.snapshot_id)), valid_from=row.valid_from)


def rules_naming(uow: ReadUnit, codes: Collection[str]) -> RowsInUse:
    """Communes among these that a rule in force gives to a point."""
    rules = areas_published(uow, local(uow.now).date()).rules if codes else {}
    return RowsInUse("area_rules", tuple(sorted(set(codes) & rules.keys())))


def check_areas(files: AreaFiles, *, units: Units) -> AreasChecked:
    """What these files would do, and what an operator has to look at; nothing is changed.

    Without any file: what is in force. Raises NoPoints.
    """
    with units.read() as uow:
        on = local(uow.now).date()
        if files == AreaFiles():
            areas = areas_of(uow, on)
        else:
            places = _positions(uow, on)
            register = register_of(uow)
            given, faults = _read(files, places, register, on)
            if faults:
                return AreasChecked(faults)
            areas = _built(places, given, islands_of(register, on))
    return AreasChecked((), areas.report(), areas.cells())


def publish_areas(files: AreaFiles, *, actor: Actor, units: Units) -> AreasChecked:
    """From today these files decide, together, in place of all published before.

    Raises
    ------
    Forbidden
        Reference data is the operator's.
    NoPoints, SetupLacking
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")
    with units.write() as uow:
        on = local(uow.now).date()
        places = _positions(uow, on)
        register = register_of(uow)
        given, faults = _read(files, places, register, on)
        if faults:
            return AreasChecked(faults)
        # On disk before the row that names it commits; a file without a row does no harm.
        snapshot_id = folder_of(uow).write(KIND, _packed(given))
        uow.queue_for_home()
        AreaStore(uow.session).add(snapshot_id, on, at=uow.now, actor=actor.ref)
        uow.forget()
        uow.commit()
    areas = _built(places, given, islands_of(register, on))
    return AreasChecked((), areas.report(), areas.cells(), snapshot_id)


def _built(
    places: Mapping[str, Point],
    given: PublishedAreas,
    islands: Mapping[str, Point],
    communes: Mapping[str, str] | None = None,
) -> ServiceAreas:
    return ServiceAreas(
        places,
        land=given.land,
        drawn=given.drawn,
        rules=given.rules,
        islands=islands,
        communes=communes,
    )


def _positions(uow: ReadUnit, on: date) -> dict[str, Point]:
    return _placed(points_from(uow, DirectoryStore(uow.session).points(on), on))


def _placed(points: Iterable[PointView]) -> dict[str, Point]:
    """Where the points stand that have a position. Raises NoPoints."""
    found = {
        one.key: Point(one.lat, one.lon)
        for one in points
        if one.lat is not None and one.lon is not None
    }
    if not found:
        raise NoPoints
    return found


def _read(
    files: AreaFiles, places: Mapping[str, Point], register: Register, on: date
) -> tuple[PublishedAreas, tuple[tuple[str, AreaFault], ...]]:
    if marks := _marked(files):
        return PublishedAreas(), marks
    drawn, drawn_faults = read_areas(files.drawn) if files.drawn is not None else ((), ())
    land, land_faults = read_land(files.land) if files.land is not None else (None, ())
    rules, rule_faults = (
        _rules(files.rules, places, register, on) if files.rules is not None else ({}, [])
    )
    unknown = [
        AreaFault(row, "point", "area_point_unknown")
        for row, area in enumerate(drawn, start=1)
        if area.key not in places
    ]
    faults = [("drawn", fault) for fault in (*drawn_faults, *unknown)]
    faults += [("rules", fault) for fault in rule_faults]
    faults += [("land", fault) for fault in land_faults]
    return PublishedAreas(drawn, rules, land), tuple(faults)


def _marked(files: AreaFiles) -> tuple[tuple[str, AreaFault], ...]:
    given = (("drawn", files.drawn), ("land", files.land))  # the rules' is found as any table's
    return tuple(
        (name, AreaFault(1, WHOLE_ROW, MARKED))
        for name, content in given
        if content is not None and has_mark(content)
    )


def _rules(
    content: bytes, places: Mapping[str, Point], register: Register, on: date
) -> tuple[dict[str, str], list[AreaFault]]:
    """Row 1 is the heading. A commune named twice would be two rules that disagree."""
    rows, problems = read_columns(_RULE_COLUMNS, content)
    if problems:
        return {}, [AreaFault(one.row, one.column, one.code) for one in problems]
    rules: dict[str, str] = {}
    faults: list[AreaFault] = []
    for one in rows:
        row, commune, key = one.number, one.values["commune"], one.values["point"]
        if not _is_commune(register, commune, on):
            faults.append(AreaFault(row, "commune", "area_commune_unknown"))
        elif commune in rules:
            faults.append(AreaFault(row, "commune", "area_commune_twice"))
        if key not in places:
            faults.append(AreaFault(row, "point", "area_point_unknown"))
        rules[commune] = key
    return rules, faults


def _is_commune(register: Register, code: str, on: date) -> bool:
    try:
        return register.unit(code, on).level == "commune"
    except UnknownUnit:
        return False  # a fault of the row, named by the caller


def _packed(given: PublishedAreas) -> bytes:
    document = {
        "drawn": [[area.key, json.loads(shapely.to_geojson(area.shape))] for area in given.drawn],
        "rules": dict(given.rules),
        "land": None if given.land is None else json.loads(shapely.to_geojson(given.land)),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True).encode()


def unpacked(content: bytes) -> PublishedAreas:
    """What a snapshot holds. Raises ValueError, KeyError, TypeError for what is none."""
    document: dict[str, Any] = json.loads(content)
    land = document["land"]
    return PublishedAreas(
        tuple(
            DrawnArea(key, shapely.from_geojson(json.dumps(shape)))
            for key, shape in document["drawn"]
        ),
        document["rules"],
        None if land is None else shapely.from_geojson(json.dumps(land)),
    )
