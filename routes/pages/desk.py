"""The agency desk (`/mot-cua`): what arrived, what is due, the pack station, what goes out."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from marshmallow import Schema

from postal_bridge.counter.cases import CaseOutcome, close_case_once, open_case_page
from postal_bridge.counter.ending import (
    Refuse,
    Stop,
    Withdraw,
    refuse_dossier,
    stop_dossier,
    withdraw_dossier,
)
from postal_bridge.counter.service import (
    CountEnvelope,
    PrepareEnvelope,
    TakeBack,
    count_envelope,
    desk,
    envelope_page,
    offers_for,
    open_desk_dossier,
    prepare_envelope,
    take_back,
)
from postal_bridge.dossiers.agency_desk import (
    Grant,
    RecordPayment,
    RegisterReceived,
    RequestPayment,
    RequestSupplement,
    SetResultReady,
    TakeSupplement,
    grant,
    record_payment,
    register_received,
    request_payment,
    request_supplement,
    set_result_ready,
    take_supplement,
)
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.fee_change_rules import FeeChangeReason
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.pages.answers import Answer, Done, answered
from routes.schemas.board import CloseCaseSchema
from routes.schemas.desk import (
    ConfirmedRecountSchema,
    CountedSchema,
    DeliveryStandSchema,
    DutySchema,
    ItemSchema,
    NothingSchema,
    PrepareSchema,
    ReasonSchema,
    RegisterSchema,
    ResultSchema,
    ReturnNumberSchema,
    SupplementSchema,
)
from routes.schemas.lookup import DossierSchema

bp = Blueprint("desk", __name__, url_prefix="/mot-cua")


@bp.get("")
@allow(Role.OFFICER)
def index() -> str:
    return index_page([])


@bp.get("/phong-bi/<uuid:item_id>")
@allow(Role.OFFICER)
def envelope(item_id: UUID) -> str:
    return _envelope(item_id, [])


@bp.post("/phong-bi/<uuid:item_id>")
@allow(Role.OFFICER)
def count(item_id: UUID) -> Answer:
    """The papers as a person counted them."""

    def do() -> bytes:
        counts = tuple(load_form(ConfirmedRecountSchema())["counts"])
        return count_envelope(CountEnvelope(item_id, counts), once=_once(CountedSchema()), **_who())

    return answered(
        do,
        partial(_envelope, item_id),
        lambda done: url_for("desk.dossier", dossier_id=done["dossier_id"]),
    )


@bp.get("/ho-so/<uuid:dossier_id>")
@allow(Role.OFFICER)
def dossier(dossier_id: UUID) -> str:
    return dossier_page(dossier_id, [])


@bp.post("/ho-so/<uuid:dossier_id>/vao-so")
@allow(Role.OFFICER)
def register(dossier_id: UUID) -> Answer:
    def command(fields: dict[str, Any]) -> RegisterReceived:
        return RegisterReceived(dossier_id, None if fields["draws_code"] else fields["code"])

    return _move(dossier_id, register_received, RegisterSchema(), command, field="code")


@bp.post("/ho-so/<uuid:dossier_id>/tu-choi")
@allow(Role.OFFICER)
def refuse(dossier_id: UUID) -> Answer:
    return _move(dossier_id, refuse_dossier, ReasonSchema(), _with(Refuse, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/bo-sung")
@allow(Role.OFFICER)
def ask_supplement(dossier_id: UUID) -> Answer:
    def command(fields: dict[str, Any]) -> RequestSupplement:
        return RequestSupplement(
            dossier_id, tuple(fields["paper_nos"]), fields["reason"], fields["text"]
        )

    return _move(dossier_id, request_supplement, SupplementSchema(), command)


@bp.post("/ho-so/<uuid:dossier_id>/da-bo-sung")
@allow(Role.OFFICER)
def supplemented(dossier_id: UUID) -> Answer:
    return _move(dossier_id, take_supplement, NothingSchema(), _with(TakeSupplement, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/nghia-vu")
@allow(Role.OFFICER)
def ask_payment(dossier_id: UUID) -> Answer:
    return _move(dossier_id, request_payment, DutySchema(), _with(RequestPayment, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/da-nop")
@allow(Role.OFFICER)
def paid(dossier_id: UUID) -> Answer:
    return _move(dossier_id, record_payment, NothingSchema(), _with(RecordPayment, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/ket-qua")
@allow(Role.OFFICER)
def finish(dossier_id: UUID) -> Answer:
    def command(fields: Any) -> SetResultReady:
        return SetResultReady(dossier_id, fields)

    return _move(dossier_id, set_result_ready, ResultSchema(), command)


@bp.post("/ho-so/<uuid:dossier_id>/tra-dien-tu")
@allow(Role.OFFICER)
def issue(dossier_id: UUID) -> Answer:
    return _move(dossier_id, grant, NothingSchema(), _with(Grant, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/dung")
@allow(Role.OFFICER)
def stop(dossier_id: UUID) -> Answer:
    return _move(dossier_id, stop_dossier, ReasonSchema(), _with(Stop, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/rut")
@allow(Role.OFFICER)
def withdraw(dossier_id: UUID) -> Answer:
    return _move(dossier_id, withdraw_dossier, NothingSchema(), _with(Withdraw, dossier_id))


@bp.post("/ho-so/<uuid:dossier_id>/phong-bi")
@allow(Role.OFFICER)
def prepare(dossier_id: UUID) -> Answer:
    """The result's envelope has its number; the pack station opens with it."""

    def do() -> bytes:
        command = PrepareEnvelope(dossier_id, **load_form(PrepareSchema()))
        return prepare_envelope(command, once=_once(ItemSchema()), **_who())

    return answered(
        do,
        partial(dossier_page, dossier_id),
        lambda _: url_for("desk_sending.pack", chon=dossier_id),
    )


@bp.post("/hoan/<uuid:delivery_id>")
@allow(Role.OFFICER)
def returned(delivery_id: UUID) -> Answer:
    """The officer signs for a result that came back by reading its number."""

    def do() -> bytes:
        command = TakeBack(delivery_id, **load_form(ReturnNumberSchema()))
        return take_back(command, once=_once(DeliveryStandSchema()), **_who())

    return answered(do, index_page, lambda _: url_for("desk.index", _anchor="h-returning"))


@bp.get("/vu-viec/<uuid:case_id>")
@allow(Role.OFFICER)
def case(case_id: UUID) -> str:
    return _case(case_id, [])


@bp.post("/vu-viec/<uuid:case_id>")
@allow(Role.OFFICER)
def settle(case_id: UUID) -> Answer:
    """An officer who neither counted nor took it over closes the case in his own words."""

    def do() -> bytes:
        schema = CloseCaseSchema()
        command = schema.command(case_id, load_form(schema))
        return close_case_once(command, once=once_of_form(nothing), **_who())

    return answered(do, partial(_case, case_id), lambda _: url_for("desk.case", case_id=case_id))


def _move(
    dossier_id: UUID,
    use_case: Callable[..., bytes],
    schema: Schema,
    command: Callable[[Any], Any],
    *,
    field: str = "",
) -> Answer:
    def do() -> bytes:
        return use_case(command(load_form(schema)), once=_once(DossierSchema()), **_who())

    def then(done: Done) -> str:
        return url_for("desk.dossier", dossier_id=done["id"])

    return answered(do, partial(dossier_page, dossier_id), then, field=field)


def _with(command: Callable[..., Any], dossier_id: UUID) -> Callable[[dict[str, Any]], Any]:
    return lambda fields: command(dossier_id, **fields)


def _once(schema: Schema) -> Once[Any]:
    return once_of_form(as_json(schema.dump))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def index_page(errors: list[FormError]) -> str:
    return render_template(
        "desk/index.html", desk=desk(**_who()), offers=offers_for(**_who()), errors=errors
    )


def _envelope(item_id: UUID, errors: list[FormError]) -> str:
    return render_template(
        "desk/envelope.html", page=envelope_page(item_id, **_who()), errors=errors
    )


def dossier_page(dossier_id: UUID, errors: list[FormError]) -> str:
    """The officer's page of one dossier, with what is wrong of a form of it."""
    page = open_desk_dossier(dossier_id, **_who())
    today = local(page.now).date().isoformat()
    known = container().texts.has
    return render_template(
        "desk/dossier.html", page=page, today=today, known=known, errors=errors,
        fee_reasons=tuple(FeeChangeReason),
    )  # fmt: skip


def _case(case_id: UUID, errors: list[FormError]) -> str:
    page = open_case_page(case_id, **_who())
    return render_template("desk/case.html", page=page, outcomes=list(CaseOutcome), errors=errors)
