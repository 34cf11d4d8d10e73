"""The operator's view of the register: a file looked at, what was published, units as they were."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from config.register import NEW_FROM
from postal_bridge.directory.areas import rules_naming
from postal_bridge.directory.service import (
    RegisterLook,
    RegisterPublished,
    RowsInUse,
    look_at_changes,
    place_name,
    published_registers,
    register_numbered,
    rows_naming,
)
from postal_bridge.insight.directory import author_name
from postal_bridge.insight.names import Names
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import parties_in

MOST_FOUND = 20
_SINCE = datetime(NEW_FROM.year, NEW_FROM.month, NEW_FROM.day, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """A file as it would be published, and what of this home names units that end by it.

    Attributes
    ----------
    in_use : rows of the directory, by kind; of service areas the communes that have a rule
    people : people of dossiers with an address there; they keep it
    """

    look: RegisterLook
    in_use: tuple[RowsInUse, ...] = ()
    people: int = 0


@dataclass(frozen=True, slots=True)
class NamedPublication:
    """One publication; `name` is "" for an operator's command."""

    made: RegisterPublished
    name: str


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit of a day in one register, with its province."""

    code: str
    name: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One register, by its number; 0 is the release's and was not published here."""

    number: int
    on: date
    publication: NamedPublication | None
    is_latest: bool
    communes: int
    provinces: int
    found: tuple[FoundUnit, ...]


def look_at_register(content: bytes, *, actor: Actor, units: Units) -> RegisterPreview:
    """What the file would change, what it would leave behind, and every fault. Nothing is kept.

    Raises
    ------
    Forbidden
    """
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        look = look_at_changes(uow, content)
        in_use, rules = rows_naming(uow, look.ended), rules_naming(uow, look.ended)
        return RegisterPreview(
            look,
            (*in_use, rules) if rules.keys else in_use,
            parties_in(uow, look.ended, _SINCE),
        )


def registers_page(*, actor: Actor, units: Units) -> tuple[NamedPublication, ...]:
    """Every register that was published here, the latest first. Raises Forbidden."""
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        names = Names(uow)
        return tuple(_named(names, one) for one in reversed(published_registers(uow)))


def register_page(
    number: int, *, text: str = "", on: date | None = None, actor: Actor, units: Units
) -> RegisterPage:
    """One register as it was published, and its units of a day by name. Raises NotFound."""
    check_may(actor, Power.MANAGE_DIRECTORY)
    with units.read() as uow:
        day = max(NEW_FROM, on or local(uow.now).date())
        register, made = register_numbered(uow, number), published_registers(uow)
        found = register.search(text, day, MOST_FOUND) if text else ()
        return RegisterPage(
            number=number,
            on=day,
            publication=_named(Names(uow), made[number - 1]) if number else None,
            is_latest=number == len(made),
            communes=len(register.communes(day)),
            provinces=len(register.provinces(day)),
            found=tuple(
                FoundUnit(u.code, place_name(register, u.code, day), u.valid_from, u.valid_to)
                for u in found
            ),
        )


def _named(names: Names, made: RegisterPublished) -> NamedPublication:
    return NamedPublication(made, author_name(names, made.snapshot.actor))
