"""Contracts with agencies from a CSV file: every fault named, or what they say, or published."""

import hashlib
import json
from typing import Any

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.ids import new_id
from postal_bridge.money.contract_publishing import (
    ContractLook,
    ContractsPublished,
    look_at_contracts,
    publish_contracts,
)
from routes.commands.composition import container
from routes.commands.speech import EXIT_BAD_INPUT, Reply, error_document, texts
from routes.schemas.contracts import ContractSchema


def contract_import(content: bytes, *, dry_run: bool) -> Reply:
    """The file is published, or with `dry_run` only looked at; faults end with exit status 2."""
    units = container(wiring=False).units
    look = look_at_contracts(content, actor=Actor.operator(), units=units)
    if look.faults:
        return _faulty(look)
    rows = [ContractSchema().dump(one.contract) for one in look.changes]
    document = {"kind": "contract", "dry_run": dry_run, "contracts": rows}
    if not dry_run:
        once = Once(
            str(new_id()), "import contract", hashlib.sha256(content).hexdigest(), _rendered
        )
        answer = publish_contracts(content, actor=Actor.operator(), once=once, units=units)
        document |= json.loads(answer)
    code = "contract_import_looked" if dry_run else "contract_import_published"
    said = texts().render(code, {"count": len(rows)}, "vi")
    lines = [f"  {row['valid_from']}  {row['key']}  {row['unit']}  {row['agency']}" for row in rows]
    return Reply(document, "\n".join([said, *lines]))


def _rendered(made: ContractsPublished) -> bytes:
    return json.dumps({"snapshot": made.snapshot.id, "number": made.snapshot.number}).encode()


def _faulty(look: ContractLook) -> Reply:
    faults: list[dict[str, Any]] = [
        {**one._asdict(), "detail": texts().render(one.code, {}, "vi")} for one in look.faults
    ]
    detail = texts().render("contract_file_wrong", {"count": len(faults)}, "vi")
    document = {**error_document("contract_file_wrong", detail), "rows": faults}
    lines = [f"{one['row']}: {one['column']}: {one['detail']}" for one in faults]
    return Reply(document, "\n".join([detail, *lines]), exit_code=EXIT_BAD_INPUT)
