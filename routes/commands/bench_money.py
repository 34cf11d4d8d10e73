"""`bench reconcile` and `bench notices`: a province's day, and one payment told very often."""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import click

from postal_bridge.insight.matching import DifferenceKind
from postal_bridge.insight.reconciliation import reconcile_day
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.money.ports import ProviderNotice
from postal_bridge.money.receiving import receiving_account
from postal_bridge.money.service import (
    FareAsk,
    RequestOnline,
    quote,
    request_online,
    settle,
    verify_ledger,
)
from routes.commands.bench_day import province_day
from routes.commands.bench_stage import Stage, stage
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, SpokenCommand

MOST_S = 60.0
HERE, NEAR = "00004", "00008"  # two communes whose fare the shipped tariff knows
GRAMS = 80
EVERYTHING = Actor.operator("bench")


@click.command("reconcile", cls=SpokenCommand)
@click.option("--dossiers", type=click.IntRange(100, 100_000), default=10_000, show_default=True)
@click.option("--database", help="a PostgreSQL server; a database is made and dropped")
def bench_reconcile(dossiers: int, database: str | None) -> Reply:
    """Đối soát. A day of one province, with planted differences; exit 1 if one is missed."""
    with stage(database) as made:
        planted = province_day(made, dossiers)
        started, cpu = time.perf_counter(), time.process_time()
        found = reconcile_day(None, actor=EVERYTHING, units=made.container.units)
        spent_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
        name = made.database
    counts = dict.fromkeys(DifferenceKind, 0)
    for one in found.differences:
        counts[one.difference.kind] += 1
    right = counts == {**dict.fromkeys(DifferenceKind, 0), **planted}
    document = {
        "bench": "reconcile",
        "database": name,
        "dossiers": found.totals.dossiers,
        "seconds": round(spent_s, 3),
        "cpu_seconds": round(cpu_s, 3),
        "planted": {kind.value: count for kind, count in planted.items()},
        "found": {kind.value: count for kind, count in counts.items() if count},
        "all_found": right,
    }
    is_good = right and spent_s < MOST_S
    return Reply(document, _shown(document), exit_code=0 if is_good else EXIT_CHECK_FAILED)


@click.command("notices", cls=SpokenCommand)
@click.option("--count", type=click.IntRange(1, 1_000_000), default=10_000, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=16, show_default=True)
@click.option("--database", help="a PostgreSQL server; a database is made and dropped")
def bench_notices(count: int, threads: int, database: str | None) -> Reply:
    """Báo có. One payment told so often, in parallel; exit 1 unless it is credited once."""
    with stage(database) as made:
        units, notice = made.container.units, _told_of(made)
        started = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            fates = list(
                pool.map(lambda _: settle(notice, actor=EVERYTHING, units=units), range(count))
            )
        spent_s = time.perf_counter() - started
        with units.read() as uow:
            broken = len(list(verify_ledger(uow)))
        name = made.database
    document = {
        "bench": "notices",
        "database": name,
        "notices": count,
        "threads": threads,
        "seconds": round(spent_s, 3),
        "per_s": round(count / spent_s, 1),
        "credited": sum(1 for one in fates if one.fate == "credited" and not one.is_repeat),
        "repeats": sum(1 for one in fates if one.is_repeat),
        "broken": broken,
    }
    is_good = (document["credited"], document["repeats"], broken) == (1, count - 1, 0)
    return Reply(document, _shown(document), exit_code=0 if is_good else EXIT_CHECK_FAILED)


def _told_of(made: Stage) -> ProviderNotice:
    """A transfer for a payment that waits."""
    units = made.container.units
    with units.write() as uow:
        dossier_id = new_id()
        asked = FareAsk(
            dossier_id=dossier_id, leg="result", from_commune=HERE, to_commune=NEAR,
            on=uow.now.date(), grams_result=GRAMS, unit_id=new_id(),
        )  # fmt: skip
        priced = quote(uow, asked, actor=EVERYTHING)
        online = request_online(uow, RequestOnline(dossier_id, priced.id), actor=EVERYTHING)
        uow.commit()
    return ProviderNotice(
        provider="bank",
        transaction="FT-BENCH",
        account_key=receiving_account().key,
        amount=online.amount_vnd,
        currency="VND",
        reference=online.reference,
        occurred_at=datetime.now(UTC),
        body_sha256="0" * 64,
    )


def _shown(document: Mapping[str, object]) -> str:
    return "\n".join(f"{name:<12} {value}" for name, value in document.items())
