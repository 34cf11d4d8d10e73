"""Money that came and fitted nothing (`/dieu-hanh/tien-cho-xu-ly`), and the bank's statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from postal_bridge.directory.service import unit_view
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.money.accounts import AccountKind
from postal_bridge.money.parked import note_parked, place_parked, return_parked
from postal_bridge.money.payouts import payout_places, payouts_taken, take_payout
from postal_bridge.money.refund_returns import take_refund_back
from postal_bridge.money.service import ParkedNotice, parked_notices
from postal_bridge.money.statement_import import LARGEST_FILE, LineFate, import_statement
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.pages.sent_files import sent_file
from routes.schemas.parked import (
    NoteParkedSchema,
    PlaceParkedSchema,
    ReturnParkedSchema,
    TakePayoutSchema,
    TakeRefundBackSchema,
)
from routes.second_person import with_second_person

bp = Blueprint("parked_money", __name__, url_prefix="/dieu-hanh/tien-cho-xu-ly")
SEE = (Role.SUPERVISOR, Role.OPERATOR)


@bp.get("")
@allow(*SEE)
def show() -> str:
    return _page([])


@bp.post("/<uuid:event_id>/gan")
@allow(*SEE)
def place(event_id: UUID) -> Answer:
    """It was meant for this payment, two people say."""

    def act() -> bytes:
        schema = PlaceParkedSchema()
        command = schema.command(event_id, with_second_person(load_form(schema)))
        return place_parked(command, once=once_of_form(nothing), **_who())

    return answered(act, _page, _show_url, field="reference", is_lookup=True)


@bp.post("/<uuid:event_id>/tra-lai")
@allow(*SEE)
def send_back(event_id: UUID) -> Answer:
    def act() -> bytes:
        schema = ReturnParkedSchema()
        command = schema.command(event_id, with_second_person(load_form(schema)))
        return return_parked(command, once=once_of_form(nothing), **_who())

    return answered(act, _page, _show_url)


@bp.post("/<uuid:event_id>/da-bao")
@allow(*SEE)
def note(event_id: UUID) -> Answer:
    """It is not ours: the bank was told, and it waits no more."""

    def act() -> bytes:
        schema = NoteParkedSchema()
        command = schema.command(event_id, with_second_person(load_form(schema)))
        return note_parked(command, once=once_of_form(nothing), **_who())

    return answered(act, _page, _show_url)


@bp.post("/<uuid:event_id>/cong-tra-ve")
@allow(Role.OPERATOR)
def payout(event_id: UUID) -> Answer:
    """It is what a gateway or card terminal had charged."""

    def act() -> bytes:
        schema = TakePayoutSchema()
        command = schema.command(event_id, with_second_person(load_form(schema)))
        return take_payout(command, once=once_of_form(nothing), **_who())

    return answered(act, _page, _show_url, is_lookup=True)


@bp.post("/<uuid:event_id>/lenh-hoan-bi-tra")
@allow(Role.OPERATOR)
def refund_back(event_id: UUID) -> Answer:
    """It is a refund of ours that the bank sent back."""

    def act() -> bytes:
        schema = TakeRefundBackSchema()
        command = schema.command(event_id, with_second_person(load_form(schema)))
        return take_refund_back(command, once=once_of_form(nothing), **_who())

    return answered(act, _page, _show_url, is_lookup=True)


@bp.post("/sao-ke")
@allow(Role.OPERATOR)
def statement() -> Answer | str:
    """Every line of the statement with its fate; the same file again changes nothing."""
    fates: list[LineFate] = []

    def act() -> bytes:
        fates.extend(import_statement(sent_file(LARGEST_FILE), **_who()))
        return b"{}"

    answer = answered(act, _page, _show_url, field="file")
    return _page([], fates) if fates else answer


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _show_url(_: Any) -> str:
    return url_for("parked_money.show")


def _page(errors: list[Any], fates: Sequence[LineFate] = ()) -> str:
    with container().units.read() as uow:
        parked = parked_notices(uow, actor=current_actor())
        is_operator = Role.OPERATOR in current_actor().roles
        places = payout_places(uow) if is_operator else ()
        taken = payouts_taken(uow) if is_operator else ()
        place_names = {one.code: _place_name(uow, one.code) for one in places}
        place_names |= {one.place: _place_name(uow, one.place) for one in taken}
    return render_template(
        "board/parked_money.html",
        parked=parked,
        beside=_beside(parked),
        places=places,
        taken=taken,
        place_names=place_names,
        fates=fates,
        errors=errors,
    )


def _place_name(uow: ReadUnit, code: str) -> str:
    """Whose terminal it is; a gateway stands under its own key."""
    kind, _, owner = code.partition(":")
    return unit_view(uow, UUID(owner)).name if kind == AccountKind.CARD else owner


def _beside(parked: Sequence[ParkedNotice]) -> dict[UUID, list[ParkedNotice]]:
    """To each notice the others that came for the same payment to the same place."""
    return {
        one.event_id: [
            other
            for other in parked
            if other.payment_id == one.payment_id is not None
            and (other.is_held, other.provider) == (one.is_held, one.provider)
            and other.event_id != one.event_id
        ]
        for one in parked
    }
