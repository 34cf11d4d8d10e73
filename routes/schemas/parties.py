"""Wire format of a person in a dossier. Shapes only; names, phones and numbers are the room's."""

from typing import Any

from marshmallow import post_load, validate

from postal_bridge.counter.commands import Person
from postal_bridge.people.rules import IdKind
from routes.schemas.common import Choice, Day, Text, Wire, YesNo


class CommuneCode(Text):
    """A statistics-office code of five digits, of the units in force on the day."""

    def __init__(self, **kwargs: Any) -> None:
        five = validate.Regexp(r"^\d{5}$", error="not_a_commune_code")
        super().__init__(longest=5, validate=five, **kwargs)


class PersonSchema(Wire):
    full_name = Text(required=True, longest=120)
    phone = Text(longest=30, load_default=None, allow_none=True)
    is_phone_shared = YesNo(load_default=False)
    id_kind = Choice(IdKind, load_default=None, allow_none=True)
    id_number = Text(longest=40, load_default=None, allow_none=True)
    email = Text(longest=200, load_default=None, allow_none=True)
    address_text = Text(longest=300, load_default=None, allow_none=True)
    commune_code = CommuneCode(load_default=None, allow_none=True)
    relation = Text(longest=60, load_default=None, allow_none=True)
    authority_until = Day(load_default=None, allow_none=True)
    authority_scope = Text(longest=120, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Person:
        return Person(**data)
