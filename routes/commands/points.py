"""Service points: a network made up for tests and load. Pure: no home, no database."""

from pathlib import Path

import click

from geo.synthetic_network import synthetic_network, write_network
from routes.commands.speech import InputWrong, Reply, SpokenCommand


@click.group("points")
def points() -> None:
    """Điểm phục vụ bưu chính. Service points."""


@points.command("make", cls=SpokenCommand)
@click.option("--count", type=int, default=13_000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path))
def points_make(count: int, seed: int, folder: Path) -> Reply:
    """Tạo mạng điểm giả. Make up a national network on real communes, as files for `import`."""
    try:
        network = synthetic_network(count, seed=seed)
    except ValueError as wrong:
        raise InputWrong(problem=f"--count: {wrong}") from None
    files = [str(path) for path in write_network(network, folder)]
    return Reply({"count": len(network), "seed": seed, "files": files}, "\n".join(files))
