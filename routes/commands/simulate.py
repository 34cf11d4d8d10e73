"""Random days, each checked: what no story thought of."""

import logging
import random
import shutil
import tempfile
import traceback
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import click

from config.settings import Settings
from postal_bridge.directory.service import load_reference
from postal_bridge.jobs.first_start import prepare_home
from postal_bridge.kernel.clock import VIETNAM
from postal_bridge.kernel.home import HomeKind
from postal_bridge.kernel.log import configure_log
from routes.commands.composition import OperatorCommand, refuse_live_variables
from routes.commands.progress import with_bar
from routes.commands.simulate_day import play_day
from routes.commands.simulate_stage import Broke, Theatre
from routes.commands.simulate_week import Week
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, said

FIRST_MORNING = datetime(2026, 3, 2, 7, 30, tzinfo=VIETNAM)  # a Monday


@dataclass(frozen=True, slots=True)
class Played:
    """One seed. `broke`: what must not have happened; empty where all stayed true."""

    seed: int
    days: int
    done: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    broke: str = ""


@click.command("simulate", cls=OperatorCommand)
@click.option("--seeds", type=click.IntRange(1, 100_000), default=3, show_default=True)
@click.option("--first", type=int, default=1, show_default=True, help="the first seed")
@click.option("--days", type=click.IntRange(1, 60), default=3, show_default=True)
def simulate(seeds: int, first: int, days: int) -> Reply:
    """Mô phỏng ngẫu nhiên. Play random days over the API with lost and killed work, and verify.

    Each seed has a sandbox home of its own, which is thrown away. The first that breaks ends it.
    """
    refuse_live_variables()
    configure_log("simulate", level=logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="postal-bridge-simulate-") as folder:
        empty = Settings(home=Path(folder) / "empty")
        _prepare(empty)
        played: list[Played] = []
        for seed in with_bar(range(first, first + seeds), "simulate", seeds, every=1):
            played.append(_play(empty, Path(folder) / str(seed), seed, days))
            if played[-1].broke:
                break
    return told(played)


def _prepare(empty: Settings) -> None:
    """A home with its places, copied for each seed."""
    prepare_home(empty, kind=HomeKind.SANDBOX)
    theatre = Theatre(empty, FIRST_MORNING, random.Random(0))  # noqa: S311  (no secret)
    load_reference(theatre.units)
    theatre.cast()
    theatre.units.engine.dispose()


def _play(empty: Settings, home: Path, seed: int, days: int) -> Played:
    shutil.copytree(empty.home, home)
    theatre = Theatre(replace(empty, home=home), FIRST_MORNING, random.Random(seed))  # noqa: S311  (a story)
    week, broke = Week(theatre), ""
    try:
        theatre.cast()
        for day in range(days):
            play_day(week, FIRST_MORNING + timedelta(days=day))
            if found := theatre.broken():
                raise Broke(f"verify after day {day + 1}: {found}")
    except Exception:  # noqa: BLE001  (whatever it was, the seed that shows it is the answer)
        broke = traceback.format_exc()
    theatre.units.engine.dispose()
    shutil.rmtree(home)
    return Played(seed, days, dict(week.done), dict(week.refused), broke)


def told(played: list[Played]) -> Reply:
    """The seeds one by one, and how to see the one that broke again."""
    last = played[-1]
    document = {"ok": not last.broke, "seeds": [asdict(one) for one in played]}
    lines = [
        said("simulate_seed", {
            "seed": one.seed, "done": sum(one.done.values()), "refused": sum(one.refused.values()),
        })
        for one in played
    ]  # fmt: skip
    if last.broke:
        lines += [last.broke, said("simulate_broke", {"seed": last.seed})]
        return Reply(document, "\n".join(lines), exit_code=EXIT_CHECK_FAILED)
    return Reply(document, "\n".join([*lines, said("simulate_good", {"seeds": len(played)})]))
