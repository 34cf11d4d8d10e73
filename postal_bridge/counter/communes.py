"""The commune of an address: of the day where it is given now, as it last was where it is kept.

One rule for API, online filing, redirect and pages (`directory/addresses.commune_or_heirs`):
who gives an address names a commune that stands; what was addressed before goes on being priced,
printed and driven to (decision 0010).
"""

from datetime import date

from config.register import Unit, UnknownUnit
from postal_bridge.counter.rules import CommuneEnded, CommuneMissing, CommuneNotKnown
from postal_bridge.directory.addresses import commune_or_heirs
from postal_bridge.directory.administrative import register_of
from postal_bridge.kernel.unit_of_work import ReadUnit


def known_commune(uow: ReadUnit, code: str | None, on: date) -> Unit:
    """The commune of the day, or as it was when it ended before: its people are where they were.

    Raises
    ------
    CommuneMissing
        There is no code.
    CommuneNotKnown
        The code names no commune of that day or before.
    """
    if not code:
        raise CommuneMissing
    try:
        unit = register_of(uow).last_known(code, on)
    except UnknownUnit:
        raise _not_known(code) from None
    if unit.level != "commune":
        raise _not_known(code)
    return unit


def check_commune_stands(uow: ReadUnit, code: str | None, on: date) -> None:
    """An address that is given now may name this commune, or none.

    Raises
    ------
    CommuneEnded
        It is no more; says which ones its people live in now.
    CommuneNotKnown
        The code never named a commune.
    """
    if code is None:
        return
    register = register_of(uow)
    found = commune_or_heirs(register, code, on)
    if not found:
        raise _not_known(code)
    try:
        register.unit(code, on)
    except UnknownUnit:
        became = ", ".join(f"{unit.full_name} ({unit.code})" for unit in found)
        raise CommuneEnded(commune=code, became=became) from None


def _not_known(code: str) -> CommuneNotKnown:
    return CommuneNotKnown(commune=code[:20])
