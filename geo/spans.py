"""Runs of words in which a name with a slip of the pen is looked for."""

from collections.abc import Sequence

from geo.address_words import UNIT_ROLES
from geo.mentions import Mention
from geo.name_matches import MOST_WORDS
from geo.written_words import Gap, Word


def spans_from(words: Sequence[Word], start: int) -> list[tuple[int, int]]:
    """Runs of words from here to the end of the part, or to the next type word."""
    found: list[tuple[int, int]] = []
    if start >= len(words) or words[start].role in UNIT_ROLES:
        return found
    for stop in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
        if stop > start + 1 and words[stop - 1].gap == Gap.HARD:
            break
        if words[stop - 1].role in UNIT_ROLES and stop > start + 1:
            break
        found.append((start, stop))
    return found


def spans_beside(words: Sequence[Word], parents: Sequence[Mention]) -> list[tuple[int, int]]:
    """Runs that end where the provinces and districts begin, or begin where they end."""
    stop = min(m.first for m in parents)
    found = []
    for start in range(stop - 1, max(-1, stop - MOST_WORDS - 1), -1):
        found.append((start, stop))
        if words[start].gap == Gap.HARD:
            break
    if not found:
        found = spans_from(words, max(m.stop for m in parents)) if stop == 0 else []
    return found


def letters_in(words: Sequence[Word], span: tuple[int, int]) -> int:
    return sum(len(w.said.key) for w in words[span[0] : span[1]] if not w.said.key.isdecimal())
