"""How rows of files become rows of the directory: whole files, or nothing.

An import compares by key: what is new is added, what differs is changed, what is equal stays.
Rows of the release (`origin` shipped) never overwrite what an operator imported.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from config.register import NEW_FROM, Register, UnknownUnit
from postal_bridge.directory.csv_files import COLUMNS, FileRow, ImportKind, read_file
from postal_bridge.directory.dossier_code import DossierCodeWrong, format_dossier_code
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import (
    AgencyRow,
    CompetenceRow,
    LinkRow,
    OperatingUnitRow,
    ProcedureFeeRow,
    ProcedurePaperRow,
    ProcedureRow,
    RegisterChangeRow,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.directory.views import ImportReport, RowProblem
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.text import Texts
from postal_bridge.kernel.unit_of_work import UnitOfWork

__all__ = ["PLACES", "ImportKind", "fill_from_release", "take_in_file"]

PLACES = Path(__file__).parents[2] / "config" / "places"
SHIPPED, IMPORTED = "shipped", "imported"
RELEASE = "release"

_K = ImportKind
_TABLES: Mapping[ImportKind, Any] = {
    _K.OPERATING_UNITS: OperatingUnitRow,
    _K.AGENCIES: AgencyRow,
    _K.SECTIONS: SectionRow,
    _K.SERVICE_POINTS: ServicePointRow,
    _K.PROCEDURES: ProcedureRow,
    _K.PAPER_LISTS: ProcedurePaperRow,
    _K.COMPETENCES: CompetenceRow,
    _K.LINKS: LinkRow,
}
# Where a column's name in files is not the table's.
_RENAMED = {
    "parent_key": "parent_id",
    "agency": "agency_id",
    "section": "section_id",
    "procedure": "procedure_id",
    "operating_unit": "unit_id",
    "service_point": "point_id",
    "national_code": "code",
    "sector": "sector_vi",
    "agency_level_old": "level_old",
    "agency_level_new": "level_new",
    "time_limit_working_days": "time_limit_days",
    "time_limit_working_hours": "time_limit_hours",
    "same_day": "is_same_day",
    "line": "no",
    "required": "is_required",
    "tally_default": "default_tally",
    "transport_departures": "departures",
    "status": "data_status",
    "state": "status",
}
_NOT_COLUMNS = frozenset({"procedures", "fee_kind", "fee_vnd", "fee_per", "code_status"})
_ERA_OF = {
    "old_unit_code": "old",
    "old_commune_code": "old",
    "new_unit_code": "new",
    "new_commune_code": "new",
}


def fill_from_release(
    uow: UnitOfWork, register: Register, places: Path
) -> Mapping[str, ImportReport]:
    """Add and refresh the rows of the release's files. Empty when nothing changed since last time.

    Raises
    ------
    SetupLacking
        A shipped file is not there or has a fault, named by file, row and column.
    """
    files = {kind: places / f"{kind.value}.csv" for kind in ImportKind}
    missing = [path.name for path in files.values() if not path.exists()]
    if missing:
        raise SetupLacking(what=f"config/places/{missing[0]}")
    contents = {kind: path.read_bytes() for kind, path in files.items()}
    sha256 = hashlib.sha256(b"".join(contents.values())).hexdigest()
    last = DirectoryStore(uow.session).last_change(RELEASE)
    if last is not None and last.sha256 == sha256:
        return {}
    reports: dict[str, ImportReport] = {}
    for kind, content in contents.items():
        report = _Import(uow, kind, register, SHIPPED).run(content)
        if report.errors:
            row, column, code = report.errors[0]
            raise SetupLacking(what=f"config/places/{kind.value}.csv:{row}:{column}:{code}")
        reports[kind.value] = report
    _note(uow, RELEASE, sha256, list(reports.values()), "system:release")
    return reports


def take_in_file(
    uow: UnitOfWork, kind: ImportKind, content: bytes, register: Register, *, actor: str
) -> ImportReport:
    """The rows of the file stand in this unit of work; with errors the caller rolls back."""
    report = _Import(uow, kind, register, IMPORTED).run(content)
    if not report.errors:
        _note(uow, kind.value, hashlib.sha256(content).hexdigest(), [report], actor)
    return report


def _note(uow: UnitOfWork, kind: str, sha256: str, reports: list[ImportReport], actor: str) -> None:
    change = RegisterChangeRow(
        id=new_id(),
        kind=kind,
        sha256=sha256,
        rows=sum(report.rows for report in reports),
        added=sum(report.added for report in reports),
        changed=sum(report.changed for report in reports),
        actor=actor,
        at=uow.machine_now,
    )
    DirectoryStore(uow.session).add_all([change])


class _Import:
    """One file's way into the tables."""

    def __init__(self, uow: UnitOfWork, kind: ImportKind, register: Register, origin: str) -> None:
        self._uow = uow
        self._store = DirectoryStore(uow.session)
        self._kind = kind
        self._register = register
        self._origin = origin
        self._problems: list[RowProblem] = []
        self._added = self._changed = 0
        self._keys: dict[ImportKind, dict[str, UUID]] = {}

    def run(self, content: bytes) -> ImportReport:
        rows, self._problems = read_file(self._kind, content)
        if not self._problems:
            self._existing = self._store.rows_by_key(_TABLES[self._kind])
            named = [(self._row_key(row.values), row) for row in rows]
            self._refuse_twins(named)
            own_keys = {key for key, _ in named}
            for _, row in named:
                self._resolve(row, own_keys)
            if not self._problems:
                self._write_all(named)
        errors = tuple(sorted(set(self._problems)))
        if errors:
            return ImportReport(len(rows), 0, 0, errors)
        return ImportReport(len(rows), self._added, self._changed, ())

    def _row_key(self, values: Mapping[str, Any]) -> str:
        if self._kind is _K.PAPER_LISTS:
            return f"{values['procedure']}:{values['line']}"
        if self._kind is _K.COMPETENCES:
            since = values["valid_from"] or ""
            return f"{values['section']}:{values['procedure']}:{since}"
        return str(values["key"])

    def _refuse_twins(self, named: list[tuple[str, FileRow]]) -> None:
        seen: set[str] = set()
        for key, row in named:
            if key in seen:
                self._fault(row, "key", "import_key_twice")
            seen.add(key)

    def _resolve(self, row: FileRow, own_keys: set[str]) -> None:
        """Every key and code of the row names something."""
        for name, value in row.values.items():
            column = COLUMNS[self._kind][name]
            if value and column.refers_to is not None:
                known = self._known(column.refers_to)
                for key in value if isinstance(value, list) else [value]:
                    is_own = column.refers_to is self._kind and key in own_keys
                    if key not in known and not is_own:
                        self._fault(row, name, "import_unknown_reference")
            if value and name in _ERA_OF and not self._is_unit(value, _ERA_OF[name]):
                self._fault(row, name, "import_unknown_unit_code")
            if value and name == "code_prefix" and not _is_prefix(value):
                self._fault(row, name, "import_code_prefix_wrong")

    def _known(self, kind: ImportKind) -> dict[str, UUID]:
        if kind not in self._keys:
            self._keys[kind] = self._store.keys(_TABLES[kind])
        return self._keys[kind]

    def _is_unit(self, code: str, era: str) -> bool:
        days = (date(2025, 6, 30),) if era == "old" else (NEW_FROM, local(self._uow.now).date())
        for on in days:
            try:
                self._register.unit(code, on)
            except UnknownUnit:
                continue
            return True
        return False

    def _fault(self, row: FileRow, column: str, code: str) -> None:
        self._problems.append(RowProblem(row.number, column, code))

    def _write_all(self, named: list[tuple[str, FileRow]]) -> None:
        table = _TABLES[self._kind]
        fresh = [
            table(id=new_id(), key=key, **self._missing(row.values))
            for key, row in named
            if key not in self._existing
        ]
        self._existing |= {made.key: made for made in fresh}
        self._keys.setdefault(self._kind, {}).update(
            {key: made.id for key, made in self._existing.items()}
        )
        new_keys = {made.key for made in fresh}
        for key, row in self._parents_first(named):
            is_new = key in new_keys
            target = self._existing[key]
            if not is_new and self._origin == SHIPPED and target.origin != SHIPPED:
                continue
            target.origin = self._origin
            differs = self._fill(target, self._attributes(row.values))
            if is_new:
                self._store.add_all([target])
            differs |= self._write_belongings(target, row.values)
            self._added += is_new
            self._changed += differs and not is_new
        if self._kind is _K.PAPER_LISTS:
            self._end_lines_left_out(named)
        self._store.add_all([])

    def _parents_first(self, named: list[tuple[str, FileRow]]) -> list[tuple[str, FileRow]]:
        """Rows in an order in which a parent of the same file stands before its children."""
        if self._kind is not _K.OPERATING_UNITS:
            return named
        waiting = dict(named)
        ordered: list[tuple[str, FileRow]] = []
        while waiting:
            ready = [key for key, row in waiting.items() if row.values["parent_key"] not in waiting]
            if not ready:  # a circle: the first of them is named
                self._fault(next(iter(waiting.values())), "parent_key", "import_circle")
                return []
            ordered += [(key, waiting.pop(key)) for key in ready]
        return ordered

    def _attributes(self, values: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in values.items():
            column = COLUMNS[self._kind][name]
            if name in _NOT_COLUMNS or name == "key" or (name == "code_prefix" and not value):
                continue
            if column.refers_to is not None:
                value = self._known(column.refers_to)[value] if value else None
            found[_RENAMED.get(name, name)] = list(value) if isinstance(value, tuple) else value
        if self._kind is _K.PROCEDURES:
            found["sector_en"] = values.get("sector_en") or values["sector"]
        if self._kind is _K.LINKS:
            point = self._store.get(ServicePointRow, found["point_id"])
            found["unit_id"] = point.unit_id
        if self._kind is _K.SERVICE_POINTS:
            found["address"] = values.get("address") or self._commune_name(values)
        return found

    def _missing(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a new row needs and its file may leave out."""
        if self._kind is not _K.SECTIONS or values.get("code_prefix"):
            return {}
        return {"code_prefix": self._sample_prefix(values)}

    def _sample_prefix(self, values: Mapping[str, Any]) -> str:
        """A stand-in no agency bears: its letter is X. The agency's own comes by import."""
        self._prefixes = getattr(self, "_prefixes", len(self._existing)) + 1
        province = self._units_of(values)[0].code if self._units_of(values) else "00"
        return f"X{province}.{self._prefixes // 1000}.{self._prefixes % 1000}"

    def _commune_name(self, values: Mapping[str, Any]) -> str:
        return ", ".join(unit.full_name for unit in reversed(self._units_of(values)))

    def _units_of(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        if values["new_commune_code"]:
            today = max(NEW_FROM, local(self._uow.now).date())
            return self._register.lineage(values["new_commune_code"], today)
        if values["old_commune_code"]:
            return self._register.lineage(values["old_commune_code"], date(2025, 6, 30))
        return ()

    def _fill(self, target: Any, attributes: Mapping[str, Any]) -> bool:
        differs = False
        for name, value in attributes.items():
            if getattr(target, name) != value:
                setattr(target, name, value)
                differs = True
        return differs

    def _write_belongings(self, target: Any, values: Mapping[str, Any]) -> bool:
        if self._kind is _K.LINKS:
            wanted = frozenset(self._known(_K.PROCEDURES)[key] for key in values["procedures"])
            return self._store.set_link_procedures(target.id, wanted)
        if self._kind is _K.PROCEDURES:
            return self._write_fees(target, values)
        return False

    def _write_fees(self, procedure: ProcedureRow, values: Mapping[str, Any]) -> bool:
        """The fee of the file holds; one of another kind ends yesterday."""
        key = f"{procedure.key}:{values['fee_kind']}"
        fees = self._store.fees([procedure.id], local(self._uow.now).date())
        others = [fee for fee in fees if fee.key != key]
        for fee in others:
            fee.valid_to = local(self._uow.now).date() - timedelta(days=1)
        has_fee = values["fee_kind"] != "none"
        return (self._write_fee(procedure, key, values) if has_fee else False) or bool(others)

    def _write_fee(self, procedure: ProcedureRow, key: str, values: Mapping[str, Any]) -> bool:
        code = f"fee_name_{values['fee_kind']}"
        named = {"procedure_vi": procedure.name_vi, "procedure_en": procedure.name_en}
        texts = _texts()
        attributes = {
            "kind": values["fee_kind"],
            "amount_vnd": values["fee_vnd"],
            "per": values["fee_per"],
            "name_vi": texts.render(code, named, "vi")[:400],
            "name_en": texts.render(code, named, "en")[:400],
            "source": values.get("source", ""),
            "valid_to": None,
        }
        row = self._store.rows_by_key(ProcedureFeeRow).get(key)
        if row is not None:
            row.origin = self._origin
            return self._fill(row, attributes)
        fee = ProcedureFeeRow(
            id=new_id(), key=key, procedure_id=procedure.id, origin=self._origin, **attributes
        )
        self._store.add_all([fee])
        return True

    def _end_lines_left_out(self, named: list[tuple[str, FileRow]]) -> None:
        """A published list holds whole: lines it no longer has end yesterday."""
        given = {key for key, _ in named}
        procedures = {self._known(_K.PROCEDURES)[row.values["procedure"]] for _, row in named}
        yesterday = local(self._uow.now).date() - timedelta(days=1)
        for key, line in self._existing.items():
            is_open = line.valid_to is None or line.valid_to > yesterday
            kept = self._origin == SHIPPED and line.origin != SHIPPED
            if line.procedure_id in procedures and key not in given and is_open and not kept:
                line.valid_to = yesterday
                self._changed += 1


@cache
def _texts() -> Texts:
    return Texts.load()


def _is_prefix(prefix: str) -> bool:
    try:
        format_dossier_code(prefix, NEW_FROM, 1)
    except DossierCodeWrong:
        return False
    return True
