"""`bin/bridge bench addresses`: how often addresses are read right, and how fast, beside another.

The other is the package `vietnamadminunits`. It brings a library under the GPL, so it is no
dependency: on request the command puts it into an environment of its own and asks it there, in
the same run. It is told of which era each address is, which we are not.
"""

import json
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from config.register import load_register
from geo.resolver import shared_resolver
from postal_bridge.kernel.errors import SetupLacking
from routes.commands.address_rows import (
    Outcome,
    Row,
    Tally,
    by_kind,
    outcome,
    people_went_to,
    read_rows,
)
from routes.commands.address_variants import variants
from routes.commands.speech import InputWrong, Reply, SpokenCommand

ROOT = Path(__file__).parents[2]
PACKAGE = "vietnamadminunits==1.0.4"
SIDE = ROOT / ".bench" / "vietnamadminunits"
_MOST_S = 1800
_WIDTH = 110


class OtherToolAway(SetupLacking):
    """The package that is compared with could not be installed."""

    code = "bench_other_tool_away"


@click.command("addresses", cls=SpokenCommand)
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("--variants", "made", is_flag=True, help="made by machine from every commune")
@click.option(
    "--share",
    type=click.FloatRange(0.0001, 1),
    default=1,
    show_default=True,
    help="of the communes, for --variants",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option(
    "--other/--alone", default=False, help=f"beside {PACKAGE}, installed apart into .bench/"
)
def bench_addresses(file: Path | None, made: bool, share: float, seed: int, other: bool) -> Reply:
    """Địa chỉ. Read addresses of FILE, or made ones; exit 1 when a single answer is wrong."""
    if (file is None) != made:
        raise InputWrong(problem="FILE, --variants")
    rows = list(variants(load_register(), seed=seed, share=share) if file is None
                else read_rows(file))  # fmt: skip
    ours, said = _ours(rows)
    document: dict[str, Any] = {
        "bench": "addresses",
        "file": file.name if file else None,
        "ours": ours.document(),
        "vietnamadminunits": None,
        "kinds": {kind: {"ours": one.document()} for kind, one in said.items()},
    }
    if other:
        theirs, theirs_said = _theirs(rows)
        document["vietnamadminunits"] = theirs.document()
        for kind, one in theirs_said.items():
            document["kinds"][kind]["vietnamadminunits"] = one.document()
    is_wrong = file is not None and ours.counts["confidently_wrong"] > 0
    return Reply(document, _shown(document), exit_code=1 if is_wrong else 0)


def _ours(rows: list[Row]) -> tuple[Tally, dict[str, Tally]]:
    resolver = shared_resolver()
    started = time.process_time()
    answers = [resolver.resolve(row.text) for row in rows]
    seconds = time.process_time() - started
    return _counted(rows, [outcome(answer) for answer in answers], seconds)


def _theirs(rows: list[Row]) -> tuple[Tally, dict[str, Tally]]:
    """Ask the other tool in its own environment; its old communes are taken to their new ones."""
    python = _installed()
    asked = json.dumps([[row.text, row.era != "new"] for row in rows])
    done = subprocess.run(  # noqa: S603  (our own file, the interpreter made above)
        [python, "-I", str(Path(__file__).with_name("vietnamadminunits_side.py"))],
        input=asked.encode(),
        stdout=subprocess.PIPE,
        timeout=_MOST_S,
        check=True,
    )
    answer = json.loads(done.stdout)
    register = load_register()
    said = []
    for row, code in zip(rows, answer["codes"], strict=True):
        if code is None:
            said.append(Outcome(frozenset(), frozenset(), is_single=False))
        elif row.era == "new":
            said.append(Outcome(frozenset(), frozenset({code}), is_single=True))
        else:
            new = people_went_to(register, code)
            said.append(Outcome(frozenset({code}), new, is_single=len(new) == 1))
    return _counted(rows, said, answer["seconds"])


def _counted(
    rows: list[Row], said: list[Outcome], seconds: float
) -> tuple[Tally, dict[str, Tally]]:
    whole = Tally(seconds=seconds)
    for row, one in zip(rows, said, strict=True):
        whole.add(row, one)
    return whole, by_kind(zip(rows, said, strict=True))


def _installed() -> str:
    """The interpreter of the other tool's environment, made when it is not there."""
    python = SIDE / "bin" / "python"
    if (SIDE / "complete").exists():
        return str(python)
    Console(stderr=True).print(f"{PACKAGE} -> {SIDE}", highlight=False)
    try:
        for words in (
            [sys.executable, "-m", "venv", "--clear", str(SIDE)],
            [str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", PACKAGE],
        ):
            subprocess.run(words, check=True, timeout=_MOST_S)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise OtherToolAway(package=PACKAGE) from None
    (SIDE / "complete").touch()
    return str(python)


def _shown(document: dict[str, Any]) -> str:
    """Figures as a table: all rows first, then kind by kind."""
    out = StringIO()
    console = Console(file=out, width=_WIDTH)
    table = Table(title=f"addresses / {document['file'] or 'variants'}")
    names = ("new_right", "old_right", "confidently_wrong", "single_on_ambiguous", "nothing")
    table.add_column("")
    for name in ("", "rows", *names, "per_s"):
        table.add_column(name.replace("_", " "), justify="right" if name else "left")
    kinds = {"all": {k: document[k] for k in ("ours", "vietnamadminunits")}, **document["kinds"]}
    for kind, tools in kinds.items():
        for tool, figures in tools.items():
            if figures is not None:
                cells = [figures[name] for name in ("rows", *names, "per_s")]
                table.add_row(kind, tool, *("" if cell is None else str(cell) for cell in cells))
    console.print(table)
    return out.getvalue().rstrip()
