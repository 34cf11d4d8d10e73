"""Houses and streets of the operator's own gazetteer. A part."""

from datetime import date

from geo.geocoder import Location, Precision, house_key
from geo.point import Point
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.kernel.unit_of_work import ReadUnit


def known_house(uow: ReadUnit, commune_code: str, street: str, on: date) -> Location | None:
    """Where the gazetteer has this address of the commune, marks and case aside; None: nowhere."""
    row = DirectoryStore(uow.session).house(":".join(house_key(commune_code, street)), on)
    return None if row is None else Location(Point(row.lat, row.lon), Precision(row.precision))
