"""Who holds or did something, by the name that staff know: for desks, papers and timelines."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.custody.types import Holder, HolderKind
from postal_bridge.directory.service import point_view, section_view
from postal_bridge.kernel.actor import ActorKind
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.service import staff_name


@dataclass(frozen=True, slots=True)
class NamedHolder:
    """`name` is empty for a citizen: persons of a dossier are named on its own page only."""

    kind: HolderKind
    id: str
    name: str


def named(uow: ReadUnit, holder: Holder | None) -> NamedHolder | None:
    """The holder with the name of his office or his own, where he is staff."""
    if holder is None:
        return None
    match holder.kind:
        case HolderKind.STAFF:
            name = staff_name(uow, UUID(holder.id))
        case HolderKind.POINT:
            name = point_view(uow, UUID(holder.id)).name
        case HolderKind.SECTION:
            name = section_view(uow, UUID(holder.id)).name
        case HolderKind.CARRIER:
            name = holder.id
        case HolderKind.PARTY:
            name = ""
    return NamedHolder(holder.kind, holder.id, name)


def recorded_by(uow: ReadUnit, fact: Fact) -> str:
    """The name of whoever is on record with this fact; a system's own id."""
    if fact.actor["kind"] != ActorKind.STAFF:
        return str(fact.actor["id"])
    return staff_name(uow, UUID(str(fact.actor["id"])))
