"""The directory's parts (first parameter `uow`) and use cases.

Everything here is reference data of the operator and of agencies; nothing is personal, so
look-ups take a day and no scope. `load_reference`, `import_csv` and `move_link` write.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from postal_bridge.directory.administrative import UnitCodeUnknown, fare_area, shared_register
from postal_bridge.directory.dossier_code import format_dossier_code
from postal_bridge.directory.importing import (
    PLACES,
    ImportKind,
    fill_from_release,
    take_in_file,
)
from postal_bridge.directory.reading import (
    agency_from,
    link_from,
    point_from,
    procedure_from,
    section_from,
    unit_from,
)
from postal_bridge.directory.rules import (
    AcceptanceMode,
    LinkAction,
    LinkNotActive,
    LinkStatus,
    ProcedureNotInLink,
    check_channel,
    holds_on,
    next_link_status,
)
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import (
    AgencyRow,
    LinkRow,
    OperatingUnitRow,
    ProcedureRow,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.directory.views import (
    AgencyView,
    FeeSpec,
    ImportReport,
    LinkView,
    PaperSpec,
    PointView,
    ProcedureView,
    PublicOverview,
    RowProblem,
    SectionView,
    UnitView,
)
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, NotFound, RuleViolation
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units

__all__ = [
    "AcceptanceMode",
    "AgencyView",
    "FeeSpec",
    "ImportKind",
    "ImportKindUnknown",
    "ImportReport",
    "LinkStatus",
    "LinkView",
    "MoveLink",
    "PaperSpec",
    "PointView",
    "ProcedureView",
    "PublicOverview",
    "RowProblem",
    "SectionView",
    "UnitCodeUnknown",
    "UnitView",
    "check_may_accept",
    "competent_agency",
    "draw_dossier_code",
    "fare_area",
    "import_csv",
    "link_view",
    "links_of_point",
    "links_of_section",
    "load_reference",
    "move_link",
    "point_by_key",
    "point_view",
    "points_of_units",
    "procedure_by_code",
    "procedure_view",
    "procedures_of_link",
    "public_overview",
    "section_by_key",
    "section_view",
    "sections_all",
    "unit_by_key",
    "unit_view",
    "units_under",
]


class ImportKindUnknown(RuleViolation):
    code = "import_kind_unknown"


def _today(uow: ReadUnit) -> date:
    return local(uow.now).date()


def unit_view(uow: ReadUnit, unit_id: UUID) -> UnitView:
    """Raises NotFound."""
    return unit_from(DirectoryStore(uow.session).get(OperatingUnitRow, unit_id))


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
    found = DirectoryStore(uow.session).units_under(unit_id, on)
    if not found:
        raise NotFound
    return frozenset(found)


def section_view(uow: ReadUnit, section_id: UUID) -> SectionView:
    """Raises NotFound."""

    def read() -> SectionView:
        store = DirectoryStore(uow.session)
        row = store.get(SectionRow, section_id)
        return section_from(row, store.get(AgencyRow, row.agency_id))

    return uow.remember(("section", section_id), read)


def section_by_key(uow: ReadUnit, key: str) -> SectionView:
    """Raises NotFound."""
    store = DirectoryStore(uow.session)
    row = store.by_key(SectionRow, SectionRow.key, key)
    return section_from(row, store.get(AgencyRow, row.agency_id))


def sections_all(uow: ReadUnit, on: date) -> list[SectionView]:
    """The sections of the day by name."""
    return [section_from(row, agency) for row, agency in DirectoryStore(uow.session).sections(on)]


def competent_agency(
    uow: ReadUnit, section_id: UUID, procedure_id: UUID, on: date
) -> AgencyView | None:
    """Who decides on what this section takes in; None where nothing is published."""
    row = DirectoryStore(uow.session).competent_agency(section_id, procedure_id, on)
    return None if row is None else agency_from(row)


def point_view(uow: ReadUnit, point_id: UUID) -> PointView:
    """Raises NotFound."""
    row = DirectoryStore(uow.session).get(ServicePointRow, point_id)
    return _points(uow, [row], _today(uow))[0]


def point_by_key(uow: ReadUnit, key: str) -> PointView:
    """Raises NotFound."""
    row = DirectoryStore(uow.session).by_key(ServicePointRow, ServicePointRow.key, key)
    return _points(uow, [row], _today(uow))[0]


def points_of_units(
    uow: ReadUnit, unit_ids: Collection[UUID], on: date | None = None
) -> list[PointView]:
    """The points of these units by name, of the day or of today."""
    on = on or _today(uow)
    return _points(uow, DirectoryStore(uow.session).points(on, unit_ids), on)


def _points(uow: ReadUnit, rows: Collection[ServicePointRow], on: date) -> list[PointView]:
    links = DirectoryStore(uow.session).links(on, [row.id for row in rows])
    forms: dict[UUID, set[str]] = {row.id: set() for row in rows}
    for link in links:
        if link.status == LinkStatus.ACTIVE:
            forms[link.point_id] |= set(link.service_forms)
    return [point_from(row, forms[row.id]) for row in rows]


def link_view(uow: ReadUnit, link_id: UUID, on: date) -> LinkView:
    """The link as agreed. It may have ended by `on`: `status` then says so. Raises NotFound."""

    def read() -> LinkView:
        store = DirectoryStore(uow.session)
        row = store.get(LinkRow, link_id)
        return link_from(row, store.link_procedures([link_id])[link_id], on)

    return uow.remember(("link", link_id, on), read)


def links_of_point(uow: ReadUnit, point_id: UUID, on: date) -> list[LinkView]:
    """The links of the day, active ones and others, by key."""
    return _links(uow, DirectoryStore(uow.session).links(on, [point_id]), on)


def links_of_section(uow: ReadUnit, section_id: UUID, on: date) -> list[LinkView]:
    """The section's links of the day, by key."""
    rows = DirectoryStore(uow.session).links(on)
    return _links(uow, [row for row in rows if row.section_id == section_id], on)


def _links(uow: ReadUnit, rows: Collection[LinkRow], on: date) -> list[LinkView]:
    procedures = DirectoryStore(uow.session).link_procedures([row.id for row in rows])
    return [link_from(row, procedures[row.id], on) for row in rows]


def procedure_view(uow: ReadUnit, procedure_id: UUID, on: date) -> ProcedureView:
    """The procedure with the papers and fees of the day. Raises NotFound."""

    def read() -> ProcedureView:
        row = DirectoryStore(uow.session).get(ProcedureRow, procedure_id)
        return _procedures(uow, [row], on)[0]

    return uow.remember(("procedure", procedure_id, on), read)


def procedure_by_code(uow: ReadUnit, code: str, on: date | None = None) -> ProcedureView:
    """By national code. Raises NotFound."""
    row = DirectoryStore(uow.session).by_key(ProcedureRow, ProcedureRow.code, code)
    return _procedures(uow, [row], on or _today(uow))[0]


def procedures_of_link(uow: ReadUnit, link_id: UUID, on: date) -> list[ProcedureView]:
    """What the link allows, by name; the fees go where the link says. Raises NotFound."""
    store = DirectoryStore(uow.session)
    link = link_view(uow, link_id, on)
    return _procedures(uow, store.procedures(link.procedure_ids), on, link)


def _procedures(
    uow: ReadUnit, rows: Collection[ProcedureRow], on: date, link: LinkView | None = None
) -> list[ProcedureView]:
    store = DirectoryStore(uow.session)
    ids = [row.id for row in rows]
    papers, fees = store.papers(ids, on), store.fees(ids, on)
    channel = link.fee_channel if link else None
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


def check_may_accept(
    uow: ReadUnit, link_id: UUID, procedure_id: UUID, on: date, channel: str
) -> None:
    """This procedure may be taken in over this link, on this day, in this way.

    Raises
    ------
    NotFound
        No such link or procedure.
    LinkNotActive, ProcedureNotInLink
    OnlineOnly, NotByPost
        See `rules.check_channel`.
    """
    link = link_view(uow, link_id, on)
    procedure = procedure_view(uow, procedure_id, on)
    is_of_the_day = holds_on(link.valid_from, link.valid_to, on)
    if link.status != LinkStatus.ACTIVE or not is_of_the_day:
        raise LinkNotActive(link=link.key)
    if procedure_id not in link.procedure_ids:
        raise ProcedureNotInLink(link=link.key, procedure=procedure.code)
    check_channel(
        code=procedure.code,
        is_bcci_allowed=procedure.bcci_allowed,
        online_only_from=procedure.online_only_from,
        service_forms=link.service_forms,
        on=on,
        channel=channel,
    )


def draw_dossier_code(uow: UnitOfWork, section_id: UUID, on: date) -> str:
    """The section's next code of the day, never given again.

    Only for *seated* links and the agency's own registration: in *carrier* mode the agency
    alone gives the code. A rolled-back unit leaves no gap. Raises NotFound.
    """
    store = DirectoryStore(uow.session)
    section = store.lock_section(section_id)
    return format_dossier_code(section.code_prefix, on, store.next_number(section, on))


def public_overview(uow: ReadUnit, on: date) -> PublicOverview:
    """What anyone may read of the day: active links and what they lead to."""
    store = DirectoryStore(uow.session)
    links = [row for row in store.links(on) if row.status == LinkStatus.ACTIVE]
    return PublicOverview(
        points=tuple(_points(uow, store.points(on), on)),
        procedures=tuple(_procedures(uow, store.procedures(), on)),
        sections=tuple(sections_all(uow, on)),
        links=tuple(_links(uow, links, on)),
    )


def load_reference(units: Units, places: Path = PLACES) -> Mapping[str, ImportReport]:
    """The release's places stand in the database; what an operator imported is left alone.

    Safe at each start: files that did not change are not read again.
    """
    with units.write() as uow:
        reports = fill_from_release(uow, shared_register(), places)
        uow.commit()
    return reports


def import_csv(
    kind: str, content: bytes, *, actor: Actor, units: Units, dry_run: bool = False
) -> ImportReport:
    """A file of one kind is taken in whole, or nothing of it: then `errors` names each fault.

    Raises
    ------
    Forbidden
        Reference data is the operator's.
    ImportKindUnknown
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")
    if kind not in set(ImportKind):
        raise ImportKindUnknown(kind=kind)
    with units.write() as uow:
        report = take_in_file(uow, ImportKind(kind), content, shared_register(), actor=actor.ref)
        if not report.errors and not dry_run:
            uow.commit()
    return report


@dataclass(frozen=True, slots=True)
class MoveLink:
    link_id: UUID
    action: LinkAction


def move_link(command: MoveLink, *, actor: Actor, units: Units) -> LinkView:
    """The link is agreed on, suspended, resumed or ended, from now on.

    Raises
    ------
    Forbidden, NotFound, MoveNotOpen
    """
    if Role.OPERATOR not in actor.roles:
        raise Forbidden(power="manage_directory")
    with units.write() as uow:
        row = DirectoryStore(uow.session).get(LinkRow, command.link_id)
        row.status = next_link_status(LinkStatus(row.status), command.action)
        row.origin = "imported"
        uow.forget()
        view = link_view(uow, row.id, _today(uow))
        uow.commit()
    return view
