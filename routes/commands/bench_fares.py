"""`bin/bridge bench fares`: how many fares a second one core prices, and how many rows of a file.

Made requests of every leg, column, weight, relief and programme, priced in this one process; time
is the processor's own, so that what else the machine does counts for nothing.
"""

import io
import random
import time
from datetime import date, timedelta
from typing import Any

import click

from postal_bridge.money.fare_column import Column
from postal_bridge.money.pricing import price
from postal_bridge.money.tariff import Leg, QuoteRequest, TariffBook
from postal_bridge.money.tariff_files import load_tariffs
from routes.commands.fares import fare_rows
from routes.commands.speech import Reply, SpokenCommand

WANTED_PER_S = 20_000
_FIRST_DAY = date(2019, 1, 1)
_DAYS = 2800


@click.command("fares", cls=SpokenCommand)
@click.option(
    "--quotes", type=click.IntRange(1_000, 10_000_000), default=200_000, show_default=True
)
@click.option(
    "--rows",
    type=click.IntRange(0, 1_000_000),
    default=20_000,
    show_default=True,
    help="of a CSV file, explanations in both languages included",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
def bench_fares(quotes: int, rows: int, seed: int) -> Reply:
    """Cước. Price made requests on one core; exit 1 below 20,000 a second."""
    book, chance = load_tariffs(), random.Random(seed)  # noqa: S311  (no secret)
    requests = [_request(chance, book) for _ in range(min(quotes, 20_000))]
    checksum = sum(price(one, book).total_vnd for one in requests)  # everything is loaded
    times = -(-quotes // len(requests))
    began = time.process_time()
    for _ in range(times):
        for one in requests:
            price(one, book)
    engine_per_s = round(times * len(requests) / (time.process_time() - began))
    document: dict[str, Any] = {
        "bench": "fares",
        "quotes": times * len(requests),
        "engine_per_s": engine_per_s,
        "wanted_per_s": WANTED_PER_S,
        "checksum_vnd": checksum,
        "seed": seed,
    }
    if rows:
        document |= {"rows": rows, "rows_per_s": _rows_per_s(requests, rows)}
    shown = f"{engine_per_s:,} quotes/s"
    if rows:
        shown += f", {document['rows_per_s']:,} rows/s of a file with explanations"
    return Reply(document, shown, exit_code=0 if engine_per_s >= WANTED_PER_S else 1)


def _request(chance: random.Random, book: TariffBook) -> QuoteRequest:
    on = _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
    provinces = [None, *(overlay.province for overlay in book.overlays)]
    return QuoteRequest(
        leg=chance.choice(list(Leg)),
        column=chance.choice(list(Column)),
        grams=chance.randint(1, 3_000),
        on=on,
        relief=chance.choice([None, None, *book.tariff_on(on).reliefs]),
        province=chance.choice(provinces),
        channel=chance.choice(["direct", "online", "post"]),
        remits_agency_money=chance.random() < 0.5,
    )


def _rows_per_s(requests: list[QuoteRequest], rows: int) -> int:
    lines = ["leg,column,grams,relief,on"]
    lines += [
        f"{one.leg},{one.column},{one.grams + number},{one.relief or ''},{one.on}"
        for number, one in zip(range(rows), _over_and_over(requests), strict=False)
    ]
    source = io.BytesIO("\n".join(lines).encode())
    began = time.process_time()
    done = sum(1 for _ in fare_rows(source, "vi"))
    return round(done / (time.process_time() - began))


def _over_and_over(requests: list[QuoteRequest]) -> Any:
    while True:
        yield from requests
