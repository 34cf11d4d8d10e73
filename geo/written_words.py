"""A word of an address: what it says, what stands before it, and of which era it speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from geo.address_text import Syllable
from geo.address_words import PARTICLES, Role


class Gap(IntEnum):
    """What stands between two words. DASH: a dash by itself, between parts or within a name."""

    BLANK = 0
    SOFT = 1
    DASH = 2
    HARD = 3


class Said(IntEnum):
    """Of which era a stretch of text says it speaks."""

    NOTHING = 0
    OLD = 1
    NEW = 2


@dataclass(slots=True)
class Word:
    """One word; `gap` stands before it."""

    start: int
    end: int
    said: Syllable
    gap: Gap
    role: Role = Role.NONE
    unit_type: str = ""
    takes: int = 0  # words of the role that begins here
    era: Said = Said.NOTHING
    is_aside: bool = False  # within brackets
    suffix: tuple[Role, str] | None = None  # the type said after the name that ends here


def ends_part(words: Sequence[Word], stop: int) -> bool:
    """Whether a part of the text ends before this word, or has but particles left: "á, ạ, nha"."""
    while stop < len(words) and words[stop].gap == Gap.BLANK:
        if words[stop].said.marked not in PARTICLES:
            return False
        stop += 1
    return stop == len(words) or words[stop].gap >= Gap.DASH
