"""Points for the words of a text that a reading has no use for, beside or amid its names."""

from collections.abc import Sequence

from geo.address_words import OTHER_ROLES, UNIT_ROLES, Role
from geo.mentions import Mention
from geo.written_words import Gap, Word, ends_part

_LEFT_OVER, APART, _SKIPPED = 15, 5, 20
_ASIDE = frozenset({"cu", "thuoc", "moi", "nay", "truoc", "vn", "viet", "vietnam"})


def place_cost(
    words: Sequence[Word], places: Sequence[Mention], mention: Mention, explained: list[Mention]
) -> int:
    """Points for words left over after the name, or between it and what it lies in."""
    cost = left_over(words, places, mention, explained)
    if mention.role != Role.NONE:
        return cost
    first = mention.first
    is_within = first > 0 and words[first].gap < Gap.DASH
    if is_within and not any(m.stop == first for m in explained):
        cost += 2
    return cost + _gap_cost(words, places, mention, explained)


def left_over(
    words: Sequence[Word], places: Sequence[Mention], mention: Mention, explained: list[Mention]
) -> int:
    """Points for a word that goes on where the name ends: "Tân Phú" of "Tân Phú Đông"."""
    stop = mention.stop
    if stop < len(words) and words[stop].gap == Gap.BLANK:
        word = words[stop]
        is_next = any(m.first == stop for m in explained)
        if ends_part(words, stop) and not _goes_on(places, mention):
            return 0  # "phú túc á, gia lai nha"
        if not (is_next or word.role in UNIT_ROLES or word.said.key in _ASIDE):
            is_house = word.role in OTHER_ROLES or _is_house_number(words, stop)
            return APART if is_house else _LEFT_OVER
    return 0


def _is_house_number(words: Sequence[Word], at: int) -> bool:
    """Whether a number with a slash or before a street begins here: "Xã Trang 45/3 hẻm 7"."""
    after = words[at + 1] if at + 1 < len(words) else None
    return (
        words[at].said.key.isdecimal()
        and after is not None
        and (after.role == Role.STREET or (after.gap == Gap.SOFT and after.said.key.isdecimal()))
    )


def _goes_on(places: Sequence[Mention], mention: Mention) -> bool:
    """Whether a longer name begins with this one: "Đông Á" with "Đông"."""
    return any(
        m.start == mention.start and m.stop > mention.stop and not min(m.cost.values())
        for m in places
    )


def _gap_cost(
    words: Sequence[Word], places: Sequence[Mention], mention: Mention, explained: list[Mention]
) -> int:
    others = explained[1:]
    right = [m.first for m in others if m.first >= mention.stop]
    left = [m.stop for m in others if m.stop <= mention.first]
    if right:
        low, high = mention.stop, min(right)
    elif left:
        low, high = max(left), mention.first
    else:
        low, high = mention.stop, len(words)
    if low >= high:
        return 0
    skipped = any(
        low <= m.first and m.stop <= high and m.is_whole and m.role in (Role.NONE, Role.COMMUNE)
        for m in places
    )
    return _SKIPPED if skipped else APART
