"""Addresses made by machine from every commune of the register: seeded, so that a run repeats.

Each row carries the codes it was made from. They say how a resolver bears slips and gaps; what
people really write is for a set made by hand.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

from config.folding import fold
from config.register import NEW_FROM, Register, Unit
from routes.commands.address_rows import Row, people_went_to

_LETTERS = "abcdeghiklmnopqrstuvxy"
_STREETS = ("12 Lê Lợi", "Số 45/3 đường Nguyễn Trãi", "Hẻm 7 Trần Phú", "Ấp 3", "Tổ 5, thôn Đông")
_SHORT = {
    "Phường": "P.", "Xã": "X.", "Thị trấn": "TT.", "Quận": "Q.", "Huyện": "H.", "Thị xã": "TX.",
    "Thành phố": "TP.", "Tỉnh": "T.", "Đặc khu": "Đặc khu ",
}  # fmt: skip
OLD_KINDS = (
    "full", "street", "no_comma", "no_marks", "capitals", "no_types", "abbreviated", "reversed",
    "no_district", "no_province", "typo",
)  # fmt: skip
NEW_KINDS = ("full", "no_marks", "no_types", "no_province", "typo")


def variants(
    register: Register, *, seed: int, share: float = 1.0, kind: str | None = None
) -> Iterator[Row]:
    """Every kind of address of every commune, or of a share of them, in the register's order."""
    chance = random.Random(seed)  # noqa: S311  (test data, no secret)
    for era, day, kinds in (
        ("old", NEW_FROM - timedelta(days=1), OLD_KINDS),
        ("new", NEW_FROM, NEW_KINDS),
    ):
        for unit in register.communes(day):
            if share < 1 and chance.random() >= share:
                continue
            lineage = register.lineage(unit.code, day)[::-1]
            for one in kinds:
                text = _text(one, lineage, chance)
                if text and kind in (None, one):
                    yield _row(f"{era} {one}", text, unit, register)


def _row(kind: str, text: str, unit: Unit, register: Register) -> Row:
    if unit.era == "new":
        return Row(kind, text, "new", "either", frozenset(), frozenset({unit.code}))
    new = people_went_to(register, unit.code)
    return Row(kind, text, "old", "either", frozenset({unit.code}), new)


def _text(kind: str, lineage: tuple[Unit, ...], chance: random.Random) -> str:
    full = [unit.full_name for unit in lineage]
    made = {
        "full": lambda: ", ".join(full),
        "street": lambda: ", ".join([chance.choice(_STREETS), *full]),
        "no_comma": lambda: " ".join(full),
        "no_marks": lambda: fold(", ".join(full)),
        "capitals": lambda: ", ".join(full).upper(),
        "no_types": lambda: _without_types(lineage),
        "abbreviated": lambda: ", ".join(_SHORT[u.unit_type] + u.name for u in lineage),
        "reversed": lambda: ", ".join(full[::-1]),
        "no_district": lambda: ", ".join([full[0], full[-1]]),
        "no_province": lambda: ", ".join(full[:-1]),
        "typo": lambda: _mistyped(lineage, chance),
    }
    return made[kind]()


def _without_types(lineage: tuple[Unit, ...]) -> str:
    """Names alone; nobody leaves "phường" out before a number."""
    return ", ".join(u.full_name if u.name.isdecimal() else u.name for u in lineage)


def _mistyped(lineage: tuple[Unit, ...], chance: random.Random) -> str:
    """One letter of the commune's name another, gone, doubled or changed with its neighbour."""
    name = lineage[0].name
    places = [at for at, letter in enumerate(name) if letter.isalpha()]
    if len(places) < 2:
        return ""
    at = chance.choice(places)
    other = chance.choice([c for c in _LETTERS if c != fold(name[at])])
    wrong = chance.choice(
        (
            name[:at] + other + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + other + name[at:],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        )
    )
    if fold(wrong) == fold(name):
        wrong = name[:at] + other + name[at + 1 :]
    return ", ".join([f"{lineage[0].unit_type} {wrong}", *(u.full_name for u in lineage[1:])])
