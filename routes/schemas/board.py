"""Wire formats of the supervisor's decisions."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from postal_bridge.counter.cases import CaseOutcome, CloseCase
from postal_bridge.delivery.service import AnswerDispute
from postal_bridge.delivery.types import Evidenced
from postal_bridge.money.service import ResolveDifference
from routes.schemas.common import Choice, Moment, Part, Text, Wire, YesNo
from routes.schemas.desk import CaseSchema


class ResolveSchema(Wire):
    """Without evidence that the clerk is to blame the cause is not known, and nobody owes.

    The second person types his own password: naming a colleague proves nothing.
    """

    clerk_owes = fields.Boolean(
        required=True, error_messages={"required": "field_required", "invalid": "not_yes_or_no"}
    )
    evidence = Text(required=True, longest=120)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, drawer_id: UUID, data: dict[str, Any]) -> ResolveDifference:
        return ResolveDifference(drawer_id, **data)


class CloseCaseSchema(Wire):
    outcome = Choice(CaseOutcome, required=True)
    words = Text(required=True, shortest=5, longest=1000)

    def command(self, case_id: UUID, data: dict[str, Any]) -> CloseCase:
        return CloseCase(case_id, data["outcome"], data["words"])


class SettledCaseSchema(CaseSchema):
    """`outcome` and `words` are there once it is settled."""

    outcome = Text(allow_none=True)
    settled_at = Moment(allow_none=True)
    words = Text(allow_none=True)


class CasePageSchema(Wire):
    """The case with the names of both sides: who counted, who settled."""

    case = Part(SettledCaseSchema)
    opened_by = Text()
    settled_by = Text()
    may_close = YesNo()


class AnswerDisputeSchema(Wire):
    is_lost = fields.Boolean(
        required=True, error_messages={"required": "field_required", "invalid": "not_yes_or_no"}
    )
    evidence = Text(required=True, longest=120)

    def command(self, delivery_id: UUID, data: dict[str, Any]) -> AnswerDispute:
        return AnswerDispute(delivery_id, Evidenced(data["evidence"]), data["is_lost"])
