"""Wire formats of published registers of administrative units."""

from typing import Any

from postal_bridge.directory.register_csv import MOST_BYTES
from postal_bridge.directory.service import RegisterPublished
from postal_bridge.insight.service import RegisterPreview
from routes.schemas.common import Count, Day, Many, Moment, Part, Text, Wire
from routes.schemas.sent_files import CsvSchema, carried_file


class RegisterFileSchema(CsvSchema):
    csv = Text(required=True, longest=MOST_BYTES)


class RegisterFormSchema(Wire):
    content = carried_file(MOST_BYTES)


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
