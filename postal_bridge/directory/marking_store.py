"""Which rows of the directory are samples. Never commits."""

from uuid import UUID

from sqlalchemy import select

from postal_bridge.directory.tables import LinkRow, ProcedureRow, SectionRow, ServicePointRow
from postal_bridge.kernel.unit_of_work import ReadUnit

SAMPLE = "sample"


def sample_ids(uow: ReadUnit) -> frozenset[UUID]:
    tables = (ServicePointRow, SectionRow, ProcedureRow, LinkRow)
    return frozenset(
        one
        for table in tables
        for one in uow.session.scalars(select(table.id).where(table.data_status == SAMPLE))
    )
