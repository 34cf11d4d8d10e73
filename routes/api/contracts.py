"""API: contracts with agencies, looked at and published, and what each bearer owes of a month."""

from datetime import date
from typing import Any

from flask import Response

from postal_bridge.insight.month_statements import (
    MonthOfBearers,
    month_of_bearers,
    month_statement,
)
from postal_bridge.kernel.actor import Role
from postal_bridge.money.contract_publishing import (
    ContractsPublished,
    contracts_page,
    look_at_contracts,
    publish_contracts,
)
from routes.access import allow, current_actor
from routes.api.blueprint import ApiBlueprint, answered
from routes.container import container
from routes.idempotency import as_json, once
from routes.schemas.contracts import (
    ContractFileSchema,
    ContractLookSchema,
    ContractsPublishedSchema,
    ContractsSchema,
    MonthOfBearersSchema,
    MonthQuerySchema,
    MonthStatementSchema,
    StatementQuerySchema,
    flat_contract_look,
    flat_statement,
)

blp = ApiBlueprint("contracts_api", __name__, url_prefix="/api/v1", description="Contracts")
SEE = (Role.SUPERVISOR, Role.OPERATOR)


@blp.route("/contracts", methods=["GET"])
@allow(Role.OPERATOR)
@blp.response(200, ContractsSchema)
def every() -> dict[str, Any]:
    """Every contract that was published here."""
    return {"rows": contracts_page(actor=current_actor(), units=container().units).contracts}


@blp.route("/contracts/looks", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(ContractFileSchema)
@blp.response(200, ContractLookSchema)
def look(content: bytes) -> dict[str, Any]:
    """What a file would change, or every fault. Nothing is kept."""
    found = look_at_contracts(content, actor=current_actor(), units=container().units)
    return flat_contract_look(found)


@blp.route("/contracts", methods=["POST"])
@allow(Role.OPERATOR)
@blp.arguments(ContractFileSchema)
@blp.alt_response(201, schema=ContractsPublishedSchema)
def publish(content: bytes) -> Response:
    """The contracts hold from their own days on. With any fault nothing is published."""
    answer = publish_contracts(
        content, actor=current_actor(), once=once(as_json(_published)), units=container().units
    )
    return answered(answer, 201)


@blp.route("/statements", methods=["GET"])
@allow(*SEE)
@blp.arguments(MonthQuerySchema, location="query")
@blp.response(200, MonthOfBearersSchema)
def bearers(asked: dict[str, date]) -> MonthOfBearers:
    """Who owes what of a month."""
    return month_of_bearers(asked.get("month"), actor=current_actor(), units=container().units)


@blp.route("/statements/lines", methods=["GET"])
@allow(*SEE)
@blp.arguments(StatementQuerySchema, location="query")
@blp.response(200, MonthStatementSchema)
def statement(asked: dict[str, Any]) -> dict[str, Any]:
    """Every line of one bearer's month, with its explanation."""
    found = month_statement(
        asked["bearer"], asked.get("month"), actor=current_actor(), units=container().units
    )
    return flat_statement(found, container().texts)


def _published(made: ContractsPublished) -> Any:
    one = made.snapshot
    said = {"number": one.number, "id": one.id, "valid_from": one.valid_from}
    row = {**said, "published_at": one.published_at, "keys": made.keys}
    return ContractsPublishedSchema().dump(row)
