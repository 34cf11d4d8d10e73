"""Wire formats of a result with a mistake: what the citizen says, what the officer decides."""

from typing import Any
from uuid import UUID

from marshmallow import post_load

from postal_bridge.counter.correcting import (
    CorrectResult,
    DeclineMistake,
    DeclineReason,
    MistakeReason,
    OldPaper,
    TellMistake,
)
from postal_bridge.delivery.types import Place
from routes.schemas.common import Choice, Text, Wire
from routes.schemas.desk import LONGEST_WORDS


class TellMistakeSchema(Wire):
    reason = Choice(MistakeReason, required=True)
    words = Text(longest=LONGEST_WORDS, load_default="")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> TellMistake:
        return TellMistake(**data)


class DeclineMistakeSchema(Wire):
    reason = Choice(DeclineReason, required=True)
    text = Text(longest=LONGEST_WORDS, load_default="")

    def command(self, dossier_id: UUID, data: dict[str, Any]) -> DeclineMistake:
        return DeclineMistake(dossier_id, **data)


class CorrectionSchema(Wire):
    """`place` where the new result is given out; left out, it is where the first one was."""

    reason = Choice(MistakeReason, required=True)
    old_paper = Choice(OldPaper, required=True)
    text = Text(longest=LONGEST_WORDS, load_default="")
    place = Choice(Place, load_default=None, allow_none=True)

    def command(self, dossier_id: UUID, data: dict[str, Any]) -> CorrectResult:
        return CorrectResult(dossier_id, **data)
