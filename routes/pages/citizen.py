"""The citizen's page: where is it, when, what now, and what he does about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from postal_bridge.counter.citizen import citizen_page
from postal_bridge.counter.citizen_acts import (
    change_street,
    choose_window,
    collect_at_point,
    collect_at_section,
    pay_fare,
    show_hand_over_code,
)
from postal_bridge.counter.correcting import tell_of_mistake
from postal_bridge.counter.fee_changes import ask_rest_online
from postal_bridge.counter.fee_papers import own_refund_paper
from postal_bridge.counter.receipts import own_receipt
from postal_bridge.delivery.service import OpenDispute, confirm_received, open_dispute
from postal_bridge.delivery.views import DeliveryView, DisputeView
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.service import OnlinePayment
from routes.access import allow, signed_in
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.language import chosen_language, remember_language
from routes.pages.answers import Answer, answered
from routes.pages.citizen_view import citizen_by, kept_page, own_page
from routes.payment_links import payment_token
from routes.receipts import receipt_answer
from routes.schemas.changes import StreetSchema
from routes.schemas.citizen import DisputeSchema, WindowSchema
from routes.schemas.corrections import TellMistakeSchema

bp = Blueprint("citizen", __name__, url_prefix="/tra-cuu")


def _dispute_said(view: DisputeView) -> dict[str, str]:
    return {"dispute_id": str(view.id)}


def _payment_said(view: OnlinePayment) -> dict[str, str]:
    return {"payment_id": str(view.payment_id)}


def _delivery_said(view: DeliveryView) -> dict[str, str]:
    return {"status": view.status.value}


dispute_json = as_json(_dispute_said)
delivery_json = as_json(_delivery_said)
payment_json = as_json(_payment_said)


@bp.get("/<token>")
@allow()
def show(token: str) -> str:
    """A page like the one before is not made again: rendering costs more than looking."""
    remember_language()
    if signed_in() is not None or "xong" in request.args:
        return own_page(token, [])
    return kept_page(token)


@bp.get("/<token>/bien-lai/<uuid:receipt_id>.pdf")
@allow()
def receipt(token: str, receipt_id: UUID) -> Response:
    """The electronic receipt of his own payment."""
    citizen, _ = citizen_by(token)
    words = (container().texts, chosen_language())
    units = container().units
    return receipt_answer(own_receipt(receipt_id, *words, actor=citizen, units=units))


@bp.post("/<token>/ma-nhan")
@allow()
def code(token: str) -> str:
    citizen, _ = citizen_by(token)
    shown = show_hand_over_code(actor=citizen, units=container().units)
    return own_page(token, [], code=shown)


@bp.post("/<token>/chua-nhan")
@allow()
def dispute(token: str) -> Answer:
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        command = OpenDispute(_delivery_id(citizen), load_form(DisputeSchema()))
        once = once_of_form(dispute_json)
        return open_dispute(command, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="khieu-nai")


@bp.post("/<token>/da-nhan")
@allow()
def confirm(token: str) -> Answer:
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        once, units = once_of_form(delivery_json), container().units
        return confirm_received(_delivery_id(citizen), actor=citizen, once=once, units=units)

    return _answer(token, act, done="da-nhan")


@bp.post("/<token>/sai-sot")
@allow()
def mistake(token: str) -> Answer:
    """The result has a mistake; the agency is asked to look."""
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        once: Once[DossierView] = once_of_form(nothing)
        told = load_form(TellMistakeSchema())
        return tell_of_mistake(told, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="sai-sot")


@bp.post("/<token>/hen")
@allow()
def window(token: str) -> Answer:
    citizen, check = citizen_by(token)

    def act() -> bytes:
        half_day, once = load_form(WindowSchema()), once_of_form(delivery_json)
        return choose_window(half_day, check, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="hen")


@bp.post("/<token>/nhan-tai-buu-cuc")
@allow()
def to_point(token: str) -> Answer:
    citizen, check = citizen_by(token)

    def act() -> bytes:
        once = once_of_form(delivery_json)
        return collect_at_point(check, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="buu-cuc")


@bp.post("/<token>/doi-dia-chi")
@allow()
def street(token: str) -> Answer:
    citizen, check = citizen_by(token)

    def act() -> bytes:
        address = load_form(StreetSchema())["address_text"]
        once = once_of_form(delivery_json)
        return change_street(address, check, actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="dia-chi")


@bp.post("/<token>/nhan-tai-mot-cua")
@allow()
def to_section(token: str) -> Answer:
    """Nobody brings it; the citizen fetches it where it is made."""
    citizen, _ = citizen_by(token)

    def act() -> bytes:
        once = once_of_form(delivery_json)
        return collect_at_section(actor=citizen, once=once, units=container().units)

    return _answer(token, act, done="mot-cua")


@bp.post("/<token>/thanh-toan")
@allow()
def pay(token: str) -> Answer:
    citizen, _ = citizen_by(token)
    dossier_id = UUID(citizen.id)

    def act() -> bytes:
        once = once_of_form(payment_json)
        return pay_fare(actor=citizen, once=once, units=container().units)

    def then(done: dict[str, Any]) -> str:
        address = payment_token(UUID(done["payment_id"]), dossier_id)
        return url_for("pay.show", token=address)

    return answered(act, lambda errors: own_page(token, errors), then)


@bp.post("/<token>/nop-them/<uuid:change_id>")
@allow()
def pay_rest(token: str, change_id: UUID) -> Answer:
    """The rest of a fee by transfer: the QR stands on the payment's own page."""
    citizen, _ = citizen_by(token)
    dossier_id = UUID(citizen.id)

    def act() -> bytes:
        once = once_of_form(payment_json)
        return ask_rest_online(change_id, actor=citizen, once=once, units=container().units)

    def then(done: dict[str, Any]) -> str:
        return url_for("pay.show", token=payment_token(UUID(done["payment_id"]), dossier_id))

    return answered(act, lambda errors: own_page(token, errors), then)


@bp.get("/<token>/hoan-phi/<uuid:change_id>.pdf")
@allow()
def refund_slip(token: str, change_id: UUID) -> Response:
    citizen, _ = citizen_by(token)
    words = (container().texts, chosen_language())
    units = container().units
    return receipt_answer(own_refund_paper(change_id, *words, actor=citizen, units=units))


def _answer(token: str, act: Callable[[], bytes], *, done: str) -> Answer:
    return answered(
        act,
        lambda errors: own_page(token, errors),
        lambda _: url_for("citizen.show", token=token, xong=done),
    )


def _delivery_id(citizen: Actor) -> UUID:
    seen = citizen_page(chosen_language(), actor=citizen, units=container().units)
    if seen.delivery is None:
        raise NotFound
    return seen.delivery.id
