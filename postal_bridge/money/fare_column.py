"""Which column of the fare table two places stand in. Pure.

The current address tree is never asked: each commune keeps a fare area, a snapshot of its old
district, old province and zone.

Source: Circular 22/2017/TT-BTTTT (columns); zones and the reading after 1 July 2025 are
assumptions that an agency's contract may override.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from config.register import Register, UnknownUnit
from postal_bridge.kernel.errors import NotFound

DISTRICTS_ENDED_ON = date(2025, 7, 1)


class Column(StrEnum):
    """A within a district, B within a province, C within a zone, D next zone, E far zone."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


class ColumnReason(StrEnum):
    """Why a quote stands in its column."""

    STATED = "stated"
    SAME_FARE_AREA = "same_fare_area"
    SAME_DISTRICT = "same_district"
    SAME_PROVINCE = "same_province"
    SAME_ZONE = "same_zone"
    NEXT_ZONE = "next_zone"
    FAR_ZONE = "far_zone"


class CommuneUnknown(NotFound):
    """The register has no commune of this code on that day."""

    code = "fare_commune_unknown"


@dataclass(frozen=True, slots=True)
class FarePlace:
    """The tariff's view of one commune on one day.

    Attributes
    ----------
    district : the old district it mostly lies in; equal ones are "within one district"
    province : the province of that day
    zone : 1, 2 or 3, by the old province; the list is unverified
    """

    district: str
    province: str
    zone: int


def fare_place(register: Register, commune_code: str, on: date) -> FarePlace:
    """Look a commune up. Raises `CommuneUnknown`."""
    try:
        area = register.fare_area(commune_code, on)
        province = register.last_known_lineage(commune_code, on)[0]
    except UnknownUnit:
        raise CommuneUnknown(commune=commune_code[:20], on=on.isoformat()) from None
    return FarePlace(area.district_code, province.code, area.zone)


def column_between(origin: FarePlace, target: FarePlace, on: date) -> tuple[Column, ColumnReason]:
    """Return the column for two places on a day, and why. Their order does not matter."""
    had_districts = on < DISTRICTS_ENDED_ON
    if origin.district == target.district:
        reason = ColumnReason.SAME_DISTRICT if had_districts else ColumnReason.SAME_FARE_AREA
        return Column.A, reason
    if origin.province == target.province:
        return Column.B, ColumnReason.SAME_PROVINCE
    if origin.zone == target.zone:
        return Column.C, ColumnReason.SAME_ZONE
    # Zone 2 lies between 1 and 3.
    if abs(origin.zone - target.zone) == 1:
        return Column.D, ColumnReason.NEXT_ZONE
    return Column.E, ColumnReason.FAR_ZONE
