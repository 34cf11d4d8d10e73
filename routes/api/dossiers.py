"""API: dossiers of the caller's scope, their line and promise, and the agency's moves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.correcting import decline_correction, open_correction
from postal_bridge.counter.ending import (
    Refuse,
    Stop,
    Withdraw,
    refuse_dossier,
    stop_dossier,
    withdraw_dossier,
)
from postal_bridge.counter.service import (
    list_dossiers,
    peek_dossier,
    promise_of,
    steps_of_dossier,
)
from postal_bridge.dossiers.agency_desk import (
    RecordPayment,
    RegisterReceived,
    RequestExtension,
    RequestPayment,
    RequestSupplement,
    SetResultReady,
    TakeSupplement,
    record_payment,
    register_received,
    request_extension,
    request_payment,
    request_supplement,
    set_result_ready,
    take_supplement,
)
from postal_bridge.dossiers.types import DossierFilter, DossierView, Page, Promise, Result
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.idempotency import Once
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.corrections import CorrectionSchema, DeclineMistakeSchema
from routes.schemas.desk import (
    DutySchema,
    ExtensionSchema,
    NothingSchema,
    ReasonSchema,
    RegisterSchema,
    ResultSchema,
    SupplementSchema,
    TakeSupplementSchema,
)
from routes.schemas.lookup import (
    DossierPageSchema,
    DossierQuerySchema,
    DossierSchema,
    FullDossierSchema,
    PromiseSchema,
    TimelineSchema,
)

blp = ApiBlueprint(
    "dossiers", __name__, url_prefix="/api/v1/dossiers", description="Dossiers and their moves"
)
READERS = (Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.OPERATOR)
RENDER = as_json(DossierSchema().dump)


@blp.route("", methods=["GET"])
@allow(*READERS)
@blp.arguments(DossierQuerySchema, location="query")
@blp.response(200, DossierPageSchema)
def listing(asked: dict[str, Any]) -> Page:
    """A page of dossiers; `cursor` asks for the next one. Nothing of a person is in it."""
    paging = {name: asked.pop(name) for name in ("order", "cursor", "limit")}
    status = asked.pop("status", None)
    wanted = DossierFilter(statuses=frozenset({status} if status else ()), **asked)
    return list_dossiers(wanted, **paging, **_who())


@blp.route("/<uuid:dossier_id>", methods=["GET"])
@allow(*READERS)
@blp.response(200, FullDossierSchema)
def one(dossier_id: UUID) -> DossierView:
    """One dossier with its tallied papers."""
    return peek_dossier(dossier_id, **_who())


@blp.route("/<uuid:dossier_id>/timeline", methods=["GET"])
@allow(*READERS)
@blp.response(200, TimelineSchema)
def timeline(dossier_id: UUID) -> dict[str, Any]:
    """Everything that happened to the dossier and its items, with who has held them since."""
    return {"lines": steps_of_dossier(dossier_id, **_who())}


@blp.route("/<uuid:dossier_id>/promise", methods=["GET"])
@allow(*READERS)
@blp.response(200, PromiseSchema)
def promise(dossier_id: UUID) -> Promise:
    """The date, and to whom each hour so far belongs."""
    return promise_of(dossier_id, **_who())


@blp.route("/<uuid:dossier_id>/registration", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(RegisterSchema)
@blp.alt_response(201, schema=DossierSchema)
def register(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The agency has it under its code, and its clock runs."""
    code = None if fields["draws_code"] else fields["code"]
    return _moved(register_received, RegisterReceived(dossier_id, code), once(RENDER))


@blp.route("/<uuid:dossier_id>/refusal", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(ReasonSchema)
@blp.alt_response(201, schema=DossierSchema)
def refuse(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The agency does not take it (form 03); the papers go home."""
    return _moved(refuse_dossier, Refuse(dossier_id, **fields), once(RENDER))


@blp.route("/<uuid:dossier_id>/supplement-request", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(SupplementSchema)
@blp.alt_response(201, schema=DossierSchema)
def ask_supplement(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The citizen is asked for papers of the published list (form 02); the clock stands."""
    papers = tuple(fields.pop("paper_nos"))
    command = RequestSupplement(dossier_id, papers, **fields)
    return _moved(request_supplement, command, once(RENDER))


@blp.route("/<uuid:dossier_id>/supplement", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(TakeSupplementSchema)
@blp.alt_response(201, schema=DossierSchema)
def supplement(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """What was asked for is here, and the clock runs on."""
    command = TakeSupplement(dossier_id, tuple(fields["papers"]))
    return _moved(take_supplement, command, once(RENDER))


@blp.route("/<uuid:dossier_id>/extension-request", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(ExtensionSchema)
@blp.alt_response(201, schema=DossierSchema)
def ask_extension(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The agency is late and asks for more time (form 04); the promised date stays."""
    return _moved(request_extension, RequestExtension(dossier_id, **fields), once(RENDER))


@blp.route("/<uuid:dossier_id>/payment-request", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(DutySchema)
@blp.alt_response(201, schema=DossierSchema)
def ask_payment(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """A tax or duty is due; the clock stands."""
    return _moved(request_payment, RequestPayment(dossier_id, **fields), once(RENDER))


@blp.route("/<uuid:dossier_id>/payment-record", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(NothingSchema)
@blp.alt_response(201, schema=DossierSchema)
def paid(_: dict[str, Any], dossier_id: UUID) -> Response:
    """The duty is paid, and the clock runs on."""
    return _moved(record_payment, RecordPayment(dossier_id), once(RENDER))


@blp.route("/<uuid:dossier_id>/result", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(ResultSchema)
@blp.alt_response(201, schema=DossierSchema)
def finish(result: Result, dossier_id: UUID) -> Response:
    """The agency has decided, and the result can be given out."""
    return _moved(set_result_ready, SetResultReady(dossier_id, result), once(RENDER))


@blp.route("/<uuid:dossier_id>/stop", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(ReasonSchema)
@blp.alt_response(201, schema=DossierSchema)
def stop(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The agency stops working on it (form 05)."""
    return _moved(stop_dossier, Stop(dossier_id, **fields), once(RENDER))


@blp.route("/<uuid:dossier_id>/withdrawal", methods=["POST"])
@allow(Role.OFFICER, Role.CLERK)
@blp.arguments(NothingSchema)
@blp.alt_response(201, schema=DossierSchema)
def withdraw(_: dict[str, Any], dossier_id: UUID) -> Response:
    """The citizen has taken the application back."""
    return _moved(withdraw_dossier, Withdraw(dossier_id), once(RENDER))


@blp.route("/<uuid:dossier_id>/correction", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(CorrectionSchema)
@blp.alt_response(201, schema=DossierSchema)
def correct(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The result given out has a mistake: it is made anew, and the agency bears its way."""
    command = CorrectionSchema().command(dossier_id, fields)
    return _moved(open_correction, command, once(RENDER))


@blp.route("/<uuid:dossier_id>/correction-refusal", methods=["POST"])
@allow(Role.OFFICER)
@blp.arguments(DeclineMistakeSchema)
@blp.alt_response(201, schema=DossierSchema)
def decline_correction_of(fields: dict[str, Any], dossier_id: UUID) -> Response:
    """The citizen said that his result has a mistake; the agency has looked, and it stands."""
    command = DeclineMistakeSchema().command(dossier_id, fields)
    return _moved(decline_correction, command, once(RENDER))


def _moved(use_case: Callable[..., bytes], command: Any, kept: Once[DossierView]) -> Response:
    return answered(use_case(command, once=kept, **_who()), 201)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
