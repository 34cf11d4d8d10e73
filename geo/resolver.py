"""From an address as people write it to the commune it lies in, before and after the reform.

Pure: the register comes in with the index, and nothing is opened or called. One place is answered
only if no other reading of the text is consistent; otherwise all that are, and the question that
decides. Design section 5.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from config.register import Register, load_register
from geo.address_answer import (
    MOST_CANDIDATES,
    Answer,
    Era,
    Pair,
    Reason,
    Status,
    either,
    in_both_forms,
    none,
    resolved,
    several,
)
from geo.address_text import MOST_CHARACTERS, clean
from geo.address_tokens import cut
from geo.address_words import FOREIGN, Role
from geo.mentions import EDIT, Mention, prefixes
from geo.name_matches import exact_mentions
from geo.readings import MARGIN, Reader, Reading
from geo.slips import Slips
from geo.two_addresses import second_begins
from geo.unit_index import DISTRICT, UnitIndex, spoken_names
from geo.written_words import Word

_MOST_WORDS_IN_ALL = 80
_MOST_MENTIONS = 30  # an address has fewer than 15; a list of names only costs time


class Resolver:
    """Resolves addresses by one index; safe to share between threads."""

    def __init__(self, index: UnitIndex) -> None:
        self._index = index
        self._slips = Slips(index)

    def resolve(self, text: str) -> Answer:
        """The place or places the text can mean; never raises, whatever the text."""
        if not text or text.isspace():
            return none(Reason.EMPTY)
        if len(text) > MOST_CHARACTERS:
            return none(Reason.TOO_LONG)
        written = clean(text)
        words = cut(written)
        if len(words) > _MOST_WORDS_IN_ALL:
            return none(Reason.TOO_LONG)
        if not any(letter.isalpha() for word in words for letter in word.said.key):
            return none(Reason.NO_LETTERS)
        heads = prefixes(words)
        mentions = exact_mentions(words, heads, self._index)
        if len(mentions) > _MOST_MENTIONS:
            return none(Reason.TOO_LONG)
        second = second_begins(words, mentions, self._index)
        if second is not None and (both := self._two(written, second)) is not None:
            return both
        written = written.replace("\n", " ")  # answers are lines
        mentions += self._slips.parents(words, heads, mentions)
        reader = Reader(words, heads, mentions, self._index)
        readings = reader.readings(reader.places)
        if not readings or readings[0].cost >= EDIT:
            near = self._slips.places(words, heads, reader)
            readings = sorted([*readings, *reader.readings(near)], key=lambda reading: reading.cost)
        elif beside := self._slips.beside(words, heads, reader, readings[0].mention):
            most = readings[0].cost + MARGIN
            readings += [replace(one, cost=min(one.cost, most)) for one in reader.readings(beside)]
        if readings and not (readings[0].is_contradicted and readings[0].mention.role == Role.NONE):
            return self._answer(written, words, readings)
        return self._without_commune(written, words, reader, readings)

    def _two(self, text: str, second: int) -> Answer | None:
        """Both places where the text holds two addresses, each read by itself; None if not.

        Where they have a place in common it is that one, said in both forms: "xã A … → xã B …".
        """
        answers = [self.resolve(text[:second]), self.resolve(text[second:])]
        if any(one.status == Status.NONE or one.is_cut for one in answers):
            return None
        places = [{c.new for c in one.candidates} or {one.new} for one in answers]
        if places[0].isdisjoint(places[1]):
            return either(answers, text.replace("\n", " ").strip())
        return in_both_forms(answers)

    def _answer(self, text: str, words: list[Word], readings: list[Reading]) -> Answer:
        best = readings[0]
        allowed = [r for r in readings if r.cost <= best.cost + MARGIN]
        pairs = self._pairs(allowed)
        known = {new for _, new in pairs}
        beside = [pair for pair in self._of_district(best) if pair[1] not in known]
        pairs += beside
        street = _street(text, words, best.spans)
        era = Era.UNKNOWN if beside else self._era(allowed, is_one=len(pairs) == 1)
        if best.is_contradicted:
            return several(pairs, era, street, Reason.PARTS_DISAGREE, self._index)
        if len(pairs) == 1:
            return resolved(pairs[0], era, street, self._index)
        olds = {old for old, _ in pairs}
        was_split = len(olds) == 1 and -1 not in olds
        reason = Reason.WAS_SPLIT if was_split else Reason.SEVERAL_PLACES
        return several(pairs, era, street, reason, self._index)

    def _pairs(self, readings: Sequence[Reading]) -> list[Pair]:
        """The places of the readings, once each; an old one speaks for its own successor."""
        index = self._index
        found: dict[Pair, None] = {}
        for reading in readings:
            unit, pair = reading.unit, reading.pair
            if not index.is_old[unit]:
                pair = pair if pair >= 0 else self._told_by_district(reading)
                found[(pair, unit)] = None
            elif pair >= 0:
                found[(unit, pair)] = None
            else:
                found.update(((unit, new), None) for new in index.later[unit])
        named = {new for old, new in found if old >= 0}
        # Of namesakes those come first that bear the name today.
        today = {r.unit for r in readings if not index.is_old[r.unit]}
        found = dict.fromkeys(sorted(found, key=lambda pair: pair[1] not in today))
        return [
            (old if old >= 0 else self._only_earlier(new), new)
            for old, new in found
            if old >= 0 or new not in named
        ]

    def _of_district(self, best: Reading) -> list[Pair]:
        """Communes of an old district of that name: "Thuận An, Bình Dương" may be the town."""
        index, mention = self._index, best.mention
        if mention.role != Role.NONE:
            return []
        found: dict[int, None] = {}
        for unit, points in mention.cost.items():
            others = best.spans[1:]  # a district named beside it is not missing
            fits = all(not index.above[unit].isdisjoint(m.cost) for m in others)
            fits = fits and not any(unit in m.cost for m in others)
            if index.level[unit] == DISTRICT and points <= best.cost and fits:
                inside = (old for old in index.inside[unit] if index.is_old[old])
                found.update((new, None) for old in inside for new in index.later[old])
        return [(-1, new) for new in found]

    def _told_by_district(self, reading: Reading) -> int:
        """The old commune of its name whose district is named: "Bạch Thông cũ"; else -1."""
        index, districts = self._index, reading.spans[1:]
        told = [
            old
            for old in index.earlier[reading.unit]
            if not reading.mention.cost.get(old, 1)
            and any(index.district[old] in m.cost for m in districts)
        ]
        return told[0] if len(told) == 1 else -1

    def _only_earlier(self, new: int) -> int:
        """The one old unit that a new commune was made of, -1 where there were several."""
        earlier = self._index.earlier[new]
        return earlier[0] if len(earlier) == 1 else -1

    def _era(self, readings: Sequence[Reading], *, is_one: bool) -> Era:
        """The form of the text; two levels that mean one place either way are of today."""
        if all(reading.is_mixed for reading in readings):
            return Era.MIXED
        eras = {self._index.is_old[r.unit] for r in readings}
        if len(eras) > 1:
            return Era.NEW if is_one else Era.UNKNOWN
        return Era.OLD if True in eras else Era.NEW

    def _without_commune(
        self, text: str, words: list[Word], reader: Reader, readings: Sequence[Reading]
    ) -> Answer:
        """No commune can be read: the few that there are in the district, or none.

        A commune named with its type comes before them, though the district is another: some
        were moved to a neighbouring one in the years before the reform.
        """
        index = self._index
        parents = reader.firm_parents()
        if not any(m.role != Role.NONE or min(m.cost.values()) < EDIT for m in parents):
            if any(word.said.key in FOREIGN for word in words):
                return none(Reason.FOREIGN, text.strip())
            return none(Reason.NO_UNIT_NAMED, text.strip())
        street = _street(text, words, parents)
        has_commune = reader.names_commune
        reason = Reason.COMMUNE_UNKNOWN if has_commune else Reason.COMMUNE_MISSING
        scope = reader.scope()
        is_district = any(index.level[u] == DISTRICT for p in parents for u in p.cost)
        inside = [(old, new) for old in scope if index.is_old[old] for new in index.later[old]]
        news = {new for _, new in inside}
        if not is_district or not news or len(news) > MOST_CANDIDATES:
            return none(reason, street)
        typed = [reading for reading in readings if reading.mention.role == Role.COMMUNE]
        pairs = self._pairs([one for one in typed if one.cost <= typed[0].cost + MARGIN])
        known = {new for _, new in pairs}
        pairs += [(-1, new) for new in sorted(news - known)]
        if typed:
            return several(pairs, Era.UNKNOWN, street, Reason.PARTS_DISAGREE, index)
        if len(pairs) == 1 and not has_commune:
            return resolved(pairs[0], Era.OLD, street, index)
        is_few = 1 < len(inside) <= MOST_CANDIDATES
        return several(inside if is_few else pairs, Era.OLD, street, reason, index)


def _street(text: str, words: Sequence[Word], spans: Sequence[Mention]) -> str:
    """What stands before the units as it was written; after them if nothing does."""
    first = min(m.first for m in spans)
    before = text[: words[first].start].strip(" ,;-\u2013(\n")
    if before:
        return before
    last = max(m.stop for m in spans)
    return text[words[last].start :].strip(" ,;-\u2013()\n") if last < len(words) else ""


def shared_resolver() -> Resolver:
    """The resolver of the shipped register, made when first asked for."""
    return resolver_of(load_register(), date.max)


def resolver_of(register: Register, on: date) -> Resolver:
    """Addresses as the register has them on that day, made when first asked for.

    A process keeps the one it used last: days between two changes share it.
    """
    return _made(register, register.same_index_until(on))


@lru_cache(maxsize=1)  # each takes 20 MB
def _made(register: Register, on: date) -> Resolver:
    return Resolver(UnitIndex(register, spoken_names(), on))
