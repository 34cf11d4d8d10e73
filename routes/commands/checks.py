"""Whether what is stored holds, and whether this machine has what the service needs."""

from collections.abc import Mapping
from dataclasses import asdict, is_dataclass, replace
from itertools import islice
from typing import Any

import click

from config.settings import Settings
from config.setup_check import Finding, check_setup
from postal_bridge.jobs.outside_check import check_outside
from routes.commands.composition import OperatorCommand, container, settings
from routes.commands.parts import answers
from routes.commands.speech import EXIT_CHECK_FAILED, EXIT_SETUP_LACKS, Reply, said, texts

FINDINGS_SHOWN = 1000


@click.command("verify", cls=OperatorCommand)
@click.option("--only", multiple=True, metavar="NAME", help="some of the checks")
def verify(only: tuple[str, ...]) -> Reply:
    """Kiểm tra toàn bộ dữ liệu. What breaks an invariant; exit 1 if anything does."""
    made = container()
    results: dict[str, list[Any]] = {}
    for name, check in made.checks.items():
        if not only or name in only:
            with made.units.read() as view:
                results[name] = [_shown(found) for found in islice(check(view), FINDINGS_SHOWN)]
    broken = sum(len(found) for found in results.values())
    document = {"ok": not broken, "broken": broken, "checks": results}
    lines = [_line(name, len(found)) for name, found in results.items()]
    lines += [f"  {name}: {row}" for name, found in results.items() for row in found[:20]]
    lines.append(said("verify_broken" if broken else "verify_good", {"count": broken}))
    return Reply(document, "\n".join(lines), exit_code=EXIT_CHECK_FAILED if broken else 0)


def _line(name: str, broken: int) -> str:
    """One check: how it ended, its name for `--only`, and what it looked at."""
    looked_at = " · ".join(said(f"verify_check_{name}", {}).splitlines())
    return f"{broken or 'ok':<4} {name:<12} {looked_at}"


@click.command("doctor", cls=OperatorCommand)
def doctor() -> Reply:
    """Kiểm tra máy. What this machine lacks; exit 3 if anything that is needed."""
    chosen = settings()
    setup = check_setup(home=chosen.home, socket_folder=chosen.home / "valkey", port=chosen.port)
    found = [_own_port(finding, chosen) for finding in setup] + check_outside(chosen)
    rows = [_shown(finding) for finding in found]
    lacking = [finding for finding in found if finding.is_needed and not finding.ok]
    lines = [line for finding in found for line in _told(finding)]
    document = {"ok": not lacking, "findings": rows}
    return Reply(document, "\n".join(lines), exit_code=EXIT_SETUP_LACKS if lacking else 0)


def _own_port(finding: Finding, chosen: Settings) -> Finding:
    """A port that this home's own service answers on is nothing that lacks."""
    if finding.code == "port_free" and not finding.ok and answers(chosen):
        return replace(finding, code="port_served", ok=True)
    return finding


def _told(finding: Finding) -> list[str]:
    """What was looked at, and where it is not there, what to do in a line for each language."""
    mark = "ok" if finding.ok else "--"
    what = said(f"setup_{finding.code}", finding.detail).splitlines()
    if finding.ok:
        return [f"{mark}  {' · '.join(dict.fromkeys(what))}"]
    own = str(finding.detail.get("reason", f"setup_mend_{finding.code}"))
    mend = own if texts().has(own) else "setup_mend_install"
    return [
        f"{start}  {line}. {do}"
        for start, line, do in zip(
            (mark, "  "), what, said(mend, finding.detail).splitlines(), strict=True
        )
    ]


def _shown(found: Any) -> Any:
    """A finding as JSON: ids, codes and counts only."""
    if is_dataclass(found) and not isinstance(found, type):
        return {name: _plain(value) for name, value in asdict(found).items()}
    return _plain(found)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return value if isinstance(value, str | int | None) else str(value)
