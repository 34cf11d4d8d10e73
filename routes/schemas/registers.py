"""Wire formats of published registers of administrative units."""

from typing import Any

from marshmallow import post_load

from postal_bridge.directory.service import RegisterPublished
from postal_bridge.insight.service import RegisterPreview
from routes.schemas.common import Count, Day, Many, Moment, Part, Text, Wire

LONGEST_CSV = 1_000_000


class RegisterFileSchema(Wire):
    """The CSV file as text."""

    csv = Text(required=True, longest=LONGEST_CSV)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> bytes:
        content: str = data["csv"]
        return content.encode()


class RegisterFormSchema(Wire):
    """The file that was looked at, in Base64."""

    content = Text(required=True, longest=LONGEST_CSV * 4 // 3 + 4)


class FaultSchema(Wire):
    row = Count()
    column = Text()
    code = Text()


class UnitChangeSchema(Wire):
    """One row in names; of a point the coordinates, of fares old district and zone."""

    change = Text()
    code = Text()
    valid_from = Day()
    before = Text()
    after = Text()
    part = Text()
    instrument = Text()


class InUseSchema(Wire):
    kind = Text()
    keys = Many(Text())


class RegisterLookSchema(Wire):
    """With any fault there is nothing else."""

    faults = Many(Part(FaultSchema))
    changes = Many(Part(UnitChangeSchema))
    valid_from = Day(allow_none=True)
    ended = Many(Text())
    in_use = Many(Part(InUseSchema))
    people = Count()


class PublishedRegisterSchema(Wire):
    number = Count()
    id = Text()
    valid_from = Day()
    published_at = Moment()
    actor = Text()
    changes = Many(Part(UnitChangeSchema))


def flat_look(preview: RegisterPreview) -> dict[str, Any]:
    look = preview.look
    return {
        "faults": [one._asdict() for one in look.faults],
        "changes": look.changes,
        "valid_from": look.valid_from,
        "ended": look.ended,
        "in_use": preview.in_use,
        "people": preview.people,
    }


def flat_publication(made: RegisterPublished) -> dict[str, Any]:
    one = made.snapshot
    return {
        "number": one.number,
        "id": one.id,
        "valid_from": one.valid_from,
        "published_at": one.published_at,
        "actor": one.actor,
        "changes": made.changes,
    }


class PublishedRegistersSchema(Wire):
    rows = Many(Part(PublishedRegisterSchema))
