"""What good hand-overs teach about where a door is, and when they agree. Pure.

An address is known again by its commune and its words. Where the words name no house ("ấp 3") many
people live there, and the name of whoever receives belongs to it.

Source: ours, until own runs teach better figures. How long it is kept stands in
config/retention.toml.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from geo.distance import great_circle_m
from geo.folding import fold
from geo.point import Point
from postal_bridge.delivery.types import Fix, Position

GOOD_FIX_M = 50
"""A phone that knew its place less well than this teaches nothing."""
AGREE_M = 60
LEAST_DAYS = 2
"""Days on which hand-overs must agree: two of one round may both be at the market."""
LEAST_RADIUS_M = 100

CONSENT = "door_spot"
CONSENT_TEXT = "door_spot.2026-11"

_MARKS = re.compile(r"[.,;:()]+")
_SAID_ANYWAY = re.compile(r"\b(?:so|nha)\b")
# Numbers of hamlets, quarters, roads and days in street names: none of them is a house's.
_NO_HOUSE = re.compile(
    r"\b(?:ap|khom|thon|ban|buon|bon|lang|xom|doi|cum|to|khu vuc|khu pho|khu|kv|kp|duong|thang"
    r"|quoc lo|tinh lo|huong lo|ql|tl|hem|ngo|ngach|kiet|lo|km|tang|phuong|quan|xa)\s*\d\S*"
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one good hand-over took place."""

    lat: float = field(repr=False)
    lon: float = field(repr=False)
    accuracy_m: int
    on: date

    @property
    def point(self) -> Point:
        return Point(self.lat, self.lon)


def teaches(fix: Fix | None) -> bool:
    """Whether the phone knew well enough where it was."""
    return fix is not None and not fix.is_mock and 0 < fix.accuracy_m <= GOOD_FIX_M


def door_key(commune_code: str | None, street: str | None, full_name: str) -> str | None:
    """How a door is known again; None where no address is written. Personal: never stored."""
    words = " ".join(_SAID_ANYWAY.sub(" ", _MARKS.sub(" ", fold(street or ""))).split())
    if not commune_code or not words:
        return None
    names_house = re.search(r"\d", _NO_HOUSE.sub(" ", words)) is not None
    return "\n".join(["door", commune_code, words, "" if names_house else fold(full_name)])


def agreed(spots: Sequence[Spot]) -> Position | None:
    """Where most of the hand-overs say the door is, with how far that may be wrong.

    None where those that lie together are not more than half, or are of one day only.
    """
    near = [[other for other in spots if _apart_m(one, other) <= AGREE_M] for one in spots]
    best = max(near, key=len, default=[])
    if 2 * len(best) <= len(spots) or len({one.on for one in best}) < LEAST_DAYS:
        return None
    middle = Point(sum(s.lat for s in best) / len(best), sum(s.lon for s in best) / len(best))
    radius = max(great_circle_m(middle, one.point) + one.accuracy_m for one in best)
    return Position(middle.lat, middle.lon, max(LEAST_RADIUS_M, round(radius)))


def _apart_m(one: Spot, other: Spot) -> float:
    return great_circle_m(one.point, other.point)
