"""Runs of words that are a unit's name: exactly, by first letters, or a slip of the pen away."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rapidfuzz.distance import OSA

from geo.address_text import is_syllable
from geo.address_words import UNIT_ROLES, Role
from geo.mentions import (
    EDIT,
    FORMER,
    INITIALS,
    INITIALS_WEIGHT,
    MARKS,
    NO_MARKS,
    Mention,
    Prefix,
    mention_of,
)
from geo.near_names import NearNames
from geo.unit_index import IN_WORDS, ROMAN, UnitIndex
from geo.written_words import Gap, Word

MOST_WORDS = 7
_NUMBERED = frozenset({"Phường", "Quận"})
_EDITS = (0, EDIT, 18)


def exact_mentions(
    words: Sequence[Word], heads: dict[int, Prefix], index: UnitIndex
) -> list[Mention]:
    """All mentions without a slip of the pen; shorter ones inside longer ones included."""
    has_marks = any(not word.said.is_plain for word in words)
    found: list[Mention] = []
    for start in range(len(words)):
        head = heads.get(start)
        is_in_name = head is not None and _is_in_name(head.first, found)
        if head is not None and head.role not in UNIT_ROLES and is_in_name:
            head = None  # "thị xã Ngã Năm" is a town, no crossing
        ends = any(m.stop == start and m.start < start - 1 for m in found)  # "Bảo Lâm 3"
        if head is None and not ends and _is_after_number(words, start, heads):
            continue
        ways = [head, None] if is_in_name and head is not None and not has_marks else [head]
        for one in ways:  # "dong tinh tam duong": a name may end with what names a level
            found += _mentions_from(words, start, one, index, has_marks=has_marks)
    return found


def _mentions_from(
    words: Sequence[Word], start: int, head: Prefix | None, index: UnitIndex, *, has_marks: bool
) -> list[Mention]:
    """The mentions whose name begins with this word."""
    found = []
    key = typed = ""
    for stop in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
        last = words[stop - 1]
        if stop > start + 1 and (last.gap == Gap.HARD or (last.gap == Gap.DASH and last.takes)):
            break  # "thanh hoa / tinh tien giang": a name goes on over a dash, not to a type
        said = words[stop - 1].said
        key += said.key
        typed += (said.typed or said).key
        if stop - start == words[start].takes > 1 and words[start].role == Role.STREET:
            continue  # "Số nhà: 27" is no Sơn Hà
        if key.isdecimal() and (head is None or head.role not in UNIT_ROLES):
            break
        is_last = stop == len(words) or words[stop].gap > Gap.BLANK or words[stop].takes > 0
        is_last = is_last and head is not None and head.is_written_out
        name = _known(key, typed, head, index, is_last=is_last)
        if name is not None and not _is_dotted(words[start:stop]):
            cost = _exact_cost(words[start:stop], name, index, has_marks=has_marks)
            mention = mention_of(words, head, (start, stop), cost, index)
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
        is_commune = head is not None and head.role == Role.COMMUNE
        names = index.communes_by_short_name if is_commune else index.by_short_name
        units = _shortened(words[span[0] : span[1]], names.get(key, ()), index)
    elif len(key) > 3 and key in index.by_short_name and not is_syllable(key):
        units = index.by_short_name[key]  # "mkhuong"
        is_plainly = True
    elif head is not None and head.role in (Role.DISTRICT, Role.CITY):
        units = index.districts_by_initials.get(key, ()) or index.by_initials.get(key, ())
        is_plainly = not is_syllable(key)
    else:
        units = index.by_initials.get(key, ())
        is_plainly = span[1] == len(words) and not is_syllable(key)  # "xã Vĩnh Trạch AG"
        if not units and is_plainly and len(key) > 2 and not words[span[0]].takes:
            units = index.districts_by_initials.get(key, ())  # "P. Phú Thọ, TDM"
    if not units:
        return None
    mention = mention_of(words, head, span, dict.fromkeys(units, INITIALS), index)
    if mention is None or not (mention.is_whole or is_plainly):
        return None
    mention.weight = min(mention.weight, INITIALS_WEIGHT)
    return mention


def _shortened(words: Sequence[Word], units: Sequence[int], index: UnitIndex) -> Sequence[int]:
    """Those of the units that are written as first letters and a last word, with but dots."""
    last = words[-1].said
    if not units or not _is_dotted(words):
        return ()
    if last.is_plain:
        return units
    # Of a former name only the key is known.
    marked, key = index.marked, index.key
    return [u for u in units if marked[u].endswith(last.marked) or not key[u].endswith(last.key)]


def _is_dotted(words: Sequence[Word]) -> bool:
    """Single letters and one word with nothing but a dot between them: "C.A.Thai"."""
    return (
        len(words) > 1
        and len(words[-1].said.key) > 1
        and all(len(word.said.key) == 1 and word.said.key.isalpha() for word in words[:-1])
        and all(b.gap == Gap.SOFT and b.start == a.end + 1 for a, b in pairwise(words))
    )


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
    if not any(w.role in UNIT_ROLES for w in words[1:]):
        for unit in index.by_former_name.get(name, ()):
            cost.setdefault(unit, FORMER)
    if name not in index.by_name:
        for unit in index.by_initials.get(name, ()):  # "TN" is no less Tây Ninh of today
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
            mention = mention_of(words, heads.get(start), (start, stop), cost, index)
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
