"""Wire formats of looking: dossiers in lists, one dossier, its line and its promise."""

from marshmallow import fields, validate

from postal_bridge.counter.dossier_page import LookReason
from postal_bridge.custody.rules import DelayOwner
from postal_bridge.directory.rules import AcceptanceMode, Channel, ServiceForm
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.types import ListOrder
from routes.schemas.common import Choice, Count, Id, Many, Moment, Part, Text, Wire, YesNo
from routes.schemas.desk import ItemSchema, PaperTallySchema
from routes.schemas.pouch import NamedHolderSchema

MOST_ROWS = 200


class LookUpSchema(Wire):
    q = Text(required=True, longest=500, shortest=2)
    reason = Choice(LookReason, load_default=LookReason.CITIZEN_ASKS)


class DossierQuerySchema(Wire):
    """What narrows a list; nothing given lists everything of the caller's scope."""

    status = Choice(DossierStatus)
    point_id = Id()
    section_id = Id()
    procedure_id = Id()
    due_before = Moment()
    accepted_from = Moment()
    accepted_before = Moment()
    open_only = fields.Boolean(load_default=False)
    order = Choice(ListOrder, load_default=ListOrder.NEWEST)
    cursor = Text(longest=200, load_default=None)
    limit = fields.Integer(
        load_default=50,
        validate=validate.Range(1, MOST_ROWS, error="number_out_of_range"),
        error_messages={"invalid": "not_whole_number"},
    )


class WhenQuerySchema(Wire):
    at = Moment(load_default=None)
    known_at = Moment(load_default=None)


class DossierSchema(Wire):
    """A dossier without anything of a person."""

    id = Id()
    acceptance_number = Text()
    dossier_code = Text(allow_none=True)
    procedure_code = Text()
    procedure_name_vi = Text()
    procedure_name_en = Text()
    link_id = Id()
    point_id = Id()
    section_id = Id()
    channel = Choice(Channel)
    service_form = Choice(ServiceForm)
    mode = Choice(AcceptanceMode)
    status = Choice(DossierStatus)
    national_status = fields.Integer(allow_none=True)
    result_number = Text(allow_none=True)
    accepted_at = Moment(allow_none=True)
    received_at = Moment(allow_none=True)
    due_at = Moment(allow_none=True)
    finished_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    version = fields.Integer()


class FullDossierSchema(DossierSchema):
    papers = Many(Part(PaperTallySchema))


class DossierPageSchema(Wire):
    rows = Many(Part(DossierSchema))
    cursor = Text(allow_none=True)


class TimelineLineSchema(Wire):
    at = Moment(attribute="step.at")
    recorded_at = Moment(attribute="step.recorded_at")
    kind = Text(attribute="step.kind")
    stream = Text(attribute="step.stream")
    seq = Count(attribute="step.seq")
    item_number = Text(attribute="step.item_number", allow_none=True)
    status = Choice(DossierStatus, attribute="step.status", allow_none=True)
    who = Text()
    holder = Part(NamedHolderSchema, allow_none=True)


class TimelineSchema(Wire):
    lines = Many(Part(TimelineLineSchema))


class OwnerTimeSchema(Wire):
    owner = Choice(DelayOwner)
    worked_s = Count()


class PromiseSchema(Wire):
    due_at = Moment(allow_none=True)
    is_expected_only = YesNo()
    paused_since = Moment(allow_none=True)
    is_overdue = YesNo()
    slack = Many(Part(OwnerTimeSchema))


class WhereaboutsSchema(Wire):
    item = Part(ItemSchema)
    holder = Part(NamedHolderSchema, allow_none=True)
    at = Moment()
