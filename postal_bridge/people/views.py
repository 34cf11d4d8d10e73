"""What other rooms and floors see of people. Personal fields do not appear in a repr."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from postal_bridge.kernel.actor import Role
from postal_bridge.people.identity import mask_id_number, mask_phone
from postal_bridge.people.rules import DeviceState, IdKind, PartyRole, StaffKind


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """One dated place of a person. `ended_at`: the moment it was cut short."""

    id: UUID
    role: Role
    employer_unit_id: UUID | None
    seat_point_id: UUID | None
    seat_section_id: UUID | None
    scope_unit_id: UUID | None
    valid_from: date
    valid_to: date | None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffView:
    """A member of staff today. unit, point and section are those of the newest assignment."""

    id: UUID
    login: str
    display_name: str
    roles: frozenset[Role]
    unit_id: UUID | None
    point_id: UUID | None
    section_id: UUID | None
    kind: StaffKind = StaffKind.POST
    is_active: bool = True
    must_change_password: bool = False
    assignments: tuple[AssignmentView, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is shown once and stored as HMAC only.

    Attributes
    ----------
    familiar : what the browser keeps, so that strangers' tries are not counted as its own
    """

    token: str = field(repr=False)
    staff: StaffView
    expires_at: datetime
    familiar: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffCreated:
    """`first_password` is shown once; the person must change it."""

    staff_id: UUID
    login: str
    first_password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SampleSignIn:
    role: str
    login: str
    password: str = field(repr=False)
    place: str
    name: str


@dataclass(frozen=True, slots=True)
class DeviceView:
    id: str
    unit_id: UUID
    kind: str
    label: str
    state: DeviceState


@dataclass(frozen=True, slots=True)
class ApiKeyCreated:
    """`key` is shown once and stored as HMAC only."""

    id: UUID
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    id: UUID
    name: str
    scopes: frozenset[str]
    unit_id: UUID | None
    section_id: UUID | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class PartyView:
    """A person of one dossier, decrypted. Whoever shows this to staff records a look first."""

    id: UUID
    dossier_id: UUID
    role: PartyRole
    full_name: str = field(repr=False)
    phone: str | None = field(repr=False)
    is_phone_shared: bool
    id_number: str | None = field(repr=False)
    id_kind: IdKind | None
    email: str | None = field(repr=False)
    address_text: str | None = field(repr=False)
    commune_code: str | None
    relation: str | None = field(repr=False)
    authority_until: date | None
    authority_scope: str | None = field(repr=False)
    is_revoked: bool = False

    @property
    def masked_id_number(self) -> str | None:
        """As screens, slips and logs show it: `0010******34`."""
        return None if self.id_number is None else mask_id_number(self.id_number)

    @property
    def masked_phone(self) -> str | None:
        return None if self.phone is None else mask_phone(self.phone)


@dataclass(frozen=True, slots=True)
class ConsentView:
    id: UUID
    dossier_id: UUID
    party_id: UUID
    purpose: str
    text_version: str
    channel: str
    given_at: datetime
    taken_by: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class LookView:
    """Who opened the dossier's personal data, as the citizen reads it."""

    at: datetime
    actor_kind: str
    actor_id: str
    name: str
    unit_id: UUID | None
    section_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class SignInCode:
    """A one-time code and the party whose phone it goes to."""

    code: str = field(repr=False)
    party_id: UUID
    phone: str = field(repr=False)
