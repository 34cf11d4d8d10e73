"""The units whose names are a slip of the pen or two away, out of a list asked again and again.

Knows keys and unit numbers only; which slips a name may carry is said in `mentions`.
"""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

_BITS = 64


class NearNames:
    """A list of units by their names.

    Each name is compared once, however many bear it, and only where length and letters leave it
    possible: one edit changes the length by one at most, and takes away and brings one letter.
    """

    def __init__(self, units: Iterable[tuple[str, int]]) -> None:
        by_name: dict[str, list[int]] = defaultdict(list)
        for name, unit in units:
            by_name[name].append(unit)
        self._names = list(by_name)
        self._units = list(by_name.values())
        self._lengths = np.fromiter(map(len, self._names), np.int16)
        self._letters = np.fromiter(map(_letters, self._names), np.uint64)

    def near(self, key: str, most: int) -> list[tuple[int, int]]:
        """Edits (1 to `most`) and unit, fewest edits first and then by the unit's number."""
        others = np.bitwise_count(self._letters ^ np.uint64(_letters(key)))
        is_possible = (abs(self._lengths - len(key)) <= most) & (others <= 2 * most)
        possible = np.flatnonzero(is_possible).tolist()
        names = [self._names[at] for at in possible]
        near = process.extract(
            key, names, scorer=OSA.distance, score_cutoff=most, limit=None, processor=None
        )
        found = [
            (int(edits), unit)
            for _, edits, at in near
            if edits
            for unit in self._units[possible[at]]
        ]
        return sorted(found)


def _letters(name: str) -> int:
    """A bit for each letter that occurs; two letters may share one."""
    bits = 0
    for letter in name:
        bits |= 1 << ord(letter) % _BITS
    return bits
