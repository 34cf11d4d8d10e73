"""Names, phones and personal ID numbers: what is accepted, how it is normalised and masked. Pure.

Nothing here is logged or put into an error: an error names the field, never the value.

Source: Decree 137/2015 art. 13 and Circular 07/2016/TT-BCA (ID number); facts on people.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from postal_bridge.kernel.errors import RuleViolation

LONGEST_NAME = 120
_SHOWN_FIRST, _SHOWN_LAST = 4, 2

# The 63 provinces of birth registration before the merger (they survive it), by Circular 07/2016.
BIRTH_PROVINCES = frozenset(
    f"0{code}"
    for code in (
        *("01", "02", "04", "06", "08", "10", "11", "12", "14", "15", "17", "19", "20", "22"),
        *("24", "25", "26", "27", "30", "31", "33", "34", "35", "36", "37", "38", "40", "42"),
        *("44", "45", "46", "48", "49", "51", "52", "54", "56", "58", "60", "62", "64", "66"),
        *("67", "68", "70", "72", "74", "75", "77", "79", "80", "82", "83", "84", "86", "87"),
        *("89", "91", "92", "93", "94", "95", "96"),
    )
)
# Births registered abroad carry a country's code, 101 and up; the list is not shipped.
_FIRST_COUNTRY, _LAST_COUNTRY = 101, 399


class NameNotAccepted(RuleViolation):
    """`fault` is empty, too_long or control_character; nothing else is asked of a name."""

    code = "name_not_accepted"


class PhoneNotAccepted(RuleViolation):
    code = "phone_not_accepted"


class IdNumberImplausible(RuleViolation):
    """`fault` is digits, province or year. There is no check digit: plausible is not genuine."""

    code = "id_number_implausible"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A plausible personal ID number. Residence cannot be read from it."""

    digits: str
    sex: Literal["male", "female"]
    birth_year: int

    def __repr__(self) -> str:
        return f"IdNumber({mask_id_number(self.digits)})"


def accept_name(text: str) -> str:
    """Return a name in composed form with single blanks; one word or an apostrophe is no fault.

    Raises
    ------
    NameNotAccepted
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise NameNotAccepted(fault="empty")
    if len(name) > LONGEST_NAME:
        raise NameNotAccepted(fault="too_long")
    if any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co", "Cn") for mark in name):
        raise NameNotAccepted(fault="control_character")
    return name


def normalise_phone(text: str) -> str:
    """Return a phone number as +84…, a foreign one as it stands after its country code.

    Raises
    ------
    PhoneNotAccepted
        No number that can exist.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text.strip()[:40], "VN")
    except phonenumbers.NumberParseException:
        raise PhoneNotAccepted from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise PhoneNotAccepted
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_mobile(phone: str) -> bool:
    """Tell whether a normalised number can take a text message."""
    import phonenumbers

    kind = phonenumbers.number_type(phonenumbers.parse(phone))
    mobile = phonenumbers.PhoneNumberType.MOBILE
    return kind in (mobile, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def accept_id_number(text: str, *, today: date) -> IdNumber:
    """Return a plausible personal ID number, written with blanks or not.

    Raises
    ------
    IdNumberImplausible
    """
    digits = "".join(text.split())
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        raise IdNumberImplausible(fault="digits")
    is_country = _FIRST_COUNTRY <= int(digits[:3]) <= _LAST_COUNTRY
    if digits[:3] not in BIRTH_PROVINCES and not is_country:
        raise IdNumberImplausible(fault="province")
    century, sex = divmod(int(digits[3]), 2)
    birth_year = 1900 + 100 * century + int(digits[4:6])
    if birth_year > today.year:
        raise IdNumberImplausible(fault="year")
    return IdNumber(digits, "female" if sex else "male", birth_year)


def mask_id_number(digits: str) -> str:
    """Write `0010******34`; what is too short to be masked is hidden whole."""
    hidden = len(digits) - _SHOWN_FIRST - _SHOWN_LAST
    if hidden < _SHOWN_FIRST:
        return "*" * len(digits)
    return f"{digits[:_SHOWN_FIRST]}{'*' * hidden}{digits[-_SHOWN_LAST:]}"


def mask_phone(phone: str) -> str:
    """Write a phone with its last three digits alone."""
    return "*" * max(0, len(phone) - 3) + phone[-3:] if len(phone) > 6 else "*" * len(phone)


def last_four(digits: str) -> str:
    """Return what a delivery records of an identity paper."""
    return digits[-4:]
