"""Where a text names units: every run of words that is a unit's name, exactly or nearly.

A mention says nothing yet about which of its namesakes is meant; `readings` decides that from
all mentions together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import OSA

from geo.address_text import is_syllable
from geo.address_tokens import Gap, Said, Word
from geo.address_words import OTHER_ROLES, UNIT_ROLES, Role
from geo.near_names import NearNames
from geo.unit_index import COMMUNE, DISTRICT, IN_WORDS, PROVINCE, ROMAN, UnitIndex

MOST_WORDS = 7
EDIT, MARKS, NO_MARKS, FORMER, OTHER_TYPE = 10, 6, 5, 6, 8
INITIALS, INITIALS_WEIGHT = 1, 8  # they are seldom the only thing they can stand for
NAMED_PROVINCE, NAMED_DISTRICT, BARE_PROVINCE, BARE_DISTRICT = 40, 22, 38, 20
_LEVELS_OF = {
    Role.COMMUNE: frozenset({COMMUNE}),
    Role.DISTRICT: frozenset({DISTRICT}),
    Role.CITY: frozenset({DISTRICT, PROVINCE}),
    Role.PROVINCE: frozenset({PROVINCE}),
}
_NUMBERED = frozenset({"Phường", "Quận"})
_EDITS = (0, EDIT, 18)
_AS_COMMUNE = 10  # a province's name alone means the province


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


def exact_mentions(
    words: Sequence[Word], heads: dict[int, Prefix], index: UnitIndex
) -> list[Mention]:
    """All mentions without a slip of the pen; shorter ones inside longer ones included."""
    has_marks = any(not word.said.is_plain for word in words)
    found: list[Mention] = []
    for start in range(len(words)):
        head = heads.get(start)
        if head is not None and head.role not in UNIT_ROLES and _is_in_name(head.first, found):
            head = None  # "thị xã Ngã Năm" is a town, no crossing
        ends = any(m.stop == start and m.start < start - 1 for m in found)  # "Bảo Lâm 3"
        if head is None and not ends and _is_after_number(words, start, heads):
            continue
        key = typed = ""
        for stop in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
            if stop > start + 1 and words[stop - 1].gap == Gap.HARD:
                break
            said = words[stop - 1].said
            key += said.key
            typed += (said.typed or said).key
            if key.isdecimal() and (head is None or head.role not in UNIT_ROLES):
                break
            is_last = stop == len(words) or words[stop].gap > Gap.BLANK or words[stop].takes > 0
            is_last = is_last and head is not None and head.is_written_out
            name = _known(key, typed, head, index, is_last=is_last)
            if name is not None:
                cost = _exact_cost(words[start:stop], name, index, has_marks=has_marks)
                mention = _mention(words, head, (start, stop), cost, index)
            else:
                mention = _initials(words, head, (start, stop), key, index)
            if mention is not None:
                found.append(mention)
    return found


def _initials(
    words: Sequence[Word], head: Prefix | None, span: tuple[int, int], key: str, index: UnitIndex
) -> Mention | None:
    """Provinces by their first letters, where these are a part of the text by themselves.

    Districts too after their type ("Q.PN"), and both with their last word: "Q.Nam", "h mkhuong".
    """
    is_plainly = span[1] - span[0] > 1  # not to be taken for a name's part
    if is_plainly:
        units = _shortened(words[span[0] : span[1]], key, index)
    elif len(key) > 3 and key in index.by_short_name and not is_syllable(key):
        units = index.by_short_name[key]  # "mkhuong"
        is_plainly = True
    elif head is not None and head.role in (Role.DISTRICT, Role.CITY):
        units = index.districts_by_initials.get(key, ()) or index.by_initials.get(key, ())
        is_plainly = not is_syllable(key)
    else:
        units = index.by_initials.get(key, ())
    if not units:
        return None
    mention = _mention(words, head, span, dict.fromkeys(units, INITIALS), index)
    if mention is None or not (mention.is_whole or is_plainly):
        return None
    mention.weight = min(mention.weight, INITIALS_WEIGHT)
    return mention


def _shortened(words: Sequence[Word], key: str, index: UnitIndex) -> Sequence[int]:
    """Provinces and districts written as first letters and a last word, with nothing but dots."""
    last = words[-1].said
    if len(words[0].said.key) > 1 or len(last.key) < 2 or key not in index.by_short_name:
        return ()
    if any(len(w.said.key) > 1 for w in words[:-1]):
        return ()
    if any(b.gap != Gap.SOFT or b.start != a.end + 1 for a, b in pairwise(words)):
        return ()
    units = index.by_short_name[key]
    return units if last.is_plain else [u for u in units if index.marked[u].endswith(last.marked)]


def _is_in_name(at: int, found: Sequence[Mention]) -> bool:
    """Whether this word goes on with a name that begins before it."""
    return any(mention.first < at < mention.stop for mention in found)


def _known(
    key: str, typed: str, head: Prefix | None, index: UnitIndex, *, is_last: bool
) -> str | None:
    """The key under which some unit is known: as written, in figures, or as Telex or VNI."""
    if head is not None and head.unit_type in _NUMBERED:
        if key in ROMAN:
            return ROMAN[key]
        if is_last and key in IN_WORDS and key not in index.by_name:
            return IN_WORDS[key]
    for name in (key, typed):
        if name in index.by_name or name in index.by_former_name:
            return name
    return None


def _exact_cost(
    words: Sequence[Word], name: str, index: UnitIndex, *, has_marks: bool
) -> dict[int, int]:
    """Units of this name, with points for other marks and for names given up."""
    cost = dict.fromkeys(index.by_name.get(name, ()), 0)
    said = [word.said for word in words]
    if any(s.typed for s in said) and "".join(s.key for s in said) != name:
        said = [s.typed or s for s in said]
        has_marks = True  # Telex and VNI say them too
    if has_marks and not name.isdecimal():
        marked = "".join(s.marked for s in said)
        for unit in cost:
            is_town_spelling = index.town_spelling.get(unit) == marked
            cost[unit] = 0 if is_town_spelling else _marks_cost(name, marked, index.marked[unit])
        if any(w.role in UNIT_ROLES and not w.said.is_plain for w in words):
            # "quận" is a name's part only where the name is written just so.
            cost = {unit: points for unit, points in cost.items() if not points}
    for unit in index.by_former_name.get(name, ()):
        cost.setdefault(unit, FORMER)
    return cost


def near_mentions(
    words: Sequence[Word],
    spans: Iterable[tuple[int, int]],
    heads: dict[int, Prefix],
    scope: NearNames,
    index: UnitIndex,
) -> list[Mention]:
    """Mentions of units of the scope that are an edit or two away from the words."""
    found = []
    for start, stop in spans:
        if heads.get(start) is None and _is_after_number(words, start, heads):
            continue
        said = [w.said.typed or w.said for w in words[start:stop]]
        key = "".join(s.key for s in said)
        most = most_edits(len(key))
        if not most:
            continue
        marked = "".join(s.marked for s in said)
        cost = {}
        for edits, unit in scope.near(key, most):
            if _digits(key) and _digits(index.key[unit]) != _digits(key):
                continue  # another number is another name
            points = _EDITS[edits]
            if marked != key:
                away = OSA.distance(marked, index.marked[unit])
                points += NO_MARKS * max(0, min(3, away - edits))
            cost[unit] = points
        if cost:
            mention = _mention(words, heads.get(start), (start, stop), cost, index)
            if mention is not None:
                found.append(mention)
    return found


def most_edits(length: int) -> int:
    """How many slips a name of this length may carry and still be itself."""
    if length < 3:
        return 0
    return 1 if length < 9 else 2


def _digits(key: str) -> str:
    return "".join(c for c in key if c.isdecimal())


def _is_after_number(words: Sequence[Word], start: int, heads: dict[int, Prefix]) -> bool:
    """A name right after a house number is a street's; after "ấp 3" it may be a commune's."""
    if not start or words[start].gap == Gap.HARD or not words[start - 1].said.key[0].isdecimal():
        return False
    before = heads.get(start - 1)
    return before is None or before.role not in (Role.HAMLET, *UNIT_ROLES)


def _mention(
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
        stop == len(words) or words[stop].gap >= Gap.DASH or words[stop].takes > 0
    )
    mention = Mention(
        head.first, start, stop, head.role, cost, era=words[start].era, is_whole=is_whole
    )
    mention.weight = _weight(mention, words, index)
    return mention


def _without_type(cost: dict[int, int], index: UnitIndex) -> dict[int, int]:
    level = index.level
    if any(not points and level[unit] == PROVINCE for unit, points in cost.items()):
        return {u: c + _AS_COMMUNE if level[u] == COMMUNE else c for u, c in cost.items()}
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
    is_told = mention.stop == len(words) or _is_reversed(mention, words)
    if is_told or (mention.is_whole and mention.first and words[mention.start].era == Said.NOTHING):
        return BARE_PROVINCE if is_province and DISTRICT not in levels else BARE_DISTRICT
    return 1


def _is_reversed(mention: Mention, words: Sequence[Word]) -> bool:
    """The widest unit first: after it a unit with its type, and last of all house or hamlet.

    A first part with nothing after the commune may be a hamlet of a province's name.
    """
    if mention.first or not mention.is_whole or words[mention.stop].role not in UNIT_ROLES:
        return False
    last = max(at for at, word in enumerate(words) if word.gap >= Gap.DASH)
    return last > mention.stop and (
        words[last].role in (Role.HAMLET, Role.STREET) or words[last].said.key[0].isdecimal()
    )


def _marks_cost(key: str, marked: str, own: str) -> int:
    """Points against a unit whose name has other marks than were written, or marks at all."""
    if marked == own:
        return 0
    if key == marked:
        return NO_MARKS
    letters = list(zip(marked, own, key, strict=False))
    wrong = sum(a != b and a != plain for a, b, plain in letters)
    is_bare = any(a != b and a == plain for a, b, plain in letters)
    return NO_MARKS * is_bare + MARKS * min(3, wrong)
