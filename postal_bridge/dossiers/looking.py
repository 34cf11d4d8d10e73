"""A dossier as others see it: one, a page of them, its notes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from postal_bridge.custody.types import TallyKind
from postal_bridge.directory.rules import AcceptanceMode, Channel, ServiceForm
from postal_bridge.directory.service import procedure_view
from postal_bridge.directory.views import ProcedureView
from postal_bridge.dossiers import papers_store, store
from postal_bridge.dossiers.errors import CursorUnknown
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.dossiers.types import (
    DossierFilter,
    DossierView,
    ListOrder,
    NoteView,
    Page,
    PaperTally,
)
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit

PAGE_ROWS = 50
MOST_ROWS = 200


def dossier_view(uow: ReadUnit, dossier_id: UUID, scope: Scope) -> DossierView:
    """The dossier with its papers. Raises NotFound for what lies outside the scope."""
    return view(uow, store.dossier(uow.session, dossier_id, scope))


def dossier_outline(uow: ReadUnit, dossier_id: UUID, scope: Scope) -> DossierView:
    """The dossier as in lists, without its papers. Raises NotFound."""
    return views(uow, [store.seen(uow, dossier_id, scope)])[0]


def dossiers_by_id(
    uow: ReadUnit, dossier_ids: Collection[UUID], scope: Scope
) -> Mapping[UUID, DossierView]:
    """These dossiers as in lists. Raises NotFound when one lies outside the scope."""
    found = {one.id: one for one in views(uow, store.by_ids(uow.session, dossier_ids, scope))}
    if len(found) < len(set(dossier_ids)):
        raise NotFound
    return found


def dossiers_for(
    uow: ReadUnit,
    scope: Scope,
    wanted: DossierFilter = DossierFilter(),  # noqa: B008  (frozen, so it cannot be changed)
    cursor: str | None = None,
    *,
    order: ListOrder = ListOrder.NEWEST,
    limit: int = PAGE_ROWS,
) -> Page:
    """A page of the dossiers within a scope, without their papers. Raises CursorUnknown."""
    asked = min(limit, MOST_ROWS)
    rows = store.listed(
        uow.session, scope, wanted, order=order, after=_read_cursor(cursor), limit=asked + 1
    )
    shown = list(rows[:asked])
    following = _cursor(shown[-1], order) if len(rows) > asked else None
    return Page(views(uow, shown), following)


def registered_at(
    uow: ReadUnit, scope: Scope, wanted: DossierFilter, *, limit: int
) -> tuple[DossierView, ...]:
    """The lines of a register (form 07): what a section received, in order of receiving."""
    return views(uow, store.received(uow.session, scope, wanted, limit=limit))


def notes_of(uow: ReadUnit, dossier_id: UUID) -> tuple[NoteView, ...]:
    """The agency's words, opened. Whoever shows them to staff records a look first."""
    return tuple(
        NoteView(
            id=row.id,
            kind=row.kind.removeprefix("dossier."),
            at=row.at,
            reason=row.reason,
            paper_nos=tuple(row.papers),
            text=uow.vault.open_text(dossier_id, row.text, place=f"dossier_notes.text:{row.id}")
            or "",
        )
        for row in papers_store.notes(uow.session, dossier_id)
    )


def views(uow: ReadUnit, rows: Iterable[DossierRow]) -> tuple[DossierView, ...]:
    """Rows of a list: each procedure is read once, papers are left out."""
    procedures: dict[UUID, ProcedureView] = {}
    found = []
    for row in rows:
        if row.procedure_id not in procedures:
            on = local(row.opened_at).date()
            procedures[row.procedure_id] = procedure_view(uow, row.procedure_id, on)
        found.append(_view(row, procedures[row.procedure_id], ()))
    return tuple(found)


def view(uow: ReadUnit, row: DossierRow) -> DossierView:
    papers = tuple(
        PaperTally(one.paper_no, TallyKind(one.tally), one.originals, one.copies, one.sheets)
        for one in papers_store.papers(uow, row.id)
    )
    procedure = procedure_view(uow, row.procedure_id, local(row.opened_at).date())
    return _view(row, procedure, papers)


def _view(row: DossierRow, procedure: ProcedureView, papers: tuple[PaperTally, ...]) -> DossierView:
    return DossierView(
        id=row.id,
        acceptance_number=row.acceptance_number,
        dossier_code=row.dossier_code,
        procedure_id=row.procedure_id,
        procedure_code=procedure.code,
        procedure_name_vi=procedure.name_vi,
        procedure_name_en=procedure.name_en,
        link_id=row.link_id,
        unit_id=row.unit_id,
        point_id=row.point_id,
        section_id=row.section_id,
        competent_section_id=row.competent_section_id,
        returning_section_id=row.returning_section_id,
        channel=Channel(row.channel),
        service_form=ServiceForm(row.service_form),
        mode=AcceptanceMode(row.mode),
        status=DossierStatus(row.status),
        sets=row.sets,
        result_kind=row.result_kind,
        document_class=row.document_class,
        result_number=row.result_number,
        opened_at=row.opened_at,
        accepted_at=row.accepted_at,
        received_at=row.received_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        closed_at=row.closed_at,
        version=row.version,
        papers=papers,
    )


def _cursor(row: DossierRow, order: ListOrder) -> str:
    at = row.due_at if order == ListOrder.DUE and row.due_at else row.opened_at
    return f"{at.astimezone(UTC).isoformat()}~{row.acceptance_number}"


def _read_cursor(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    moment, mark, number = cursor.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise CursorUnknown from None
    if not mark or at.tzinfo is None:
        raise CursorUnknown
    return at, number
