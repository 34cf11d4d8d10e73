"""Wire formats of undoing: asked by one, answered by another."""

from typing import Any
from uuid import UUID

from postal_bridge.counter.undoing import AnswerUndo, AskUndo, NamedUndo
from postal_bridge.dossiers.types import UndoStatus
from routes.schemas.common import Choice, Id, Many, Moment, Part, Text, Wire, YesNo


class AskUndoSchema(Wire):
    """What went wrong, in plain words; they stand under the dossier's key."""

    words = Text(required=True, shortest=5, longest=1_000)

    def command(self, subject_id: UUID, data: dict[str, Any]) -> AskUndo:
        return AskUndo(subject_id, data["words"])


class AnswerUndoSchema(Wire):
    approves = YesNo(required=True)

    def command(self, undo_id: UUID, data: dict[str, Any]) -> AnswerUndo:
        return AnswerUndo(undo_id, data["approves"])


class UndoSchema(Wire):
    """A move that somebody says did not happen; `subject` is a dossier's number or a label."""

    id = Id()
    dossier_id = Id()
    delivery_id = Id(allow_none=True)
    subject = Text()
    action = Text()
    status = Choice(UndoStatus)
    asked_by = Text()
    asked_at = Moment()
    answered_by = Text()
    answered_at = Moment(allow_none=True)
    may_answer = YesNo()


class UndosSchema(Wire):
    rows = Many(Part(UndoSchema))


class UndoWithWordsSchema(UndoSchema):
    words = Text()


def flat_undo(named: NamedUndo) -> dict[str, Any]:
    """The record and the names around it as one object."""
    undo = named.undo
    return {
        "id": undo.id,
        "dossier_id": undo.dossier_id,
        "delivery_id": undo.delivery_id,
        "subject": named.subject,
        "action": undo.action,
        "status": undo.status,
        "words": undo.words,
        "asked_by": named.asked_by,
        "asked_at": undo.asked_at,
        "answered_by": named.answered_by,
        "answered_at": undo.answered_at,
        "may_answer": named.may_answer,
    }
