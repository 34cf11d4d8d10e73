"""A citizen wants his result otherwise, or his money back: at the counter, by who he is.

A quote is final for the citizen (M5), so a redirect costs nobody anything: what costs no more
than was quoted goes on, to a dearer place it does not. Use cases.
"""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.counter.communes import check_commune_stands, known_commune
from postal_bridge.counter.desk_dossier import actions_of
from postal_bridge.counter.wishes import place_of
from postal_bridge.delivery.rules import BEFORE_PACKING, MOVES, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.service import (
    delivery_of_dossier,
    delivery_view,
    fetch_at_section,
    quote_delivery,
    redirect,
)
from postal_bridge.delivery.types import IdentityCheck, Place, Redirect
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import point_view, section_view
from postal_bridge.directory.views import PointView, SectionView
from postal_bridge.dossiers.rules import DossierAction
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, MoveNotOpen, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.redirecting import dearer_by_vnd
from postal_bridge.money.refund_debts import RefundDebt, refunds_by_transfer
from postal_bridge.money.rules import PaymentStatus
from postal_bridge.money.service import (
    FareEnd,
    fare_ends_of,
    pay_back_by_transfer,
    pay_back_fare,
    payments_of_dossier,
)
from postal_bridge.people.rules import Power, check_may, may
from postal_bridge.people.service import (
    PartyView,
    change_recipient_address,
    party_view,
    record_look,
)

REASON = "delivery"
AT_THE_POST = (Power.GIVE_OUT_RESULTS, Power.SUPERVISE)


class IdentityNotSeen(RuleViolation):
    """Nobody has looked at the identity paper of whoever asks."""

    code = "identity_not_seen"


class RedirectDearer(RuleViolation):
    """Params: difference_vnd."""

    code = "redirect_dearer"


@dataclass(frozen=True, slots=True)
class RedirectTo:
    """`address_text` and `commune_code` for a door; neither where the citizen comes himself."""

    delivery_id: UUID
    is_identity_seen: bool
    address_text: str | None = field(default=None, repr=False)
    commune_code: str | None = None


@dataclass(frozen=True, slots=True)
class PayBack:
    """`second_staff_id`: who stands by, where the clerk called the fare off himself."""

    dossier_id: UUID
    quote_id: UUID
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PaidBack:
    quote_id: UUID
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """Attributes
    ----------
    may : to_point, to_address, to_section, withdraw, cancel: what is open now
    is_paid : money was taken, so a cancelled acceptance needs a second person
    """

    dossier: DossierView
    delivery: DeliveryView | None
    recipient: PartyView | None = field(repr=False)
    point: PointView
    section: SectionView
    ends: tuple[FareEnd, ...]
    refunds: tuple[RefundDebt, ...]
    is_paid: bool
    may: frozenset[str]


def open_changes(dossier_id: UUID, *, actor: Actor, units: Units) -> ChangesPage:
    """What can be changed of a dossier's result now; the look stands before it is shown."""
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        record_look(uow, dossier.id, actor=actor, reason=REASON)
        page = _page(uow, dossier, actor)
        uow.commit()
    return page


def redirect_once(
    command: RedirectTo, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """It goes to another door, or waits at the point.

    Raises
    ------
    IdentityNotSeen, MoveNotOpen, CommuneNotKnown, CommuneEnded, NotFound
    RedirectDearer
        The way there costs more than was quoted.
    """
    _check_any(actor)
    if not command.is_identity_seen:
        raise IdentityNotSeen
    by = IdentityCheck.ID_PAPER_AT_COUNTER

    def act(uow: UnitOfWork) -> DeliveryView:
        delivery = delivery_view(uow, command.delivery_id, actor.scope)
        if command.address_text is None:
            return go_elsewhere(uow, delivery, Redirect(by, Place.POINT), actor=actor)
        check_commune_stands(uow, command.commune_code, local(uow.now).date())
        party = party_view(uow, delivery.recipient_party_id)
        commune = command.commune_code or party.commune_code
        return to_address(uow, delivery, command.address_text, commune, by, actor=actor)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.dossier_id)


def fetch_at_section_once(
    delivery_id: UUID, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """The citizen fetches it where it is made; what he paid for the way is owed back."""
    _check_any(actor)
    return once.answer(
        lambda uow: fetch_at_section(uow, delivery_id, actor=actor),
        actor=actor,
        units=units,
        about=lambda done: done.dossier_id,
    )


def pay_back_once(command: PayBack, *, actor: Actor, once: Once[PaidBack], units: Units) -> bytes:
    """The citizen has his money.

    Raises
    ------
    NothingOwedBack, SecondPersonNeeded, DrawerNotOpen, DrawerTooShort, NotFound
    """
    check_may(actor, Power.KEEP_DRAWER)

    def act(uow: UnitOfWork) -> PaidBack:
        dossier_view(uow, command.dossier_id, actor.scope)
        amount_vnd = pay_back_fare(
            uow, command.quote_id, actor=actor, second_staff_id=command.second_staff_id
        )
        return PaidBack(command.quote_id, amount_vnd)

    return once.answer(act, actor=actor, units=units, about=lambda _: command.dossier_id)


def transfer_back_once(
    command: PayBack, *, actor: Actor, once: Once[PaidBack], units: Units
) -> bytes:
    """The fare goes to an account that the citizen names. Raises NothingOwedBack, NotFound."""
    _check_any(actor)

    def act(uow: UnitOfWork) -> PaidBack:
        dossier_view(uow, command.dossier_id, actor.scope)
        amount_vnd = pay_back_by_transfer(uow, command.quote_id, actor=actor)
        return PaidBack(command.quote_id, amount_vnd)

    return once.answer(act, actor=actor, units=units, about=lambda _: command.dossier_id)


def ended_fares(dossier_id: UUID, *, actor: Actor, units: Units) -> tuple[FareEnd, ...]:
    """What is owed back of a dossier's fares, and what was fetched. Raises NotFound."""
    with units.read() as uow:
        dossier_view(uow, dossier_id, actor.scope)
        return fare_ends_of(uow, dossier_id, actor=actor)


def to_address(
    uow: UnitOfWork,
    delivery: DeliveryView,
    address_text: str,
    commune_code: str | None,
    check: IdentityCheck,
    *,
    actor: Actor,
) -> DeliveryView:
    """It goes to this door, if the way there costs no more than was quoted."""
    commune = known_commune(uow, commune_code, on := local(uow.now).date())
    if delivery.quote_id is not None:
        difference_vnd = dearer_by_vnd(uow, delivery.quote_id, commune.code, actor=actor)
        if difference_vnd:
            raise RedirectDearer(difference_vnd=difference_vnd)
    if delivery.quote_id is None and delivery.place is not Place.DOOR:
        raise MoveNotOpen(
            machine="delivery", status=delivery.status.value, action=DeliveryAction.REDIRECT.value
        )
    recipient_id = delivery.recipient_party_id
    change_recipient_address(uow, recipient_id, address_text, commune.code, actor=actor)
    wish = Redirect(
        check,
        Place.DOOR,
        position=place_of(uow, recipient_id, on),
        window_from=delivery.window_from,
        window_until=delivery.window_until,
    )
    return go_elsewhere(uow, delivery, wish, actor=actor)


def go_elsewhere(
    uow: UnitOfWork, delivery: DeliveryView, wish: Redirect, *, actor: Actor
) -> DeliveryView:
    """Redirected at the fare it was quoted; one that waits for its payment waits on."""
    moved = redirect(uow, delivery.id, wish, actor=actor)
    if delivery.status is DeliveryStatus.QUOTED:
        return quote_delivery(uow, delivery.id, delivery.quote_id, actor=actor)
    return moved


def changes_open(delivery: DeliveryView | None) -> set[str]:
    """What the state tables leave open for a result that has not set out."""
    if delivery is None:
        return set()
    found = set()
    if (delivery.status, DeliveryAction.REDIRECT) in MOVES and delivery.place is Place.DOOR:
        found |= {"to_point", "to_address"}
    if delivery.status in BEFORE_PACKING and delivery.place is not Place.SECTION:
        found.add("to_section")
    return found


def _page(uow: ReadUnit, dossier: DossierView, actor: Actor) -> ChangesPage:
    delivery = delivery_of_dossier(uow, dossier.id)
    payments = payments_of_dossier(uow, dossier.id, actor=actor)
    ended = fare_ends_of(uow, dossier.id, actor=actor)
    may_now = changes_open(delivery)
    if may(actor, Power.ACCEPT_DOSSIERS):
        ends = actions_of(dossier) & {DossierAction.WITHDRAW, DossierAction.CANCEL}
        may_now |= {action.value for action in ends}
    return ChangesPage(
        dossier=dossier,
        delivery=delivery,
        recipient=party_view(uow, delivery.recipient_party_id) if delivery else None,
        point=point_view(uow, delivery.point_id if delivery else dossier.point_id),
        section=section_view(uow, dossier.returning_section_id),
        ends=ended,
        refunds=refunds_by_transfer(uow, dossier.id, payments, has_ended=bool(ended)),
        is_paid=any(one.status is PaymentStatus.PAID and one.entry_id for one in payments),
        may=frozenset(may_now),
    )


def _check_any(actor: Actor) -> None:
    if not any(may(actor, power) for power in AT_THE_POST):
        raise Forbidden(power=AT_THE_POST[0].value)
