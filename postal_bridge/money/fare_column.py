"""Which column of the fare table two places stand in. Pure.

The current address tree is never asked: each commune keeps a fare area, a snapshot of its old
district, old province and zone.

Source: Circular 22/2017/TT-BTTTT (columns); zones and the reading after 1 July 2025 are
assumptions that an agency's contract may override.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    SAME_OLD_DISTRICT = "same_old_district"
    SAME_PROVINCE = "same_province"
    SAME_OLD_PROVINCE = "same_old_province"
    SAME_ZONE = "same_zone"
    NEXT_ZONE = "next_zone"
    FAR_ZONE = "far_zone"


@dataclass(frozen=True, slots=True)
class FareArea:
    """The tariff's snapshot of one commune.

    Attributes
    ----------
    id : communes with the same id are "within one district" since 1 July 2025
    zone : 1, 2 or 3, by the old province
    """

    id: str
    old_district: str
    old_province: str
    new_province: str
    zone: int


def column_between(origin: FareArea, target: FareArea, on: date) -> tuple[Column, ColumnReason]:
    """Return the column for two fare areas on a day, and why. Order does not matter."""
    if on < DISTRICTS_ENDED_ON:
        if origin.old_district == target.old_district:
            return Column.A, ColumnReason.SAME_OLD_DISTRICT
        if origin.old_province == target.old_province:
            return Column.B, ColumnReason.SAME_OLD_PROVINCE
    else:
        if origin.id == target.id:
            return Column.A, ColumnReason.SAME_FARE_AREA
        if origin.new_province == target.new_province:
            return Column.B, ColumnReason.SAME_PROVINCE
    if origin.zone == target.zone:
        return Column.C, ColumnReason.SAME_ZONE
    # Zone 2 lies between 1 and 3.
    if abs(origin.zone - target.zone) == 1:
        return Column.D, ColumnReason.NEXT_ZONE
    return Column.E, ColumnReason.FAR_ZONE
