"""The clerk's drawer (`/quy`): float, every line at once, a blind count, the end of the shift."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from postal_bridge.counter.cash_pages import cash_waiting
from postal_bridge.counter.fee_changes import waiting_changes
from postal_bridge.counter.receipts import receipt_paper, receipts_of_shift
from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.errors import NotFound
from postal_bridge.money.service import (
    AnswerCorrection,
    ContestDifference,
    DrawerView,
    answer_correction_once,
    drawer_view,
    see_corrections,
)
from postal_bridge.money.shift_desk import close_once, contest_once, count_once, open_once
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import load_form
from routes.idempotency import as_json, nothing, once_of_form
from routes.language import chosen_language
from routes.pages.answers import Answer, answered
from routes.receipts import receipt_answer
from routes.schemas.drawer import (
    CloseDrawerSchema,
    ContestDrawerSchema,
    CorrectionAnswerSchema,
    CountDrawerSchema,
    OpenDrawerSchema,
)

bp = Blueprint("drawer", __name__, url_prefix="/quy")
NOTES_VND = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000)


def _said(drawer: DrawerView) -> dict[str, str]:
    return {"id": str(drawer.id)}


drawer_json = as_json(_said)


@bp.get("", strict_slashes=False)
@allow(Role.CLERK)
def show() -> str:
    return _page([])


@bp.post("/mo")
@allow(Role.CLERK)
def start() -> Answer:
    def act() -> bytes:
        return open_once(load_form(OpenDrawerSchema()), once=once_of_form(drawer_json), **_who())

    return _answer(act)


@bp.post("/dem")
@allow(Role.CLERK)
def count() -> Answer:
    """Blind: what should be there is shown only after the clerk's own count stands."""

    def act() -> bytes:
        return count_once(load_form(CountDrawerSchema()), once=once_of_form(drawer_json), **_who())

    return _answer(act)


@bp.post("/ket")
@allow(Role.CLERK)
def close() -> Answer:
    def act() -> bytes:
        sent = load_form(CloseDrawerSchema())
        words = (sent["explanation"], sent["witness_code"])
        return close_once(*words, once=once_of_form(drawer_json), **_who())

    return _statement(act)


@bp.post("/khong-dong-y")
@allow(Role.CLERK)
def contest() -> Answer:
    def act() -> bytes:
        sent = load_form(ContestDrawerSchema())
        command = ContestDifference(sent["reason"])
        once = once_of_form(drawer_json)
        return contest_once(command, sent["witness_code"], once=once, **_who())

    return _statement(act)


@bp.post("/dieu-chinh/<uuid:correction_id>")
@allow(Role.CLERK)
def correction(correction_id: UUID) -> Answer:
    def act() -> bytes:
        command = AnswerCorrection(correction_id, load_form(CorrectionAnswerSchema())["agrees"])
        return answer_correction_once(command, once=once_of_form(nothing), **_who())

    return _answer(act)


@bp.get("/<uuid:drawer_id>")
@allow(Role.CLERK, Role.SUPERVISOR)
def statement(drawer_id: UUID) -> str:
    """The shift as it ended, for ever: its clerk always sees it."""
    actor, units = current_actor(), container().units
    drawer = drawer_view(actor=actor, units=units, drawer_id=drawer_id)
    if drawer is None:
        raise NotFound
    receipts = receipts_of_shift(drawer, actor=actor, units=units)
    return render_template("drawer/statement.html", drawer=drawer, receipts=receipts)


@bp.get("/bien-lai/<uuid:receipt_id>.pdf")
@allow(Role.CLERK, Role.SUPERVISOR)
def receipt(receipt_id: UUID) -> Response:
    """The receipt once more: each print is counted and says which copy it is."""
    words = (container().texts, chosen_language())
    return receipt_answer(receipt_paper(receipt_id, *words, **_who()))


def _answer(act: Any) -> Answer:
    return answered(act, _page, lambda _: url_for("drawer.show"))


def _statement(act: Any) -> Answer:
    return answered(
        act, _page, lambda done: url_for("drawer.statement", drawer_id=UUID(done["id"]))
    )


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}


def _page(errors: list[Any]) -> str:
    """Corrections proposed for this drawer are on record as shown before the page is."""
    actor, units = current_actor(), container().units
    corrections = see_corrections(actor=actor, units=units)
    drawer = drawer_view(actor=actor, units=units)
    receipts = receipts_of_shift(drawer, actor=actor, units=units) if drawer else ()
    return render_template(
        "drawer/drawer.html", drawer=drawer, corrections=corrections, receipts=receipts,
        waiting=cash_waiting(actor=actor, units=units),
        fee_changes=waiting_changes(actor=actor, units=units), errors=errors, sent=request.form,
        notes=NOTES_VND,
    )  # fmt: skip
