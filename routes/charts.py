"""Small line charts, drawn on the server: coordinates only, the template writes the SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 160, 40, 3
HEADROOM = 1.25


@dataclass(frozen=True, slots=True)
class Line:
    """`points` is an SVG polyline; `last` the place of the newest value."""

    points: str
    last: tuple[float, float]
    lowest: int
    highest: int


def line_of(values: Sequence[int]) -> Line:
    """The values from left to right; a flat row of zeros lies on the floor."""
    highest, lowest = max(values), min(values)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    span = (HEIGHT - 2 * MARGIN) / max(highest * HEADROOM, 1)
    places = [
        (round(MARGIN + step * at, 1), round(HEIGHT - MARGIN - span * value, 1))
        for at, value in enumerate(values)
    ]
    return Line(" ".join(f"{x},{y}" for x, y in places), places[-1], lowest, highest)
