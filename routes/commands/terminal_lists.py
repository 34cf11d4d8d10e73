"""A card terminal's list of a day beside an office's card rows."""

from datetime import datetime
from typing import Any, BinaryIO

import click

from postal_bridge.insight.terminal_day import (
    NamedTerminalDifference,
    terminal_day,
    unit_of_key,
)
from postal_bridge.kernel.actor import Actor
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, texts


@click.command("terminal", cls=OperatorCommand)
@click.argument("file", type=click.File("rb"))
@click.option("--unit", "unit_key", required=True, help="the office whose terminal it is")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True)
def pay_terminal(file: BinaryIO, unit_key: str, day: datetime) -> Reply:
    """Đối chiếu bảng kê máy thẻ. Compare a card terminal's list of a day; exit 1 if it differs."""
    units = container().units
    found = terminal_day(
        unit_of_key(unit_key, units=units), day.date(), file.read(),
        actor=Actor.operator(), units=units,
    )  # fmt: skip
    document = {
        "day": found.day.isoformat(),
        "taken_vnd": found.taken_vnd,
        "voided_vnd": found.voided_vnd,
        "lines": found.lines,
        "differences": [_as_json(one) for one in found.differences],
    }
    shown = "\n".join(_words(one) for one in found.differences) or f"{found.lines} = {found.lines}"
    return Reply(document, shown, exit_code=EXIT_CHECK_FAILED if found.differences else 0)


def _as_json(one: NamedTerminalDifference) -> dict[str, Any]:
    line, row = one.differing.line, one.differing.row
    return {
        "kind": one.differing.kind.value,
        "line": line.line_no if line else None,
        "number": line.number if line else row.number if row else "",
        "problem": line.problem if line else None,
        "terminal_vnd": line.amount_vnd if line else None,
        "dossier": one.ours.number if one.ours else None,
        "ours_vnd": row.amount_vnd if row else None,
    }


def _words(one: NamedTerminalDifference) -> str:
    said = _as_json(one)
    what = texts().render(f"terminal_{said['kind']}", {}, "vi")
    item = said["dossier"] or f"{said['line']}: {said['number']}"
    return f"{item} {what}"
