"""Operating units, one-stop sections and service points of a day. Parts.

Reference data of the operator and of agencies, nothing personal: look-ups take a day, no scope.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from postal_bridge.directory.reading import agency_from, point_from, section_from, unit_from
from postal_bridge.directory.rules import LinkStatus
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import (
    AgencyRow,
    OperatingUnitRow,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.directory.views import AgencyView, PointView, SectionView, UnitView
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit


def unit_view(uow: ReadUnit, unit_id: UUID) -> UnitView:
    """Raises NotFound."""

    def read() -> UnitView:
        return unit_from(DirectoryStore(uow.session).get(OperatingUnitRow, unit_id))

    return uow.reference(("unit", unit_id), read)


def collecting_unit(uow: ReadUnit, unit_id: UUID) -> UnitView:
    """Who collects for this office: the post of its province, else the office. Raises NotFound."""
    found = unit_view(uow, unit_id)
    above = found
    while above.level != "province" and above.parent_id is not None:
        above = unit_view(uow, above.parent_id)
    return above if above.level == "province" else found


def unit_by_key(uow: ReadUnit, key: str) -> UnitView:
    """Raises NotFound."""
    store = DirectoryStore(uow.session)
    return unit_from(store.by_key(OperatingUnitRow, OperatingUnitRow.key, key))


def units_under(uow: ReadUnit, unit_id: UUID, on: date) -> frozenset[UUID]:
    """The unit, all that lie below it by `on`, and the ended units that these succeed.

    Ended units stay inside: their dossiers still have to be seen by whoever answers for them.
    A predecessor comes without what lay below it, which has successors of its own.
    Raises NotFound.
    """

    def read() -> frozenset[UUID]:
        found = DirectoryStore(uow.session).units_under(unit_id, on)
        if not found:
            raise NotFound
        return frozenset(found)

    return uow.reference(("units_under", unit_id, on), read)


def section_view(uow: ReadUnit, section_id: UUID) -> SectionView:
    """Raises NotFound."""

    def read() -> SectionView:
        store = DirectoryStore(uow.session)
        row = store.get(SectionRow, section_id)
        return section_from(row, store.get(AgencyRow, row.agency_id))

    return uow.reference(("section", section_id), read)


def section_by_key(uow: ReadUnit, key: str) -> SectionView:
    """Raises NotFound."""
    store = DirectoryStore(uow.session)
    row = store.by_key(SectionRow, SectionRow.key, key)
    return section_from(row, store.get(AgencyRow, row.agency_id))


def sections_all(uow: ReadUnit, on: date) -> list[SectionView]:
    """The sections of the day by name."""
    return [section_from(row, agency) for row, agency in DirectoryStore(uow.session).sections(on)]


def agency_view(uow: ReadUnit, agency_id: UUID) -> AgencyView:
    """Raises NotFound."""

    def read() -> AgencyView:
        return agency_from(DirectoryStore(uow.session).get(AgencyRow, agency_id))

    return uow.reference(("agency", agency_id), read)


def agency_by_key(uow: ReadUnit, key: str) -> AgencyView:
    """Raises NotFound."""
    return agency_from(DirectoryStore(uow.session).by_key(AgencyRow, AgencyRow.key, key))


def competent_agency(
    uow: ReadUnit, section_id: UUID, procedure_id: UUID, on: date
) -> AgencyView | None:
    """Who decides on what this section takes in; None where nothing is published."""
    row = DirectoryStore(uow.session).competent_agency(section_id, procedure_id, on)
    return None if row is None else agency_from(row)


def point_view(uow: ReadUnit, point_id: UUID) -> PointView:
    """Raises NotFound."""
    today = local(uow.now).date()

    def read() -> PointView:
        row = DirectoryStore(uow.session).get(ServicePointRow, point_id)
        return points_from(uow, [row], today)[0]

    return uow.reference(("point", point_id, today), read)


def point_by_key(uow: ReadUnit, key: str) -> PointView:
    """Raises NotFound."""
    row = DirectoryStore(uow.session).by_key(ServicePointRow, ServicePointRow.key, key)
    return points_from(uow, [row], local(uow.now).date())[0]


def points_of_units(
    uow: ReadUnit, unit_ids: Collection[UUID], on: date | None = None
) -> list[PointView]:
    """The points of these units by name, of the day or of today."""
    on = on or local(uow.now).date()
    return points_from(uow, DirectoryStore(uow.session).points(on, unit_ids), on)


def points_from(uow: ReadUnit, rows: Collection[ServicePointRow], on: date) -> list[PointView]:
    """Each with what its active links of the day allow."""
    links = DirectoryStore(uow.session).links(on, [row.id for row in rows])
    forms: dict[UUID, set[str]] = {row.id: set() for row in rows}
    for link in links:
        if link.status == LinkStatus.ACTIVE:
            forms[link.point_id] |= set(link.service_forms)
    return [point_from(row, forms[row.id]) for row in rows]
