"""Queries of the directory. Never commits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, bindparam, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from postal_bridge.directory.tables import (
    AgencyRow,
    CarrierUnitRow,
    CompetenceRow,
    Dated,
    DirectoryChangeRow,
    HouseRow,
    LinkProcedureRow,
    LinkRow,
    OperatingUnitRow,
    ProcedureFeeRow,
    ProcedurePaperRow,
    ProcedureRow,
    RegisterChangeRow,
    SectionDayNumber,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ready_statements import ReadyStatement
from postal_bridge.kernel.tables import Base, table_of

R = TypeVar("R", bound=Base)
_SECTION_ID = bindparam("of", type_=Uuid())
_DRAW_CODE = ReadyStatement(
    update(table_of(SectionDayNumber))
    .where(SectionDayNumber.section_id == _SECTION_ID, SectionDayNumber.day == bindparam("on"))
    .values(last_number=SectionDayNumber.last_number + 1)
    .returning(
        SectionDayNumber.last_number,
        select(SectionRow.code_prefix)
        .where(SectionRow.id == _SECTION_ID)
        .scalar_subquery()
        .label("code_prefix"),
    )
)


def on_day(table: type[Dated], on: date) -> ColumnElement[bool]:
    """The rows whose period holds this day."""
    return and_(
        or_(table.valid_from.is_(None), table.valid_from <= on),
        or_(table.valid_to.is_(None), table.valid_to >= on),
    )


class DirectoryStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, table: type[R], row_id: UUID) -> R:
        """Raises NotFound."""
        row = self._session.get(table, row_id)
        if row is None:
            raise NotFound
        return row

    def by_key(self, table: type[R], column: InstrumentedAttribute[str], key: str) -> R:
        """Raises NotFound."""
        row = self._session.scalars(select(table).where(column == key)).one_or_none()
        if row is None:
            raise NotFound
        return row

    def keys(self, table: Any) -> dict[str, UUID]:
        pairs = self._session.execute(select(table.key, table.id)).all()
        return dict(pairs)

    def rows_by_key(self, table: Any) -> dict[str, Any]:
        return {row.key: row for row in self._session.scalars(select(table))}

    def units_under(self, unit_id: UUID, on: date) -> set[UUID]:
        """The unit with all below it that began by this day, and whom these succeed."""
        unit = OperatingUnitRow
        begun = or_(unit.valid_from.is_(None), unit.valid_from <= on)
        below = (
            select(unit.id, unit.succeeds).where(unit.id == unit_id).cte("below", recursive=True)
        )
        below = below.union(
            select(unit.id, unit.succeeds).join(below, unit.parent_id == below.c.id).where(begun)
        )
        before = select(below.c.id, below.c.succeeds).cte("before", recursive=True)
        before = before.union(
            select(unit.id, unit.succeeds).join(before, unit.key == before.c.succeeds)
        )
        return set(self._session.scalars(select(before.c.id)))

    def sections(self, on: date) -> Sequence[tuple[SectionRow, AgencyRow]]:
        found = self._session.execute(
            select(SectionRow, AgencyRow)
            .join(AgencyRow, AgencyRow.id == SectionRow.agency_id)
            .where(on_day(SectionRow, on))
            .order_by(SectionRow.name_vi, SectionRow.key)
        )
        return found.all()

    def points(self, on: date, units: Collection[UUID] | None = None) -> Sequence[ServicePointRow]:
        query = select(ServicePointRow).where(on_day(ServicePointRow, on))
        if units is not None:
            query = query.where(ServicePointRow.unit_id.in_(units))
        order = (ServicePointRow.name_vi, ServicePointRow.key)
        return self._session.scalars(query.order_by(*order)).all()

    def links(self, on: date, point_ids: Collection[UUID] | None = None) -> Sequence[LinkRow]:
        query = select(LinkRow).where(on_day(LinkRow, on))
        if point_ids is not None:
            query = query.where(LinkRow.point_id.in_(point_ids))
        return self._session.scalars(query.order_by(LinkRow.key)).all()

    def active_links(
        self, section_id: UUID | None = None, point_id: UUID | None = None
    ) -> Sequence[LinkRow]:
        """Those whose state is active, whatever the day; of one section and point where named."""
        query = select(LinkRow).where(LinkRow.status == "active")
        if section_id is not None and point_id is not None:
            query = query.where(LinkRow.section_id == section_id, LinkRow.point_id == point_id)
        return self._session.scalars(query.order_by(LinkRow.key)).all()

    def changes(self, kind: str | None, key: str | None, most: int) -> Sequence[DirectoryChangeRow]:
        query = select(DirectoryChangeRow)
        if kind is not None:
            query = query.where(DirectoryChangeRow.kind == kind)
        if key is not None:
            query = query.where(DirectoryChangeRow.key == key)
        order = (DirectoryChangeRow.at.desc(), DirectoryChangeRow.key)
        return self._session.scalars(query.order_by(*order).limit(most)).all()

    def link_procedures(self, link_ids: Collection[UUID]) -> Mapping[UUID, frozenset[UUID]]:
        found: dict[UUID, set[UUID]] = {link_id: set() for link_id in link_ids}
        pairs = self._session.execute(
            select(LinkProcedureRow.link_id, LinkProcedureRow.procedure_id).where(
                LinkProcedureRow.link_id.in_(link_ids)
            )
        )
        for link_id, procedure_id in pairs:
            found[link_id].add(procedure_id)
        return {link_id: frozenset(ids) for link_id, ids in found.items()}

    def set_link_procedures(self, link_id: UUID, wanted: frozenset[UUID]) -> bool:
        """The link holds exactly these procedures; tells whether that changed anything."""
        had = self.link_procedures([link_id])[link_id]
        for gone in had - wanted:
            row = self._session.get_one(LinkProcedureRow, (link_id, gone))
            self._session.delete(row)
        for new in sorted(wanted - had):
            self._session.add(LinkProcedureRow(link_id=link_id, procedure_id=new))
        return had != wanted

    def procedures(self, ids: Collection[UUID] | None = None) -> Sequence[ProcedureRow]:
        query = select(ProcedureRow)
        if ids is not None:
            query = query.where(ProcedureRow.id.in_(ids))
        order = (ProcedureRow.name_vi, ProcedureRow.key)
        return self._session.scalars(query.order_by(*order)).all()

    def papers(self, procedure_ids: Collection[UUID], on: date) -> Sequence[ProcedurePaperRow]:
        return self._session.scalars(
            select(ProcedurePaperRow)
            .where(ProcedurePaperRow.procedure_id.in_(procedure_ids), on_day(ProcedurePaperRow, on))
            .order_by(ProcedurePaperRow.procedure_id, ProcedurePaperRow.no)
        ).all()

    def fees(self, procedure_ids: Collection[UUID], on: date) -> Sequence[ProcedureFeeRow]:
        return self._session.scalars(
            select(ProcedureFeeRow)
            .where(ProcedureFeeRow.procedure_id.in_(procedure_ids), on_day(ProcedureFeeRow, on))
            .order_by(ProcedureFeeRow.procedure_id, ProcedureFeeRow.key)
        ).all()

    def competent_agency(self, section_id: UUID, procedure_id: UUID, on: date) -> AgencyRow | None:
        return self._session.scalars(
            select(AgencyRow)
            .join(CompetenceRow, CompetenceRow.agency_id == AgencyRow.id)
            .where(
                CompetenceRow.section_id == section_id,
                CompetenceRow.procedure_id == procedure_id,
                on_day(CompetenceRow, on),
            )
            .order_by(CompetenceRow.valid_from.desc())
        ).first()

    def house(self, key: str, on: date) -> HouseRow | None:
        return self._session.scalars(
            select(HouseRow).where(HouseRow.key == key, on_day(HouseRow, on))
        ).one_or_none()

    def carrier_number(self, carrier: str, era: str, unit_code: str, on: date) -> str | None:
        return self._session.scalar(
            select(CarrierUnitRow.number).where(
                CarrierUnitRow.carrier == carrier,
                CarrierUnitRow.era == era,
                CarrierUnitRow.unit_code == unit_code,
                on_day(CarrierUnitRow, on),
            )
        )

    def lock_section(self, section_id: UUID) -> SectionRow:
        """Two who draw a number of one section queue here. Raises NotFound."""
        row = self._session.scalars(
            select(SectionRow).where(SectionRow.id == section_id).with_for_update()
        ).one_or_none()
        if row is None:
            raise NotFound
        return row

    def next_code(self, section_id: UUID, day: date) -> tuple[str, int]:
        """What the section's codes begin with, and its next number of the day.

        Who draws on one day queue for its counter, and for the section who begin it.
        Raises NotFound.
        """
        connection, asked = self._session.connection(), {"of": section_id, "on": day}
        if (drawn := _DRAW_CODE.row(connection, asked)) is None:
            section = self.lock_section(section_id)
            drawn = _DRAW_CODE.row(connection, asked)  # somebody may have begun it meanwhile
        if drawn is not None:
            return drawn.code_prefix, drawn.last_number
        number = section.first_number
        self._session.add(SectionDayNumber(section_id=section.id, day=day, last_number=number))
        self._session.flush()
        return section.code_prefix, number

    def last_change(self, kind: str) -> RegisterChangeRow | None:
        return self._session.scalars(
            select(RegisterChangeRow)
            .where(RegisterChangeRow.kind == kind)
            .order_by(RegisterChangeRow.at.desc())
            .limit(1)
        ).one_or_none()

    def add_all(self, rows: Iterable[Base]) -> None:
        self._session.add_all(list(rows))
        self._session.flush()
