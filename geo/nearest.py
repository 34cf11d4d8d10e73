"""Which of many places is nearest along the sphere, for a million asks at once. Pure.

Straight distances in degrees choose another place in one to two of a hundred asks, because a
degree of longitude is shorter in the north. Here every place is a point of the unit sphere: the
shorter chord is the shorter great circle.

A quadtree over latitude and longitude whose leaves name *every* place that can be nearest to
anything inside them: from the middle of a leaf of radius r, with its nearest place at chord m, a
place further than m + 2r is nearest to nothing in the leaf (triangle inequality, twice). An ask
finds its leaf by its Morton code and compares the few places named there.

Source: G. M. Morton, A Computer Oriented Geodetic Data Base, IBM, 1966 (the order of the leaves).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.distance import EARTH_RADIUS_M
from geo.point import Point

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PLACES_IN_A_LEAF = 16
DEEPEST = 16  # halvings of the box: about thirty metres where it is Vietnam's
MARGIN_DEG = 1.0
_ASKED_AT_ONCE = 1 << 14  # what is compared stays in the processor's cache
_PAIRS_AT_ONCE = 1 << 20
_MOST_PAIRS = 1 << 21  # of a cell and a place, at one level: a crowd would part the box for ever
_ROUNDING = 1e-12  # far above what a chord loses, far below a metre


@dataclass(frozen=True, slots=True)
class Found:
    """For each ask the number of the nearest place, the lowest of equals, and how far it is."""

    index: Ints
    distance_m: Floats


class NearestPlaces:
    """Answers for places in and around the box that the places fill; elsewhere it is only slow."""

    def __init__(self, places: Sequence[Point]) -> None:
        """Raises ValueError without any place."""
        if not places:
            raise ValueError("at least one place is needed")
        given = np.array([place.lat_lon for place in places], dtype=np.float64)
        # Two places at one spot are one to be compared; the first of them answers.
        _, first = np.unique(given, axis=0, return_index=True)
        self._place = np.sort(first).astype(np.int64)
        self._lat_lon = given[self._place]
        self._vector = unit_vectors(self._lat_lon[:, 0], self._lat_lon[:, 1])
        low = self._lat_lon.min(axis=0) - MARGIN_DEG
        high = self._lat_lon.max(axis=0) + MARGIN_DEG
        self._low = np.maximum(low, (-90.0, -180.0))
        self._size = np.minimum(high, (90.0, 180.0)) - self._low
        self._grow()

    def nearest(self, lat: Floats, lon: Floats) -> Found:
        """Degrees in, one answer for each. Raises ValueError for what is no place."""
        if lat.shape != lon.shape or lat.ndim != 1:
            raise ValueError("lat and lon must be two rows of the same length")
        if not (np.all(np.abs(lat) <= 90) and np.all(np.abs(lon) <= 180)):  # NaN fails too
            raise ValueError("degrees out of range")
        index = np.empty(len(lat), dtype=np.int64)
        chord = np.empty(len(lat), dtype=np.float64)
        for start in range(0, len(lat), _ASKED_AT_ONCE):
            part = slice(start, start + _ASKED_AT_ONCE)
            index[part], chord[part] = self._compare(lat[part], lon[part])
        metres = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, chord / 2))
        return Found(self._place[index], metres)

    def _compare(self, lat: Floats, lon: Floats) -> tuple[Ints, Floats]:
        asked = unit_vectors(lat, lon)
        cell_lat = np.floor((lat - self._low[0]) * ((1 << DEEPEST) / self._size[0]))
        cell_lon = np.floor((lon - self._low[1]) * ((1 << DEEPEST) / self._size[1]))
        last = (1 << DEEPEST) - 1
        code = _interleaved(
            np.clip(cell_lat, 0, last).astype(np.int64), np.clip(cell_lon, 0, last).astype(np.int64)
        )
        leaf = np.searchsorted(self._leaf_code, code, side="right") - 1
        away = self._leaf_vector[leaf]
        away -= asked[:, :, None]
        np.multiply(away, away, out=away)
        squared = away[:, 0]
        squared += away[:, 1]
        squared += away[:, 2]
        best = squared.argmin(axis=1)
        rows = np.arange(len(lat))
        index = self._leaf_place[leaf, best]
        chord = np.sqrt(squared[rows, best])
        is_out = (cell_lat < 0) | (cell_lat > last) | (cell_lon < 0) | (cell_lon > last)
        is_slow = self._leaf_is_full[leaf] | is_out
        if is_slow.any():
            leaf[is_out] = -1  # the list behind the last leaf's is that of all places
            index[is_slow], chord[is_slow] = self._compare_lists(asked[is_slow], leaf[is_slow])
        return index, chord

    def _compare_lists(self, asked: Floats, leaf: Ints) -> tuple[Ints, Floats]:
        """With lists of any length: where places crowd together, and outside the box."""
        index = np.empty(len(asked), dtype=np.int64)
        chord = np.empty(len(asked), dtype=np.float64)
        counts = self._list_count[leaf]
        done = 0
        while done < len(asked):
            pairs = np.cumsum(counts[done:])
            end = done + max(1, int(np.searchsorted(pairs, _PAIRS_AT_ONCE, side="right")))
            index[done:end], chord[done:end] = self._compare_list(
                asked[done:end], self._list_start[leaf[done:end]], counts[done:end]
            )
            done = end
        return index, chord

    def _compare_list(self, asked: Floats, starts: Ints, counts: Ints) -> tuple[Ints, Floats]:
        begins = np.cumsum(counts) - counts
        place = self._list_place[_ranges(starts, counts)]
        away = self._vector[place] - np.repeat(asked, counts, axis=0)
        squared = np.einsum("ij,ij->i", away, away)
        least = np.minimum.reduceat(squared, begins)
        never = len(self._vector)
        nearest = np.where(squared == np.repeat(least, counts), place, never)
        return np.minimum.reduceat(nearest, begins), np.sqrt(least)

    def _grow(self) -> None:
        """Level by level, all cells of a level at once; what is crowded is parted in four."""
        cells = np.zeros((1, 2), dtype=np.int64)
        named = np.arange(len(self._vector), dtype=np.int64)
        counts = np.array([len(named)], dtype=np.int64)
        codes, lengths, lists = [], [], []
        for level in range(DEEPEST + 1):
            is_crowded = counts > PLACES_IN_A_LEAF
            if level == DEEPEST or 4 * counts[is_crowded].sum() > _MOST_PAIRS:
                is_crowded[:] = False
            starts = np.cumsum(counts) - counts
            done = cells[~is_crowded] << (DEEPEST - level)
            codes.append(_interleaved(done[:, 0], done[:, 1]))
            lengths.append(counts[~is_crowded])
            lists.append(named[_ranges(starts[~is_crowded], counts[~is_crowded])])
            if not is_crowded.any():
                break
            cells, counts, named = self._parted(
                cells[is_crowded], starts[is_crowded], counts[is_crowded], named, level + 1
            )
        self._keep(np.concatenate(codes), np.concatenate(lengths), np.concatenate(lists))

    def _keep(self, code: Ints, counts: Ints, named: Ints) -> None:
        """Leaves in the order of their codes; short lists as rows of vectors of one length."""
        order = np.argsort(code)
        starts = (np.cumsum(counts) - counts)[order]
        counts = counts[order]
        self._leaf_code = code[order]
        self._leaf_is_full = counts > PLACES_IN_A_LEAF
        step = np.arange(PLACES_IN_A_LEAF)
        # The first place is repeated behind the last, where it changes no answer.
        at = starts[:, None] + np.where(step < counts[:, None], step, 0)
        self._leaf_place = named[at]
        self._leaf_vector = np.ascontiguousarray(
            self._vector[self._leaf_place].transpose(0, 2, 1)  # (leaf, axis, place)
        )
        every = np.arange(len(self._vector), dtype=np.int64)
        self._list_place = np.concatenate((named, every))
        self._list_start = np.append(starts, len(named))
        self._list_count = np.append(counts, len(every))

    def _parted(
        self, cells: Ints, starts: Ints, counts: Ints, named: Ints, level: int
    ) -> tuple[Ints, Ints, Ints]:
        """The four quarters of each cell, each with the places that can be nearest in it."""
        quarters = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], dtype=np.int64)
        cells = (cells[:, None, :] * 2 + quarters).reshape(-1, 2)
        counts = np.repeat(counts, 4)
        begins = np.cumsum(counts) - counts
        named = named[_ranges(np.repeat(starts, 4), counts)]
        middle, radius = self._middles(cells, level)
        away = np.linalg.norm(self._vector[named] - np.repeat(middle, counts, axis=0), axis=1)
        least = np.minimum.reduceat(away, begins)
        keep = away <= np.repeat(least + 2 * radius + _ROUNDING, counts)
        return cells, np.add.reduceat(keep.astype(np.int64), begins), named[keep]

    def _middles(self, cells: Ints, level: int) -> tuple[Floats, Floats]:
        """Unit vectors of the cells' middles, and the chord from there to the furthest corner.

        Nothing in a cell is further: along a meridian the distance to a point has one minimum
        and no other turn, along a parallel it grows with the difference of longitude.
        """
        step = self._size / (1 << level)
        low = self._low + cells * step
        middle = unit_vectors(low[:, 0] + step[0] / 2, low[:, 1] + step[1] / 2)
        radius = np.zeros(len(cells))
        for side in (0.0, 1.0):  # the two corners of the other side are as far
            corner = unit_vectors(low[:, 0] + side * step[0], low[:, 1])
            radius = np.maximum(radius, np.linalg.norm(middle - corner, axis=1))
        return middle, radius


def unit_vectors(lat: Floats, lon: Floats) -> Floats:
    """Degrees to points of the unit sphere, shape (n, 3)."""
    phi, lam = np.radians(lat), np.radians(lon)
    vectors = np.empty((len(phi), 3))
    across = np.cos(phi)
    np.multiply(across, np.cos(lam), out=vectors[:, 0])
    np.multiply(across, np.sin(lam), out=vectors[:, 1])
    np.sin(phi, out=vectors[:, 2])
    return vectors


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """start, start + 1, … for each, one after the other."""
    begins = np.cumsum(counts) - counts
    ranges: Ints = np.arange(counts.sum()) + np.repeat(starts - begins, counts)
    return ranges


def _interleaved(a: Ints, b: Ints) -> Ints:
    """The Morton code: bits of both, in turn."""
    return (_spread(a) << 1) | _spread(b)


def _spread(number: Ints) -> Ints:
    number = (number | (number << 8)) & 0x00FF00FF
    number = (number | (number << 4)) & 0x0F0F0F0F
    number = (number | (number << 2)) & 0x33333333
    return (number | (number << 1)) & 0x55555555
