"""A person's own password. A use case; machine clock."""

from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.unit_of_work import Units
from postal_bridge.people.rules import SignInRefused, check_password
from postal_bridge.people.secrets import hash_password, is_password
from postal_bridge.people.sign_in import end_sessions
from postal_bridge.people.sign_in_tries import forget_tries, take_try
from postal_bridge.people.staff_checks import say_staff
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import StaffRow

COUNTED_AS = "change of "
"""Counted beside the sign-ins: who has an open session guesses no more than a stranger."""


@dataclass(frozen=True, slots=True)
class ChangePassword:
    old: str = field(repr=False)
    new: str = field(repr=False)


def change_password(command: ChangePassword, *, actor: Actor, units: Units) -> None:
    """The new password holds, and every session of the person has ended.

    Raises
    ------
    SignInRefused
        The old password is wrong.
    PasswordWeak
    TooManySignIns
    """
    if actor.kind is not ActorKind.STAFF:
        raise Forbidden(power="change_password")
    with units.write() as uow:
        staff = PeopleStore(uow.session).get(StaffRow, UUID(actor.id))
        login, stored = staff.login, staff.password_hash
        tried = take_try(uow, f"{COUNTED_AS}{login}")
        uow.commit()
    if not is_password(stored, command.old):
        raise SignInRefused
    check_password(command.new, login=login)
    fresh = hash_password(command.new)
    with units.write() as uow:
        staff = PeopleStore(uow.session).get(StaffRow, UUID(actor.id))
        if staff.password_hash != stored:
            raise SignInRefused
        staff.password_hash, staff.must_change_password = fresh, False
        say_staff(uow, staff, "staff.password_changed", actor=actor)
        end_sessions(uow, staff.id)
        forget_tries(uow, tried)
        uow.commit()
