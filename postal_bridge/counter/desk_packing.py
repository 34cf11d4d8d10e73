"""The agency desk: results packed, sealed and given to the post."""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.counter.desk import own_item
from postal_bridge.custody.service import (
    item_by_number,
    offer,
    open_results,
    register_item,
    seal_item,
)
from postal_bridge.custody.types import (
    HandOverView,
    Holder,
    HolderKind,
    ItemKind,
    ItemView,
    NewItem,
    Offer,
    PaperCount,
    TallyKind,
)
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    delivery_of_dossier,
    delivery_of_label,
    pack,
)
from postal_bridge.delivery.types import Place, Triple
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Conflict, NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units


class NothingChosen(RuleViolation):
    """No result was ticked."""

    code = "desk_nothing_chosen"


class NotReadyToPack(Conflict):
    """There is no result to pack, or nobody has said who pays for bringing it."""

    code = "desk_not_ready_to_pack"


class StaysAtSection(Conflict):
    """The citizen fetches it here: it is not the post's to carry."""

    code = "desk_stays_at_section"


@dataclass(frozen=True, slots=True)
class PrepareEnvelope:
    """`sheets`: how many sheets the result has; the list that travels with it says so."""

    dossier_id: UUID
    weight_g: int
    sheets: int = 1


@dataclass(frozen=True, slots=True)
class PackEnvelope:
    """What was read at the pack station: the result, the envelope, the address label."""

    result_number: str
    item_number: str
    label: str


@dataclass(frozen=True, slots=True)
class Packed:
    item: ItemView
    delivery: DeliveryView


@dataclass(frozen=True, slots=True)
class OfferResults:
    item_ids: tuple[UUID, ...]


def prepare_envelope(
    command: PrepareEnvelope, *, actor: Actor, once: Once[ItemView], units: Units
) -> bytes:
    """A result has its envelope under a fresh number, open and with the section.

    Asked again for the same result it is the same envelope.

    Raises
    ------
    NotReadyToPack
    """

    def act(uow: UnitOfWork) -> ItemView:
        dossier = dossier_view(uow, command.dossier_id, actor.scope)
        delivery = delivery_of_dossier(uow, dossier.id)
        if dossier.status != DossierStatus.RESULT_READY or delivery is None:
            raise NotReadyToPack(number=dossier.number_shown)
        if delivery.status != DeliveryStatus.CLEARED:
            raise NotReadyToPack(number=dossier.number_shown)
        return open_results(uow, [dossier.id]).get(dossier.id) or register_item(
            uow,
            NewItem(
                ItemKind.RESULT_ENVELOPE,
                dossier.id,
                delivery.unit_id,
                dossier.returning_section_id,
                command.weight_g,
                Holder(HolderKind.SECTION, str(dossier.returning_section_id)),
                (PaperCount(1, TallyKind.ORIGINAL_KEPT, originals=command.sheets),),
            ),
            actor=actor,
        )

    return once.answer(act, actor=actor, units=units, about=lambda item: item.dossier_id)


def pack_envelope(
    command: PackEnvelope, *, actor: Actor, once: Once[Packed], units: Units
) -> bytes:
    """The right result lies in the right envelope under the right label, and it is sealed.

    Raises
    ------
    TripleDiffers
        One of the three belongs to another dossier; the params name which.
    NotFound
        No such label or envelope at this section.
    """

    def act(uow: UnitOfWork) -> Packed:
        delivery = delivery_of_label(uow, command.label, actor.scope)
        item = item_by_number(uow, command.item_number, actor.scope)
        triple = Triple(command.result_number.strip().upper(), item.number, command.label)
        packed = pack(uow, delivery.id, item.id, triple, actor=actor)
        sealed = seal_item(uow, item.id, witness=None, actor=actor)
        return Packed(sealed, packed)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.delivery.dossier_id)


def offer_results(
    command: OfferResults, *, actor: Actor, once: Once[tuple[HandOverView, ...]], units: Units
) -> bytes:
    """The packed results wait for the word of the post offices that deliver them.

    One offer for each office. Raises NothingChosen, NotFound, OfferOpen, NotHeldByGiver,
    StaysAtSection.
    """

    def act(uow: UnitOfWork) -> tuple[HandOverView, ...]:
        if not command.item_ids:
            raise NothingChosen
        return tuple(
            offer(uow, Offer(items, giver, receiver), actor=actor)
            for giver, receiver, items in _by_office(uow, command.item_ids, actor)
        )

    return once.answer(act, actor=actor, units=units)


def _by_office(
    uow: UnitOfWork, item_ids: tuple[UUID, ...], actor: Actor
) -> list[tuple[Holder, Holder, tuple[UUID, ...]]]:
    """Who gives what to whom: each result goes to the post office of its delivery."""
    offices: dict[tuple[Holder, Holder], list[UUID]] = {}
    for item_id in item_ids:
        item = own_item(uow, item_id, actor)
        if item.dossier_id is None or item.holder is None:
            raise NotFound
        delivery = delivery_of_dossier(uow, item.dossier_id)
        if delivery is None or delivery.status != DeliveryStatus.PACKED:
            raise NotReadyToPack(number=item.number)
        if delivery.place is Place.SECTION:
            raise StaysAtSection(number=item.number)
        office = Holder(HolderKind.POINT, str(delivery.point_id))
        offices.setdefault((item.holder, office), []).append(item.id)
    return [(giver, office, tuple(items)) for (giver, office), items in offices.items()]
