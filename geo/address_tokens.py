"""An address cut into words, with what stands before a name: its level, a street, a hamlet.

Knows how addresses are written, and no unit. Offsets point into the cleaned text, so that the
street can be given back as it was written.
"""

import re

from geo.address_text import is_syllable, syllable
from geo.address_words import (
    BRACKETED,
    ENGLISH,
    MOST_WORDS,
    ROLES,
    SAID,
    STARTS,
    TRUE_MARKS,
    TYPES,
    UNIT_ROLES,
    Role,
)
from geo.glued_words import parts
from geo.said_eras import REMARK, mark_eras, mark_on, without_eras
from geo.written_words import Gap, Word

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_DASH = re.compile(r"\s+[-\u2013\u2014_/|]\s+")
_NOT_PLACE = re.compile(
    r"(?:\+?84|\b0)[\s.\-]?\d{2,3}[\s.\-]?\d{3}[\s.\-]?\d{3,4}\b"  # a telephone number
    r"|[\w.+\-]+@[\w\-]+\.[\w.\-]+"
    r"|(?<![\d/])\d{5,6}(?=[\s,.]*(?:việt nam|viet nam|vietnam|vn)?[\s,.]*$)",  # a postcode
    re.IGNORECASE,
)


_AFTER_TYPE = BRACKETED | {"tran", "pho", "tp", "tx"}
_LAST_OF_TYPES = frozenset(words[-1] for words in TYPES)
_ROAD_OF = (["duong", "tinh"], ["duong", "huyen"])
_NUMBERED = frozenset(
    [
        "phuong",
        "quan",
        "thon",
        "ap",
        "to",
        "khu",
        "khoi",
        "doi",
        "pho",
        "khom",
        "xom",
        "ban",
        "cu",
        "lang",
    ]
)  # "ấp số 5", "khu dân cư số 5"
# What introduces a number or an e-mail, which is blanked by then.
_CONTACT = re.compile(
    r"\b(?:số |so )?(?:sđt|sdt|đt|dt|điện thoại|dien thoai|tel|lh|liên hệ|lien he|zalo|hotline"
    r"|email|mail)\b(?=[\s.:]{8})",
    re.IGNORECASE,
)


def cut(text: str) -> list[Word]:
    """The words of a cleaned text, those that name a level or a street marked so."""
    blanked = _NOT_PLACE.sub(lambda found: " " * len(found[0]), text)
    blanked = REMARK.sub(lambda found: " " * len(found[0]), blanked)
    if blanked != text:
        blanked = _CONTACT.sub(lambda found: " " * len(found[0]), blanked)
    words: list[Word] = []
    end = depth = 0
    for found in _WORD.finditer(blanked):
        between = text[end : found.start()]
        is_blanked = blanked[end : found.start()] != between
        gap = Gap.HARD if is_blanked or not words else _gap(between)
        if between == "/" and words and _are_names(text[words[-1].start : end], found[0]):
            gap = Gap.HARD
        if gap == Gap.SOFT and between.rstrip() == "." != between and _ends_name(words[-1]):
            gap = Gap.DASH
        depth += between.count("(") - between.count(")")
        is_free = gap > Gap.BLANK or words[-1].said.key.isdecimal()
        cuts = parts(found[0], found.start(), is_free=is_free)
        for start, stop in cuts:
            words.append(Word(start, stop, syllable(text[start:stop]), gap, is_aside=depth > 0))
            gap = Gap.SOFT if len(cuts) < 3 else Gap.BLANK
        end = found.end()
    words = _without_suffixes(words)
    words = _without_number_words(words)
    words, of_eras = without_eras(words, text)
    _mark_roles(words)
    words = _without_labels(words, text)
    _unmark_types_of_nothing(words)
    mark_eras(words, text)
    for at, era in of_eras:
        mark_on(words, at, era)
    return words


def _gap(between: str) -> Gap:
    if "\n" in between:
        return Gap.DASH if between.isspace() else Gap.HARD
    if not between or between.isspace():
        return Gap.BLANK
    if any(c in ",;|()[]{}<>:\u2022\u2026\u2192\u00bb\n" for c in between) or ".." in between:
        return Gap.HARD
    return Gap.DASH if _DASH.fullmatch(between) else Gap.SOFT


def _are_names(before: str, after: str) -> bool:
    """Whether a bare slash parts these, as in "Nghệ An/Kỳ Sơn", and no house numbers."""
    return len(before) > 1 and len(after) > 1 and before.isalpha() and after.isalpha()


def _ends_name(word: Word) -> bool:
    """Whether a dot and a blank behind the word part as a comma does: no "TP. Huế", "Ng. Trãi"."""
    key = word.said.key
    is_type = key in _LAST_OF_TYPES or key in ENGLISH
    return key.isdecimal() or (
        not is_type and (len(key) > 3 or (len(key) > 1 and is_syllable(key)))
    )


def _without_suffixes(words: list[Word]) -> list[Word]:
    """Move types that follow their name onto it: "Ben Thanh Ward", "Lộc Bình (huyện)".

    "Ward 5" stays, said in Vietnamese. What followed the type begins a part of its own.
    """
    kept: list[Word] = []
    is_cut = False
    for at, word in enumerate(words):
        after = words[at + 1] if at + 1 < len(words) else None
        if is_cut:
            word.gap = Gap.HARD
        key = word.said.key
        is_name = bool(kept) and (key in ENGLISH or kept[-1].said.key not in _AFTER_TYPE)
        is_cut = is_name and _is_suffix(word, after)
        if is_cut:
            kept[-1].suffix = kept[-1].suffix or ROLES.get((ENGLISH.get(key) or key,))
            continue
        if ENGLISH.get(key) and after is not None and after.said.key.isdecimal():
            word.said = syllable(ENGLISH[key])
        kept.append(word)
    return kept


def _is_suffix(word: Word, after: Word | None) -> bool:
    key = word.said.key
    if key in ENGLISH:
        return word.gap != Gap.HARD and not (after is not None and after.said.key.isdecimal())
    is_apart = word.gap == Gap.HARD and (after is None or after.gap == Gap.HARD)
    return key in BRACKETED and word.is_aside and is_apart


def _without_number_words(words: list[Word]) -> list[Word]:
    """Take out "số" between type and figure: "phường số 4" is Phường 4."""
    return [
        word
        for at, word in enumerate(words)
        if not (
            word.said.key == "so"
            and 0 < at < len(words) - 1
            and words[at - 1].said.key in _NUMBERED
            and words[at + 1].said.key.isdecimal()
            and word.gap == words[at + 1].gap == Gap.BLANK
        )
    ]


def _mark_roles(words: list[Word]) -> None:
    keys = [_role_key(word) for word in words]
    has_marks = any(not word.said.is_plain for word in words)
    covered = 0
    for at, word in enumerate(words):
        if keys[at] not in STARTS or at < covered:
            continue
        for count in range(min(MOST_WORDS, len(words) - at), 0, -1):
            if any(w.gap == Gap.HARD for w in words[at + 1 : at + count]):
                continue
            found = ROLES.get(tuple(keys[at : at + count]))
            if found and keys[at : at + count] in _ROAD_OF and not _is_number(words, at + count):
                continue  # "Đông Dương huyện Đông Hưng" names no road of a district
            if found and count > 1 and word.said.marked in ("xã", "quận"):
                continue  # "xã Lơ Pang" is no "xa lộ", "quận An Dương" no "quán ăn"
            if found and word.said.marked == "cũ":
                continue  # "địa chỉ cũ xã Minh Long" is no "cư xá"
            if found and (count > 1 or _has_true_marks(word, found[0], has_marks=has_marks)):
                word.role, word.unit_type = found
                word.takes = count
                covered = at + count
                break


def _without_labels(words: list[Word], text: str) -> list[Word]:
    """What a form prints before a name said as one type: "Xã/Phường: …", "Tỉnh (TP): …".

    `of_eras` and offsets hold on, for only words of types go, and the last of them stays.
    """
    kept: list[Word] = []
    at = 0
    while at < len(words):
        word = words[at]
        after = at + word.takes
        if word.role not in UNIT_ROLES or after >= len(words):
            kept.append(word)
            at += 1
            continue
        other = words[after]
        between = text[words[after - 1].end : other.start].strip(" .")
        is_choice = between in ("/", "(", "hoặc") and _is_label(words, after, text)
        is_choice &= word.gap > Gap.BLANK  # "Xã Hiền Quan (xã Bắc Sơn cũ)"
        is_spoken = between in (":", "):")
        if other.role in UNIT_ROLES and (is_choice or is_spoken):
            other.gap, other.start = Gap.HARD, word.start
            if is_choice:
                other.role, other.unit_type = max(word.role, other.role), ""
            at = after
            continue
        if is_spoken and not other.takes:
            other.gap = Gap.BLANK
        kept += words[at:after]
        at = after
    return kept


def _unmark_types_of_nothing(words: list[Word]) -> None:
    """A plain word that ends a part is no type but a name's last word: "Xã Hiền Quan"."""
    for at, word in enumerate(words):
        after = at + word.takes
        is_last = after >= len(words) or words[after].gap == Gap.HARD
        if (
            is_last
            and at
            and word.role in UNIT_ROLES
            and word.gap == Gap.BLANK
            and word.said.is_plain
        ):
            word.role, word.takes = Role.NONE, 0


def _is_label(words: list[Word], at: int, text: str) -> bool:
    """Whether a name follows this type: after a colon, a blank or the bracket's end."""
    after = at + words[at].takes
    if after >= len(words):
        return False
    between = text[words[after - 1].end : words[after].start].strip()
    return between in ("", ":", ".", ")", "):", "/")


def _is_number(words: list[Word], at: int) -> bool:
    return at < len(words) and words[at].said.key[:1].isdecimal()


def _role_key(word: Word) -> str:
    typed = word.said.typed
    return typed.key if typed is not None and typed.key in SAID else word.said.key


def _has_true_marks(word: Word, role: Role, *, has_marks: bool) -> bool:
    """Whether the word is the type it folds to: "xá", "quán" and "Phong" are none."""
    said = word.said
    if said.key not in TRUE_MARKS:
        return True
    if said.is_plain:
        return not has_marks or role in UNIT_ROLES or said.key in TRUE_MARKS[said.key].split()
    return said.marked in TRUE_MARKS[said.key] or (
        said.key == "phuong" and said.marked not in ("phương", "phượng")
    )
