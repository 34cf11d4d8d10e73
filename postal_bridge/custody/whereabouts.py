"""What custody knows of many dossiers at once: their envelopes, items and cases. Parts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from postal_bridge.custody import whereabouts_store
from postal_bridge.custody.types import Holder, HolderKind
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class Whereabouts:
    number: str
    holder: Holder | None


def item_ids_of_dossiers(
    uow: ReadUnit, dossier_ids: Collection[UUID]
) -> Sequence[tuple[UUID, UUID]]:
    """(item, dossier) of everything that ever travelled for these dossiers."""
    return whereabouts_store.item_ids_of(uow, dossier_ids)


def dossiers_with_open_case(uow: ReadUnit, dossier_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of which a difference is not settled yet."""
    return frozenset(whereabouts_store.ids_with_open_case(uow, dossier_ids))


def envelopes_of_dossiers(uow: ReadUnit, dossier_ids: Collection[UUID]) -> dict[UUID, Whereabouts]:
    """The envelope made last of each dossier that has one."""
    found = {}
    for dossier_id, number, kind, holder in whereabouts_store.envelopes_of(uow, dossier_ids):
        held_by = Holder(HolderKind(kind), holder) if kind and holder else None
        found[dossier_id] = Whereabouts(number, held_by)
    return found
