"""Wire formats of published registers of administrative units."""

from typing import Any

from postal_bridge.directory.register_csv import MOST_BYTES
from postal_bridge.directory.service import RegisterPublished
from postal_bridge.insight.service import RegisterPreview
from routes.schemas.common import Count, Day, Many, Part, Text, Wire
from routes.schemas.publications import FaultSchema, PublicationSchema, flat_snapshot
from routes.schemas.sent_files import CsvSchema, carried_file


class RegisterFileSchema(CsvSchema):
    csv = Text(required=True, longest=MOST_BYTES)


class RegisterFormSchema(Wire):
    content = carried_file(MOST_BYTES)


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


class PublishedRegisterSchema(PublicationSchema):
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
    return {**flat_snapshot(made.snapshot), "changes": made.changes}


class PublishedRegistersSchema(Wire):
    rows = Many(Part(PublishedRegisterSchema))
