"""A carrier's own numbers for provinces and districts, as its operator's file gave them. A part.

Nothing ships with the release: no published list is known, and a made-up number sends a paper
elsewhere.
"""

from datetime import date

from postal_bridge.directory.store import DirectoryStore
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit


class CarrierNumberUnknown(NotFound):
    """The carrier's table does not name this unit."""

    code = "carrier_number_unknown"


def carrier_number(uow: ReadUnit, carrier: str, unit_code: str, *, era: str, on: date) -> str:
    """What this carrier calls the unit of that era. Raises CarrierNumberUnknown."""
    number = DirectoryStore(uow.session).carrier_number(carrier, era, unit_code, on)
    if number is None:
        raise CarrierNumberUnknown(carrier=carrier, unit_code=unit_code)
    return number
