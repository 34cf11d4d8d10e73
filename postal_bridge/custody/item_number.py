"""Numbers of items by the UPU standard S10: made, checked, written. Pure.

Drawing from blocks is the store's work: a number is drawn once and never again.

Source: UPU S10; weights 8 6 4 2 3 5 9 7.
"""

import re
from dataclasses import dataclass
from typing import Literal

from postal_bridge.kernel.errors import RuleViolation

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
COUNTRY = "VN"
LARGEST_SERIAL = 99_999_999
_SHAPE = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})")

_KINDS: dict[str, str] = {
    "A": "domestic_or_rfid",
    "B": "domestic",
    "C": "parcel",
    "D": "domestic",
    "E": "ems",
    "H": "ecommerce_parcel",
    "J": "reserved",
    "K": "reserved",
    "L": "tracked_letter",
    "N": "domestic",
    "P": "domestic",
    "R": "registered",
    "U": "untracked_letter",
    "V": "insured",
    "Z": "domestic",
}

Fault = Literal["length", "shape", "check_digit", "country"]


class ItemNumberWrong(RuleViolation):
    """`fault` is length, shape, check_digit or country."""

    code = "item_number_wrong"


@dataclass(frozen=True, slots=True)
class ItemNumber:
    """A valid number in its parts; `str()` is the stored form without blanks."""

    service: str
    serial: int
    check_digit: int
    country: str

    @property
    def kind(self) -> str:
        """What the first letter of the service indicator stands for."""
        return _KINDS.get(self.service[0], "unknown")

    def __str__(self) -> str:
        return f"{self.service}{self.serial:08d}{self.check_digit}{self.country}"


def check_digit(serial: int) -> int:
    """Return the check digit of an eight-digit serial: 11 - sum mod 11, 10 is 0, 11 is 5."""
    digits = f"{serial:08d}"
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True))
    remainder = 11 - total % 11
    return {10: 0, 11: 5}.get(remainder, remainder)


def item_number(service: str, serial: int) -> ItemNumber:
    """Make the number of a serial. Raises `ItemNumberWrong` outside the standard's shape."""
    is_indicator = len(service) == 2 and service.isascii() and service.isalpha()
    if not is_indicator or not service.isupper() or not 0 <= serial <= LARGEST_SERIAL:
        raise ItemNumberWrong(fault="shape")
    return ItemNumber(service, serial, check_digit(serial), COUNTRY)


def parse_item_number(text: str, *, country: str | None = COUNTRY) -> ItemNumber:
    """Read a number, printed with blanks or not, in capitals or not.

    Parameters
    ----------
    country : the only country that passes; None lets every country pass

    Raises
    ------
    ItemNumberWrong
        `fault` says what is wrong first.
    """
    bare = "".join(text.split()).upper()
    if len(bare) != 13:
        raise ItemNumberWrong(fault="length")
    match = _SHAPE.fullmatch(bare)
    if match is None:
        raise ItemNumberWrong(fault="shape")
    service, serial, digit, where = match.groups()
    if int(digit) != check_digit(int(serial)):
        raise ItemNumberWrong(fault="check_digit")
    if country is not None and where != country:
        raise ItemNumberWrong(fault="country")
    return ItemNumber(service, int(serial), int(digit), where)
