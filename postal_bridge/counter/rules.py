"""What the counter decides by itself: which legs are charged, who may be named. Pure.

CounterError (RuleViolation)
├── ReceiverTooWide    procedure or agreement gives the result to fewer people than wished
├── ReceiverUnnamed    others than the owner may receive, and nobody is named
├── PlaceNotServed     service form and place of the result contradict each other
├── PayAtDoorNeedsDoor the fare is to be paid at a door where nobody comes
├── NothingToPay       money is offered or asked where none is due
├── DoorNotTheirs      to remember a door is for the recipient, at home, to allow
├── DeliveryMissing    the result is to travel, and nobody said where to
├── VisitNotFound      no dossier of this number to come along with
├── VisitNotOpen       its result does not wait to be packed for a home
├── VisitNeedsDoor     what nobody brings home comes along with nothing
├── CommuneNotKnown    no commune of the day has this code
│   └── CommuneMissing an address names none at all
├── HomeNotKnown       nobody knows in which commune the recipient lives
└── CommuneEnded       it had one before; an address that is given now names one of the day
"""

from postal_bridge.counter.commands import DeliveryWish, PayHow
from postal_bridge.delivery.proof import Receiver
from postal_bridge.delivery.types import Place
from postal_bridge.directory.rules import AcceptanceMode, ServiceForm, WhoMayReceive
from postal_bridge.kernel.errors import RuleViolation


class CounterError(RuleViolation):
    code = "counter_rule"


class ReceiverTooWide(CounterError):
    code = "receiver_too_wide"


class ReceiverUnnamed(CounterError):
    code = "receiver_unnamed"


class PlaceNotServed(CounterError):
    code = "place_not_served"


class PayAtDoorNeedsDoor(CounterError):
    code = "pay_at_door_needs_door"


class NothingToPay(CounterError):
    code = "nothing_to_pay"


class AuthorityNotAgreed(CounterError):
    """An authority is to bear a fare that no agreement of its own names, and one person says so."""

    code = "authority_not_agreed"


class BorneReasonMissing(CounterError):
    """Two people say that an authority bears the fare, and not on what ground."""

    code = "borne_reason_missing"


class DoorNotTheirs(CounterError):
    code = "door_not_theirs"


class DeliveryMissing(CounterError):
    code = "delivery_missing"


class VisitNotFound(CounterError):
    """Params: number. A dossier out of the actor's scope reads the same."""

    code = "visit_not_found"


class VisitNotOpen(CounterError):
    """Params: number."""

    code = "visit_not_open"


class VisitNeedsDoor(CounterError):
    code = "visit_needs_door"


class CommuneNotKnown(CounterError):
    code = "commune_not_known"


class CommuneMissing(CommuneNotKnown):
    code = "commune_missing"


class HomeNotKnown(CounterError):
    """Params: number."""

    code = "home_not_known"


class CommuneEnded(CounterError):
    """Params: commune, became: what it is now, each with its code."""

    code = "commune_ended"


def check_door(wish: DeliveryWish | None, *, is_recipient_here: bool) -> None:
    """Raise DoorNotTheirs where somebody else agrees, or no one comes to a door."""
    if wish is None or not wish.is_door_remembered:
        return
    if not is_recipient_here or wish.recipient is not None or wish.place is not Place.DOOR:
        raise DoorNotTheirs


_ALLOWED = {
    WhoMayReceive.OWNER_ONLY: frozenset({Receiver.OWNER}),
    WhoMayReceive.HOUSEHOLD: frozenset({Receiver.OWNER, Receiver.HOUSEHOLD_MEMBER}),
    WhoMayReceive.PROXY: frozenset(Receiver),
}


def charged_leg(mode: AcceptanceMode, form: ServiceForm, place: Place | None) -> str | None:
    """Which leg the citizen pays: "dossier", "result", "both", or None.

    A seat at the agency carries no dossier; a result fetched at a counter travels with the
    pouches that section and post have agreed on.
    """
    sends = mode is AcceptanceMode.CARRIER and form in (ServiceForm.SEND, ServiceForm.BOTH)
    receives = place is Place.DOOR
    if sends and receives:
        return "both"
    return "dossier" if sends else "result" if receives else None


def check_wish(
    wish: DeliveryWish | None, form: ServiceForm, widest: WhoMayReceive, pay: PayHow
) -> None:
    """The wish fits service form, procedure, agreement and payment.

    Raises
    ------
    DeliveryMissing, PlaceNotServed, ReceiverTooWide, ReceiverUnnamed, PayAtDoorNeedsDoor
    """
    by_post = form in (ServiceForm.RECEIVE, ServiceForm.BOTH)
    if wish is None:
        if by_post:
            raise DeliveryMissing
        if pay is PayHow.AT_DOOR:
            raise PayAtDoorNeedsDoor
        return
    if by_post == (wish.place is Place.SECTION):
        raise PlaceNotServed(place=wish.place.value)
    if wish.who_may_receive not in _ALLOWED[widest]:
        raise ReceiverTooWide(wished=wish.who_may_receive.value)
    if wish.who_may_receive is not Receiver.OWNER and not wish.may_receive:
        raise ReceiverUnnamed
    if pay is PayHow.AT_DOOR and wish.place is not Place.DOOR:
        raise PayAtDoorNeedsDoor
