"""`bin/bridge bench`: what this machine carries, beside the least that the same tools could cost.

Makes a sandbox home of its own and keeps away from every database in use.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from postal_bridge.kernel.database import make_engine
from routes.commands.bench_asks import (
    Asked,
    acceptances,
    bare_acceptances,
    bare_looks,
    client_of,
    looks,
)
from routes.commands.bench_bare import create_bare
from routes.commands.bench_parts import parts_of
from routes.commands.bench_stage import ROOT, Stage, served, stage
from routes.commands.speech import Reply, SpokenCommand

LOOKED_AT = 60
PARTS_TIMES = 30
MORE_S = 120.0
WIDTH = 110


@dataclass(frozen=True, slots=True)
class Load:
    """How hard to press.

    Attributes
    ----------
    rate : requests a second of the open loop
    clients : how many ask at once in the closed loop
    """

    seconds: float
    rate: float
    clients: int


Choose = Callable[[Stage], tuple[list[Asked], list[Asked]]]


@click.group("bench")
def bench() -> None:
    """Đo trên máy này. Measure on this machine, in a sandbox home that is removed again."""


def load_options(function: Callable[..., Reply]) -> Callable[..., Reply]:
    for option in (
        click.option("--database", help="a PostgreSQL server; databases are made and dropped"),
        click.option("--clients", type=click.IntRange(1, 200), default=8, show_default=True),
        click.option("--seconds", type=click.FloatRange(0.5, 3600), default=10, show_default=True,
                     help="of each of the four measurements"),
    ):  # fmt: skip
        function = option(function)
    return function


@bench.command("accept", cls=SpokenCommand)
@click.option("--rate", type=click.FloatRange(0.1, 5000), default=31, show_default=True)
@load_options
def accept(seconds: float, clients: int, rate: float, database: str | None) -> Reply:
    """Nhận hồ sơ. Accept dossiers over HTTP, beside a bare insert."""

    def choose(made: Stage) -> tuple[list[Asked], list[Asked]]:
        return acceptances(made), bare_acceptances()

    return measure("accept", choose, Load(seconds, rate, clients), database)


@bench.command("track", cls=SpokenCommand)
@click.option("--rate", type=click.FloatRange(0.1, 5000), default=100, show_default=True)
@load_options
def track(seconds: float, clients: int, rate: float, database: str | None) -> Reply:
    """Tra cứu. Show citizens their pages over HTTP, beside a bare select."""

    def choose(made: Stage) -> tuple[list[Asked], list[Asked]]:
        return looks(made, acceptances(made), LOOKED_AT), bare_looks()

    return measure("track", choose, Load(seconds, rate, clients), database)


def measure(what: str, choose: Choose, load: Load, database: str | None) -> Reply:
    """Both are pressed in turn on one machine, one kind of database and one server."""
    said = Console(stderr=True)
    with stage(database) as made:
        said.print(f"home {made.settings.home}, {made.database}", highlight=False)
        ours, bare = choose(made)
        with served(made):
            _press(made.settings.port, ours, Load(1, 0, load.clients))  # everything is loaded
            _press(made.bare.port, bare, Load(1, 0, load.clients))
            found = {}
            for name, port, asks in (
                ("service", made.settings.port, ours),
                ("bare", made.bare.port, bare),
            ):
                said.print(f"{name}: highest rate, then {load.rate:g}/s", highlight=False)
                found[name] = {
                    "closed_loop": _press(port, asks, Load(load.seconds, 0, load.clients)),
                    "open_loop": _press(port, asks, load),
                }
        parts = _parts(made, ours, bare)
    document = {
        "bench": what,
        "database": made.database,
        "seconds": load.seconds,
        "rate": load.rate,
        "clients": load.clients,
        "web_processes": made.processes,
        **found,
        "ratio": _ratio(found),
        "parts": parts,
    }
    has_failed = any(one["open_loop"]["good"] == 0 for one in found.values())
    return Reply(document, shown(document), exit_code=1 if has_failed else 0)


def _press(port: int, asks: list[Asked], load: Load) -> dict[str, Any]:
    """One load in a process of its own; ends in any case."""
    plan = {
        "port": port,
        "asks": asks,
        "seconds": load.seconds,
        "rate": load.rate,
        "clients": load.clients,
    }
    done = subprocess.run(  # noqa: S603  (our own interpreter and file)
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("bench_load.py"))],
        cwd=ROOT,
        input=json.dumps(plan).encode(),
        stdout=subprocess.PIPE,
        timeout=load.seconds + MORE_S,
        check=True,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _parts(made: Stage, ours: list[Asked], bare: list[Asked]) -> dict[str, dict[str, float]]:
    units = made.container.units
    engine = make_engine(made.bare_url)
    try:
        bare_client = create_bare(made.bare_url, engine).test_client()
        return {
            "service": parts_of(
                client_of(made), units.engine, ours, times=PARTS_TIMES
            ).as_document(),
            "bare": parts_of(bare_client, engine, bare, times=PARTS_TIMES).as_document(),
        }
    finally:
        engine.dispose()


def _ratio(found: Mapping[str, Any]) -> float | None:
    bare = found["bare"]["closed_loop"]["per_s"]
    return round(found["service"]["closed_loop"]["per_s"] / bare, 3) if bare else None


def shown(document: Mapping[str, Any]) -> str:
    """The figures as tables."""
    out = StringIO()
    console = Console(file=out, width=WIDTH)
    rates = Table(title=f"{document['bench']} / {document['database']}")
    for name in ("", "max /s", f"at {document['rate']:g}/s", "p50 ms", "p95 ms", "p99 ms", "lost"):
        rates.add_column(name, justify="right" if name else "left")
    for name in ("service", "bare"):
        closed, opened = document[name]["closed_loop"], document[name]["open_loop"]
        lost = closed["lost"] + opened["lost"] + _not_good(opened)
        times = (opened["p50_ms"], opened["p95_ms"], opened["p99_ms"])
        figures = (closed["per_s"], opened["per_s"], *times, lost)
        rates.add_row(name, *(str(figure) for figure in figures))
    console.print(rates)
    console.print(f"service / bare = {document['ratio']}", highlight=False)
    parts = Table(title="one request, alone")
    parts.add_column("")
    for name in document["parts"]["service"]:
        parts.add_column(name.replace("_", " "), justify="right")
    for name in ("service", "bare"):
        parts.add_row(name, *(str(value) for value in document["parts"][name].values()))
    console.print(parts)
    return out.getvalue().rstrip()


def _not_good(measured: Mapping[str, Any]) -> int:
    return int(measured["answered"] - measured["good"])
