"""Which units a text can mean: every consistent reading, cheapest first.

A reading takes one mention as its commune and must explain the others: provinces and districts by
lying in them, other communes by having become them or come from them. What it cannot explain
costs points; there is no other evidence, and nothing is preferred for being bigger or more usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.address_tokens import Gap, Said, Word
from geo.address_words import OTHER_ROLES, UNIT_ROLES, Role
from geo.mentions import Mention, Prefix
from geo.unit_index import UnitIndex

MARGIN, CONTRADICTED, HOPELESS = 4, 15, 36
_LEFT_OVER, _APART, _SKIPPED, _OTHER_COMMUNE = 15, 5, 20, 15
_MIXED_OLD, _MIXED_SHORT, _MIXED_NEW, _WHOLE_NAME, _IN_DISTRICT = 5, 3, 7, 6, 8
_ASIDE = frozenset({"cu", "thuoc", "moi", "nay", "truoc", "vn", "viet", "vietnam"})


Parent = tuple[Mention, frozenset[int]]
"""A province or district that is named, and the units its name may mean."""


@dataclass(slots=True)
class Reading:
    """One unit the text can mean, with points against it.

    Attributes
    ----------
    pair : the commune of the other era, where the text names it too; else -1
    is_mixed : names of both eras are needed to explain the text
    is_contradicted : the text says something that this unit does not fit
    """

    unit: int
    cost: int
    mention: Mention
    pair: int = -1
    is_mixed: bool = False
    is_contradicted: bool = False
    spans: tuple[Mention, ...] = ()


class Reader:
    """Reads one text: its words, the mentions found in them."""

    def __init__(
        self,
        words: Sequence[Word],
        heads: dict[int, Prefix],
        mentions: list[Mention],
        index: UnitIndex,
    ) -> None:
        self._words = words
        self._index = index
        self.names_commune = any(head.role == Role.COMMUNE for head in heads.values())
        self.parents = [m for m in mentions if m.weight and not _is_begun(m, mentions)]
        self._parent_sets = [frozenset(m.cost) for m in self.parents]
        over = [m for m in self.parents if m.is_whole and not min(m.cost.values())]
        self.places = [m for m in mentions if any(index.is_place(u) for u in m.cost)]
        self.places = [
            m for m in self.places if not _is_part(m, self.places) and not _is_within(m, over)
        ]
        self._named = [
            (start, head)
            for start, head in heads.items()
            if head.role == Role.COMMUNE and _is_surely_commune(words, head, start)
        ]

    def readings(self, mentions: Sequence[Mention]) -> list[Reading]:
        """All readings that take one of these mentions as their commune, cheapest first."""
        found = []
        is_place = self._index.is_place
        for mention in mentions:
            parents = self._parents_beside(mention)
            best = HOPELESS
            for unit in mention.cost:
                if not is_place(unit):
                    continue
                reading = self._reading(unit, mention, parents, best + MARGIN)
                if reading is not None and reading.cost <= HOPELESS:
                    best = min(best, reading.cost)
                    found.append(reading)
        found.sort(key=lambda reading: reading.cost)
        return found

    def _parents_beside(self, mention: Mention) -> list[Parent]:
        return [
            (parent, units)
            for parent, units in zip(self.parents, self._parent_sets, strict=True)
            if not parent.overlaps(mention)
        ]

    def _reading(
        self, unit: int, mention: Mention, parents: Sequence[Parent], most: int
    ) -> Reading | None:
        reading = Reading(unit, mention.cost[unit], mention)
        explained, conflict = self._explain_parents(reading, parents)
        if mention.era == (Said.NEW if self._index.is_old[unit] else Said.OLD):
            conflict += _SKIPPED
        is_alone = mention.role == Role.NONE and len(explained) == 1
        if is_alone and (reading.cost or not mention.is_whole):
            return None  # a name without its type and alone must be written as a name
        reading.cost += conflict
        if reading.cost > most:
            return None
        if reading.is_mixed:
            reading.cost += self._mixture_cost(unit, explained)
        reading.is_contradicted = conflict >= CONTRADICTED
        self._explain_communes(reading, explained)
        reading.cost += self._place_cost(mention, explained)
        if self._left_over(mention, explained) >= CONTRADICTED or (
            mention.role == Role.NONE and self._leaves_commune(explained)
        ):
            reading.is_contradicted = True
        reading.spans = tuple(explained)
        return reading

    def _mixture_cost(self, unit: int, explained: list[Mention]) -> int:
        """An old commune under today's province is a usual two-level text, no stretch of one."""
        if not self._index.is_old[unit]:
            return _MIXED_NEW
        district = self._index.district[unit]
        return _MIXED_OLD if any(district in m.cost for m in explained[1:]) else _MIXED_SHORT

    def _explain_parents(
        self, reading: Reading, parents: Sequence[Parent]
    ) -> tuple[list[Mention], int]:
        """The mentions that the unit explains, itself first; points for those it cannot."""
        index, mention = self._index, reading.mention
        above, also = index.above[reading.unit], index.also_in[reading.unit]
        explained, unexplained = [mention], []
        for parent, units in parents:
            if any(parent.overlaps(known) for known in explained[1:]):
                continue  # the same words once more, with a slip
            own = _cheapest(parent, units, above)
            other = _cheapest(parent, units, also)
            if own is not None and (other is None or own <= other + _MIXED_SHORT):
                reading.cost += own
            elif other is not None:
                reading.cost += other
                # A remark that speaks of the other era is no mixture.
                if parent.era == Said.NOTHING or parent.era == mention.era:
                    reading.is_mixed = True
            else:
                unexplained.append(parent)
                continue
            explained.append(parent)
        beside = explained[1:]  # these may overlap; the mention itself does not
        conflict = sum(
            parent.weight
            for parent in unexplained
            if not beside or not any(parent.overlaps(other) for other in beside)
        )
        return explained, conflict

    def _explain_communes(self, reading: Reading, explained: list[Mention]) -> None:
        """Other communes that are named: the same place in the other era, or unexplained."""
        index, mention = self._index, reading.mention
        related = index.became[reading.unit] or index.earlier[reading.unit]
        others = sorted(self.places, key=lambda m: m.first - m.stop)  # "Vĩnh Hậu A" before its part
        for other in others if related else ():
            if other is mention or other.overlaps(mention):
                continue
            if not self._is_said_beside(other, mention):
                continue
            if other.era == (Said.OLD if index.is_old[reading.unit] else Said.NEW):
                continue
            pair = next((u for u in related if u in other.cost), -1)
            if pair >= 0 and reading.pair < 0:
                reading.pair = pair
                reading.is_mixed = True
                reading.cost += min(other.cost[pair], MARGIN) + self._left_over(other, explained)
                explained.append(other)
        reading.cost += _WHOLE_NAME * self._names_unused(mention, explained)
        reading.cost += _IN_DISTRICT * self._is_the_district(mention)
        used = {at for m in explained for at in range(m.first, m.stop)}
        for start, head in self._named:
            if head.first not in used and start not in used:
                is_aside = mention.role != Role.NONE and head.first < mention.first
                reading.cost += _APART if is_aside else _OTHER_COMMUNE
                if mention.role == Role.NONE:
                    reading.is_contradicted = True  # "phường số 9, …, Long An" is no Phường Long An

    def _leaves_commune(self, explained: list[Mention]) -> bool:
        """Whether a commune is named with its type and is not the one that is read."""
        return any(
            m.role == Role.COMMUNE and not any(m.overlaps(e) for e in explained)
            for m in self.places
        )

    def _is_the_district(self, mention: Mention) -> bool:
        """Whether a commune of the district so called stands before: "Giao Hà - Giao Thủy"."""
        if mention.role != Role.NONE or self._words[mention.first].gap > Gap.DASH:
            return False
        return any(
            m.stop == mention.first
            and m.role == Role.NONE
            and any(not c and self._index.district[u] in mention.cost for u, c in m.cost.items())
            for m in self.places
        )

    def _names_unused(self, mention: Mention, explained: list[Mention]) -> int:
        """How many names of communes that stand as names the reading has no use for."""
        unused = {
            m.start
            for m in self.places
            if (
                m.is_whole
                or m.role == Role.COMMUNE
                or (m.stop == mention.first and self._words[m.stop].gap == Gap.BLANK)
                or self._is_called_old(m)
            )
            and not any(m.overlaps(e) for e in explained)
        }
        return len(unused)

    def _is_called_old(self, mention: Mention) -> bool:
        """Whether "cũ" follows the name: "Minh Côi cũ, xã Văn Lang"."""
        words, stop = self._words, mention.stop
        return (
            mention.era == Said.OLD
            and stop < len(words)
            and words[stop].gap == Gap.BLANK
            and words[stop].said.marked in ("cũ", "cu")
        )

    def _is_said_beside(self, other: Mention, mention: Mention) -> bool:
        """Named as the other era's name of the place: by a word for it, or in brackets."""
        if other.era != Said.NOTHING or mention.era != Said.NOTHING:
            return True
        words = self._words
        is_aside = words[other.first].is_aside != words[mention.first].is_aside
        return is_aside and other.role == Role.COMMUNE

    def _place_cost(self, mention: Mention, explained: list[Mention]) -> int:
        """Points for words left over after the name, or between it and what it lies in."""
        words = self._words
        cost = self._left_over(mention, explained)
        if mention.role != Role.NONE:
            return cost
        first = mention.first
        is_within = first > 0 and words[first].gap < Gap.DASH
        if is_within and not any(m.stop == first for m in explained):
            cost += 2
        return cost + self._gap_cost(mention, explained)

    def _left_over(self, mention: Mention, explained: list[Mention]) -> int:
        """Points for a word that goes on where the name ends: "Tân Phú" of "Tân Phú Đông"."""
        words, stop = self._words, mention.stop
        if stop < len(words) and words[stop].gap == Gap.BLANK:
            word = words[stop]
            is_next = any(m.first == stop for m in explained)
            if not (is_next or word.role in UNIT_ROLES or word.said.key in _ASIDE):
                return _APART if word.role in OTHER_ROLES else _LEFT_OVER
        return 0

    def _gap_cost(self, mention: Mention, explained: list[Mention]) -> int:
        others = explained[1:]
        right = [m.first for m in others if m.first >= mention.stop]
        left = [m.stop for m in others if m.stop <= mention.first]
        if right:
            low, high = mention.stop, min(right)
        elif left:
            low, high = max(left), mention.first
        else:
            low, high = mention.stop, len(self._words)
        if low >= high:
            return 0
        skipped = any(
            low <= m.first and m.stop <= high and m.is_whole and m.role in (Role.NONE, Role.COMMUNE)
            for m in self.places
        )
        return _SKIPPED if skipped else _APART

    def firm_parents(self) -> list[Mention]:
        """Provinces and districts that are surely named."""
        return [m for m in self.parents if m.weight > 1]

    def scope(self) -> list[int]:
        """Places that lie in every province and district named; empty if none is, or they clash."""
        inside = self._index.inside
        found: set[int] | None = None
        for parent in sorted(self.firm_parents(), key=lambda m: m.stop - m.start, reverse=True):
            if any(p is not parent and p.first <= parent.first and parent.stop <= p.stop
                   for p in self.firm_parents()):  # fmt: skip
                continue  # a part of a longer name
            here = {u for p in parent.cost for u in inside.get(p, ())}
            found = here if found is None else (found & here or found)
        return sorted(found or ())


def _cheapest(parent: Mention, units: frozenset[int], wanted: frozenset[int]) -> int | None:
    """Points of the likeliest of the wanted units that the mention may mean."""
    if units.isdisjoint(wanted):
        return None
    return min(parent.cost[unit] for unit in units & wanted)


def _is_surely_commune(words: Sequence[Word], head: Prefix, start: int) -> bool:
    """A type written out, or said to be of an era. "P.210" is a room, "TT" may be many things."""
    key = words[head.first].said.key
    is_written_out = start - head.first > 1 or len(key) > 2 or key == "xa"
    return is_written_out or words[start].era != Said.NOTHING


def _is_part(mention: Mention, names: Sequence[Mention]) -> bool:
    """The end of a longer name that stands with its type, or as a part of the text by itself.

    "Nha Trang" of "P. Bắc Nha Trang", "Trà My" of ", Nam Trà My,".
    """
    return mention.role == Role.NONE and any(
        (other.role == Role.COMMUNE or (other.is_whole and other.role == Role.NONE))
        and other.first < mention.first
        and mention.stop <= other.stop
        for other in names
    )


def _is_within(mention: Mention, names: Sequence[Mention]) -> bool:
    """Some words of a province's or district's name that is a part of the text by itself.

    "Lâm" of ", Lâm Đồng", "Trà My" of ", Bắc Trà My,".
    """
    return mention.role == Role.NONE and any(
        name.first <= mention.first
        and mention.stop <= name.stop
        and name.stop - name.first > mention.stop - mention.first
        for name in names
    )


def _is_begun(mention: Mention, names: Sequence[Mention]) -> bool:
    """The beginning of a longer name after one type: "TX Vinh" of "TX Vĩnh Châu"."""
    return mention.role != Role.NONE and any(
        name.first == mention.first
        and name.stop > mention.stop
        and name.weight
        and min(name.cost.values()) < min(mention.cost.values())
        for name in names
    )
