"""Where a text names units: every run of words that is a unit's name, exactly or nearly.

A mention says nothing yet about which of its namesakes is meant; `readings` decides that from
all mentions together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.address_words import OTHER_ROLES, UNIT_ROLES, Role
from geo.unit_index import COMMUNE, DISTRICT, PROVINCE, UnitIndex
from geo.written_words import Gap, Said, Word, ends_part

EDIT, MARKS, NO_MARKS, FORMER, OTHER_TYPE = 10, 6, 5, 7, 8  # `FORMER` is no sum of the others
INITIALS, INITIALS_WEIGHT = 1, 8  # they are seldom the only thing they can stand for
NAMED_PROVINCE, NAMED_DISTRICT, BARE_PROVINCE, BARE_DISTRICT = 40, 22, 38, 20
_LEVELS_OF = {
    Role.COMMUNE: frozenset({COMMUNE}),
    Role.DISTRICT: frozenset({DISTRICT}),
    Role.CITY: frozenset({DISTRICT, PROVINCE}),
    Role.PROVINCE: frozenset({PROVINCE}),
}
AS_COMMUNE = 10  # a province's name alone means the province


@dataclass(slots=True, eq=False)
class Mention:
    """A run of words and the units it may name.

    Attributes
    ----------
    first, start, stop : the first word with its type, the first of the name, the one after it
    cost : unit to points against its being meant by these words alone
    weight : points against a reading that cannot explain these words as a province or district
    """

    first: int
    start: int
    stop: int
    role: Role
    cost: dict[int, int]
    weight: int = 0
    era: Said = Said.NOTHING
    is_whole: bool = False

    def overlaps(self, other: "Mention") -> bool:
        return self.first < other.stop and other.first < self.stop


@dataclass(slots=True)
class Prefix:
    """A type word and the place where its name begins."""

    first: int
    role: Role
    unit_type: str
    is_written_out: bool = False


def prefixes(words: Sequence[Word]) -> dict[int, Prefix]:
    """By the word at which the name begins."""
    found: dict[int, Prefix] = {}
    for at, word in enumerate(words):
        start = at + word.takes
        apart = Gap.DASH if word.role in OTHER_ROLES else Gap.HARD
        if word.takes and start < len(words) and words[start].gap < apart:
            head = Prefix(at, word.role, word.unit_type, len(word.said.key) > 2)
            if word.role == Role.ISLAND:
                over = found.get(at)  # "xã đảo Ninh Vân"; "cảng đảo Cồn Cỏ" is no port's name
                head = over if over is not None and over.role in UNIT_ROLES else head
            found.setdefault(start, head)
    return found


def mention_of(
    words: Sequence[Word],
    head: Prefix | None,
    span: tuple[int, int],
    cost: dict[int, int],
    index: UnitIndex,
) -> Mention | None:
    """What is left of a match once the word before it has had its say; None if nothing."""
    start, stop = span
    suffix = words[stop - 1].suffix
    if suffix is not None and (head is None or head.role in OTHER_ROLES):
        head = Prefix(start, *suffix)
        cost = _with_type(cost, head, index)
    elif head is None or head.role == Role.ISLAND:
        head = Prefix(start if head is None else head.first, Role.NONE, "")
        cost = _without_type(cost, index)
    elif head.role in OTHER_ROLES:
        return None
    else:
        cost = _with_type(cost, head, index)
    if not cost:
        return None
    is_whole = words[head.first].gap >= Gap.DASH and (
        ends_part(words, stop) or words[stop].takes > 0
    )
    mention = Mention(
        head.first, start, stop, head.role, cost, era=words[start].era, is_whole=is_whole
    )
    mention.weight = _weight(mention, words, index)
    return mention


def _without_type(cost: dict[int, int], index: UnitIndex) -> dict[int, int]:
    level = index.level
    if any(not points and level[unit] == PROVINCE for unit, points in cost.items()):
        return {u: c + AS_COMMUNE if level[u] == COMMUNE else c for u, c in cost.items()}
    return cost


def _with_type(cost: dict[int, int], head: Prefix, index: UnitIndex) -> dict[int, int]:
    """Units of the level that the type word names; another type of that level costs points."""
    levels, types = _LEVELS_OF[head.role], index.types
    fitting = [unit for unit in cost if index.level[unit] in levels]
    is_town = head.role == Role.CITY and any(
        index.level[unit] == DISTRICT and head.unit_type in types[unit] and not cost[unit]
        for unit in fitting
    )
    kept = {}
    for unit in fitting:
        points, level = cost[unit], index.level[unit]
        if head.unit_type and head.unit_type not in types[unit] and points != FORMER:
            points += OTHER_TYPE if level == COMMUNE else MARKS
            # "TP. Hòa Bình" is the town, where there is one, and not its province.
            points += OTHER_TYPE if is_town and level == PROVINCE else 0
        kept[unit] = points
    return kept


def _weight(mention: Mention, words: Sequence[Word], index: UnitIndex) -> int:
    levels = {index.level[u] for u in mention.cost} - {COMMUNE}
    if not levels:
        return 0
    is_province = PROVINCE in levels
    if mention.role != Role.NONE:
        return NAMED_PROVINCE if is_province and DISTRICT not in levels else NAMED_DISTRICT
    is_told = _ends_text(mention, words) or _is_reversed(mention, words)
    if is_told or (mention.is_whole and mention.first and words[mention.start].era == Said.NOTHING):
        return BARE_PROVINCE if is_province and DISTRICT not in levels else BARE_DISTRICT
    return 1


def _ends_text(mention: Mention, words: Sequence[Word]) -> bool:
    return ends_part(words, mention.stop) and all(
        word.gap == Gap.BLANK for word in words[mention.stop :]
    )


def _is_reversed(mention: Mention, words: Sequence[Word]) -> bool:
    """The widest unit first: after it a unit with its type, and last of all house or hamlet.

    A first part with nothing after the commune may be a hamlet of a province's name.
    """
    if mention.first or not mention.is_whole or words[mention.stop].role not in UNIT_ROLES:
        return False
    last = max(at for at, word in enumerate(words) if word.gap >= Gap.DASH)
    return last > mention.stop and (
        words[last].role in OTHER_ROLES or words[last].said.key[0].isdecimal()
    )
