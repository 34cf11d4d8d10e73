"""Syllables of a written address: one key without marks, one canonical form with them.

Keys let "Quy Nhơn", "QUI NHON" and "Quy Nho7n" meet; the marked form then tells "Tân Hòa" from
"Tân Hóa". Telex and VNI are two ways of typing marks with plain keys; what was typed into a
program that did not know them leaves residues ("Haf Nooij", "Ha2 No65i"). No units here.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MOST_CHARACTERS = 600

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWELS = "aăâeêioôơuưy"
_QUALITY = "ăâêôơư"
_PLAIN = re.compile(r"[a-z]+")
_NOUGHT = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_])")  # a scan's "H0a" for "Hoa"
_TYPED = re.compile(r"[^\W\d_]+[0-9][^\W_]*")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|th|tr|ch|kh|ph|gh|gi|qu|[bcdghklmnpqrstvx])?"
    r"(?![iuy]?(?:aa|ee|ii|uu)|oo(?!c|ng))[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
# What typing may leave: a doubled vowel, and the "đắk" of the Central Highlands.
_NEARLY = re.compile(r"[bcdghklmnpqrstvx]{0,3}[aeiouy]{1,3}(?:ng|nh|ch|[ckmnpt])?")
_ONLY_Y = re.compile(r"(?:[^aeiouy]*|qu)y|[^aeiouyq]+y[^aeiouy]+")
_TELEX_TONES = dict(zip("sfrxj", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_VNI_TONES = dict(zip("12345", "\u0301\u0300\u0309\u0303\u0323", strict=True))
# The Central Highlands' "đắk" (water) is written in five ways, "ngọk" (hill) in three.
_HIGHLAND = dict.fromkeys(("dac", "dack", "darl"), "dak") | dict.fromkeys(("ngok", "ngock"), "ngoc")
_HAT = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"o": "ơ", "u": "ư"}


class Syllable(NamedTuple):
    """What one written word says.

    `key`: plain letters and digits. `marked`: the same with its marks in one canonical place.
    `typed`: the same word read as Telex or VNI, where that makes a Vietnamese syllable of it.
    """

    key: str
    marked: str
    typed: "Syllable | None" = None

    @property
    def is_plain(self) -> bool:
        return self.key == self.marked


def clean(text: str) -> str:
    """Composed letters; ends of lines kept, control characters and odd blanks as blanks."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    return "".join(c if c.isprintable() or c == "\n" else " " for c in composed)


@lru_cache(maxsize=32_768)
def syllable(word: str) -> Syllable:
    """Read one word; apostrophes count for nothing, leading zeros of a number neither."""
    low = word.lower().replace("'", "").replace("\u2019", "").replace("ð", "đ")
    if low.isdecimal():
        number = low.lstrip("0") or "0"
        return Syllable(number, number)
    if not low.isalpha():
        low = _NOUGHT.sub("o", low)
    letters, tone = _taken_apart(low)
    key = _key(letters)
    marked = "đắk" if key == "dak" and letters[0] == "đ" else _with_tone(letters, tone)
    return Syllable(key, marked, _as_typed(low))


@lru_cache(maxsize=32_768)
def is_syllable(word: str) -> bool:
    """Whether the word can be said as it stands, marks aside."""
    return _SYLLABLE.fullmatch(syllable(word).key) is not None


def glued(words: str) -> tuple[str, str]:
    """Key and marked form of a whole name, without blanks."""
    read = [syllable(word) for word in re.findall(r"[^\W_]+", _joined(words))]
    return "".join(s.key for s in read), "".join(s.marked for s in read)


def _joined(words: str) -> str:
    return words.replace("'", "").replace("\u2019", "")


def _taken_apart(low: str) -> tuple[str, str]:
    """Letters with their quality marks, and the tone mark, wherever it stood."""
    if low.isascii():
        return low, ""
    tone = ""
    letters = []
    for part in unicodedata.normalize("NFD", low):
        if part in _TONES:
            tone = part
        else:
            letters.append(part)
    return unicodedata.normalize("NFC", "".join(letters)), tone


def _with_tone(letters: str, tone: str) -> str:
    """Put the tone where the older spelling puts it: hòa, thúy; `y` alone is `i`: quí, mĩ, tíh."""
    if _ONLY_Y.fullmatch(letters):
        letters = letters.replace("y", "i")
    if not tone:
        return letters
    at = _tone_place(letters)
    if at is None:
        return letters
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])


def _tone_place(letters: str) -> int | None:
    start = 2 if letters[:2] in ("qu", "gi") and len(letters) > 2 else 0
    vowels = [i for i in range(start, len(letters)) if letters[i] in _VOWELS]
    if not vowels:
        vowels = [i for i in range(len(letters)) if letters[i] in _VOWELS]
        if not vowels:
            return None
    with_quality = [i for i in vowels if letters[i] in _QUALITY]
    if with_quality:
        return with_quality[-1]
    if len(vowels) == 1:
        return vowels[0]
    if vowels[-1] < len(letters) - 1:
        return vowels[-1]
    return vowels[1] if len(vowels) > 2 else vowels[0]


def _key(letters: str) -> str:
    bare = letters
    if not letters.isascii():
        parts = unicodedata.normalize("NFD", letters.replace("đ", "d"))
        bare = "".join(c for c in parts if not unicodedata.combining(c))
    if _ONLY_Y.fullmatch(bare):
        return bare.replace("y", "i")
    return _HIGHLAND.get(bare, bare)


def _as_typed(low: str) -> Syllable | None:
    """The word as Telex or VNI, if it is no syllable as it stands and becomes one so."""
    if _PLAIN.fullmatch(low):
        if len(low) < 3 or _SYLLABLE.fullmatch(low):
            return None
        letters, tone = _telex(low)
    elif _TYPED.fullmatch(low):
        letters, tone = _vni(low)
        if not tone:  # the tone may have been typed with a program that knew it
            letters, tone = _taken_apart(letters)
    else:
        return None
    key = _key(letters)
    if not _NEARLY.fullmatch(key) or key == low:
        return None
    return Syllable(key, _with_tone(letters, tone))


def _telex(low: str) -> tuple[str, str]:
    letters: list[str] = []
    tone = ""
    for key in low:
        has_vowel = any(c in _VOWELS for c in letters)
        if key in _TELEX_TONES and has_vowel:
            tone = _TELEX_TONES[key]
        elif key == "w":
            _add_horn(letters)
        elif key in _HAT and key in letters:
            at = len(letters) - 1 - letters[::-1].index(key)
            letters[at] = _HAT[key]
        elif key == "d" and letters[:1] == ["d"]:
            letters[0] = "đ"
        elif key != "z" or not has_vowel:
            letters.append(key)
    return "".join(letters), tone


def _vni(low: str) -> tuple[str, str]:
    letters: list[str] = []
    tone = ""
    for key in low:
        if key in _VNI_TONES:
            tone = _VNI_TONES[key]
        elif key == "7":
            _add_horn(letters)
        elif key in "68":
            marks = _HAT if key == "6" else {"a": "ă"}
            at = next((i for i in range(len(letters) - 1, -1, -1) if letters[i] in marks), None)
            if at is not None:
                letters[at] = marks[letters[at]]
        elif key == "9":
            letters[:1] = ["đ" if c == "d" else c for c in letters[:1]]
        else:
            letters.append(key)
    return "".join(letters), tone


def _add_horn(letters: list[str]) -> None:
    """`w` after a vowel marks it: ă, ơ, ư and both of ươ; alone it is ư."""
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in _HORN:
            letters[at] = _HORN[letters[at]]
            if letters[at] == "ơ" and at and letters[at - 1] == "u" and letters[:at] != ["q", "u"]:
                letters[at - 1] = "ư"
            return
        if letters[at] == "a":
            letters[at] = "ă"
            return
    letters.append("ư")
