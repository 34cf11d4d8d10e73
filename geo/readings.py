"""Which units a text can mean: every consistent reading, cheapest first.

A reading takes one mention as its commune and must explain the others: provinces and districts by
lying in them, other communes by having become them or come from them. What it cannot explain
costs points; there is no other evidence, and nothing is preferred for being bigger or more usual.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.address_words import Role
from geo.mentions import AS_COMMUNE, FORMER, OTHER_TYPE, Mention, Prefix
from geo.name_parts import (
    ends_behind,
    is_begun,
    is_beside,
    is_called_old,
    is_half,
    is_part,
    is_persons,
    is_said_beside,
    is_scrap,
    is_surely_commune,
    is_within,
    retyped,
)
from geo.unit_index import DISTRICT, PROVINCE, UnitIndex
from geo.words_left import APART, left_over, place_cost
from geo.written_words import Gap, Said, Word

MARGIN, CONTRADICTED, HOPELESS = 4, 15, 36
_SKIPPED, _OTHER_COMMUNE = 20, 15
_TWICE = 5
_MIXED_OLD, _MIXED_SHORT, _MIXED_NEW, _WHOLE_NAME, _IN_DISTRICT = 5, 3, 7, 6, 12


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
        for mention in mentions:
            if is_persons(mention, mentions, words):
                mention.weight = min(mention.weight, 1)
        parents = [m for m in mentions if m.weight and not is_begun(m, mentions)]
        parents = [m for m in parents if not is_half(m, parents, words)]
        told = [m for m in parents if m.is_whole or m.role != Role.NONE]
        over = [m for m in told if not min(m.cost.values())]
        self.parents = [m for m in parents if not is_within(m, over)]
        self._parent_sets = [frozenset(m.cost) for m in self.parents]
        self.places = [m for m in mentions if any(index.is_place(u) for u in m.cost)]
        self.places = [
            m
            for m in self.places
            if not is_part(m, self.places)
            and not is_within(m, over)
            and not is_half(m, parents, words)
        ]
        beside = {m for m in self.places if is_beside(words, m.first)}
        if any(m.role == Role.COMMUNE and m not in beside for m in self.places):
            self.places = [m for m in self.places if m not in beside]
        self._named = [
            (start, head)
            for start, head in heads.items()
            if head.role == Role.COMMUNE
            and is_surely_commune(words, head, start)
            and not is_beside(words, head.first)
        ]
        self._retyped = {u for m in self.parents for u in retyped(m, index)}

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
        index = self._index
        reading = Reading(unit, mention.cost[unit], mention)
        if index.province[unit] in self._retyped and not index.is_old[unit]:
            reading.cost -= OTHER_TYPE * (reading.cost >= OTHER_TYPE)
        explained, conflict = self._explain_parents(reading, parents)
        if reading.cost >= AS_COMMUNE and self._is_before_its_district(reading, explained):
            reading.cost -= AS_COMMUNE  # "Hòa Bình, Xuyên Mộc" is no province
        if mention.era == (Said.NEW if index.is_old[unit] else Said.OLD):
            conflict += _SKIPPED
        if is_scrap(mention):
            return None
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
        reading.cost += place_cost(self._words, self.places, mention, explained)
        if left_over(self._words, self.places, mention, explained) >= CONTRADICTED or (
            mention.role == Role.NONE and self._leaves_commune(explained)
        ):
            reading.is_contradicted = True
        reading.spans = tuple(explained)
        return reading

    def _is_before_its_district(self, reading: Reading, explained: list[Mention]) -> bool:
        index, mention = self._index, reading.mention
        is_province = any(index.level[u] == PROVINCE and not c for u, c in mention.cost.items())
        district = index.district[reading.unit]
        return (
            mention.role == Role.NONE
            and is_province
            and any(district in m.cost and m.first >= mention.stop for m in explained[1:])
        )

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
        used: set[int] = set()
        for parent, units in parents:
            if any(parent.overlaps(known) for known in explained[1:]):
                continue  # the same words once more, with a slip
            own = _cheapest(parent, units, above)
            other = _cheapest(parent, units, also)
            if own is not None and (other is None or own <= other + _MIXED_SHORT):
                reading.cost += _at_most(own, parent, parents)
            elif other is not None:
                reading.cost += _at_most(other, parent, parents)
                # A remark that speaks of the other era is no mixture.
                if parent.era == Said.NOTHING or parent.era == mention.era:
                    reading.is_mixed = True
            else:
                unexplained.append(parent)
                continue
            free = (u for u in units if u not in used and (u in above or u in also))
            unit = next(free, None)
            reading.cost += _TWICE * (unit is None)  # "Vĩnh Long, Vĩnh Long": town and province
            used.add(-1 if unit is None else unit)
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
            if other is mention or other.overlaps(mention) or other in explained:
                continue
            if not is_said_beside(other, mention, self._words):
                continue
            if other.era == (Said.OLD if index.is_old[reading.unit] else Said.NEW):
                continue
            pair = next((u for u in related if u in other.cost), -1)
            if pair >= 0 and reading.pair < 0:
                reading.pair = pair
                reading.is_mixed = True
                reading.cost += min(other.cost[pair], MARGIN) + left_over(
                    self._words, self.places, other, explained
                )
                explained.append(other)
        reading.cost += _WHOLE_NAME * self._names_unused(mention, explained)
        reading.cost += _IN_DISTRICT * self._is_the_district(mention)
        used = {at for m in explained for at in range(m.first, m.stop)}
        for start, head in self._named:
            if head.first not in used and start not in used:
                is_aside = mention.role != Role.NONE and head.first < mention.first
                reading.cost += APART if is_aside else _OTHER_COMMUNE
                if mention.role == Role.NONE:
                    reading.is_contradicted = True  # "phường số 9, …, Long An" is no Phường Long An

    def _leaves_commune(self, explained: list[Mention]) -> bool:
        """Whether a commune is named with its type and is not the one that is read."""
        return any(
            m.role == Role.COMMUNE and not any(m.overlaps(e) for e in explained)
            for m in self.places
        )

    def _is_the_district(self, mention: Mention) -> bool:
        """Whether a commune of the district so called is named: "Giao Hà - Giao Thủy"."""
        if mention.role != Role.NONE:
            return False
        return any(
            not m.overlaps(mention)
            and any(
                c <= FORMER
                and (self._index.district[u] in mention.cost or self._was_in(u, mention))
                for u, c in m.cost.items()
            )
            for m in self.places
        )

    def _was_in(self, unit: int, mention: Mention) -> bool:
        """Whether a commune of today was made in a district that may be meant here."""
        index = self._index
        return not index.is_old[unit] and any(
            index.level[u] == DISTRICT and u in index.also_in[unit] for u in mention.cost
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
                or is_called_old(m, self._words)
                or ends_behind(m, explained, self._words)
            )
            and not any(m.overlaps(e) for e in explained)
        }
        return len(unused)

    def firm_parents(self) -> list[Mention]:
        """Provinces and districts that are surely named."""
        return [m for m in self.parents if m.weight > 1]

    def scope(self) -> list[int]:
        """Places that lie in every province and district named; empty if none is, or they clash."""
        inside = self._index.inside
        found: set[int] | None = None
        for parent in sorted(self.firm_parents(), key=lambda m: m.stop - m.start, reverse=True):
            if any(p.first <= parent.first and parent.stop <= p.stop
                   and p.stop - p.first > parent.stop - parent.first
                   for p in self.firm_parents()):  # fmt: skip
                continue  # a part of a longer name
            here = {u for p in parent.cost for u in inside.get(p, ())}
            found = here if found is None else (found & here or found)
        return sorted(found or ())


def _at_most(cost: int, parent: Mention, parents: Sequence[Parent]) -> int:
    """What explaining words costs: no more than leaving them, where nothing else names them."""
    if cost <= parent.weight or any(o.overlaps(parent) for o, _ in parents if o is not parent):
        return cost
    return parent.weight


def _cheapest(parent: Mention, units: frozenset[int], wanted: frozenset[int]) -> int | None:
    """Points of the likeliest of the wanted units that the mention may mean."""
    if units.isdisjoint(wanted):
        return None
    return min(parent.cost[unit] for unit in units & wanted)
