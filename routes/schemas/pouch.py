"""Wire formats of pouches: what is scanned, read and tied, and how a pouch looks outside."""

from marshmallow import fields

from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.types import HolderKind, ItemKind, PouchDirection
from routes.schemas.common import Choice, Count, Id, Many, Moment, Part, Text, Wire

LONGEST_NUMBER = 40


class StartPouchSchema(Wire):
    link_id = Id(required=True)


class ScanNumberSchema(Wire):
    """An item's number as scanned or typed, with or without blanks."""

    number = Text(required=True, longest=LONGEST_NUMBER)


class TieSchema(Wire):
    tie_number = Text(required=True, longest=LONGEST_NUMBER)
    tie_again = Text(required=True, longest=LONGEST_NUMBER)


class OfferPouchSchema(Wire):
    """Without a driver the pouch is offered to the office at the other end."""

    driver_id = Id(load_default=None, allow_none=True)


class BySecondPerson(Wire):
    """Who confirms another tie, or opens a disputed pouch, with his own password."""

    second_login = Text(longest=80, load_default=None, allow_none=True)
    second_password = Text(longest=200, load_default=None, allow_none=True, load_only=True)


class AcceptPouchSchema(BySecondPerson):
    tie_seen = Text(required=True, longest=LONGEST_NUMBER)
    count_seen = Count(required=True, maximum=1000)


class TroubleSchema(Wire):
    why = Text(required=True, longest=300)


class OpenPouchSchema(BySecondPerson):
    """The numbers of the envelopes found inside, each read once; none is a finding too."""

    found = Many(Text(longest=LONGEST_NUMBER), load_default=())


class NamedHolderSchema(Wire):
    kind = Choice(HolderKind)
    id = Text()
    name = Text()


class ManifestLineSchema(Wire):
    item_id = Id()
    number = Text()
    kind = Choice(ItemKind)
    weight_g = Count()


class PouchSchema(Wire):
    """A pouch as the caller sees it; `may` names what he may do with it now."""

    id = Id(attribute="pouch.id")
    number = Text(attribute="pouch.number")
    direction = Choice(PouchDirection, attribute="pouch.direction")
    status = Choice(PouchStatus, attribute="pouch.status")
    link_id = Id(attribute="pouch.link_id")
    point_id = Id(attribute="pouch.point_id")
    point_name = Text()
    section_id = Id(attribute="pouch.section_id")
    section_name = Text()
    tie_number = Text(attribute="pouch.tie_number", allow_none=True)
    made_at = Moment(attribute="pouch.made_at")
    opened_at = Moment(attribute="pouch.opened_at", allow_none=True)
    words = Text(attribute="pouch.words", allow_none=True)
    holder = Part(NamedHolderSchema, allow_none=True)
    offered_to = Part(NamedHolderSchema, attribute="receiver", allow_none=True)
    manifest = Many(Part(ManifestLineSchema), attribute="pouch.manifest")
    may = fields.Function(lambda page: sorted(page.may))


class PouchListSchema(Wire):
    to_accept = Many(Part(PouchSchema))
    in_hand = Many(Part(PouchSchema))
    under_way = Many(Part(PouchSchema))
    opened = Many(Part(PouchSchema))
