"""Text of public names: one Unicode form, and a form without marks for searching."""

import unicodedata

_D_WITH_STROKE = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})


def nfc(text: str) -> str:
    """Composed form, outer blanks gone, inner runs of blanks made one."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fold(text: str) -> str:
    """Lower case, no diacritics, `đ` as `d`, single blanks: "Ea H'leo" -> "ea h'leo"."""
    bare = unicodedata.normalize("NFD", text.translate(_D_WITH_STROKE))
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(letters.replace("\u2019", "'").casefold().split())
