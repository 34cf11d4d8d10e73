"""Accepts dossiers, each in a fork that may kill itself on the way: python -m … HOME [URL].

Reads one JSON line for each: {"key", "how", "kth"}; writes {"status", "said"}. `how` is "before"
(killed before the k-th statement of the acceptance), "committed" (after COMMIT, with the answer
still unsent) or "no". A fork costs a tenth of a process that loads everything anew.
"""

import importlib
import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from config.settings import Settings
from postal_bridge.counter.commands import AcceptDossier, Accepted
from postal_bridge.counter.service import accept_dossier
from postal_bridge.directory.service import load_reference
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.home import HomeKind
from postal_bridge.kernel.idempotency import Once
from postal_bridge.money.service import drawer_view
from postal_bridge.people.service import (
    SignIn,
    actor_of_token,
    seed_sample_people,
    sign_in,
)
from routes.container import Container
from routes.idempotency import as_json
from routes.schemas.counter import AcceptedSchema
from tests.builders.counter import HOA, a_filing, open_shift, to_the_door
from tests.builders.directory import a_place

LINK, LOGIN, PASSWORD = "long-tri-commune", "gdv.long-tri", "cau-noi-buu-chinh"
PAID_VND = 160_000


def prepare(home: Path, url: str = "") -> Settings:
    """A sandbox home with people and places."""
    settings = Settings(home=home, database_url=url)
    prepare_home(settings, kind=HomeKind.SANDBOX)
    made = container(settings)
    load_reference(made.units)
    seed_sample_people(made.units)
    made.units.engine.dispose()
    return settings


def container(settings: Settings) -> Container:
    made: Container = importlib.import_module("app").create_container(settings)
    return made


def clerk_of(made: Container) -> Actor:
    signed = sign_in(SignIn(LOGIN, PASSWORD), units=made.units, machine=made.machine)
    actor = actor_of_token(signed.token, units=made.units)
    assert actor is not None
    if drawer_view(actor=actor, units=made.units) is None:
        open_shift(made.units, actor)
    return actor


def filing(made: Container) -> AcceptDossier:
    place = a_place(made.units, LINK)
    commune = place.section.commune_code or ""
    asked = a_filing(place, "household-business", owner=replace(HOA, commune_code=commune))
    return replace(asked, delivery=to_the_door(commune), amount_vnd=PAID_VND)


def accept(made: Container, key: str, actor: Actor, command: AcceptDossier) -> dict[str, Any]:
    once: Once[Accepted] = Once(key, "POST /test", "same body", as_json(AcceptedSchema().dump))
    answer = accept_dossier(
        command, scans=(), actor=actor, once=once, units=made.units, blobs=made.blobs
    )
    slip: dict[str, Any] = json.loads(answer)
    return slip


def accept_or_die(
    made: Container, actor: Actor, command: AcceptDossier, asked: dict[str, Any]
) -> dict[str, Any]:
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if asked["how"] == "before" and seen == asked["kth"]:
            os.kill(os.getpid(), signal.SIGKILL)

    def ended(_: Session, transaction: SessionTransaction) -> None:
        if asked["how"] == "committed" and transaction.parent is None:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(made.units.engine, "before_cursor_execute", count)
    event.listen(Session, "after_transaction_end", ended)
    slip = accept(made, asked["key"], actor, command)
    return {"statements": seen, "slip": slip}


def in_fork(
    made: Container, actor: Actor, command: AcceptDossier, asked: dict[str, Any]
) -> dict[str, Any]:
    """What became of the fork, and what it said before it ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        made.units.dispose()
        try:
            said_by_fork = accept_or_die(made, actor, command, asked)
            os.write(writing, json.dumps(said_by_fork).encode())
        except BaseException as failure:  # noqa: BLE001  (a fork must not go on as its parent)
            os.write(writing, json.dumps({"failed": repr(failure)}).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(pid, 0)
    with os.fdopen(reading) as said:
        text = said.read()
    return {"status": os.waitstatus_to_exitcode(status), "said": json.loads(text or "null")}


def main(home: str, url: str = "") -> None:
    made = container(Settings(home=Path(home), database_url=url))
    actor, command = clerk_of(made), filing(made)
    accept(made, "warm", actor, command)  # registers are read, the day's series begin
    made.units.engine.dispose()
    for line in sys.stdin:
        print(json.dumps(in_fork(made, actor, command, json.loads(line))), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
