"""Agency fees paid on (`/dieu-hanh/chuyen-nop`): what a section waits for, and that it has it."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from postal_bridge.insight.remitting import remitted_fees, section_fees, sections_waiting
from postal_bridge.kernel.actor import Role
from postal_bridge.money.errors import BankSlipMissing, BankSlipUsed
from postal_bridge.money.fee_remitting import RemittanceDiffers
from postal_bridge.money.service import remit_fees
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, once_of_form
from routes.pages.answers import Answer, answered
from routes.schemas.remittances import RemitFeesSchema, RemittanceSchema

bp = Blueprint("remittances", __name__, url_prefix="/dieu-hanh/chuyen-nop")
SEE = (Role.SUPERVISOR, Role.OPERATOR)
DONE = as_json(RemittanceSchema().dump)
BESIDE = {
    BankSlipMissing: "bank_reference",
    BankSlipUsed: "bank_reference",
    RemittanceDiffers: "amount_vnd",
}


@bp.get("")
@allow(*SEE)
def index() -> str:
    return render_template("remittances/sections.html", sections=sections_waiting(**_who()))


@bp.get("/<uuid:section_id>")
@allow(*SEE)
def section(section_id: UUID) -> str:
    return _page(section_id, [])


@bp.post("/<uuid:section_id>")
@allow(Role.SUPERVISOR)
def remit(section_id: UUID) -> Answer:
    """The amount is typed from the bank's order: what came in meanwhile is not paid on unseen."""

    def act() -> bytes:
        schema = RemitFeesSchema()
        command = schema.command(section_id, load_form(schema))
        return remit_fees(command, once=once_of_form(DONE), **_who())

    return answered(
        act,
        lambda errors: _page(section_id, errors),
        lambda done: url_for("remittances.one", remittance_id=done["id"]),
        fields=BESIDE,
    )


@bp.get("/lan/<uuid:remittance_id>")
@allow(*SEE)
def one(remittance_id: UUID) -> str:
    """The list that goes to the agency with the money."""
    return render_template("remittances/remitted.html", page=remitted_fees(remittance_id, **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _page(section_id: UUID, errors: list[Any]) -> str:
    page = section_fees(section_id, _until(), **_who())
    return render_template("remittances/section.html", page=page, errors=errors, typed=request.form)


def _until() -> date | None:
    try:
        return date.fromisoformat(request.values.get("until", ""))
    except ValueError:
        return None
