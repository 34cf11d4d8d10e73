"""Names that say less than they seem to: parts of longer ones, neighbours, doubtful types."""

from collections.abc import Sequence

from geo.address_words import KINSHIP, SURNAMES, VICINITY, Role
from geo.mentions import Mention, Prefix
from geo.unit_index import DISTRICT, UnitIndex
from geo.written_words import Gap, Said, Word


def is_begun(mention: Mention, names: Sequence[Mention]) -> bool:
    """The beginning of a longer name: "TX Vinh" of "TX Vĩnh Châu", "T.Bình" of "T.Bình Định"."""
    return any(
        name.first == mention.first
        and name.stop > mention.stop
        and name.weight
        and min(name.cost.values()) < min(mention.cost.values())
        for name in names
    )


def is_part(mention: Mention, names: Sequence[Mention]) -> bool:
    """The end of a longer name that stands with its type, or as a part of the text by itself.

    "Nha Trang" of "P. Bắc Nha Trang", "Trà My" of ", Nam Trà My,".
    """
    return mention.role == Role.NONE and any(
        (other.role == Role.COMMUNE or (other.is_whole and other.role == Role.NONE))
        and other.first < mention.first
        and mention.stop <= other.stop
        for other in names
    )


def is_within(mention: Mention, names: Sequence[Mention]) -> bool:
    """Some words of a province's or district's name that is a part of the text by itself.

    "Lâm" of ", Lâm Đồng", "Trà My" of ", Bắc Trà My,".
    """
    return mention.role == Role.NONE and any(
        name.first <= mention.first
        and mention.stop <= name.stop
        and name.stop - name.first > mention.stop - mention.first
        for name in names
    )


def is_half(mention: Mention, parents: Sequence[Mention], words: Sequence[Word]) -> bool:
    """A part of a province's double name: "Gia Lai" of "Gia Lai - Kon Tum"."""
    return any(
        double.start <= mention.start
        and mention.stop <= double.stop
        and double.stop - double.start > mention.stop - mention.start
        and any(words[at].gap == Gap.DASH for at in range(double.start + 1, double.stop))
        for double in parents
    )


def is_persons(mention: Mention, names: Sequence[Mention], words: Sequence[Word]) -> bool:
    """The end of a person's name, and a street's: "Đức Thọ" of "lê đức thọ"."""
    first = mention.first
    return (
        mention.role == Role.NONE
        and first > 0
        and words[first].gap == Gap.BLANK
        and words[first - 1].said.marked in SURNAMES | KINSHIP
        and not any(m.first < first <= m.stop for m in names)
    )


def is_scrap(mention: Mention) -> bool:
    """One word amid others and without its type: "Lạt" of "5-Đà Lạt" is not Xã Lát."""
    return mention.role == Role.NONE and mention.stop - mention.start == 1 and not mention.is_whole


def is_beside(words: Sequence[Word], first: int) -> bool:
    """Whether the place is said to be near the address: "P. 12, gần P. 13"."""
    return first > 0 and words[first].gap == Gap.BLANK and words[first - 1].said.marked in VICINITY


def _is_in_other(words: Sequence[Word], at: int) -> bool:
    """Whether a plain word stands amid the name of a road, a canal or a landmark."""
    if not words[at].said.is_plain or words[at].gap != Gap.BLANK:
        return False
    start = max(b for b in range(at + 1) if not b or words[b].gap >= Gap.DASH)
    is_other = words[start].role in (Role.STREET, Role.LANDMARK)
    return is_other and not any(w.said.key[0].isdecimal() for w in words[start:at])


def is_surely_commune(words: Sequence[Word], head: Prefix, start: int) -> bool:
    """A type written out, or said to be of an era. "P.210" is a room, "TT" may be many things."""
    key = words[head.first].said.key
    if key == "xa" and _is_in_other(words, head.first):
        return False  # "kenh xang xa no"
    is_written_out = start - head.first > 1 or len(key) > 2 or key == "xa"
    return is_written_out or words[start].era != Said.NOTHING


def retyped(mention: Mention, index: UnitIndex) -> list[int]:
    """Provinces called by a type they took since the reform, as "Thành phố Quảng Ninh" of 2026.

    The text is of that day or later, when some xã had become phường too.
    """
    named = [u for u, points in mention.cost.items() if not points]
    if mention.role != Role.CITY or any(index.level[u] == DISTRICT for u in named):
        return []
    return [u for u in named if not index.is_old[u] and len(index.types[u]) > 1]


def ends_behind(mention: Mention, explained: Sequence[Mention], words: Sequence[Word]) -> bool:
    """Whether the text ends with it, behind what is explained: "Quy Nhơn, Ghềnh Ráng"."""
    is_last = mention.stop == len(words) and not min(mention.cost.values())
    return is_last and any(m.stop == mention.first for m in explained)


def is_called_old(mention: Mention, words: Sequence[Word]) -> bool:
    """Whether "cũ" follows the name: "Minh Côi cũ, xã Văn Lang"."""
    stop = mention.stop
    return (
        mention.era == Said.OLD
        and stop < len(words)
        and words[stop].gap == Gap.BLANK
        and words[stop].said.marked in ("cũ", "cu")
    )


def is_said_beside(other: Mention, mention: Mention, words: Sequence[Word]) -> bool:
    """Named as the other era's name of the place: by a word for it, or in brackets."""
    if other.era != Said.NOTHING or mention.era != Said.NOTHING:
        return True
    is_aside = words[other.first].is_aside != words[mention.first].is_aside
    return is_aside and other.role == Role.COMMUNE
