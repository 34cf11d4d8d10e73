"""A bank's statement taken in: each credit matched by reference."""

from collections import Counter
from typing import BinaryIO

import click

from postal_bridge.kernel.actor import Actor
from postal_bridge.money.statement_import import import_statement
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import EXIT_CHECK_FAILED, Reply


@click.command("import", cls=OperatorCommand)
@click.argument("file", type=click.File("rb"))
def pay_import(file: BinaryIO) -> Reply:
    """Nhập sao kê ngân hàng. Take in a bank's CSV; exit 1 if a line needs a person."""
    fates = import_statement(file.read(), actor=Actor.operator(), units=container().units)
    counts = Counter(one.fate for one in fates)
    lines = [
        {
            "line": one.line_no, "transaction": one.transaction, "amount": one.amount,
            "fate": one.fate, "why": one.why,
        }
        for one in fates
    ]  # fmt: skip
    shown = [f"{one.line_no}: {one.transaction} {one.fate} {one.why or ''}" for one in fates]
    shown.append(", ".join(f"{fate} {count}" for fate, count in sorted(counts.items())))
    needs_person = counts["mismatch"] + counts["wrong"]
    document = {"lines": lines, "counts": dict(counts)}
    return Reply(document, "\n".join(shown), exit_code=EXIT_CHECK_FAILED if needs_person else 0)
