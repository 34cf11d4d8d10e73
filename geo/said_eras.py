"""Of which era the parts of an address speak: "xã cũ X", "nay là Y", "trước đây thuộc Z"."""

import re

from geo.address_words import UNIT_ROLES, Role
from geo.written_words import Gap, Said, Word

_ERA_AFTER = frozenset({"xã", "phường", "trấn", "huyện", "quận", "tỉnh"})
_ERA_PLAIN = frozenset({"xa", "phuong", "tran", "huyen", "quan", "tinh"})
_ERAS = {"cũ": Said.OLD, "mới": Said.NEW}
_NOW = re.compile(
    r"\b(?:nay|hiện|hiện nay|đổi tên|đổi|đã|nay đã|sáp nhập|địa chỉ|tên)\s+"
    r"(?:là|thuộc|thành|vào|mới là|mới)\b[\s:]*|"
    r"\b(?:nay|hien|hien nay|doi ten|sap nhap|dia chi|ten)\s+"
    r"(?:la|thuoc|thanh|vao|moi la|moi)\b[\s:]*|"
    r"\bnay\s+(?=(?:xã|phường|đặc khu|xa|phuong|dac khu)\b)|(?<=\()nay\s+|\bđ/?c mới\s*:\s*",
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

# "(địa chỉ mới)", "(phường mới sau 1/7/2025)": of the commune before it, and no name.
REMARK = re.compile(
    r"\s*\(\s*(?:địa chỉ|dia chi|đ/?c|tên|ten|xã|xa|phường|phuong)\s+"
    r"(?:(?P<new>mới|moi)|cũ|cu)\s*(?:(?:sau|từ|tu|theo|trước|truoc)\b[^()]*)?\)",
    re.IGNORECASE,
)


def without_eras(words: list[Word], text: str) -> tuple[list[Word], list[tuple[int, Said]]]:
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


def mark_on(words: list[Word], first: int, era: Said) -> None:
    """Mark a name with the type before it, to the end of its part."""
    words[first - 1].era = era
    for at in range(first, len(words)):
        if at > first and (words[at].gap == Gap.HARD or words[at].role in UNIT_ROLES):
            return
        words[at].era = era


def mark_eras(words: list[Word], text: str) -> None:
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
    _mark_before(words, text)


def _mark_before(words: list[Word], text: str) -> None:
    """Mark what a word behind it speaks of: "xã X cũ", "(phường mới)"."""
    for at, word in enumerate(words):
        if remark := REMARK.match(text, word.end):
            _mark_commune(words, at, Said.NEW if remark["new"] else Said.OLD)
        elif _WAS.match(text, word.end):
            _mark_back(words, at, Said.OLD)
        elif _IS_NEW.match(text, word.end):
            _mark_back(words, at, Said.NEW)


def _mark_back(words: list[Word], last: int, era: Said) -> None:
    """Mark the words of the part that ends here."""
    for at in range(last, -1, -1):
        words[at].era = era
        if words[at].gap == Gap.HARD or words[at].role in UNIT_ROLES:
            return


def _mark_commune(words: list[Word], last: int, era: Said) -> None:
    """Mark what stands here, back to the commune, or all where none is named with its type."""
    for word in reversed(words[: last + 1]):
        word.era = era
        if word.role == Role.COMMUNE:
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
