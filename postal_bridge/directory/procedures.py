"""Procedures with their papers and fees of a day, and the agency's own numbers. Parts."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from postal_bridge.directory.dossier_code import format_dossier_code
from postal_bridge.directory.reading import procedure_from
from postal_bridge.directory.rules import FeeChannel
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import ProcedureRow
from postal_bridge.directory.views import ProcedureView
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


def procedure_view(uow: ReadUnit, procedure_id: UUID, on: date) -> ProcedureView:
    """The procedure with the papers and fees of the day. Raises NotFound."""

    def read() -> ProcedureView:
        row = DirectoryStore(uow.session).get(ProcedureRow, procedure_id)
        return procedures_from(uow, [row], on)[0]

    return uow.reference(("procedure", procedure_id, on), read)


def procedure_by_code(uow: ReadUnit, code: str, on: date | None = None) -> ProcedureView:
    """By national code. Raises NotFound."""
    row = DirectoryStore(uow.session).by_key(ProcedureRow, ProcedureRow.code, code)
    return procedures_from(uow, [row], on or local(uow.now).date())[0]


def procedures_from(
    uow: ReadUnit, rows: Collection[ProcedureRow], on: date, channel: FeeChannel | None = None
) -> list[ProcedureView]:
    """Each with its papers and fees of the day; the fees go where `channel` says."""
    store = DirectoryStore(uow.session)
    ids = [row.id for row in rows]
    papers, fees = store.papers(ids, on), store.fees(ids, on)
    return [
        procedure_from(
            row,
            on,
            [paper for paper in papers if paper.procedure_id == row.id],
            [fee for fee in fees if fee.procedure_id == row.id],
            channel,
        )
        for row in rows
    ]


def draw_dossier_code(uow: UnitOfWork, section_id: UUID, on: date) -> str:
    """The section's next code of the day, never given again.

    Only for *seated* links and the agency's own registration: in *carrier* mode the agency
    alone gives the code. A rolled-back unit leaves no gap. Raises NotFound.
    """
    prefix, number = DirectoryStore(uow.session).next_code(section_id, on)
    return format_dossier_code(prefix, on, number)
