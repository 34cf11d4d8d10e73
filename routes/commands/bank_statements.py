"""A bank's statement, or a gateway's list of charges, taken in: each credit by its reference."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, BinaryIO

import click

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import SetupLacking
from postal_bridge.money.charges import compare_charges
from postal_bridge.money.statement_import import Gateway, LineFate, import_statement
from routes.commands.composition import OperatorCommand, container
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, texts

NEED_PERSON = frozenset({"mismatch", "file_unnamed", "taken_back", "wrong"})


@click.command("import", cls=OperatorCommand)
@click.argument("file", type=click.File("rb"))
def pay_import(file: BinaryIO) -> Reply:
    """Nhập sao kê ngân hàng. Take in a bank's CSV; exit 1 if a line needs a person."""
    fates = import_statement(file.read(), actor=Actor.operator(), units=container().units)
    counts = Counter(one.fate for one in fates)
    shown = [*_shown(fates), ", ".join(f"{_fate(fate)} {n}" for fate, n in sorted(counts.items()))]
    document = {"lines": _as_json(fates), "counts": dict(counts)}
    return Reply(document, "\n".join(shown), exit_code=_exit_code(fates))


@click.command("charges", cls=OperatorCommand)
@click.argument("file", type=click.File("rb"))
@click.option("--provider", type=click.Choice(["vnpay", "national"]), required=True)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True)
def pay_charges(file: BinaryIO, provider: str, day: datetime) -> Reply:
    """Đối chiếu khoản cổng đã thu. Compare a gateway's list of a day; exit 1 if it differs."""
    compared = compare_charges(
        file.read(), day.date(), _gateway(provider), actor=Actor.operator(), units=container().units
    )
    unlisted = [
        {"transaction": one.transaction, "amount": one.amount, "reference": one.reference}
        for one in compared.unlisted
    ]
    shown = [*_shown(compared.lines), *(f"- {one.transaction} ?" for one in compared.unlisted)]
    document = {"lines": _as_json(compared.lines), "unlisted": unlisted}
    differs = bool(unlisted) or bool(_exit_code(compared.lines))
    return Reply(document, "\n".join(shown), exit_code=EXIT_CHECK_FAILED if differs else 0)


def _gateway(provider: str) -> Gateway:
    """Raises SetupLacking where this installation has no such gateway."""
    chosen = container().settings
    own = chosen.vnpay_tmn_code if provider == "vnpay" else chosen.national_partner
    if not own:
        raise SetupLacking(what="vnpay_tmn_code" if provider == "vnpay" else "national_partner")
    return Gateway(provider, f"{provider}-{own}")


def _shown(fates: Sequence[LineFate]) -> list[str]:
    return [f"{one.line_no}: {one.transaction or '–'} {_words(one)}" for one in fates]


def _words(one: LineFate) -> str:
    if one.why is None:
        return _fate(one.fate)
    return texts().render("parked_line_says", {"fate": one.fate, "why": one.why}, "vi")


def _fate(fate: str) -> str:
    return texts().render(f"parked_fate_{fate}", {}, "vi")


def _as_json(fates: Sequence[LineFate]) -> list[dict[str, Any]]:
    return [
        {
            "line": one.line_no, "transaction": one.transaction, "amount": one.amount,
            "fate": one.fate, "why": one.why,
        }
        for one in fates
    ]  # fmt: skip


def _exit_code(fates: Sequence[LineFate]) -> int:
    return EXIT_CHECK_FAILED if any(one.fate in NEED_PERSON for one in fates) else 0
