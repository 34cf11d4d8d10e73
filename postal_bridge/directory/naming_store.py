"""Which rows of the directory name an administrative unit. Never commits."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.tables import (
    AgencyRow,
    CarrierUnitRow,
    HouseRow,
    LinkRow,
    OperatingUnitRow,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.directory.views import RowsInUse

_COLUMNS: dict[ImportKind, tuple[Any, Any]] = {
    ImportKind.OPERATING_UNITS: (OperatingUnitRow, OperatingUnitRow.new_unit_code),
    ImportKind.AGENCIES: (AgencyRow, AgencyRow.new_unit_code),
    ImportKind.SECTIONS: (SectionRow, SectionRow.new_commune_code),
    ImportKind.SERVICE_POINTS: (ServicePointRow, ServicePointRow.new_commune_code),
    ImportKind.HOUSES: (HouseRow, HouseRow.commune_code),
}


class NamingStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, codes: Collection[str], on: date) -> Iterator[RowsInUse]:
        """Rows of that day or later, by kind; links by the places at their ends."""
        for kind, (table, column) in _COLUMNS.items():
            yield self._rows(kind, table, column.in_(codes), on)
        carriers = CarrierUnitRow.unit_code.in_(codes) & (CarrierUnitRow.era == "new")
        yield self._rows(ImportKind.CARRIER_UNITS, CarrierUnitRow, carriers, on)
        points = select(ServicePointRow.id).where(ServicePointRow.new_commune_code.in_(codes))
        sections = select(SectionRow.id).where(SectionRow.new_commune_code.in_(codes))
        ends = or_(LinkRow.point_id.in_(points), LinkRow.section_id.in_(sections))
        yield self._rows(ImportKind.LINKS, LinkRow, ends, on)

    def _rows(
        self, kind: ImportKind, table: Any, wanted: ColumnElement[bool], on: date
    ) -> RowsInUse:
        still = or_(table.valid_to.is_(None), table.valid_to >= on)
        keys = select(table.key).where(wanted, still).order_by(table.key)
        return RowsInUse(kind.value, tuple(self._session.scalars(keys)))
