"""The agency desk: envelopes counted in, what the post brings taken over.

What concerns the dossier alone (register, refuse, ask, set ready) are use cases of `dossiers`;
here stands what also moves items or deliveries.
"""

from dataclasses import dataclass
from uuid import UUID

from postal_bridge.custody.handing_checks import speaks_for
from postal_bridge.custody.service import (
    accept,
    case_view,
    hand_over_view,
    item_view,
    recount,
)
from postal_bridge.custody.types import (
    CaseView,
    HandOverView,
    ItemKind,
    ItemView,
    PaperCount,
)
from postal_bridge.delivery.service import (
    delivery_view,
    returned_to_issuer,
)
from postal_bridge.delivery.types import IssuerReceipt
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units


class EnvelopeDiffers(RuleViolation):
    """Another envelope was read than the one expected."""

    code = "desk_envelope_differs"


@dataclass(frozen=True, slots=True)
class CountEnvelope:
    item_id: UUID
    counts: tuple[PaperCount, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """`case`: where the difference is pinned; None where the count agrees with the list."""

    item_id: UUID
    number: str
    dossier_id: UUID | None
    matches: bool
    case: CaseView | None


@dataclass(frozen=True, slots=True)
class AcceptItems:
    """`numbers`: the number on each envelope as read; it is the envelope's seal."""

    hand_over_id: UUID
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakeBack:
    """`seen_number`: read from the envelope that came back."""

    delivery_id: UUID
    seen_number: str


def count_envelope(
    command: CountEnvelope, *, actor: Actor, once: Once[Counted], units: Units
) -> bytes:
    """The opened envelope's papers are counted; a difference opens a case on one segment.

    Raises
    ------
    NotFound
        The section does not hold the envelope.
    """

    def act(uow: UnitOfWork) -> Counted:
        item = own_item(uow, command.item_id, actor)
        seen = recount(uow, item.id, command.counts, actor=actor)
        case = case_view(uow, seen.case_id, actor.scope) if seen.case_id else None
        return Counted(item.id, item.number, item.dossier_id, seen.matches, case)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.dossier_id)


def accept_items(
    command: AcceptItems, *, actor: Actor, once: Once[HandOverView], units: Units
) -> bytes:
    """The envelopes offered are with the receiver, who has read each number.

    Raises
    ------
    NotFound
        No such offer to somebody the actor speaks for.
    SealDiffers
        An envelope that is on the offer was not read.
    EnvelopeDiffers
        One was read that is not on the offer.
    """

    def act(uow: UnitOfWork) -> HandOverView:
        offered = hand_over_view(uow, command.hand_over_id)
        items = [item_view(uow, item_id) for item_id in offered.item_ids]
        if any(item.kind is ItemKind.POUCH for item in items):
            raise NotFound  # a pouch is taken over by its tie and its count, not by a number
        numbers = {item.number: item.id for item in items}
        seen = {"".join(number.split()).upper() for number in command.numbers}
        if strange := sorted(seen - numbers.keys()):
            raise EnvelopeDiffers(number=strange[0])
        seals = {numbers[number]: number for number in seen}
        return accept(uow, command.hand_over_id, actor=actor, seen_seals=seals)

    return once.answer(act, actor=actor, units=units)


def take_back(command: TakeBack, *, actor: Actor, once: Once[DeliveryView], units: Units) -> bytes:
    """A result that could not be delivered is with its issuer again, who signs by this act.

    It came in a pouch, or the post offers it by hand: then it is accepted here.

    Raises
    ------
    EnvelopeDiffers
    OneSided
        It is still with the post, and the post has not offered it.
    """

    def act(uow: UnitOfWork) -> DeliveryView:
        delivery = delivery_view(uow, command.delivery_id, actor.scope)
        if delivery.item_id is None or delivery.section_id is None:
            raise NotFound
        item = item_view(uow, delivery.item_id)
        if "".join(command.seen_number.split()).upper() != item.number:
            raise EnvelopeDiffers(number=command.seen_number)
        if item.offered_in is not None:
            accept(uow, item.offered_in, actor=actor, seen_seals={item.id: item.number})
        receipt = IssuerReceipt(delivery.section_id)
        return returned_to_issuer(uow, delivery.id, receipt, actor=actor)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.dossier_id)


def own_item(uow: ReadUnit, item_id: UUID, actor: Actor) -> ItemView:
    """The item, if the actor's word is its holder's. Raises NotFound."""
    item = item_view(uow, item_id)
    if item.holder is None or not speaks_for(actor, item.holder, unit_id=item.unit_id):
        raise NotFound
    return item
