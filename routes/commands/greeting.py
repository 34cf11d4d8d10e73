"""What the service says once it is ready: its address, and one sign-in for each role."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from config.settings import Settings
from postal_bridge.people.views import SampleSignIn
from routes.commands.speech import said

# Of each role the one named in the README is printed, where the home has such a one.
SHOWN_FIRST = ("long-my", "can-tho")


def sign_ins_file(chosen: Settings) -> Path:
    return chosen.home / "first-sign-ins.txt"


def write_sign_ins(file: Path, people: Sequence[SampleSignIn]) -> None:
    """Sample sign-ins of a sandbox, readable by the owner of the home only."""
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        for person in people:
            row = (person.role, person.login, person.password, person.place, person.name)
            out.write("\t".join(row) + "\n")


def greet(chosen: Settings) -> None:
    sign_ins = sign_ins_file(chosen)
    click.echo(said("serve_ready", {"url": chosen.effective_public_url}))
    if not sign_ins.exists():
        click.echo(said("serve_no_people", {}))
        return
    rows = [line.split("\t") for line in sign_ins.read_text("utf-8").splitlines()]
    shown: set[str] = set()
    for role, login, password, *where in sorted(rows, key=lambda row: _place_in_list(row[1])):
        if role not in shown:
            shown.add(role)
            click.echo(f"  {role:<11} {login:<22} {password:<18} {', '.join(reversed(where))}")
    click.echo(said("serve_stop", {}))
    click.echo(said("serve_more_sign_ins", {"file": str(sign_ins)}))


def _place_in_list(login: str) -> int:
    """Small for the people of the README's walk."""
    ends = [login.endswith(place) for place in SHOWN_FIRST]
    return ends.index(True) if True in ends else len(ends)
