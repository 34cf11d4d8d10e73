"""Wire formats of contracts with agencies and of the monthly statements."""

from datetime import date
from typing import Any

from marshmallow import fields

from postal_bridge.insight.month_statements import MonthStatement
from postal_bridge.kernel.text import LANGUAGES, Texts
from postal_bridge.money.bearer_payments import PayStatement
from postal_bridge.money.contract_csv import MOST_BYTES
from postal_bridge.money.contract_publishing import ContractLook
from postal_bridge.money.contract_text import explain_bearing
from routes.schemas.common import AmountVnd, Count, Day, Id, Many, Moment, Part, Text, Wire, YesNo
from routes.schemas.publications import FaultSchema
from routes.schemas.sent_files import CsvSchema, carried_file


class SignedVnd(fields.Integer):
    """Whole đồng, below zero where something is taken back. Only ever sent out."""


class ContractFileSchema(CsvSchema):
    csv = Text(required=True, longest=MOST_BYTES)


class ContractFormSchema(Wire):
    content = carried_file(MOST_BYTES)


class ContractSchema(Wire):
    key = Text()
    unit = Text()
    agency = Text()
    instrument = Text()
    instrument_en = Text()
    valid_from = Day()
    valid_to = Day(allow_none=True)
    heavier_percent = Count()
    remote_vnd = AmountVnd()
    remote_communes = Many(Text())
    redelivery_vnd = AmountVnd()
    storage_vnd = AmountVnd()
    storage_free_days = Count()
    return_vnd = AmountVnd()


class ContractChangeSchema(Wire):
    contract = Part(ContractSchema)
    before = Part(ContractSchema, allow_none=True)


class ContractLookSchema(Wire):
    """With any fault there is nothing else."""

    faults = Many(Part(FaultSchema))
    changes = Many(Part(ContractChangeSchema))
    valid_from = Day(allow_none=True)


class ContractsPublishedSchema(Wire):
    number = Count()
    id = Text()
    valid_from = Day()
    published_at = Moment()
    keys = Many(Text())


class ContractsSchema(Wire):
    """Every contract there ever was, the one published last first."""

    rows = Many(Part(ContractSchema))


class MonthQuerySchema(Wire):
    """`month`: any day of it."""

    month = Day()


class StatementQuerySchema(MonthQuerySchema):
    """`bearer`: as the list of the month names it."""

    bearer = Text(required=True, longest=120)


class BearerSumSchema(Wire):
    bearer = Text()
    name_vi = Text()
    name_en = Text()
    lines = Count()
    amount_vnd = SignedVnd()
    paid_vnd = SignedVnd()
    left_vnd = SignedVnd()


class MonthOfBearersSchema(Wire):
    month = Day()
    is_closed = YesNo()
    bearers = Many(Part(BearerSumSchema))
    total_vnd = SignedVnd()
    by_post_vnd = SignedVnd()


class ItemSumSchema(Wire):
    item = Text()
    lines = Count()
    amount_vnd = SignedVnd()


class StatementLineSchema(Wire):
    """`cause`: what of the delivery, as "ride:2". `explanation_vi`, `_en`: why it is owed."""

    at = Moment()
    dossier = Text()
    office = Text()
    item = Text()
    cause = Text()
    amount_vnd = SignedVnd()
    contract = Text(allow_none=True)
    explanation_vi = Text()
    explanation_en = Text()


class MonthStatementSchema(Wire):
    month = Day()
    is_closed = YesNo()
    bearer = Part(BearerSumSchema)
    items = Many(Part(ItemSumSchema))
    lines = Many(Part(StatementLineSchema))


def flat_contract_look(look: ContractLook) -> dict[str, Any]:
    return {
        "faults": [one._asdict() for one in look.faults],
        "changes": look.changes,
        "valid_from": look.valid_from,
    }


def flat_statement(found: MonthStatement, texts: Texts) -> dict[str, Any]:
    """The statement with every line explained in both languages."""
    lines = []
    for one in found.lines:
        said = {f"explanation_{lang}": explain_bearing(one.line, texts, lang) for lang in LANGUAGES}
        row = {
            "at": one.line.at,
            "dossier": one.number,
            "office": one.office,
            "item": one.line.item,
            "cause": one.line.cause,
            "amount_vnd": one.line.amount_vnd,
            "contract": one.line.contract,
        }
        lines.append(row | said)
    return {
        "month": found.month,
        "is_closed": found.is_closed,
        "bearer": found.bearer,
        "items": found.items,
        "lines": lines,
    }


class PayStatementSchema(Wire):
    """What the page sends. The second person types his own password."""

    event_id = Id(required=True)
    words = Text(required=True, shortest=3, longest=200)
    second_login = Text(longest=80, required=True)
    second_password = Text(longest=200, required=True)

    def command(self, bearer: str, month: date, data: dict[str, Any]) -> PayStatement:
        return PayStatement(bearer=bearer, month=month, **data)
