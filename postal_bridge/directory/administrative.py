"""The shipped register of administrative units, as rooms ask it. No database."""

from datetime import date
from functools import cache

from config.register import FareArea, Register, UnknownUnit, load_register
from postal_bridge.kernel.errors import NotFound


class UnitCodeUnknown(NotFound):
    """No administrative unit has this code on this day."""

    code = "unit_code_unknown"


@cache
def shared_register() -> Register:
    """The register: read-only, hence shared by all threads."""
    return load_register()


def fare_area(commune_code: str, on: date) -> FareArea:
    """The fare area of a commune of that day, old or new. Raises UnitCodeUnknown."""
    try:
        return shared_register().fare_area(commune_code, on)
    except UnknownUnit:
        raise UnitCodeUnknown(unit_code=commune_code) from None
