"""How rows of files become rows of the directory: whole files, or nothing.

An import compares by key: what is new is added, what differs is changed, what is equal stays.
Rows of the release (`origin` shipped) never overwrite what an operator imported.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from config.register import Register
from postal_bridge.directory.columns import COLUMNS, NOT_ATTRIBUTES, RENAMED, ImportKind
from postal_bridge.directory.csv_files import FileRow, read_cells, read_file
from postal_bridge.directory.geojson_files import is_geojson, read_geojson
from postal_bridge.directory.history import told, write_history
from postal_bridge.directory.known_keys import TABLES, KnownKeys, row_key
from postal_bridge.directory.published_fees import Differences, fill, write_fees
from postal_bridge.directory.rules import LinkStatus, may_become
from postal_bridge.directory.standing_terms import contradicting
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import RegisterChangeRow, ServicePointRow
from postal_bridge.directory.views import ImportReport, RowChange, RowProblem
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork

PLACES = Path(__file__).parents[2] / "config" / "places"
SHIPPED, IMPORTED = "shipped", "imported"
RELEASE = "release"

KEPT_WHERE_EMPTY = frozenset({"code_prefix", "state"})
"""What a file says nothing of stays as it is: an agreement that was suspended does not resume."""

_K = ImportKind


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
        report = _Import(uow, kind, register, SHIPPED).run(*read_file(kind, content))
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
    read = read_geojson if is_geojson(content) else read_file
    report = _Import(uow, kind, register, IMPORTED).run(*read(kind, content))
    if not report.errors:
        _note(uow, kind.value, hashlib.sha256(content).hexdigest(), [report], actor)
        write_history(uow, kind.value, report.changes, actor=actor)
    return report


def take_in_row(
    uow: UnitOfWork, kind: ImportKind, cells: Mapping[str, str], register: Register, *, actor: str
) -> ImportReport:
    """One row as a file would have brought it; with errors the caller rolls back."""
    report = _Import(uow, kind, register, IMPORTED).run(*read_cells(kind, [(1, cells)]))
    if not report.errors:
        write_history(uow, kind.value, report.changes, actor=actor)
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
        self._store = DirectoryStore(uow.session)
        self._kind = kind
        self._origin = origin
        self._today = local(uow.now).date()
        self._known = KnownKeys(self._store, register, self._today)
        self._problems: list[RowProblem] = []
        self._added = self._changed = 0
        self._changes: list[RowChange] = []

    def run(self, rows: list[FileRow], problems: list[RowProblem]) -> ImportReport:
        self._problems = problems
        if not self._problems:
            self._existing = self._store.rows_by_key(TABLES[self._kind])
            named = [(row_key(self._kind, row.values), row) for row in rows]
            self._refuse_twins(named)
            own_keys = {key for key, _ in named}
            for _, row in named:
                self._problems += self._known.problems(self._kind, row, own_keys)
            if not self._problems:
                self._write_all(named)
                self._refuse_contradictions(named)
        errors = tuple(sorted(set(self._problems)))
        if errors:
            return ImportReport(len(rows), 0, 0, errors)
        changes = tuple(self._changes)
        return ImportReport(len(rows), self._added, self._changed, (), changes)

    def _refuse_twins(self, named: list[tuple[str, FileRow]]) -> None:
        seen: set[str] = set()
        for key, row in named:
            if key in seen:
                self._fault(row, "key", "import_key_twice")
            seen.add(key)

    def _fault(self, row: FileRow, column: str, code: str) -> None:
        self._problems.append(RowProblem(row.number, column, code))

    def _write_all(self, named: list[tuple[str, FileRow]]) -> None:
        table = TABLES[self._kind]
        fresh = [
            table(id=new_id(), key=key, **self._missing(row.values))
            for key, row in named
            if key not in self._existing
        ]
        self._existing |= {made.key: made for made in fresh}
        self._known.of(self._kind).update({key: made.id for key, made in self._existing.items()})
        new_keys = {made.key for made in fresh}
        for key, row in self._parents_first(named):
            is_new = key in new_keys
            target = self._existing[key]
            if not is_new and self._origin == SHIPPED and target.origin != SHIPPED:
                continue
            target.origin = self._origin
            differences = fill(target, self._attributes(row.values))
            if not is_new and self._kind is _K.LINKS and "status" in differences:
                before, after = differences["status"]
                if not may_become(LinkStatus(before), LinkStatus(after)):
                    self._fault(row, "state", "import_link_state")
            if is_new:
                self._store.add_all([target])
            differences |= self._write_belongings(target, row.values)
            self._note_row(key, differences, is_new=is_new)
        if self._kind is _K.PAPER_LISTS:
            self._end_lines_left_out(named)
        self._store.add_all([])

    def _note_row(self, key: str, differences: Differences, *, is_new: bool) -> None:
        if is_new:
            self._added += 1
            self._changes.append(RowChange(key, "added", ()))
        elif differences:
            self._changed += 1
            self._changes.append(RowChange(key, "changed", told(differences, self._known.names())))

    def _refuse_contradictions(self, named: list[tuple[str, FileRow]]) -> None:
        if self._kind is not _K.LINKS:
            return
        rows = dict(named)
        for key, other in contradicting(self._store, rows):
            self._fault(
                rows[key], "key" if other in rows else "procedures", "import_link_contradicts"
            )

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
            if name in NOT_ATTRIBUTES or name == "key":
                continue
            if name in KEPT_WHERE_EMPTY and not value:
                continue
            if column.refers_to is not None:
                value = self._known.of(column.refers_to)[value] if value else None
            found[RENAMED.get(name, name)] = list(value) if isinstance(value, tuple) else value
        if self._kind is _K.PROCEDURES:
            found["sector_en"] = values.get("sector_en") or values["sector"]
        if self._kind is _K.LINKS:
            point = self._store.get(ServicePointRow, found["point_id"])
            found["unit_id"] = point.unit_id
        if self._kind is _K.SERVICE_POINTS:
            found["address"] = values.get("address") or ", ".join(
                unit.full_name for unit in reversed(self._known.units_of(values))
            )
        return found

    def _missing(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a new row needs and its file may leave out."""
        if self._kind is _K.LINKS:
            return {"status": LinkStatus.ACTIVE}
        if self._kind is not _K.SECTIONS or values.get("code_prefix"):
            return {}
        return {"code_prefix": self._sample_prefix(values)}

    def _sample_prefix(self, values: Mapping[str, Any]) -> str:
        """A stand-in no agency bears: its letter is X. The agency's own comes by import."""
        self._prefixes = getattr(self, "_prefixes", len(self._existing)) + 1
        units = self._known.units_of(values)
        province = units[0].code if units else "00"
        return f"X{province}.{self._prefixes // 1000}.{self._prefixes % 1000}"

    def _write_belongings(self, target: Any, values: Mapping[str, Any]) -> Differences:
        if self._kind is _K.LINKS:
            known = self._known.of(_K.PROCEDURES)
            wanted = frozenset(known[key] for key in values["procedures"])
            had = self._store.link_procedures([target.id])[target.id]
            if not self._store.set_link_procedures(target.id, wanted):
                return {}
            names = {row_id: key for key, row_id in known.items()}
            return {"procedures": (sorted(names[one] for one in had), sorted(values["procedures"]))}
        if self._kind is _K.PROCEDURES and write_fees(
            self._store, target, values, origin=self._origin, today=self._today
        ):
            return {"fee_vnd": (None, values["fee_vnd"])}
        return {}

    def _end_lines_left_out(self, named: list[tuple[str, FileRow]]) -> None:
        """A published list holds whole: lines it no longer has end yesterday."""
        given = {key for key, _ in named}
        procedures = {self._known.of(_K.PROCEDURES)[row.values["procedure"]] for _, row in named}
        yesterday = self._today - timedelta(days=1)
        for key, line in self._existing.items():
            is_open = line.valid_to is None or line.valid_to > yesterday
            kept = self._origin == SHIPPED and line.origin != SHIPPED
            if line.procedure_id in procedures and key not in given and is_open and not kept:
                line.valid_to = yesterday
                self._changed += 1
                ends = ("valid_to", "", yesterday.isoformat())
                self._changes.append(RowChange(key, "ended", (ends,)))
