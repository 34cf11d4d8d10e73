"""Where a word that was typed without blanks is cut: "P12", "TPVinh", "xãTânKỳtỉnhNghệAn".

Knows syllables and the words for levels, and no unit.
"""

import re
from functools import lru_cache

from geo.address_text import is_syllable, syllable
from geo.address_words import SAID, TYPES

_GLUED_NUMBER = re.compile(
    r"(phường|phuong|quận|quan|ward|district|khóm|khom|thôn|thon|ấp|ap|tổ|to|tdp|kp|kv|p|f|q)"
    r"\.?0*(\d{1,2})",
    re.IGNORECASE,
)
_GLUED_TYPE = re.compile(
    r"phường|quận|huyện|tỉnh|xã|phuong|huyen|tinh|xa|tp|tx|tt|p|q|h|x", re.IGNORECASE
)
_GLUED_LETTER = re.compile(r"[pq](?![hlru])[b-df-hj-np-tv-xz].+")  # "qtan binh", "pbến nghé"
_RUN = re.compile(r"\d+|[^\W\d_]+")
_IN_UU = re.compile(r"(?:b|c|h|l|m|ng|s|t)uu")  # "Hữu": elsewhere a doubled u is a way of typing
_MISSPELT = re.compile(r"n?gh[^eiy]|n?ge|c[eiy]")  # "xalonghoa" is no "lo nghoa"
_HIGHLAND = re.compile(
    r"(?:ngh|ng|nh|th|tr|ch|kh|ph|gh|qu|[bdghkmpst][lr]|[bcdghklmnprstvx])?"
    r"[aeiouy]{1,3}(?:ng|nh|ch|[ckmnprlt])?"
)
_SHORT = frozenset({"tp", "tx", "tt", "hcm", "hn", "kp", "tdp"})  # no syllables
_TYPES = frozenset(words[0] for words in TYPES if len(words) == 1 and len(words[0]) > 1)
_HAMLETS = frozenset({"thon", "ap", "to", "khom", "xom", "khu", "kp", "tdp", "ban", "buon", "so"})
_LETTERS = frozenset({"p", "q", "f", "x", "h"})
_LEAST_RUN, _LEAST_GLUED, _LONGEST_SYLLABLE = 4, 10, 7
_NO_CUT = 99.0


def parts(word: str, at: int, *, is_free: bool) -> list[tuple[int, int]]:
    """Cut "P12", "TPVinh" and "xãTân" after the type, and words run together between all of them.

    `is_free`: no name goes on here, so "qtan" is a type and no slip of the pen.
    """
    if len(word) >= _LEAST_RUN and word.isalnum() and len(cuts := _run_together(word)) > 1:
        return [(at + start, at + stop) for start, stop in cuts]
    split = _after_type(word, is_free=is_free)
    if not split:
        return [(at, at + len(word))]
    return [(at, at + split), (at + split, at + len(word))]


def _after_type(word: str, *, is_free: bool) -> int:
    """Where the name begins behind a type glued to it; 0 where none is."""
    if (len(word) > 2 and word[-1].isdecimal()) or (len(word) > 1 and word[1:].isdecimal()):
        found = _GLUED_NUMBER.fullmatch(word)
        return found.start(2) if found else 0
    if (
        is_free
        and _GLUED_LETTER.fullmatch(word.lower())
        and is_syllable(word[1:])
        and not is_syllable(word)
    ):
        return 1
    if len(word) > 3 and (found := _GLUED_TYPE.match(word)):
        # "TPVinh", "xãTân": a capital begins the name, and a small letter follows it.
        name = word[found.end() :]
        is_name = name[:1].isupper() and (name[1:2].islower() or name in ("HCM", "HN", "HCMC"))
        return found.end() if is_name else 0
    return 0


@lru_cache(maxsize=8_192)
def _run_together(word: str) -> tuple[tuple[int, int], ...]:
    """The words of "xãTânKỳtỉnhNghệAn" and "tổ8phườngNôngTiến"; none where it is one word.

    Cut is only what can be said whole, at capitals and figures or where it names a level.
    """
    said = syllable(word)
    is_typed = said.typed is not None and word.islower() and len(word) < _LEAST_GLUED
    if said.key in SAID or is_syllable(word) or is_typed:
        return ()
    cuts: list[tuple[int, int]] = []
    for run in _RUN.finditer(word):
        if run[0].isdecimal():
            cuts.append(run.span())
            continue
        for start, stop in _at_capitals(run[0]):
            one = run[0][start:stop]
            found = [(0, 1)] if one.lower() in _LETTERS else syllables_in(one)
            if not found:
                return ()
            cuts += [(run.start() + start + a, run.start() + start + b) for a, b in found]
    keys = [syllable(word[a:b]).key for a, b in cuts]
    if any(key.isdecimal() for key in keys[1:]):
        is_told = len(keys) > 2 and any(key in _TYPES or key in _HAMLETS for key in keys)
        is_told = is_told or (len(keys) > 3 and keys[0] in _LETTERS)  # "p5q3"
    else:
        types = [key for key in keys[:-1] if key in _TYPES]
        is_told = len(_at_capitals(word)) > 1 or any(
            len(key) > 2 or key == "xa" or len(keys) > 3 for key in types
        )
    return tuple(cuts) if is_told else ()


def _at_capitals(run: str) -> list[tuple[int, int]]:
    """Stretches that begin with a capital after a small letter: "Tân|Kỳtỉnh|Nghệ|An"."""
    starts = [0] + [
        at for at in range(1, len(run)) if run[at].isupper() and not run[at - 1].isupper()
    ]
    return list(zip(starts, [*starts[1:], len(run)], strict=True))


def syllables_in(run: str) -> list[tuple[int, int]]:
    """The fewest syllables that make up the run, words for levels preferred; empty if none do."""
    best: list[tuple[float, int]] = [(0.0, 0)] + [(_NO_CUT, 0)] * len(run)
    for stop in range(1, len(run) + 1):
        for start in range(max(0, stop - _LONGEST_SYLLABLE), stop):
            cost = best[start][0] + _cost(run[start:stop])
            if cost < best[stop][0]:
                best[stop] = (cost, start)
    if best[-1][0] >= _NO_CUT:
        return []
    cuts: list[tuple[int, int]] = []
    stop = len(run)
    while stop:
        cuts.append((best[stop][1], stop))
        stop = best[stop][1]
    return cuts[::-1]


def _cost(piece: str) -> float:
    key = syllable(piece).key
    if key in _TYPES:
        return 0.6
    if len(key) == 1:
        return 1.5 if piece.isupper() and key in "aby" else _NO_CUT
    if _MISSPELT.match(key):
        return 1.4
    if is_syllable(piece) or key in _SHORT or _IN_UU.fullmatch(key):
        return 1.0
    return 1.3 if _HIGHLAND.fullmatch(key) else _NO_CUT
