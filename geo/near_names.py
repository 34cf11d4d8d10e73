"""The units whose names are a slip of the pen or two away, out of a list asked again and again.

Knows keys and unit numbers only; which slips a name may carry is said in `mentions`.
"""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA


class NearNames:
    """A list of units by their names.

    Each name is compared once, however many bear it, and only with keys of nearly its length:
    no other can be within the edits asked for.
    """

    def __init__(self, units: Iterable[tuple[str, int]]) -> None:
        self._units: dict[str, list[int]] = defaultdict(list)
        for name, unit in units:
            self._units[name].append(unit)
        self._of_length: dict[int, list[str]] = defaultdict(list)
        for name in self._units:
            self._of_length[len(name)].append(name)

    def near(self, key: str, most: int) -> list[tuple[int, int]]:
        """Edits (1 to `most`) and unit, fewest edits first and then by the unit's number."""
        found: list[tuple[int, int]] = []
        for length in range(len(key) - most, len(key) + most + 1):
            names = self._of_length.get(length)
            if names is None:
                continue
            for name, edits, _ in process.extract(
                key, names, scorer=OSA.distance, score_cutoff=most, limit=None, processor=None
            ):
                if edits:
                    found += [(int(edits), unit) for unit in self._units[name]]
        found.sort()
        return found
