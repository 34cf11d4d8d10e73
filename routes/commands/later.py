"""Later work as the operator sees it: how much, what needs a person, letting it run again."""

from uuid import UUID

import click

from postal_bridge.jobs.attention import counts, needs_person, try_again
from postal_bridge.kernel.actor import Actor
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import InputWrong, Reply

SHOWN = 100


@click.group("work")
def work() -> None:
    """Việc chờ xử lý. Later work."""


@work.command("count", cls=OperatorCommand)
def count() -> Reply:
    """Đếm. How many actions stand in each state."""
    found = counts(actor=Actor.operator(), units=container(wiring=False).units)
    return Reply(found, "\n".join(f"{state:<14} {n}" for state, n in sorted(found.items())))


@work.command("parked", cls=OperatorCommand)
def parked() -> Reply:
    """Việc cần người xem. What needs a person, oldest first."""
    rows = needs_person(limit=SHOWN, actor=Actor.operator(), units=container(wiring=False).units)
    documents = [
        {"action": str(row.action_id), "handler": row.handler, "reason": row.reason} for row in rows
    ]
    shown = "\n".join(f"{d['action']} {d['handler']} {d['reason']}" for d in documents)
    return Reply({"parked": documents}, shown)


@work.command("retry", cls=OperatorCommand)
@click.argument("action")
def retry(action: str) -> Reply:
    """Cho chạy lại. Let a parked action run again; its tries start anew."""
    try:
        action_id = UUID(action)
    except ValueError:
        raise InputWrong(problem=action[:40]) from None
    try_again(action_id, actor=Actor.operator(), units=container(wiring=False).units)
    return Reply({"action": action, "state": "waiting"}, action)
