"""An address cut into words, with what stands before a name: its level, a street, a hamlet.

Knows how addresses are written, and no unit. Offsets point into the cleaned text, so that the
street can be given back as it was written.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from geo.address_text import Syllable, is_syllable, syllable
from geo.address_words import (
    BRACKETED,
    ENGLISH,
    MOST_WORDS,
    ROLES,
    SAID,
    STARTS,
    TRUE_MARKS,
    UNIT_ROLES,
    Role,
)

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_GLUED_NUMBER = re.compile(
    r"(phường|phuong|quận|quan|ward|district|khóm|khom|thôn|thon|ấp|ap|tổ|to|tdp|kp|kv|p|f|q)"
    r"\.?0*(\d{1,2})",
    re.IGNORECASE,
)
_GLUED_TYPE = re.compile(
    r"phường|quận|huyện|tỉnh|xã|phuong|huyen|tinh|xa|tp|tx|tt|p|q|h|x", re.IGNORECASE
)
_GLUED_LETTER = re.compile(r"[pq](?![hlru])[b-df-hj-np-tv-xz].+")  # "qtan binh", "pbến nghé"
_DASH = re.compile(r"\s+[-\u2013\u2014_/|]\s+")
_NOT_PLACE = re.compile(
    r"(?:\+?84|\b0)[\s.\-]?\d{2,3}[\s.\-]?\d{3}[\s.\-]?\d{3,4}\b"  # a telephone number
    r"|[\w.+\-]+@[\w\-]+\.[\w.\-]+"
    r"|(?<![\d/])\d{5,6}(?=[\s,.]*(?:việt nam|viet nam|vietnam|vn)?[\s,.]*$)",  # a postcode
    re.IGNORECASE,
)


_ROAD_OF = (["duong", "tinh"], ["duong", "huyen"])
_NUMBERED = frozenset({"phuong", "quan"})
_ERA_AFTER = frozenset({"xã", "phường", "trấn", "huyện", "quận", "tỉnh"})
_ERA_PLAIN = frozenset({"xa", "phuong", "tran", "huyen", "quan", "tinh"})


# What introduces a number or an e-mail, which is blanked by then.
_CONTACT = re.compile(
    r"\b(?:số |so )?(?:sđt|sdt|đt|dt|điện thoại|dien thoai|tel|lh|liên hệ|lien he|zalo|hotline"
    r"|email|mail)\b(?=[\s.:]{8})",
    re.IGNORECASE,
)


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


_ERAS = {"cũ": Said.OLD, "mới": Said.NEW}


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


def cut(text: str) -> list[Word]:
    """The words of a cleaned text, those that name a level or a street marked so."""
    blanked = _NOT_PLACE.sub(lambda found: " " * len(found[0]), text)
    if blanked != text:
        blanked = _CONTACT.sub(lambda found: " " * len(found[0]), blanked)
    words: list[Word] = []
    end = depth = 0
    for found in _WORD.finditer(blanked):
        between = text[end : found.start()]
        is_blanked = blanked[end : found.start()] != between
        gap = Gap.HARD if is_blanked or not words else _gap(between)
        depth += between.count("(") - between.count(")")
        is_free = gap > Gap.BLANK or words[-1].said.key.isdecimal()
        for start, stop in _parts(found[0], found.start(), is_free=is_free):
            words.append(Word(start, stop, syllable(text[start:stop]), gap, is_aside=depth > 0))
            gap = Gap.SOFT
        end = found.end()
    words = _without_suffixes(words)
    words = _without_number_words(words)
    words, of_eras = _without_eras(words, text)
    _mark_roles(words)
    _mark_eras(words, text)
    for at, era in of_eras:
        _mark_on(words, at, era)
    return words


def _gap(between: str) -> Gap:
    if not between or between.isspace():
        return Gap.BLANK
    if any(c in ",;|()[]{}:\u2022\u2026\n" for c in between) or ".." in between:
        return Gap.HARD
    return Gap.DASH if _DASH.fullmatch(between) else Gap.SOFT


def _parts(word: str, at: int, *, is_free: bool) -> list[tuple[int, int]]:
    """Cut "P12", "TPVinh" and "xãTân" after the type; leave every other word whole.

    `is_free`: no name goes on here, so "qtan" is a type and no slip of the pen.
    """
    split = 0
    if (len(word) > 2 and word[-1].isdecimal()) or (len(word) > 1 and word[1:].isdecimal()):
        found = _GLUED_NUMBER.fullmatch(word)
        split = found.start(2) if found else 0
    elif (
        is_free
        and _GLUED_LETTER.fullmatch(word.lower())
        and is_syllable(word[1:])
        and not is_syllable(word)
    ):
        split = 1
    elif len(word) > 3 and (found := _GLUED_TYPE.match(word)):
        # "TPVinh", "xãTân": a capital begins the name, and a small letter follows it.
        name = word[found.end() :]
        is_name = name[:1].isupper() and (name[1:2].islower() or name in ("HCM", "HN", "HCMC"))
        split = found.end() if is_name else 0
    if not split:
        return [(at, at + len(word))]
    return [(at, at + split), (at + split, at + len(word))]


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
        is_cut = bool(kept) and _is_suffix(word, after)
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
    return key in BRACKETED and word.gap == Gap.HARD and (after is None or after.gap == Gap.HARD)


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


def _without_eras(words: list[Word], text: str) -> tuple[list[Word], list[tuple[int, Said]]]:
    """Take out what says an era between type and name: "xã cũ Vân Hòa", "xã mới: Yên Bài".

    Also given: the places of the names, with their eras. "cu" without marks may be a name's.
    """
    kept: list[Word] = []
    eras: list[tuple[int, Said]] = []
    for at, word in enumerate(words):
        era = _ERAS.get(word.said.marked)
        after = words[at + 1] if at + 1 < len(words) else None
        before = kept[-1].said if kept else None
        is_after_type = (
            before is not None
            and (before.marked in _ERA_AFTER or before.marked == before.key in _ERA_PLAIN)
            and word.gap == Gap.BLANK
        )
        if era is None or after is None or not is_after_type:
            kept.append(word)
        elif text[word.end : after.start].strip() in ("", ":"):
            after.gap = Gap.BLANK
            eras.append((len(kept), era))
        else:
            kept.append(word)
    return kept, eras


def _mark_on(words: list[Word], first: int, era: Said) -> None:
    """Mark a name with the type before it, to the end of its part."""
    words[first - 1].era = era
    for at in range(first, len(words)):
        if at > first and (words[at].gap == Gap.HARD or words[at].role in UNIT_ROLES):
            return
        words[at].era = era


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
            if found and count > 1 and word.said.marked == "xã":
                continue  # "xã Lơ Pang" is no "xa lộ"
            if found and (count > 1 or _has_true_marks(word, found[0], has_marks=has_marks)):
                word.role, word.unit_type = found
                word.takes = count
                covered = at + count
                break


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
    return said.marked in TRUE_MARKS[said.key] or (said.key == "phuong" and said.marked != "phương")


_NOW = re.compile(
    r"\b(?:nay|hiện|hiện nay|đổi tên|đổi|đã|nay đã|sáp nhập|địa chỉ|tên)\s+"
    r"(?:là|thuộc|thành|vào|mới là|mới)\b[\s:]*|"
    r"\b(?:nay|hien|hien nay|doi ten|sap nhap|dia chi|ten)\s+"
    r"(?:la|thuoc|thanh|vao|moi la|moi)\b[\s:]*|"
    r"\bnay\s+(?=(?:xã|phường|đặc khu|xa|phuong|dac khu)\b)|\bđ/?c mới\s*:\s*",
    re.IGNORECASE,
)
_ONCE = re.compile(
    r"\b(?:trước đây|trước kia|trước|vốn|nguyên|cũ|tên cũ|địa chỉ cũ)"
    r"(?:\s+(?:là|thuộc)\b[\s:]*|(?<=địa chỉ cũ)\s*:\s*|(?<=trước đây)\s+)|"
    r"\bđ/?c cũ\s*:\s*|"
    r"\b(?:truoc day|truoc|von|nguyen|cu|ten cu|dia chi cu)\s+(?:la|thuoc)\b[\s:]*",
    re.IGNORECASE,
)
_WAS = re.compile(
    r"\s*[,(]?\s*(?:cũ\b|trước đây\b|cu\s*(?:[,;)]|$)"
    r"|trước (?:khi )?sáp nhập\b|truoc (?:khi )?sap nhap\b)",
    re.IGNORECASE,
)
_IS_NEW = re.compile(
    r"\s*\(?\s*(?:(?:mới|moi)\s*\)|sau (?:khi )?sáp nhập\b|sau (?:khi )?sap nhap\b)", re.IGNORECASE
)


def _mark_eras(words: list[Word], text: str) -> None:
    """Say of which era each word speaks, where the text tells: "nay là …", "xã X cũ"."""
    for pattern, era in ((_NOW, Said.NEW), (_ONCE, Said.OLD)):
        for found in pattern.finditer(text):
            stop = _closing(text, found.end())
            if era == Said.OLD and (now := _NOW.search(text, found.end(), stop)):
                stop = now.start()  # "xã A cũ thuộc huyện B, nay là xã C"
            for word in words:
                if found.start() <= word.start < stop:
                    word.era = era
                elif era == Said.NEW and word.start < stop and word.era == Said.NOTHING:
                    word.era = Said.OLD
    for at, word in enumerate(words):
        if _WAS.match(text, word.end):
            _mark_back(words, at, Said.OLD)
        elif _IS_NEW.match(text, word.end):
            _mark_back(words, at, Said.NEW)


def _mark_back(words: list[Word], last: int, era: Said) -> None:
    """Mark the words of the part that ends here."""
    for at in range(last, -1, -1):
        words[at].era = era
        if words[at].gap == Gap.HARD or words[at].role in UNIT_ROLES:
            return


def _closing(text: str, start: int) -> int:
    """Where a remark ends: at its own closing bracket, or with the text."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] == "(":
            depth += 1
        elif text[at] == ")":
            depth -= 1
            if depth < 0:
                return at
    return len(text)
