"""From rows of the directory to what others see of them."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from postal_bridge.directory.rules import (
    AcceptanceMode,
    FareRefused,
    FeeChannel,
    FeeKind,
    LinkStatus,
    ResultKind,
)
from postal_bridge.directory.tables import (
    AgencyRow,
    LinkRow,
    OperatingUnitRow,
    ProcedureFeeRow,
    ProcedurePaperRow,
    ProcedureRow,
    SectionRow,
    ServicePointRow,
)
from postal_bridge.directory.views import (
    AgencyView,
    FeeSpec,
    LinkView,
    PaperSpec,
    PointView,
    ProcedureView,
    SectionView,
    UnitView,
)

REFORM = date(2025, 7, 1)


def unit_from(row: OperatingUnitRow) -> UnitView:
    return UnitView(
        id=row.id,
        key=row.key,
        level=row.level,
        name=row.name_vi,
        commune_code=row.new_unit_code or row.old_unit_code,
        parent_id=row.parent_id,
        name_en=row.name_en,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def agency_from(row: AgencyRow) -> AgencyView:
    return AgencyView(row.id, row.key, row.level, row.name_vi, row.name_en)


def section_from(row: SectionRow, agency: AgencyRow) -> SectionView:
    return SectionView(
        id=row.id,
        key=row.key,
        name=row.name_vi,
        agency_id=agency.id,
        agency_name=agency.name_vi,
        agency_header=(agency.name_vi.upper(), row.name_vi.upper()),
        commune_code=row.new_commune_code or row.old_commune_code,
        hotline=row.hotline,
        mailbox=row.mailbox,
        address=row.address,
        code_prefix=row.code_prefix,
        hours=row.hours,
        lat=row.lat,
        lon=row.lon,
        name_en=row.name_en,
        agency_name_en=agency.name_en,
        cut_off=row.cut_off,
        abilities=tuple(row.abilities),
        accessibility=tuple(row.accessibility),
        precision=row.precision,
    )


def point_from(row: ServicePointRow, services: Iterable[str]) -> PointView:
    return PointView(
        id=row.id,
        key=row.key,
        unit_id=row.unit_id,
        name=row.name_vi,
        kind=row.kind,
        commune_code=row.new_commune_code or row.old_commune_code,
        lat=row.lat,
        lon=row.lon,
        hours=row.hours,
        hotline=row.hotline,
        address=row.address,
        services=tuple(sorted(services)),
        name_en=row.name_en,
        cut_off=row.cut_off,
        abilities=tuple(row.abilities),
        accessibility=tuple(row.accessibility),
        precision=row.precision,
    )


def link_from(row: LinkRow, procedure_ids: Iterable[UUID], on: date) -> LinkView:
    has_ended = row.valid_to is not None and row.valid_to < on
    return LinkView(
        id=row.id,
        section_id=row.section_id,
        point_id=row.point_id,
        unit_id=row.unit_id,
        acceptance_mode=AcceptanceMode(row.acceptance_mode),
        procedure_ids=frozenset(procedure_ids),
        transit_h=row.transit_h,
        transport_days=tuple(row.transport_days),
        departures=tuple(row.departures),
        proof_demanded=row.proof_demanded,
        who_may_receive=row.who_may_receive,
        fare_refused=FareRefused(row.fare_refused),
        fare_borne=frozenset(row.fare_borne),
        return_instruction=row.return_instruction,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        status=LinkStatus.ENDED if has_ended else LinkStatus(row.status),
        key=row.key,
        service_forms=frozenset(row.service_forms),
        fee_channel=FeeChannel(row.fee_channel),
        digitised_at=row.digitised_at,
    )


def procedure_from(
    row: ProcedureRow,
    on: date,
    papers: Iterable[ProcedurePaperRow],
    fees: Iterable[ProcedureFeeRow],
    channel: FeeChannel | None,
) -> ProcedureView:
    return ProcedureView(
        id=row.id,
        code=row.code,
        name_vi=row.name_vi,
        name_en=row.name_en,
        sector_vi=row.sector_vi,
        sector_en=row.sector_en,
        level=row.level_new if on >= REFORM else row.level_old,
        time_limit_days=row.time_limit_days,
        time_limit_hours=row.time_limit_hours,
        is_same_day=row.is_same_day,
        bcci_allowed=row.bcci_allowed,
        online_only_from=row.online_only_from,
        result_kind=ResultKind(row.result_kind),
        document_class=row.document_class,
        who_may_receive=row.who_may_receive,
        papers=tuple(
            PaperSpec(
                no=paper.no,
                name_vi=paper.name_vi,
                name_en=paper.name_en,
                is_required=paper.is_required,
                originals=paper.originals,
                certified_copies=paper.certified_copies,
                photocopies=paper.photocopies,
                default_tally=paper.default_tally,
            )
            for paper in papers
        ),
        fees=tuple(
            FeeSpec(
                code=fee.key,
                name_vi=fee.name_vi,
                name_en=fee.name_en,
                kind=FeeKind(fee.kind),
                amount_vnd=fee.amount_vnd,
                channel=channel or FeeChannel.POST_ACCOUNT,
                per=fee.per,
            )
            for fee in fees
        ),
        key=row.key,
    )
