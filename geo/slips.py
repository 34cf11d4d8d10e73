"""Names with a slip of the pen: where they are looked for in a text, and among which units.

A commune is looked for inside the provinces and districts named, these among all there are.
"""

from collections.abc import Iterable
from functools import lru_cache

from geo.address_words import UNIT_ROLES, Role
from geo.mentions import EDIT, FORMER, Mention, Prefix
from geo.name_matches import near_mentions
from geo.near_names import NearNames
from geo.readings import Reader
from geo.spans import letters_in, spans_beside, spans_from
from geo.unit_index import COMMUNE, DISTRICT, PROVINCE, UnitIndex
from geo.written_words import Gap, Word, ends_part

_MOST_SPANS = 24  # bounds the time that noise can take
_DOUBTFUL = 2  # a district looked for where nothing surely says that one is named
_GLOBAL_LENGTH = 6
_BARE_LENGTH = 5


class Slips:
    """Looks for names a slip away; safe to share between threads."""

    def __init__(self, index: UnitIndex) -> None:
        self._index = index
        self._scope_of = lru_cache(maxsize=512)(self._names_of)
        numbers = range(len(index.units))
        self._parents = self._names_of(n for n in numbers if index.level[n] != COMMUNE)
        self._everywhere = self._names_of(
            n for n in numbers if index.is_place(n) and len(index.key[n]) >= _GLOBAL_LENGTH
        )

    def parents(
        self, words: list[Word], heads: dict[int, Prefix], mentions: list[Mention]
    ) -> list[Mention]:
        """Provinces and districts with a slip, where the text surely names one."""
        known = {m.start for m in mentions if m.weight}
        spans = []
        doubtful = set()  # "Sĩ quan Đặc công"; the "T." of a hamlet: the type may be none
        has_marks = any(not word.said.is_plain for word in words)
        for start, head in heads.items():
            if head.role in UNIT_ROLES and head.role != Role.COMMUNE and start not in known:
                spans += spans_from(words, start)
                word = words[head.first]
                is_amid = has_marks and word.gap == Gap.BLANK and head.is_written_out
                is_hamlets = word.said.key == "t" and not _is_after_commune(heads, start)
                if is_hamlets or (is_amid and word.said.is_plain):
                    doubtful.add(start)
        last = max(at for at, word in enumerate(words) if word.gap == Gap.HARD)
        if last and not any(m.weight > 1 and self._names_province(m) for m in mentions):
            end = next(
                (at for at in range(last + 1, len(words)) if ends_part(words, at)), len(words)
            )
            is_landmark = words[last].role == Role.LANDMARK
            is_lower = words[last].role in (Role.HAMLET, Role.STREET)
            first = last + words[last].takes if is_lower else last
            ends = [(at, end) for at in range(first, end) if at not in heads and not is_landmark]
            if is_lower or self._is_placed(mentions) or self._begins_with_province(mentions):
                doubtful |= {start for start, _ in ends}  # "P.14 Bình Thạnh, Nơ Trang Long"
            spans += [
                (start, stop)
                for start, stop in ends
                if letters_in(words, (start, stop)) >= _BARE_LENGTH
                and not any(word.role in UNIT_ROLES for word in words[start:stop])
            ]
        else:
            before = self._part_before_province(words, heads, mentions)
            spans += before
            doubtful |= {start for start, _ in before}
        if not spans:
            return []
        found = near_mentions(words, spans[:_MOST_SPANS], heads, self._parents, self._index)
        for mention in found:
            mention.weight = min(mention.weight, _DOUBTFUL if mention.start in doubtful else 15)
        return found

    def _begins_with_province(self, mentions: list[Mention]) -> bool:
        """Whether the text may go from the widest unit down: "Hà Nội, Hoàng Mai, …"."""
        return any(
            not m.first and m.is_whole and self._names_province(m) and not min(m.cost.values())
            for m in mentions
        )

    def _is_placed(self, mentions: list[Mention]) -> bool:
        """Whether a commune with its type stands right before the one district it can lie in."""
        index = self._index
        for commune in mentions:
            if commune.role == Role.COMMUNE:
                named = [u for u, points in commune.cost.items() if points <= FORMER]
                units = [u for u in named if index.level[u] == COMMUNE]
                for m in mentions:
                    inside = [u for u in units if index.district[u] in m.cost]
                    if m.first == commune.stop and len(inside) == 1:
                        return True
        return False

    def _part_before_province(
        self, words: list[Word], heads: dict[int, Prefix], mentions: list[Mention]
    ) -> list[tuple[int, int]]:
        """The part that nothing is known of, right before the province: a district with a slip."""
        firm = [m for m in mentions if m.weight > 1]
        province = next((m for m in firm if self._names_province(m) and m.is_whole), None)
        if province is None or not province.first or any(not m.overlaps(province) for m in firm):
            return []
        stop = province.first
        start = max(at for at in range(stop) if words[at].gap == Gap.HARD)
        is_named = any(m.first < stop and start < m.stop for m in mentions)
        has_role = any(word.takes for word in words[start:stop]) or start in heads
        if not start or is_named or has_role or words[stop].gap != Gap.HARD:
            return []
        return [(start, stop)]

    def _names_province(self, mention: Mention) -> bool:
        return any(self._index.level[unit] == PROVINCE for unit in mention.cost)

    def places(self, words: list[Word], heads: dict[int, Prefix], reader: Reader) -> list[Mention]:
        """Communes with a slip, inside the provinces and districts that are named."""
        parents = reader.firm_parents()
        spans: list[tuple[int, int]] = []
        for start, head in heads.items():
            if head.role == Role.COMMUNE:
                spans += spans_from(words, start)
        if not parents:
            scope = self._everywhere
            spans = [s for s in spans if letters_in(words, s) >= _GLOBAL_LENGTH]
        else:
            scope = self._scope_of(tuple(reader.scope()))
            if not spans and any(min(m.cost.values()) < EDIT for m in parents):
                spans = spans_beside(words, parents)
        if not spans:
            return []
        return near_mentions(words, spans[:_MOST_SPANS], heads, scope, self._index)

    def beside(
        self, words: list[Word], heads: dict[int, Prefix], reader: Reader, mention: Mention
    ) -> list[Mention]:
        """Communes with a slip that a bare name may belong to: its own part, or the next one.

        "Trực Hnùg, Trực Ninh" names the district, and "Chánhh Phú Hòa" no Phú Hòa.
        """
        if mention.role != Role.NONE:
            return []
        index = self._index
        begins = max(at for at in range(mention.first + 1) if words[at].gap >= Gap.DASH)
        whole = [(begins, mention.stop)] if begins < mention.first else []
        found = self._unknown(words, heads, whole, reader.scope()) if whole else []
        districts = [u for u, c in mention.cost.items() if index.level[u] == DISTRICT and not c]
        if districts:
            before = [(at, mention.first) for at in range(mention.first)]
            after = [(mention.stop, at) for at in range(mention.stop + 1, len(words) + 1)]
            inside = {u for d in districts for u in index.inside[d]}
            found += self._unknown(words, heads, before + after, sorted(inside))
        return found

    def _unknown(
        self,
        words: list[Word],
        heads: dict[int, Prefix],
        spans: list[tuple[int, int]],
        scope: list[int],
    ) -> list[Mention]:
        spans = [span for span in spans if self._is_unknown_part(words, heads, *span)]
        if not spans or not scope:
            return []
        names = self._scope_of(tuple(scope))
        return near_mentions(words, spans[:_MOST_SPANS], heads, names, self._index)

    @staticmethod
    def _is_unknown_part(
        words: list[Word], heads: dict[int, Prefix], start: int, stop: int
    ) -> bool:
        """Whether a name stands here by itself: no house, street or type in it."""
        inside = words[start:stop]
        return (
            inside[0].gap >= Gap.DASH
            and ends_part(words, stop)
            and start not in heads
            and not any(word.gap == Gap.HARD for word in inside[1:])
            and not any(word.takes or word.said.key[0].isdecimal() for word in inside)
            and letters_in(words, (start, stop)) >= _BARE_LENGTH
        )

    def _names_of(self, units: Iterable[int]) -> NearNames:
        return NearNames((self._index.key[n], n) for n in units)


def _is_after_commune(heads: dict[int, Prefix], start: int) -> bool:
    """Whether a commune is named before, and no unit after: this is the widest, no hamlet."""
    units = {at: head.role for at, head in heads.items() if head.role in UNIT_ROLES}
    return start == max(units) and Role.COMMUNE in units.values()
