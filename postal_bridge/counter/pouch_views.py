"""What the pouch page shows: the pouch, who has it, what lies ready for it, what may be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.holders import NamedHolder, named
from postal_bridge.custody.handing_checks import speaks_for
from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.service import (
    hand_over_view,
    item_view,
    items_held_by,
    offers_to,
    pouch_view,
    pouches_for,
)
from postal_bridge.custody.types import (
    HandOverView,
    Holder,
    HolderKind,
    ItemKind,
    ItemStatus,
    ItemView,
    PouchDirection,
    PouchView,
)
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import newest_statuses
from postal_bridge.directory.rules import AcceptanceMode, LinkStatus
from postal_bridge.directory.service import (
    links_of_point,
    links_of_section,
    point_view,
    points_of_units,
    section_view,
)
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.service import staff_covering

_S = PouchStatus
FOR_CITIZEN = frozenset(
    {
        DeliveryStatus.PACKED, DeliveryStatus.WITH_COURIER, DeliveryStatus.OUT_FOR_DELIVERY,
        DeliveryStatus.ATTEMPT_FAILED, DeliveryStatus.HELD_AT_POINT,
    }
)  # fmt: skip
ALIVE = frozenset(_S) - {_S.OPENED}
OFFERABLE = frozenset({_S.SEALED, _S.ACCEPTED, _S.CLOSED_DOOR})


@dataclass(frozen=True, slots=True)
class Waiting:
    """An envelope that is ready, with whoever has it in hand."""

    item: ItemView
    holder: NamedHolder | None


@dataclass(frozen=True, slots=True)
class PouchPage:
    """One pouch as this actor sees it.

    Attributes
    ----------
    receiver : to whom it is offered now
    waiting : envelopes here that could still go in, as long as it is open
    may : what this actor may do: fill, tie, offer, accept, report, take_back, dispute, open
    """

    pouch: PouchView
    point_name: str
    section_name: str
    holder: NamedHolder | None
    receiver: NamedHolder | None
    waiting: tuple[Waiting, ...]
    may: frozenset[str]

    @property
    def count(self) -> int:
        return len(self.pouch.manifest)

    @property
    def weight_g(self) -> int:
        return sum(line.weight_g for line in self.pouch.manifest)


@dataclass(frozen=True, slots=True)
class Driver:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class LinkChoice:
    """A link over which this office may send a pouch, with what lies ready for it."""

    id: UUID
    origin: str
    name: str
    departures: tuple[str, ...]
    ready: int


@dataclass(frozen=True, slots=True)
class PouchList:
    """What waits for my word, what is in my hands, what is under way, what was opened today."""

    to_accept: tuple[PouchPage, ...]
    in_hand: tuple[PouchPage, ...]
    under_way: tuple[PouchPage, ...]
    opened: tuple[PouchPage, ...]
    links: tuple[LinkChoice, ...]
    now: datetime


def page_of(uow: ReadUnit, pouch: PouchView, actor: Actor) -> PouchPage:
    receiver = hand_over_view(uow, pouch.hand_over_id).receiver if pouch.hand_over_id else None
    may = _may(pouch, receiver, actor)
    return PouchPage(
        pouch=pouch,
        point_name=point_view(uow, pouch.point_id).name,
        section_name=section_view(uow, pouch.section_id).name,
        holder=named(uow, pouch.holder),
        receiver=named(uow, receiver),
        waiting=ready_for(uow, pouch.holder, pouch.section_id, pouch.unit_id)
        if "fill" in may
        else (),
        may=may,
    )


def ready_for(
    uow: ReadUnit, office: Holder, section_id: UUID, unit_id: UUID
) -> tuple[Waiting, ...]:
    """Sealed envelopes of an office and its clerks for this section, and old papers taken back,
    offered to nobody. A result at the post that waits for its citizen is none of them."""
    hands = [office]
    if office.kind == HolderKind.POINT:
        clerks = staff_covering(uow, Role.CLERK, unit_id)
        hands += [Holder(HolderKind.STAFF, str(clerk.id)) for clerk in clerks]
    found = [
        (hand, item)
        for hand in hands
        for item in items_held_by(uow, hand)
        if item.kind != ItemKind.POUCH
        and item.section_id == section_id
        and item.unit_id == unit_id
        and (item.status == ItemStatus.SEALED or item.kind == ItemKind.RETURNED_PAPERS)
        and item.offered_in is None
    ]
    if office.kind == HolderKind.POINT:
        for_citizens = waiting_for_citizens(uow, [item for _, item in found])
        found = [(hand, item) for hand, item in found if item.id not in for_citizens]
    return tuple(Waiting(item, named(uow, hand)) for hand, item in found)


def waiting_for_citizens(uow: ReadUnit, items: Iterable[ItemView]) -> frozenset[UUID]:
    """Which of these are results that go to a citizen, not back to their issuer."""
    results = [one for one in items if one.kind == ItemKind.RESULT_ENVELOPE]
    statuses = newest_statuses(uow, {one.dossier_id for one in results if one.dossier_id})
    return frozenset(
        one.id for one in results if one.dossier_id and statuses.get(one.dossier_id) in FOR_CITIZEN
    )


def destination(pouch: PouchView) -> Holder:
    """The office at the other end."""
    if pouch.direction == PouchDirection.TO_AGENCY:
        return Holder(HolderKind.SECTION, str(pouch.section_id))
    return Holder(HolderKind.POINT, str(pouch.point_id))


def pouch_page(pouch_id: UUID, *, actor: Actor, units: Units) -> PouchPage:
    """Raises NotFound for a pouch between offices that are not the actor's."""
    with units.read() as uow:
        return page_of(uow, pouch_in_scope(uow, pouch_id, actor), actor)


def drivers_for(pouch_id: UUID, *, actor: Actor, units: Units) -> tuple[Driver, ...]:
    """Who may carry the pouch: the couriers and drivers that cover its post office."""
    with units.read() as uow:
        pouch = pouch_in_scope(uow, pouch_id, actor)
        staff = staff_covering(uow, Role.COURIER, pouch.unit_id)
        return tuple(Driver(one.id, one.display_name) for one in staff)


def pouch_list(*, actor: Actor, units: Units) -> PouchList:
    """The pouches of the actor's offices, and the links over which he may send one."""
    with units.read() as uow:
        today = local(uow.now).replace(hour=0, minute=0, second=0, microsecond=0)
        pouches = pouches_for(uow, actor.scope, ALIVE, opened_since=today)
        pages = [page_of(uow, pouch, actor) for pouch in pouches]
        alive = [page for page in pages if page.pouch.opened_at is None]
        accept = [page for page in alive if "accept" in page.may]
        hand = [page for page in alive if page not in accept and page.may]
        return PouchList(
            to_accept=tuple(accept),
            in_hand=tuple(hand),
            under_way=tuple(page for page in alive if not page.may),
            opened=tuple(page for page in pages if page.pouch.opened_at is not None),
            links=_links(uow, actor),
            now=uow.now,
        )


def pouch_in_scope(uow: ReadUnit, pouch_id: UUID, actor: Actor) -> PouchView:
    """Raises NotFound for a pouch between offices that are not the actor's."""
    pouch = pouch_view(uow, pouch_id)
    scope = actor.scope
    is_ours = pouch.unit_id in scope.units or pouch.section_id in scope.sections
    if not (is_ours or scope.everything):
        raise NotFound
    return pouch


def held_pouch(uow: ReadUnit, pouch_id: UUID, actor: Actor) -> PouchView:
    """The pouch, if the actor's word is its holder's. Raises NotFound."""
    pouch = pouch_in_scope(uow, pouch_id, actor)
    if not speaks_for(actor, pouch.holder, unit_id=pouch.unit_id):
        raise NotFound
    return pouch


def _may(pouch: PouchView, receiver: Holder | None, actor: Actor) -> frozenset[str]:
    holds = speaks_for(actor, pouch.holder, unit_id=pouch.unit_id)
    takes = receiver is not None and speaks_for(actor, receiver, unit_id=pouch.unit_id)
    is_there = pouch.holder == destination(pouch)
    found = set()
    if holds and pouch.status == _S.OPEN:
        found |= {"fill", "tie"}
    if holds and pouch.status in OFFERABLE and not is_there:
        found.add("offer")
    if pouch.status == _S.OFFERED:
        found |= {"accept", "dispute"} if takes else set()
        at_door = receiver is not None and receiver.kind != HolderKind.STAFF
        if holds and not takes:
            found |= {"report", "take_back"} if at_door else {"take_back"}
    if holds and (pouch.status == _S.DISPUTED or (pouch.status == _S.ACCEPTED and is_there)):
        found.add("open")
    return frozenset(found)


def _links(uow: ReadUnit, actor: Actor) -> tuple[LinkChoice, ...]:
    today = local(uow.now).date()
    choices = []
    if Role.OFFICER in actor.roles:
        for section_id in sorted(actor.scope.sections):
            holder = Holder(HolderKind.SECTION, str(section_id))
            for link in links_of_section(uow, section_id, today):
                ready = [
                    one
                    for one in ready_for(uow, holder, section_id, link.unit_id)
                    if one.item.kind == ItemKind.RESULT_ENVELOPE
                ]
                name = point_view(uow, link.point_id).name
                choices.append((link, section_view(uow, section_id).name, name, len(ready)))
    else:
        for point in points_of_units(uow, actor.scope.units, today):
            holder = Holder(HolderKind.POINT, str(point.id))
            for link in links_of_point(uow, point.id, today):
                ready = list(ready_for(uow, holder, link.section_id, link.unit_id))
                name = section_view(uow, link.section_id).name
                choices.append((link, point.name, name, len(ready)))
    return tuple(
        LinkChoice(link.id, origin, name, link.departures, ready)
        for link, origin, name, ready in choices
        if link.status == LinkStatus.ACTIVE
        and (link.acceptance_mode == AcceptanceMode.CARRIER or ready)
    )


@dataclass(frozen=True, slots=True)
class OfferedItems:
    """Envelopes that somebody offers one by one; each has its number read when taken."""

    hand_over: HandOverView
    giver: NamedHolder | None
    items: tuple[ItemView, ...]


def offers_for(*, actor: Actor, units: Units) -> tuple[OfferedItems, ...]:
    """What is offered without a pouch to the actor himself or to an office of his."""
    with units.read() as uow:
        return tuple(
            OfferedItems(one, named(uow, one.giver), items)
            for one in offers_to(uow, _sides(uow, actor))
            if (items := tuple(item_view(uow, item_id) for item_id in one.item_ids))
            and items[0].kind != ItemKind.POUCH
        )


def _sides(uow: ReadUnit, actor: Actor) -> list[Holder]:
    points = points_of_units(uow, actor.scope.units) if actor.scope.units else []
    return [
        Holder(HolderKind.STAFF, actor.id),
        *(Holder(HolderKind.POINT, str(point.id)) for point in points),
        *(Holder(HolderKind.SECTION, str(one)) for one in sorted(actor.scope.sections)),
    ]
