"""What agencies and authorities owe of a month: who, and with `--bearer` every line."""

from datetime import datetime

import click

from postal_bridge.insight.month_statements import month_of_bearers, month_statement
from postal_bridge.kernel.actor import Actor
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import Reply, texts
from routes.schemas.contracts import MonthOfBearersSchema, MonthStatementSchema, flat_statement


@click.command("statement", cls=OperatorCommand)
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="this month when left out")
@click.option("--bearer", help='as the list names it, like "agency:KEY"')
def statement(month: datetime | None, bearer: str | None) -> Reply:
    """Quyết toán tháng. What agencies and budgets bear of a month, and why."""
    units, day = container(wiring=False).units, month.date() if month else None
    if bearer is None:
        found = month_of_bearers(day, actor=Actor.operator(), units=units)
        shown = [f"{one.amount_vnd:>14,}  {one.lines:>6}  {one.bearer}" for one in found.bearers]
        shown.append(f"{found.total_vnd:>14,}")
        return Reply(MonthOfBearersSchema().dump(found), "\n".join(shown))
    own = month_statement(bearer, day, actor=Actor.operator(), units=units)
    document = MonthStatementSchema().dump(flat_statement(own, texts()))
    lines = [
        f"{row['at'][:10]}  {row['dossier']}  {row['amount_vnd']:>10,}  {row['explanation_vi']}"
        for row in document["lines"]
    ]
    return Reply(document, "\n".join([*lines, f"{own.bearer.amount_vnd:,}"]))
