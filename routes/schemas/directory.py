"""Wire formats of the directory: points, sections, links, procedures, communes."""

from typing import Any

from marshmallow import fields, post_load, validate

from postal_bridge.directory.cells import cell_of
from postal_bridge.directory.columns import ImportKind
from postal_bridge.directory.rules import (
    AcceptanceMode,
    DigitisedAt,
    FareRefused,
    FeeChannel,
    FeeKind,
    LinkAction,
    LinkStatus,
    ProofDemanded,
    ResultKind,
    ServiceForm,
    WhoMayReceive,
)
from postal_bridge.directory.service import ProposeLink
from routes.schemas.common import AmountVnd, Choice, Count, Day, Id, Many, Part, Text, Wire, YesNo

MOST_FOUND = 50


class PointSchema(Wire):
    id = Id()
    key = Text()
    name = Text()
    name_en = Text()
    kind = Text()
    commune_code = Text(allow_none=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    hours = Text()
    hotline = Text()
    address = Text()
    services = Many(Text())
    cut_off = Text()
    abilities = Many(Text())
    accessibility = Many(Text())
    precision = Text()


class PointsSchema(Wire):
    rows = Many(Part(PointSchema))


class PaperSpecSchema(Wire):
    no = Count()
    name_vi = Text()
    name_en = Text()
    is_required = YesNo()
    originals = Count()
    certified_copies = Count()
    photocopies = Count()
    default_tally = Text()


class FeeSpecSchema(Wire):
    """An agency's fee; `per` is what the amount counts: dossier, copy or page."""

    code = Text()
    name_vi = Text()
    name_en = Text()
    kind = Choice(FeeKind)
    amount_vnd = AmountVnd()
    channel = Choice(FeeChannel)
    per = Text()


class ProcedureSchema(Wire):
    id = Id()
    key = Text()
    code = Text()
    name_vi = Text()
    name_en = Text()
    sector_vi = Text()
    sector_en = Text()
    level = Text()
    time_limit_days = Count()
    time_limit_hours = Count()
    is_same_day = YesNo()
    bcci_allowed = YesNo()
    online_only_from = Day(allow_none=True)
    result_kind = Choice(ResultKind)
    document_class = Text()
    who_may_receive = Text()
    papers = Many(Part(PaperSpecSchema))
    fees = Many(Part(FeeSpecSchema))


class ProceduresSchema(Wire):
    rows = Many(Part(ProcedureSchema))


class LinkSchema(Wire):
    """What one section and one point have agreed on."""

    id = Id()
    key = Text()
    section_id = Id()
    point_id = Id()
    acceptance_mode = Choice(AcceptanceMode)
    status = Choice(LinkStatus)
    procedure_ids = Many(Id())
    service_forms = Many(Text())
    transport_days = Many(Count())
    departures = Many(Text())
    transit_h = Count(allow_none=True)
    digitised_at = Text()
    proof_demanded = Text()
    who_may_receive = Text(allow_none=True)
    fare_refused = Choice(FareRefused)
    fare_borne = Many(Text())
    fee_channel = Choice(FeeChannel)
    valid_from = Day(allow_none=True)
    valid_to = Day(allow_none=True)


class LinksSchema(Wire):
    rows = Many(Part(LinkSchema))


class SectionSchema(Wire):
    id = Id()
    key = Text()
    name = Text()
    name_en = Text()
    agency_name = Text()
    agency_name_en = Text()
    commune_code = Text(allow_none=True)
    hotline = Text()
    address = Text()
    hours = Text()
    cut_off = Text()
    abilities = Many(Text())
    accessibility = Many(Text())


class SectionsSchema(Wire):
    rows = Many(Part(SectionSchema))


class CommuneSchema(Wire):
    """An administrative unit of the day by its statistics-office code."""

    code = Text()
    name = Text()
    full_name = Text()
    level = Text()
    parent_code = Text(allow_none=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)


class CommunesSchema(Wire):
    rows = Many(Part(CommuneSchema))


class CommuneQuerySchema(Wire):
    """`q`: the beginning of a name, with or without marks."""

    q = Text(required=True, longest=80, shortest=1)
    on = Day(load_default=None)
    limit = fields.Integer(
        load_default=10,
        validate=validate.Range(1, MOST_FOUND, error="number_out_of_range"),
        error_messages={"invalid": "not_whole_number", "too_large": "number_too_large"},
    )


class PointQuerySchema(Wire):
    """`commune`: points that serve this commune or lie nearest to it."""

    commune = Text(longest=10, load_default=None)
    procedure = Text(longest=60, load_default=None)


class LinkQuerySchema(Wire):
    point_id = Id(load_default=None)
    section_id = Id(load_default=None)


class ProposeLinkSchema(Wire):
    """An agreement: the columns of `links.csv`, lists as lists."""

    key = Text(required=True, longest=80, shortest=1)
    section = Text(required=True, longest=80)
    service_point = Text(required=True, longest=80)
    acceptance_mode = Choice(AcceptanceMode, required=True)
    procedures = Many(Text(longest=80), required=True)
    service_forms = Many(Choice(ServiceForm), required=True)
    transport_days = Many(Count(maximum=7), load_default=[])
    transport_departures = Many(Text(longest=5), load_default=[])
    transit_h = Count(maximum=1000, allow_none=True, load_default=None)
    digitised_at = Choice(DigitisedAt, allow_none=True, load_default=None)
    proof_demanded = Choice(ProofDemanded, required=True)
    who_may_receive = Choice(WhoMayReceive, allow_none=True, load_default=None)
    fare_refused = Choice(FareRefused, load_default=FareRefused.HOLD)
    fare_borne = Many(Text(longest=80), load_default=[])
    return_instruction = Text(longest=400, load_default="")
    fee_channel = Choice(FeeChannel, required=True)
    valid_from = Day(allow_none=True, load_default=None)
    valid_to = Day(allow_none=True, load_default=None)
    source = Text(longest=400, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ProposeLink:
        return ProposeLink({name: cell_of(value) for name, value in data.items()})


class MoveLinkSchema(Wire):
    action = Choice(LinkAction, required=True)


class ImportSchema(Wire):
    """`content`: the file of the first step, in base64."""

    kind = Choice(ImportKind, required=True)
    content = Text(required=True, longest=2_000_000)
