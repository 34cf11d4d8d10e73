"""What must hold before an item changes hands: whose word, whose item, which seal (C2, C5)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.counting import open_case
from postal_bridge.custody.errors import (
    InPouch,
    NotHeldByGiver,
    OfferOpen,
    SealDiffers,
    SecondPersonSame,
)
from postal_bridge.custody.items import own_holder
from postal_bridge.custody.tables import ItemRow
from postal_bridge.custody.types import CaseKind, Holder, HolderKind, SecondPerson
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.unit_of_work import UnitOfWork


def speaks_for(
    actor: Actor, holder: Holder, *, unit_id: UUID | None, dossier_id: UUID | None = None
) -> bool:
    """Whether the actor's own word is this holder's word.

    A person speaks for himself alone; an office is spoken for by whoever works in it.
    """
    match holder.kind:
        case HolderKind.STAFF:
            return actor.kind in (ActorKind.STAFF, ActorKind.DEVICE) and actor.id == holder.id
        case HolderKind.POINT:
            return actor.kind == ActorKind.STAFF and unit_id in actor.scope.units
        case HolderKind.SECTION:
            return holder.id in {str(section) for section in actor.scope.sections}
        case HolderKind.CARRIER:
            return actor.kind in (ActorKind.API_CLIENT, ActorKind.SYSTEM)
        case HolderKind.PARTY:
            own = actor.scope.dossier_id
            return actor.kind == ActorKind.CITIZEN and own is not None and own == dossier_id


def check_second(actor: Actor, second: SecondPerson | None) -> bool:
    """Whether a second person stands by the finder. Raises SecondPersonSame."""
    if second is None:
        return False
    if second.holder.id == actor.id:
        raise SecondPersonSame
    return True


def check_free(row: ItemRow, giver: Holder) -> None:
    """The item is this holder's to give. Raises InPouch, OfferOpen, NotHeldByGiver."""
    if row.in_pouch_id is not None:
        raise InPouch(item_id=str(row.id))
    if row.offered_in is not None:
        raise OfferOpen(item_id=str(row.id))
    if own_holder(row) != giver:
        raise NotHeldByGiver(item_id=str(row.id))


def check_seals(
    uow: UnitOfWork,
    rows: Sequence[ItemRow],
    seen: Mapping[UUID, str],
    second: SecondPerson | None,
    *,
    actor: Actor,
) -> None:
    """Each seal read is the one recorded, or a second person confirmed and a case is open."""
    for row in rows:
        if row.id not in seen or "".join(seen[row.id].split()).upper() == row.seal_number:
            continue
        if not check_second(actor, second):
            raise SealDiffers(item_id=str(row.id), number=row.number)
        assert second is not None  # noqa: S101  (check_second said so)
        line = store.steps(uow, row.id)
        since = next((s.follows or s.id for s in reversed(line) if s.id == row.step_id), row.id)
        case_id = open_case(
            uow, row, CaseKind.SEAL,
            from_step_id=since, to_step_id=row.step_id, difference=[], actor=actor,
        )  # fmt: skip
        body = {
            "case_id": str(case_id),
            "second": second.holder.as_fact(),
            "how": second.how,
        }
        item = streams.item_stream(row.id)
        streams.append(uow, item, "item.seal_differed", body, actor=actor)
