"""API: moves recorded by mistake, asked to be undone by one and answered by another."""

from typing import Any
from uuid import UUID

from flask import Response

from postal_bridge.counter.undoing import (
    NamedUndo,
    answer_undo_once,
    ask_delivery_undo_once,
    ask_undo_once,
    open_undo_page,
    open_undos,
)
from postal_bridge.kernel.actor import Role
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.undos import (
    AnswerUndoSchema,
    AskUndoSchema,
    UndoSchema,
    UndosSchema,
    UndoWithWordsSchema,
    flat_undo,
)

blp = ApiBlueprint("undos_api", __name__, url_prefix="/api/v1", description="Undoing")
ANSWER = (Role.SUPERVISOR, Role.OFFICER)


def _dump(named: NamedUndo) -> Any:
    return UndoSchema().dump(flat_undo(named))


RENDER = as_json(_dump)


@blp.route("/dossiers/<uuid:dossier_id>/undo", methods=["POST"])
@allow(Role.OFFICER, Role.CLERK, Role.SUPERVISOR)
@blp.arguments(AskUndoSchema)
@blp.alt_response(201, schema=UndoSchema)
def ask(data: dict[str, Any], dossier_id: UUID) -> Response:
    """Ask that the dossier's last move did not count; it stands until another answers."""
    command = AskUndoSchema().command(dossier_id, data)
    return answered(ask_undo_once(command, once=once(RENDER), **_who()), 201)


@blp.route("/deliveries/<uuid:delivery_id>/undo", methods=["POST"])
@allow(Role.COURIER, Role.CLERK, Role.SUPERVISOR)
@blp.arguments(AskUndoSchema)
@blp.alt_response(201, schema=UndoSchema)
def ask_of_delivery(data: dict[str, Any], delivery_id: UUID) -> Response:
    """Ask that the delivery's last move did not count; a courier asks for his own."""
    command = AskUndoSchema().command(delivery_id, data)
    return answered(ask_delivery_undo_once(command, once=once(RENDER), **_who()), 201)


@blp.route("/undos", methods=["GET"])
@allow(*ANSWER)
@blp.response(200, UndosSchema)
def listing() -> dict[str, Any]:
    """What waits for an answer in the caller's scope, the oldest first; no words are in it."""
    return {"rows": [flat_undo(one) for one in open_undos(**_who())]}


@blp.route("/undos/<uuid:undo_id>", methods=["GET"])
@allow(*ANSWER)
@blp.response(200, UndoWithWordsSchema)
def one(undo_id: UUID) -> dict[str, Any]:
    """One of them with the words of whoever asks; the look is on record."""
    return flat_undo(open_undo_page(undo_id, **_who()))


@blp.route("/undos/<uuid:undo_id>/answer", methods=["POST"])
@allow(*ANSWER)
@blp.arguments(AnswerUndoSchema)
@blp.response(200, UndoSchema)
def answer(data: dict[str, Any], undo_id: UUID) -> Response:
    """The move is undone, or stands; whoever asked does not answer."""
    command = AnswerUndoSchema().command(undo_id, data)
    return answered(answer_undo_once(command, once=once(RENDER), **_who()))


def _who() -> dict[str, Any]:
    return {"actor": current_actor(), "units": container().units}
