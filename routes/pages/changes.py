"""What is changed of a dossier at the counter (`/ho-so/<id>/thay-doi`): where its result goes,
whether it goes on at all, and what is given back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from marshmallow import ValidationError

from postal_bridge.counter.changes import (
    fetch_at_section_once,
    open_changes,
    pay_back_once,
    redirect_once,
    transfer_back_once,
)
from postal_bridge.counter.ending import Withdraw, cancel_acceptance, withdraw_dossier
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.clock import local
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.counter_communes import CommuneChoice, commune_choices
from routes.schemas.changes import (
    CancelAcceptanceSchema,
    PayBackSchema,
    RedirectSchema,
    TransferBackSchema,
)

bp = Blueprint("changes", __name__, url_prefix="/ho-so/<uuid:dossier_id>/thay-doi")
POST_STAFF = (Role.CLERK, Role.SUPERVISOR)


@bp.get("")
@allow(*POST_STAFF)
def show(dossier_id: UUID) -> str:
    return _page(dossier_id, [])


@bp.post("/noi-nhan")
@allow(*POST_STAFF)
def redirect(dossier_id: UUID) -> Answer:
    """To another door, or to wait at the point; whoever asks has shown an identity paper."""

    def act() -> bytes:
        schema = RedirectSchema()
        command = schema.command(_delivery_id(dossier_id), load_form(schema, _with_commune()))
        return redirect_once(command, once=once_of_form(nothing), **_who())

    return _answer(dossier_id, act, done="noi-nhan")


@bp.post("/mot-cua")
@allow(*POST_STAFF)
def to_section(dossier_id: UUID) -> Answer:
    def act() -> bytes:
        delivery_id = _delivery_id(dossier_id)
        return fetch_at_section_once(delivery_id, once=once_of_form(nothing), **_who())

    return _answer(dossier_id, act, done="mot-cua")


@bp.post("/rut")
@allow(Role.CLERK)
def withdraw(dossier_id: UUID) -> Answer:
    def act() -> bytes:
        return withdraw_dossier(Withdraw(dossier_id), once=once_of_form(nothing), **_who())

    return _answer(dossier_id, act, done="rut")


@bp.post("/huy")
@allow(Role.CLERK)
def cancel(dossier_id: UUID) -> Answer:
    """The acceptance is undone before anything left the counter."""

    def act() -> bytes:
        schema = CancelAcceptanceSchema()
        command = schema.command(dossier_id, load_form(schema))
        return cancel_acceptance(command, once=once_of_form(nothing), **_who())

    return _answer(dossier_id, act, done="huy")


@bp.post("/hoan-cuoc")
@allow(Role.CLERK)
def pay_back(dossier_id: UUID) -> Answer:
    """Out of the clerk's own drawer into the citizen's hand."""

    def act() -> bytes:
        schema = PayBackSchema()
        command = schema.command(dossier_id, load_form(schema))
        return pay_back_once(command, once=once_of_form(nothing), **_who())

    return _answer(dossier_id, act, done="hoan-cuoc")


@bp.post("/hoan-cuoc-chuyen-khoan")
@allow(*POST_STAFF)
def transfer_back(dossier_id: UUID) -> Answer:
    """To an account that the citizen names, on the page of refunds."""

    def act() -> bytes:
        schema = TransferBackSchema()
        command = schema.command(dossier_id, load_form(schema))
        return transfer_back_once(command, once=once_of_form(nothing), **_who())

    return answered(
        act,
        lambda errors: _page(dossier_id, errors),
        lambda _: url_for("refunds.show", dossier_id=dossier_id),
    )


def _answer(dossier_id: UUID, act: Callable[[], bytes], *, done: str) -> Answer:
    return answered(
        act,
        lambda errors: _page(dossier_id, errors),
        lambda _: url_for("changes.show", dossier_id=dossier_id, xong=done),
    )


def _page(dossier_id: UUID, errors: list[FormError]) -> str:
    return render_template(
        "lookup/changes.html",
        page=open_changes(dossier_id, **_who()),
        communes=_communes() if request.form.get("commune_text") else (),
        errors=errors,
        sent=request.form,
        done=request.args.get("xong"),
    )


def _delivery_id(dossier_id: UUID) -> UUID:
    page = open_changes(dossier_id, **_who())
    return page.delivery.id if page.delivery else dossier_id  # the latter names no delivery


def _with_commune() -> list[tuple[str, str]]:
    """The form with the code of the one commune that its text means, or that was chosen."""
    fields = [pair for pair in request.form.items() if pair[0] != "commune_text"]
    if not request.form.get("commune_text"):
        return fields
    codes = [choice.code for choice in _communes()]
    chosen = request.form.get("commune_code")
    if len(codes) != 1 and chosen not in codes:
        code = "counter_commune_several" if codes else "counter_commune_unknown"
        raise ValidationError({"commune_text": [code]})
    others = [pair for pair in fields if pair[0] != "commune_code"]
    return [*others, ("commune_code", str(chosen) if chosen in codes else codes[0])]


def _communes() -> tuple[CommuneChoice, ...]:
    with container().units.read() as uow:
        on = local(uow.now).date()
    text, street = request.form.get("commune_text", ""), request.form.get("address_text", "")
    return commune_choices(text, on, street).found


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
