"""`bin/bridge bench nearest`: the nearest of thirteen thousand points, beside shapely's own tree.

Both get the same points and the same asks in the same run, in turn; the times are processor time.
The tree answers in degrees, which is not the nearest on the ground: how often is counted too.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import click
import numpy as np
import shapely

from geo.distance import EARTH_RADIUS_M
from geo.land import assumed_land
from geo.nearest import Floats, Found, NearestPlaces, unit_vectors
from geo.point import Point
from geo.synthetic_network import synthetic_network
from routes.commands.speech import EXIT_CHECK_FAILED, Reply, SpokenCommand

MOST_RATIO = 1.5
ROUNDS = 3
CHECKED = 10_000
_CHECKED_AT_ONCE = 100
_SAME_M = 1e-3

_T = TypeVar("_T")


@click.command("nearest", cls=SpokenCommand)
@click.option("--points", type=click.IntRange(1, 16_000), default=13_000, show_default=True)
@click.option("--asks", type=click.IntRange(1, 10_000_000), default=1_000_000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
def bench_nearest(points: int, asks: int, seed: int) -> Reply:
    """Điểm gần nhất. Nearest points in bulk; exit 1 when an answer is wrong or it takes too long.

    Asks are spread evenly over the land; up to 10,000 of them are checked against every point.
    """
    places = [one.point for one in synthetic_network(points, seed=seed)]
    lat, lon = _anywhere_on_land(asks, np.random.default_rng(seed))
    build_s, ours = _timed(lambda: NearestPlaces(places))
    tree = shapely.STRtree(shapely.points([place.lon_lat for place in places]))
    asked = shapely.points(lon, lat)
    ours_s, tree_s = [], []
    for _ in range(ROUNDS):
        spent, found = _timed(lambda: ours.nearest(lat, lon))
        ours_s.append(spent)
        spent, in_degrees = _timed(lambda: tree.nearest(asked))
        tree_s.append(spent)
    ratio = round(min(ours_s) / min(tree_s), 3)
    some = Found(found.index[:CHECKED], found.distance_m[:CHECKED])
    wrong = _wrong(places, lat[:CHECKED], lon[:CHECKED], some)
    document = {
        "bench": "nearest",
        "points": points,
        "asks": asks,
        "ours_s": round(min(ours_s), 3),
        "ours_build_s": round(build_s, 3),
        "strtree_s": round(min(tree_s), 3),
        "ratio": ratio,
        "most_ratio": MOST_RATIO,
        "checked": min(asks, CHECKED),
        "wrong": wrong,
        "strtree_differs_percent": round(100 * float((in_degrees != found.index).mean()), 2),
    }
    shown = "\n".join(f"{name}: {value}" for name, value in document.items())
    has_failed = wrong > 0 or ratio > MOST_RATIO
    return Reply(document, shown, exit_code=EXIT_CHECK_FAILED if has_failed else 0)


def _anywhere_on_land(count: int, chance: np.random.Generator) -> tuple[Floats, Floats]:
    land = assumed_land()
    west, south, east, north = land.bounds
    lats, lons, have = [], [], 0
    while have < count:
        lon, lat = chance.uniform(west, east, count), chance.uniform(south, north, count)
        inside = shapely.contains_xy(land, lon, lat)
        lats.append(lat[inside])
        lons.append(lon[inside])
        have += int(inside.sum())
    return np.concatenate(lats)[:count], np.concatenate(lons)[:count]


def _timed(work: Callable[[], _T]) -> tuple[float, _T]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _wrong(places: list[Point], lat: Floats, lon: Floats, found: Found) -> int:
    """How many answers are not what trying every place finds."""
    every = unit_vectors(
        np.array([place.lat for place in places]), np.array([place.lon for place in places])
    )
    asked = unit_vectors(lat, lon)
    wrong = 0
    for start in range(0, len(lat), _CHECKED_AT_ONCE):
        part = slice(start, start + _CHECKED_AT_ONCE)
        away = np.linalg.norm(asked[part, None, :] - every[None, :, :], axis=2)
        least_m = 2 * EARTH_RADIUS_M * np.arcsin(away.min(axis=1) / 2)
        named = away[np.arange(len(away)), found.index[part]]
        named_m = 2 * EARTH_RADIUS_M * np.arcsin(named / 2)
        is_wrong = np.abs(named_m - least_m) > _SAME_M
        is_wrong |= np.abs(found.distance_m[part] - least_m) > _SAME_M
        wrong += int(is_wrong.sum())
    return wrong
