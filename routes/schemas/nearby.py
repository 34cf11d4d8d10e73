"""Wire formats of "which points take this in near here"."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from geo.service_areas import ServedBy
from postal_bridge.directory.nearby import NearOrder
from postal_bridge.directory.rules import Ability, AcceptanceMode
from routes.schemas.common import Choice, Count, Many, Moment, Part, Text, Wire, YesNo
from routes.schemas.directory import PointSchema

LONGEST_ADDRESS = 600
MOST_POINTS = 50


class Degrees(fields.Float):
    default_error_messages = {  # noqa: RUF012  (marshmallow reads it from the class)
        "invalid": "not_a_number",
        "special": "not_a_number",
        "too_large": "number_too_large",
    }

    def __init__(self) -> None:
        within = validate.Range(-180, 180, error="number_out_of_range")
        super().__init__(validate=within, load_default=None, allow_nan=False)


class NearAskSchema(Wire):
    """One of the three: `address`, `commune` (a code of today), `lat` with `lon`.

    `needs`: what the point has to do besides taking the dossier in.
    """

    address = Text(longest=LONGEST_ADDRESS, load_default=None)
    commune = Text(longest=10, load_default=None)
    lat = Degrees()
    lon = Degrees()
    procedure = Text(longest=60, load_default=None)
    needs = Many(Choice(Ability), load_default=list)
    by = Choice(NearOrder, load_default=NearOrder.DISTANCE)
    limit = Count(minimum=1, maximum=MOST_POINTS, load_default=10)

    @validates_schema
    def one_place(self, data: dict[str, Any], **_: Any) -> None:
        ways = [data["address"] is not None, data["commune"] is not None]
        ways.append(data["lat"] is not None or data["lon"] is not None)
        if sum(ways) != 1:
            raise ValidationError("place_not_given", "address")
        if (data["lat"] is None) != (data["lon"] is None):
            raise ValidationError("place_not_given", "lat" if data["lat"] is None else "lon")


class NearPlaceSchema(Wire):
    """`precision`: point, or commune where the place is the commune's centre."""

    lat = fields.Float()
    lon = fields.Float()
    precision = Text()
    commune_code = Text(allow_none=True)
    commune = Text(allow_none=True)
    province = Text(allow_none=True)


class NearCandidateSchema(Wire):
    """`before`: what it was before July 2025, where the address may mean that."""

    commune_code = Text(allow_none=True)
    commune = Text(allow_none=True)
    province = Text(allow_none=True)
    before = Text(allow_none=True)


class NearPointSchema(Wire):
    """`arrives_at`: when the agency would have it, expected; `why_not`: a code, for the others.

    `lacking`: what of the needs the point does not do, or has not said that it does.
    `is_over_water`: the distance leads to or from an island.
    """

    point = Part(PointSchema)
    distance_m = Count(allow_none=True)
    link = Text(allow_none=True)
    acceptance_mode = Choice(AcceptanceMode, allow_none=True)
    section = Text(allow_none=True)
    agency = Text(allow_none=True)
    handed_in_at = Moment(allow_none=True)
    arrives_at = Moment(allow_none=True)
    why_not = Text(allow_none=True)
    lacking = Many(Choice(Ability))
    is_over_water = YesNo()
    detail = Text(allow_none=True)


class NearbySchema(Wire):
    """`points` take it in; `others` do not, nearest first; the counts are of all there are.

    `serving`: whose service area the place lies in, whether it takes this in or not.
    """

    status = Text()
    place = Part(NearPlaceSchema, allow_none=True)
    candidates = Many(Part(NearCandidateSchema))
    question = Text(allow_none=True)
    procedure = Text(allow_none=True)
    serving = Many(Part(NearPointSchema))
    served_by = Choice(ServedBy, allow_none=True)
    points = Many(Part(NearPointSchema))
    points_count = Count()
    others = Many(Part(NearPointSchema))
    others_count = Count()
