"""What a citizen does on his own page: a code, another time, another place, a payment."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.changes import to_address
from postal_bridge.counter.citizen import has_windows, windows_from
from postal_bridge.delivery.rules import DeliveryStatus
from postal_bridge.delivery.service import (
    delivery_of_dossier,
    delivery_view,
    fare_at_door,
    fetch_at_section,
    new_hand_over_code,
    redirect,
)
from postal_bridge.delivery.types import IdentityCheck, Place, Redirect
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.calendars import POST, working_calendar
from postal_bridge.dossiers.service import find
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import MoveNotOpen, NotFound, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.outbox import Message
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.service import OnlinePayment, RequestOnline, online_payment, request_online
from postal_bridge.people.service import (
    TooManyCodes,
    check_sign_in_code,
    mint_sign_in_code,
    party_view,
)

CODE_ASKED = "citizens.code_asked"
"""Body: `dossier_id`, `party_id` and the code, sealed under the dossier's own key."""
CODE_PLACE = "outbox.citizen_code"
EVERYTHING = Scope(everything=True)
_NUMBER = re.compile(r"(?=.*[A-Z])(?=.*\d)[A-Z0-9./ -]{8,40}")


class WindowNotOffered(RuleViolation):
    """Only the half days that are offered can be chosen."""

    code = "window_not_offered"


class CodeNotAccepted(RuleViolation):
    """One answer for a wrong code, an old one and a number that nobody has."""

    code = "citizen_code_not_accepted"


@dataclass(frozen=True, slots=True)
class ChooseWindow:
    since: datetime


def show_hand_over_code(*, actor: Actor, units: Units) -> str:
    """A fresh code to say at the door; the one before is dead. Raises NotFound before packing."""
    with units.write() as uow:
        code = new_hand_over_code(uow, _own(uow, actor).id, actor=actor)
        uow.commit()
    if code is None:
        raise NotFound
    return code


def choose_window(
    command: ChooseWindow,
    check: IdentityCheck,
    *,
    actor: Actor,
    once: Once[DeliveryView],
    units: Units,
) -> bytes:
    """The courier comes in this half day. Raises WindowNotOffered, MoveNotOpen."""

    def act(uow: UnitOfWork) -> DeliveryView:
        delivery = _own(uow, actor)
        post = working_calendar(uow, POST, delivery.unit_id)
        chosen = [one for one in windows_from(uow.now, post) if one.since == command.since]
        if not chosen or not has_windows(delivery.status):
            raise WindowNotOffered
        wish = Redirect(
            check=check,
            place=delivery.place,
            position=delivery.position,
            window_from=chosen[0].since,
            window_until=chosen[0].until,
        )
        return redirect(uow, delivery.id, wish, actor=actor)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.dossier_id)


def collect_at_point(
    check: IdentityCheck, *, actor: Actor, once: Once[DeliveryView], units: Units
) -> bytes:
    """The citizen comes to the post office instead. Raises SharedPhoneProvesNothing."""

    def act(uow: UnitOfWork) -> DeliveryView:
        return redirect(uow, _own(uow, actor).id, Redirect(check, Place.POINT), actor=actor)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.dossier_id)


def change_street(
    address_text: str,
    check: IdentityCheck,
    *,
    actor: Actor,
    once: Once[DeliveryView],
    units: Units,
) -> bytes:
    """Another house or street of the same commune, so at the same fare.

    Raises
    ------
    SharedPhoneProvesNothing, MoveNotOpen, AddressMissing
    """

    def act(uow: UnitOfWork) -> DeliveryView:
        delivery = _own(uow, actor)
        commune = party_view(uow, delivery.recipient_party_id).commune_code
        return to_address(uow, delivery, address_text, commune, check, actor=actor)

    return once.answer(act, actor=actor, units=units, about=lambda done: done.dossier_id)


def collect_at_section(*, actor: Actor, once: Once[DeliveryView], units: Units) -> bytes:
    """Nobody brings it; what was paid for the way is owed back. Raises MoveNotOpen once packed."""
    return once.answer(
        lambda uow: fetch_at_section(uow, _own(uow, actor).id, actor=actor),
        actor=actor,
        units=units,
        about=lambda done: done.dossier_id,
    )


def pay_fare(*, actor: Actor, once: Once[OnlinePayment], units: Units) -> bytes:
    """The fare of the result can be paid by transfer. Raises MoveNotOpen once it is settled."""
    return once.answer(
        lambda uow: _transfer(uow, _own(uow, actor), actor),
        actor=actor,
        units=units,
        about=lambda _: actor.scope.dossier_id,
    )


def ask_code(number: str, *, units: Units) -> None:
    """A one-time code goes to the citizen's own phone, if the number and such a phone are known.

    The caller learns nothing either way: not even that too many codes were asked for.
    """
    with units.write() as uow:
        dossier_id = _dossier_of(uow, number)
        if dossier_id is not None:
            _send_code(uow, dossier_id)
        uow.commit()


def enter_code(number: str, code: str, *, units: Units) -> UUID:
    """The dossier this code opens, and the code is used up. Raises CodeNotAccepted."""
    with units.write() as uow:
        dossier_id = _dossier_of(uow, number)
        is_right = dossier_id is not None and check_sign_in_code(uow, dossier_id, code)
        uow.commit()  # a wrong try stays counted
    if dossier_id is None or not is_right:
        raise CodeNotAccepted
    return dossier_id


def open_code(uow: ReadUnit, dossier_id: UUID, sealed: str) -> str:
    """The code inside a message's body."""
    return uow.vault.open(dossier_id, base64.b64decode(sealed), place=CODE_PLACE).decode()


def _send_code(uow: UnitOfWork, dossier_id: UUID) -> None:
    try:
        made = mint_sign_in_code(uow, dossier_id)
    except TooManyCodes:
        return
    if made is None:
        return
    sealed = uow.vault.seal(dossier_id, made.code.encode(), place=CODE_PLACE)
    body = {
        "dossier_id": str(dossier_id),
        "party_id": str(made.party_id),
        "code": base64.b64encode(sealed).decode(),
    }
    uow.outbox.add(Message(CODE_ASKED, body))


def _dossier_of(uow: ReadUnit, number: str) -> UUID | None:
    """By code, acceptance or item number only: phones, ID numbers and names open nothing here."""
    asked = " ".join(number.upper().split())
    if not _NUMBER.fullmatch(asked):
        return None
    found = find(uow, asked, EVERYTHING)
    return found[0].id if len(found) == 1 else None


def _transfer(uow: UnitOfWork, delivery: DeliveryView, actor: Actor) -> OnlinePayment:
    """What waits for a door is paid under its own reference, so the courier learns of it."""
    if (waiting := fare_at_door(uow, delivery)) is not None:
        return online_payment(uow, waiting.id, actor=actor)
    if delivery.status is not DeliveryStatus.QUOTED:
        raise MoveNotOpen(machine="delivery", status=delivery.status.value, action="pay")
    asked = RequestOnline(delivery.dossier_id, delivery.quote_id)
    return request_online(uow, asked, actor=actor)


def _own(uow: ReadUnit, actor: Actor) -> DeliveryView:
    if actor.scope.dossier_id is None:
        raise NotFound
    delivery = delivery_of_dossier(uow, actor.scope.dossier_id)
    if delivery is None:
        raise NotFound
    return delivery_view(uow, delivery.id, actor.scope)
