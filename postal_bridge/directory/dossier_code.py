"""Codes that an agency gives its dossiers: read, checked, and written in seated mode. Pure.

In carrier mode no code is made here: the agency gives it when it has received.

Source: Circular 01/2018/TT-VPCP art. 19 and later practice; the pattern of Circular 03/2025 is not
known, so the pattern is a default that configuration may replace.
"""

import re
from dataclasses import dataclass
from datetime import date

from postal_bridge.kernel.errors import RuleViolation

DEFAULT_PATTERN = r"^(?:\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}|[A-Z]\d{2}(?:\.\d{1,3}){0,4})-\d{6}-\d{4,}$"
LONGEST_CODE = 64


class DossierCodeWrong(RuleViolation):
    """`fault` is shape or date."""

    code = "dossier_code_wrong"


@dataclass(frozen=True, slots=True)
class DossierCode:
    """A code in its parts; `raw` is what is stored."""

    raw: str
    identifier: str
    received_on: date
    sequence: int


def parse_dossier_code(text: str, pattern: str = DEFAULT_PATTERN) -> DossierCode:
    """Read a code as an agency wrote it. Raises `DossierCodeWrong`."""
    raw = text.strip()
    if len(raw) > LONGEST_CODE or not raw.isascii() or re.match(pattern, raw) is None:
        raise DossierCodeWrong(fault="shape")
    identifier, day, sequence = raw.rsplit("-", 2)
    try:
        received_on = date(2000 + int(day[:2]), int(day[2:4]), int(day[4:6]))
    except ValueError:
        raise DossierCodeWrong(fault="date") from None
    return DossierCode(raw, identifier, received_on, int(sequence))


def format_dossier_code(identifier: str, received_on: date, sequence: int) -> str:
    """Write a seated link's next code, out of the agency's own numbering of that day."""
    return parse_dossier_code(f"{identifier}-{received_on:%y%m%d}-{sequence:04d}").raw
