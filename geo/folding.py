"""Text of public names: forms for searching (`fold`) and for Vietnamese order (`sort_key`).

For public reference data only; personal names are encrypted and never folded into a column.
"""

import re
import unicodedata

from config.folding import fold, nfc

__all__ = ["fold", "nfc", "sort_key"]

# Quality marks make letters of their own; the five tone marks only break ties of a syllable.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_RANK = {letter: chr(ord("A") + rank) for rank, letter in enumerate(_ALPHABET)}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_WORD = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = 6


def sort_key(text: str) -> str:
    """A string that orders names as a Vietnamese dictionary does, compared byte by byte.

    Syllable by syllable: letters first (a ă â … d đ … u ư), then the tone (level, huyền,
    hỏi, ngã, sắc, nặng). Numbers go by value: Phường 2 before Phường 10.
    """
    return " ".join(_word_key(word) for word in _WORD.findall(nfc(text).lower()))


def _word_key(word: str) -> str:
    if word.isdecimal():
        return f"{int(word):0{_DIGITS}d}"
    letters: list[str] = []
    tone = "0"
    for part in unicodedata.normalize("NFD", word):
        if part in _TONES:
            tone = _TONES[part]
        elif unicodedata.combining(part) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + part)
        else:
            letters.append(part)
    return "".join(_RANK.get(letter, letter) for letter in letters) + f"!{tone}"
