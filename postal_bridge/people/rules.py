"""What each role may do, who may give a role to whom, and how strong a password is. Pure.

PeopleError (RuleViolation)
├── PasswordWeak        too short, too long, or holds the sign-in name
├── RoleSeatMismatch    the role needs another seat: an officer a section, the others a unit
├── PeriodEmpty         an assignment or authority that ends before it begins
└── OwnRoleChange       a person does not change his own place or rights
LoginTaken (Conflict)           somebody has this sign-in name
SampleSignInsRefused (Conflict) the home has people of its own
SignInRefused (Unauthenticated) one answer for an unknown name, a wrong password, a lock
PasswordChangeNeeded (Forbidden) the first password opens the door to a new one and no other

What is asked of names, phones and ID numbers stands in identity.py.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Conflict, Forbidden, RuleViolation, Unauthenticated

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


class PeopleError(RuleViolation):
    code = "people_rule"


class PasswordWeak(PeopleError):
    code = "password_weak"


class RoleSeatMismatch(PeopleError):
    code = "role_seat_mismatch"


class PeriodEmpty(PeopleError):
    code = "period_empty"


class OwnRoleChange(PeopleError):
    code = "own_role_change"


class LoginTaken(Conflict):
    code = "login_taken"


class SampleSignInsRefused(Conflict):
    code = "sample_sign_ins_refused"


class SignInRefused(Unauthenticated):
    code = "sign_in_refused"


class PasswordChangeNeeded(Forbidden):
    code = "password_change_needed"


class StaffKind(StrEnum):
    """Place of work is not employer: who pays the person."""

    POST = "post"
    AGENCY = "agency"
    OPERATOR = "operator"


class PartyRole(StrEnum):
    OWNER = "owner"
    SUBMITTER = "submitter"
    PAYER = "payer"
    RECIPIENT = "recipient"
    PROXY = "proxy"
    MAY_RECEIVE = "may_receive"


class IdKind(StrEnum):
    """Kinds of identity paper. No picture of any of them is ever taken."""

    PERSONAL_ID = "personal_id"
    OLD_ID_CARD = "old_id_card"
    PASSPORT = "passport"
    OTHER = "other"


class DeviceState(StrEnum):
    ACTIVE = "active"
    LOCKED = "locked"


class Power(StrEnum):
    """Functions of the service; a route asks for one of them."""

    ACCEPT_DOSSIERS = "accept_dossiers"
    GIVE_OUT_RESULTS = "give_out_results"
    GIVE_OUT_AT_SECTION = "give_out_at_section"
    KEEP_DRAWER = "keep_drawer"
    CARRY_POUCHES = "carry_pouches"
    DELIVER = "deliver"
    DECIDE_AS_AGENCY = "decide_as_agency"
    SUPERVISE = "supervise"
    APPROVE_CORRECTIONS = "approve_corrections"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_DIRECTORY = "manage_directory"
    OPERATE = "operate"


_P = Power

POWERS: Mapping[Role, frozenset[Power]] = MappingProxyType(
    {
        Role.CLERK: frozenset({_P.ACCEPT_DOSSIERS, _P.GIVE_OUT_RESULTS, _P.KEEP_DRAWER}),
        Role.COURIER: frozenset({_P.CARRY_POUCHES, _P.DELIVER}),
        Role.OFFICER: frozenset({_P.DECIDE_AS_AGENCY, _P.GIVE_OUT_AT_SECTION}),
        Role.SUPERVISOR: frozenset({_P.SUPERVISE, _P.APPROVE_CORRECTIONS, _P.MANAGE_PEOPLE}),
        Role.OPERATOR: frozenset({_P.MANAGE_PEOPLE, _P.MANAGE_DIRECTORY, _P.OPERATE}),
    }
)

MAY_APPOINT: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.SUPERVISOR: frozenset({Role.CLERK, Role.COURIER}),
        Role.OPERATOR: frozenset(Role),
    }
)
"""A supervisor places people of the post; officers and supervisors are the operator's to place."""


def may(actor: Actor, power: Power) -> bool:
    """Tell whether one of the actor's roles has this power."""
    return any(power in POWERS[role] for role in actor.roles)


def check_may(actor: Actor, power: Power) -> None:
    """Raises Forbidden for a function that the actor's roles do not have."""
    if not may(actor, power):
        raise Forbidden(power=power.value)


def check_may_appoint(actor: Actor, role: Role) -> None:
    """Raises Forbidden for a role that is not the actor's to give or take."""
    if not any(role in MAY_APPOINT.get(own, frozenset()) for own in actor.roles):
        raise Forbidden(role=role.value)


def check_seat(role: Role, *, has_section: bool, has_scope_unit: bool) -> None:
    """An officer sits at a section and sees nothing of the post; all others the reverse.

    A clerk seated at a one-stop section has both: a section and the post's unit.
    """
    is_officer = role is Role.OFFICER
    if has_scope_unit is is_officer or (is_officer and not has_section):
        raise RoleSeatMismatch(role=role.value)


def check_period(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to < valid_from:
        raise PeriodEmpty


def check_password(password: str, *, login: str) -> None:
    """Long enough, and not the sign-in name. No rule on kinds of letters.

    Source: NIST SP 800-63B section 5.1.1.2 on length and composition rules.
    """
    folded = password.casefold()
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD or login.casefold() in folded:
        raise PasswordWeak(shortest=SHORTEST_PASSWORD)


AGENCY_SCOPE = "agency"

ROLE_OF_SCOPE: Mapping[str, Role] = MappingProxyType({AGENCY_SCOPE: Role.OFFICER})
"""What an integrator's key may do: a province's one-stop software acts for its section. Nothing
that needs a person at a counter or on the road is open to a key."""

METRICS_SCOPE = "metrics"
"""Opens the figures for a scraper and nothing else; they are the whole home's."""


def roles_of_scopes(scopes: Iterable[str]) -> frozenset[Role]:
    """The roles that these scopes open; a scope that opens none counts for itself only."""
    return frozenset(ROLE_OF_SCOPE[scope] for scope in scopes if scope in ROLE_OF_SCOPE)
