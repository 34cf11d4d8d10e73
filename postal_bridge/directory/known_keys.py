"""What the keys and codes in a file may name: rows of the directory, administrative units."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from config.register import NEW_FROM, Register, Unit, UnknownUnit
from geo.geocoder import house_key
from geo.land import NotInVietnam, place_in_vietnam
from postal_bridge.directory.columns import COLUMNS, ImportKind
from postal_bridge.directory.csv_files import FileRow
from postal_bridge.directory.dossier_code import DossierCodeWrong, format_dossier_code
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import (
    AgencyRow,
    CarrierUnitRow,
    CompetenceRow,
    HouseRow,
    LinkRow,
    OperatingUnitRow,
    ProcedurePaperRow,
    ProcedureRow,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.directory.views import RowProblem

LAST_OLD_DAY = date(2025, 6, 30)
_K = ImportKind
TABLES: Mapping[ImportKind, Any] = MappingProxyType(
    {
        _K.OPERATING_UNITS: OperatingUnitRow,
        _K.AGENCIES: AgencyRow,
        _K.SECTIONS: SectionRow,
        _K.SERVICE_POINTS: ServicePointRow,
        _K.PROCEDURES: ProcedureRow,
        _K.PAPER_LISTS: ProcedurePaperRow,
        _K.COMPETENCES: CompetenceRow,
        _K.LINKS: LinkRow,
        _K.CARRIER_UNITS: CarrierUnitRow,
        _K.HOUSES: HouseRow,
    }
)
_ERA_OF = MappingProxyType(
    {
        "old_unit_code": "old",
        "old_commune_code": "old",
        "new_unit_code": "new",
        "new_commune_code": "new",
        "commune_code": "new",
    }
)


def row_key(kind: ImportKind, values: Mapping[str, Any]) -> str:
    """What names this row: its key, or the keys it is made of."""
    if kind is _K.PAPER_LISTS:
        return f"{values['procedure']}:{values['line']}"
    if kind is _K.COMPETENCES:
        since = values["valid_from"] or ""
        return f"{values['section']}:{values['procedure']}:{since}"
    if kind is _K.CARRIER_UNITS:
        return f"{values['carrier']}:{values['era']}:{values['unit_code']}"
    if kind is _K.HOUSES:
        return ":".join(house_key(values["commune_code"], values["address"]))
    return str(values["key"])


class KnownKeys:
    """Keys of the directory by kind, read once each, and the register's units."""

    def __init__(self, store: DirectoryStore, register: Register, today: date) -> None:
        self._store = store
        self._register = register
        self._today = today
        self._keys: dict[ImportKind, dict[str, UUID]] = {}

    def of(self, kind: ImportKind) -> dict[str, UUID]:
        if kind not in self._keys:
            self._keys[kind] = self._store.keys(TABLES[kind])
        return self._keys[kind]

    def names(self) -> Mapping[UUID, str]:
        """Ids of all rows that were asked for so far, to their keys."""
        return {row_id: key for keys in self._keys.values() for key, row_id in keys.items()}

    def units_of(self, values: Mapping[str, Any]) -> tuple[Unit, ...]:
        """The commune a row lies in and those above it, province first; empty without one."""
        if values["new_commune_code"]:
            today = max(NEW_FROM, self._today)
            return self._register.last_known_lineage(values["new_commune_code"], today)
        if values["old_commune_code"]:
            return self._register.lineage(values["old_commune_code"], LAST_OLD_DAY)
        return ()

    def problems(
        self, kind: ImportKind, row: FileRow, own_keys: Collection[str]
    ) -> Iterator[RowProblem]:
        """Every key and code of the row that names nothing."""
        for name, value in row.values.items():
            if not value:
                continue
            column = COLUMNS[kind][name]
            if column.refers_to is not None:
                known = self.of(column.refers_to)
                for key in value if isinstance(value, list) else [value]:
                    is_own = column.refers_to is kind and key in own_keys
                    if key not in known and not is_own:
                        yield RowProblem(row.number, name, "import_unknown_reference")
            era = _ERA_OF.get(name) or (row.values["era"] if name == "unit_code" else None)
            if era and not self._is_unit(value, era):
                yield RowProblem(row.number, name, "import_unknown_unit_code")
            if name == "code_prefix" and not _is_prefix(value):
                yield RowProblem(row.number, name, "import_code_prefix_wrong")
        if not set(row.values.get("fare_borne") or ()).issubset(row.values.get("procedures") or ()):
            yield RowProblem(row.number, "fare_borne", "import_not_of_link")
        if "lat" in row.values:
            yield from _point_problems(row)

    def _is_unit(self, code: str, era: str) -> bool:
        days = (LAST_OLD_DAY,) if era == "old" else (NEW_FROM, self._today)
        for on in days:
            try:
                self._register.unit(code, on)
            except UnknownUnit:
                continue
            return True
        return False


def _point_problems(row: FileRow) -> Iterator[RowProblem]:
    """A place lies in Vietnam, and has both coordinates or none."""
    lat, lon = row.values["lat"], row.values["lon"]
    if lat is None and lon is None:
        return
    if lat is None or lon is None:
        yield RowProblem(row.number, "lat" if lat is None else "lon", "import_half_a_point")
        return
    try:
        place_in_vietnam(lat, lon)
    except NotInVietnam as wrong:
        code = "import_swapped_lat_lon" if wrong.is_swapped else "import_outside_vietnam"
        yield RowProblem(row.number, "lat", code)


def _is_prefix(prefix: str) -> bool:
    try:
        format_dossier_code(prefix, NEW_FROM, 1)
    except DossierCodeWrong:
        return False
    return True
