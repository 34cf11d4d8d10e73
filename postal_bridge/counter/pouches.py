"""Pouches between a post office and a one-stop section: filled, tied, given, taken, opened.

Each use case is one scan or one press of a button by a clerk, a driver or an officer. A pouch
is moved by its holder and accepted by the one it was offered to; others of the scope look.
"""

from uuid import UUID

from postal_bridge.counter.pouch_commands import (
    AcceptPouch,
    ForCitizen,
    NoSuchReceiver,
    NotInManifest,
    OfferPouch,
    OpenPouch,
    OtherSection,
    PouchTrouble,
    ScanIntoPouch,
    SealPouch,
    StartPouch,
)
from postal_bridge.counter.pouch_views import (
    PouchPage,
    destination,
    held_pouch,
    page_of,
    pouch_in_scope,
    waiting_for_citizens,
)
from postal_bridge.custody.errors import InPouch
from postal_bridge.custody.rules import PouchAction, PouchStatus
from postal_bridge.custody.service import (
    accept_pouch,
    closed_door,
    dispute,
    hand_over,
    item_by_number,
    new_pouch,
    offer_pouch,
    open_pouch,
    put_in_pouch,
    seal_pouch,
    take_back_offer,
    take_out,
)
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    ItemView,
    NewPouch,
    PouchDirection,
    PouchView,
    SecondPerson,
)
from postal_bridge.directory.rules import LinkNotActive, LinkStatus
from postal_bridge.directory.service import link_view
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import dossier_view, send_to_agency
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import MoveNotOpen, NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.service import staff_covering


def start_pouch(command: StartPouch, *, actor: Actor, once: Once[PouchPage], units: Units) -> bytes:
    """An open pouch for one link, in the direction of the office that fills it.

    Raises
    ------
    NotFound
        The link is not one of the actor's office.
    LinkNotActive
    """

    def act(uow: UnitOfWork) -> PouchPage:
        link = link_view(uow, command.link_id, local(uow.now).date())
        if link.unit_id in actor.scope.units and Role.OFFICER not in actor.roles:
            direction = PouchDirection.TO_AGENCY
        elif link.section_id in actor.scope.sections:
            direction = PouchDirection.TO_POST
        else:
            raise NotFound
        if link.status != LinkStatus.ACTIVE:
            raise LinkNotActive(link=link.key)
        made = new_pouch(
            uow,
            NewPouch(link.id, link.point_id, link.section_id, direction, link.unit_id),
            actor=actor,
        )
        return page_of(uow, made, actor)

    return once.answer(act, actor=actor, units=units)


def scan_into_pouch(
    command: ScanIntoPouch, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The scanned envelope lies in the pouch. Scanning it again changes nothing.

    Raises
    ------
    NotFound
        No such item here.
    OtherSection, ForCitizen, PouchClosed, InPouch, OfferOpen, NotHeldByGiver
    """

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        item = item_by_number(uow, command.number, actor.scope)
        if item.section_id != pouch.section_id:
            raise OtherSection(number=item.number)
        is_to_agency = pouch.direction == PouchDirection.TO_AGENCY
        if is_to_agency and waiting_for_citizens(uow, [item]):
            raise ForCitizen(number=item.number)
        if item.in_pouch_id not in (None, pouch.id):
            raise InPouch(item_id=str(item.id))
        if item.in_pouch_id is None:
            _lay_down(uow, item, pouch, actor)
            pouch = put_in_pouch(uow, pouch.id, item.id, actor=actor)
        return page_of(uow, pouch, actor)

    return once.answer(act, actor=actor, units=units)


def take_from_pouch(
    command: ScanIntoPouch, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The envelope is out of the open pouch again. Raises NotInPouch, PouchClosed."""

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        item = item_by_number(uow, command.number, actor.scope)
        taken = take_out(uow, pouch.id, item.id, actor=actor)
        return page_of(uow, taken, actor)

    return once.answer(act, actor=actor, units=units)


def tie_pouch(command: SealPouch, *, actor: Actor, once: Once[PouchPage], units: Units) -> bytes:
    """The pouch is tied under a number given twice; its dossiers are on the way to the agency.

    Raises
    ------
    TieNumbersDiffer, PouchEmpty, MoveNotOpen
    """

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        tied = seal_pouch(uow, pouch.id, command.tie_number, command.tie_again, actor=actor)
        _send_dossiers(uow, tied, actor)
        return page_of(uow, tied, actor)

    return once.answer(act, actor=actor, units=units)


def offer_tied_pouch(
    command: OfferPouch, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The pouch waits for the word of a driver, or of the office it is for.

    Raises
    ------
    NoSuchReceiver
        The driver named is not one of the post's unit.
    MoveNotOpen, OneSided
    """

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        offered = offer_pouch(uow, pouch.id, _receiver(uow, pouch, command), actor=actor)
        return page_of(uow, offered, actor)

    return once.answer(act, actor=actor, units=units)


def take_over_pouch(
    command: AcceptPouch, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The pouch and what lies in it are with the one it was offered to.

    Raises
    ------
    SealDiffers
        Another tie than recorded, and nobody confirmed it.
    PouchCountDiffers
        Another number of envelopes than the list names: dispute it instead.
    """

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = pouch_in_scope(uow, command.pouch_id, actor)
        taken = accept_pouch(
            uow, pouch.id, command.tie_seen, command.count_seen,
            actor=actor, second=_second(command.second_staff_id),
        )  # fmt: skip
        return page_of(uow, taken, actor)

    return once.answer(act, actor=actor, units=units)


def take_back_pouch(
    command: PouchTrouble, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The offer is off: the pouch stays with its holder, who may offer it to somebody else."""

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        kept = take_back_offer(uow, pouch.id, command.why, actor=actor)
        return page_of(uow, kept, actor)

    return once.answer(act, actor=actor, units=units)


def report_closed_door(
    command: PouchTrouble, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The office was closed: the pouch stays with its holder and the time is the agency's."""

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        kept = closed_door(uow, pouch.id, command.why, actor=actor)
        return page_of(uow, kept, actor)

    return once.answer(act, actor=actor, units=units)


def dispute_pouch(
    command: PouchTrouble, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """The receiver does not take the pouch as it is; it stays with the giver, to be opened."""

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = pouch_in_scope(uow, command.pouch_id, actor)
        disputed = dispute(uow, pouch.id, command.why, actor=actor)
        return page_of(uow, disputed, actor)

    return once.answer(act, actor=actor, units=units)


def open_and_check_pouch(
    command: OpenPouch, *, actor: Actor, once: Once[PouchPage], units: Units
) -> bytes:
    """What was found is with the office; each envelope missing opens a case.

    Raises
    ------
    NotInManifest
        An envelope lies in it that the list does not name.
    SealDiffers
        A disputed pouch is opened by two.
    MoveNotOpen
        It has not arrived: a driver opens no pouch.
    """

    def act(uow: UnitOfWork) -> PouchPage:
        pouch = held_pouch(uow, command.pouch_id, actor)
        if pouch.status == PouchStatus.ACCEPTED and pouch.holder != destination(pouch):
            raise MoveNotOpen(
                machine="pouch", status=pouch.status.value, action=PouchAction.UNSEAL.value
            )
        inside = {line.number: line.item_id for line in pouch.manifest}
        numbers = {"".join(number.split()).upper() for number in command.found}
        if strange := sorted(numbers - inside.keys()):
            raise NotInManifest(number=strange[0])
        found = [inside[number] for number in numbers]
        opened = open_pouch(
            uow, pouch.id, found, actor=actor, second=_second(command.second_staff_id)
        )
        return page_of(uow, opened, actor)

    return once.answer(act, actor=actor, units=units)


def _lay_down(uow: UnitOfWork, item: ItemView, pouch: PouchView, actor: Actor) -> None:
    """What the clerk who scans has in hand is the office's from now on, marked as to himself."""
    own = Holder(HolderKind.STAFF, actor.id)
    if item.holder == own and pouch.holder.kind == HolderKind.POINT:
        place = f"point:{pouch.point_id}"
        hand_over(uow, HandOver((item.id,), own, pouch.holder, place), actor=actor)


def _receiver(uow: ReadUnit, pouch: PouchView, command: OfferPouch) -> Holder:
    if command.driver_id is None:
        return destination(pouch)
    covering = staff_covering(uow, Role.COURIER, pouch.unit_id)
    if command.driver_id not in {one.id for one in covering}:
        raise NoSuchReceiver
    return Holder(HolderKind.STAFF, str(command.driver_id))


def _second(staff_id: UUID | None) -> SecondPerson | None:
    if staff_id is None:
        return None
    return SecondPerson(Holder(HolderKind.STAFF, str(staff_id)), "present")


def _send_dossiers(uow: UnitOfWork, pouch: PouchView, actor: Actor) -> None:
    """A dossier leaves with the envelope of its own; results and returns move none."""
    if pouch.direction != PouchDirection.TO_AGENCY:
        return
    for line in pouch.manifest:
        if line.kind == ItemKind.DOSSIER_ENVELOPE and line.dossier_id is not None:
            dossier = dossier_view(uow, line.dossier_id, actor.scope)
            if dossier.status == DossierStatus.ACCEPTED:
                send_to_agency(uow, dossier.id, actor=actor)
