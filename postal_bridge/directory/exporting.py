"""The directory as files: what import wrote, export gives back. Parts and a use case."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.cells import cell_of
from postal_bridge.directory.columns import COLUMNS, RENAMED, ImportKind
from postal_bridge.directory.geojson_files import KINDS, write_geojson
from postal_bridge.directory.known_keys import TABLES, KnownKeys
from postal_bridge.directory.marks import marked
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, RuleViolation
from postal_bridge.kernel.unit_of_work import ReadUnit, Units

EXPORTED = (
    ImportKind.OPERATING_UNITS,
    ImportKind.AGENCIES,
    ImportKind.SECTIONS,
    ImportKind.SERVICE_POINTS,
    ImportKind.COMPETENCES,
    ImportKind.LINKS,
    ImportKind.CARRIER_UNITS,
    ImportKind.HOUSES,
)


class ExportForm(StrEnum):
    """EXCEL: the same table with the mark by which Excel knows UTF-8."""

    CSV = "csv"
    EXCEL = "excel"
    GEOJSON = "geojson"


class NotExported(RuleViolation):
    """This kind has no file of this form."""

    code = "directory_not_exported"


def export_file(kind: ImportKind, form: ExportForm, *, actor: Actor, units: Units) -> bytes:
    """All rows of a kind, past and coming ones too, as a file that import takes.

    The form for Excel is taken only by one who says that it is such a file.

    Raises
    ------
    Forbidden, NotExported
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")
    if kind not in EXPORTED or (form is ExportForm.GEOJSON and kind not in KINDS):
        raise NotExported(kind=kind.value, form=form.value)
    with units.read() as uow:
        rows = rows_of(uow, kind)
    if form is ExportForm.GEOJSON:
        return write_geojson(rows)
    content = _csv(kind, rows)
    return marked(content) if form is ExportForm.EXCEL else content


def rows_of(uow: ReadUnit, kind: ImportKind) -> list[dict[str, str]]:
    """The rows of a kind by key, as cells."""
    store = DirectoryStore(uow.session)
    today: date = local(uow.now).date()
    known = KnownKeys(store, register_of(uow), today)
    for column in COLUMNS[kind].values():
        if column.refers_to is not None:
            known.of(column.refers_to)
    names = known.names()
    rows = store.rows_by_key(TABLES[kind])
    procedures: Mapping[UUID, frozenset[UUID]] = {}
    if kind is ImportKind.LINKS:
        procedures = store.link_procedures([row.id for row in rows.values()])
    return [_cells(kind, rows[key], names, procedures) for key in sorted(rows)]


def _cells(
    kind: ImportKind,
    row: Any,
    names: Mapping[UUID, str],
    procedures: Mapping[UUID, frozenset[UUID]],
) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, column in COLUMNS[kind].items():
        if name == "procedures":
            cells[name] = " ".join(sorted(names[one] for one in procedures[row.id]))
            continue
        value = getattr(row, RENAMED.get(name, name))
        if column.refers_to is not None and value is not None:
            value = names[value]
        cells[name] = cell_of(value)
    return cells


def _csv(kind: ImportKind, rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS[kind]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
