"""Moves recorded by mistake: asked to be undone, listed, answered by another person."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from postal_bridge.counter.undoing import (
    UndoForm,
    answer_undo_once,
    ask_delivery_undo_once,
    ask_undo_once,
    open_undo_page,
    open_undos,
    undo_form,
    undo_form_of_delivery,
)
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.container import container
from routes.forms import FormError, load_form
from routes.idempotency import nothing, once_of_form
from routes.pages.answers import Answer, answered
from routes.schemas.undos import AnswerUndoSchema, AskUndoSchema

bp = Blueprint("undos", __name__, url_prefix="/hoan-tac")
ANSWER = (Role.SUPERVISOR, Role.OFFICER)
OF_DOSSIER = (Role.OFFICER, Role.CLERK, Role.SUPERVISOR)
OF_DELIVERY = (Role.COURIER, Role.CLERK, Role.SUPERVISOR)


@bp.get("", strict_slashes=False)
@allow(*ANSWER)
def index() -> str:
    return render_template(
        "undos/index.html", undos=open_undos(**_who()), done=request.args.get("xong")
    )


@bp.get("/<uuid:undo_id>")
@allow(*ANSWER)
def show(undo_id: UUID) -> str:
    return _show(undo_id, [])


@bp.post("/<uuid:undo_id>")
@allow(*ANSWER)
def decide(undo_id: UUID) -> Answer:
    """Another person than the one who asks says whether the move counts."""

    def act() -> bytes:
        schema = AnswerUndoSchema()
        command = schema.command(undo_id, load_form(schema))
        return answer_undo_once(command, once=once_of_form(nothing), **_who())

    return answered(
        act, lambda errors: _show(undo_id, errors), lambda _: url_for("undos.index", xong="1")
    )


@bp.get("/ho-so/<uuid:dossier_id>")
@allow(*OF_DOSSIER)
def ask(dossier_id: UUID) -> str:
    return _form(undo_form(dossier_id, **_who()), [])


@bp.post("/ho-so/<uuid:dossier_id>")
@allow(*OF_DOSSIER)
def send(dossier_id: UUID) -> Answer:
    def act() -> bytes:
        schema = AskUndoSchema()
        command = schema.command(dossier_id, load_form(schema))
        return ask_undo_once(command, once=once_of_form(nothing), **_who())

    return answered(
        act,
        lambda errors: _form(undo_form(dossier_id, **_who()), errors),
        lambda _: url_for("undos.ask", dossier_id=dossier_id),
    )


@bp.get("/chuyen-phat/<uuid:delivery_id>")
@allow(*OF_DELIVERY)
def ask_of_delivery(delivery_id: UUID) -> str:
    return _form(undo_form_of_delivery(delivery_id, **_who()), [])


@bp.post("/chuyen-phat/<uuid:delivery_id>")
@allow(*OF_DELIVERY)
def send_of_delivery(delivery_id: UUID) -> Answer:
    def act() -> bytes:
        schema = AskUndoSchema()
        command = schema.command(delivery_id, load_form(schema))
        return ask_delivery_undo_once(command, once=once_of_form(nothing), **_who())

    return answered(
        act,
        lambda errors: _form(undo_form_of_delivery(delivery_id, **_who()), errors),
        lambda _: url_for("undos.ask_of_delivery", delivery_id=delivery_id),
    )


def _form(form: UndoForm, errors: list[FormError]) -> str:
    return render_template(
        "undos/ask.html",
        form=form,
        errors=errors,
        sent=request.form,
    )


def _show(undo_id: UUID, errors: list[FormError]) -> str:
    found = open_undo_page(undo_id, **_who())
    return render_template("undos/undo.html", named=found, errors=errors)


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
