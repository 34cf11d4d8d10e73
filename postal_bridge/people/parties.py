"""The citizens of a dossier: parties, who may receive, consents, and who looked.

All of it are parts. Before the first party the dossier has its data key
(`uow.vault.create(dossier_id)`), which whoever opens the dossier makes.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from postal_bridge.kernel.actor import Actor, ActorKind
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import RuleViolation
from postal_bridge.kernel.held import hold_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.people.blind_forms import folded_number, indexed_forms
from postal_bridge.people.identity import (
    accept_id_number,
    accept_name,
    normalise_phone,
)
from postal_bridge.people.look_checks import say_look
from postal_bridge.people.party_checks import ADDED, CHANGED, REVOKED, say_party
from postal_bridge.people.reading import consent_from, party_from, place
from postal_bridge.people.rules import IdKind, PartyRole
from postal_bridge.people.staffing import staff_name
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import (
    ConsentRow,
    LookRow,
    PartyRow,
)
from postal_bridge.people.views import ConsentView, LookView, PartyView

LOOKERS = frozenset({ActorKind.STAFF, ActorKind.DEVICE, ActorKind.API_CLIENT, ActorKind.OPERATOR})
_SEALED = ("email", "address_text", "relation", "authority_scope")


class AddressMissing(RuleViolation):
    """A result cannot be brought to a place that is not written down."""

    code = "address_missing"


@dataclass(frozen=True, slots=True)
class NewParty:
    """A person of a dossier as given at the counter or in a filing."""

    dossier_id: UUID
    role: PartyRole
    full_name: str = field(repr=False)
    phone: str | None = field(default=None, repr=False)
    is_phone_shared: bool = False
    id_number: str | None = field(default=None, repr=False)
    id_kind: IdKind | None = None
    email: str | None = field(default=None, repr=False)
    address_text: str | None = field(default=None, repr=False)
    commune_code: str | None = None
    relation: str | None = field(default=None, repr=False)
    authority_until: date | None = None
    authority_scope: str | None = field(default=None, repr=False)


def add_party(uow: UnitOfWork, new: NewParty, *, actor: Actor) -> UUID:
    """The person stands in the dossier, sealed, and is found by phone and ID number.

    Raises
    ------
    NameNotAccepted, PhoneNotAccepted, IdNumberImplausible
    Erased
        The dossier has no data key.
    """
    row = PartyRow(
        id=new_id(),
        dossier_id=new.dossier_id,
        role=PartyRole(new.role).value,
        is_phone_shared=new.is_phone_shared,
        id_kind=IdKind(new.id_kind or IdKind.PERSONAL_ID).value if new.id_number else None,
        commune_code=new.commune_code or None,
        authority_until=new.authority_until,
        created_at=uow.now,
        created_by=actor.ref,
    )
    phone = normalise_phone(new.phone) if new.phone and new.phone.strip() else None
    number = _accept_number(new, local(uow.now).date())
    _seal(uow, row, "full_name", accept_name(new.full_name))
    _seal(uow, row, "phone", phone)
    _seal(uow, row, "id_number", number)
    for column in _SEALED:
        _seal(uow, row, column, (getattr(new, column) or "").strip() or None)
    store = PeopleStore(uow.session)
    store.add(row)
    hold_new(uow.session, row)
    uow.session.add_all(indexed_forms(uow, row, {"phone": phone, "id_number": number}))
    say_party(uow, row, ADDED, actor=actor)
    return row.id


def _accept_number(new: NewParty, today: date) -> str | None:
    """A personal ID number must be plausible; other papers' numbers are taken as written."""
    if not (new.id_number or "").strip():
        return None
    if (new.id_kind or IdKind.PERSONAL_ID) == IdKind.PERSONAL_ID:
        return accept_id_number(new.id_number or "", today=today).digits
    return folded_number(new.id_number or "")


def _seal(uow: UnitOfWork, row: PartyRow, column: str, value: str | None) -> None:
    sealed = uow.vault.seal_text(row.dossier_id, value, place=place(column, row))
    setattr(row, column, sealed)


def parties_of(uow: ReadUnit, dossier_id: UUID) -> tuple[PartyView, ...]:
    """Everyone of the dossier, in order of arrival, decrypted. Raises Erased."""
    rows = PeopleStore(uow.session).parties(dossier_id)
    return tuple(party_from(row, uow.vault) for row in rows)


def parties_in(uow: ReadUnit, communes: Collection[str], since: datetime) -> int:
    """How many people recorded since then have an address in one of these communes."""
    return PeopleStore(uow.session).count_in(communes, since) if communes else 0


def party_view(uow: ReadUnit, party_id: UUID) -> PartyView:
    """Raises NotFound (Erased after the dossier's retention)."""
    return party_from(PeopleStore(uow.session).get(PartyRow, party_id), uow.vault)


def change_recipient_address(
    uow: UnitOfWork,
    party_id: UUID,
    address_text: str,
    commune_code: str | None = None,
    *,
    actor: Actor,
) -> PartyView:
    """The person's address is this one from now on.

    The caller has checked identity by a second channel (a shared phone is none) and writes the
    event of the delivery. Raises NotFound, AddressMissing.
    """
    if not address_text.strip():
        raise AddressMissing
    row = PeopleStore(uow.session).get(PartyRow, party_id)
    _seal(uow, row, "address_text", address_text.strip())
    row.commune_code = commune_code or None
    uow.session.flush()
    say_party(uow, row, CHANGED, actor=actor)
    return party_from(row, uow.vault)


def revoke_party(uow: UnitOfWork, party_id: UUID, *, actor: Actor) -> None:
    """A proxy or a named household member may no longer receive. Raises NotFound."""
    row = PeopleStore(uow.session).get(PartyRow, party_id)
    row.revoked_at = row.revoked_at or uow.now
    uow.session.flush()
    say_party(uow, row, REVOKED, actor=actor)


def may_receive(uow: ReadUnit, dossier_id: UUID, on: date) -> tuple[PartyView, ...]:
    """Owner and recipient, and whoever was named and whose authority holds on this day."""
    roles = (PartyRole.OWNER, PartyRole.RECIPIENT, PartyRole.MAY_RECEIVE, PartyRole.PROXY)
    return tuple(
        party
        for party in parties_of(uow, dossier_id)
        if party.role in roles
        and not party.is_revoked
        and (party.authority_until is None or on <= party.authority_until)
    )


def record_look(uow: UnitOfWork, dossier_id: UUID, *, actor: Actor, reason: str) -> None:
    """One row: this member of staff, courier or API client opened the personal data.

    Written and committed before the answer, and said in the looker's stream, so that nobody
    takes it back. The citizen's own page and jobs write none.
    """
    if actor.kind not in LOOKERS:
        return
    row = LookRow(
        id=new_id(),
        dossier_id=dossier_id,
        at=uow.now,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        device_id=actor.device_id,
        unit_id=actor.unit_id,
        section_id=actor.section_id,
        reason=reason,
    )
    PeopleStore(uow.session).add(row)
    say_look(uow, row, actor=actor)


def looks_of(uow: ReadUnit, dossier_id: UUID) -> tuple[LookView, ...]:
    """Who looked, oldest first, by name where it is a member of staff."""
    return tuple(
        LookView(
            at=row.at,
            actor_kind=row.actor_kind,
            actor_id=row.actor_id,
            name=_name_of(uow, row),
            unit_id=row.unit_id,
            section_id=row.section_id,
            reason=row.reason,
        )
        for row in PeopleStore(uow.session).looks(dossier_id)
    )


def _name_of(uow: ReadUnit, row: LookRow) -> str:
    if row.actor_kind == ActorKind.STAFF:
        return staff_name(uow, UUID(row.actor_id))
    return row.actor_id


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent as given: nothing is pre-ticked, so each is an act of the person's own."""

    dossier_id: UUID
    party_id: UUID
    purpose: str
    text_version: str
    channel: str


def record_consent(uow: UnitOfWork, new: NewConsent, *, actor: Actor) -> UUID:
    """The consent stands with text version, channel, time and who took it."""
    row = ConsentRow(
        id=new_id(),
        dossier_id=new.dossier_id,
        party_id=new.party_id,
        purpose=new.purpose,
        text_version=new.text_version,
        channel=new.channel,
        given_at=uow.now,
        taken_by=actor.ref,
    )
    PeopleStore(uow.session).add(row)
    return row.id


def withdraw_consent(uow: UnitOfWork, consent_id: UUID, *, actor: Actor) -> None:
    """Raises NotFound."""
    row = PeopleStore(uow.session).get(ConsentRow, consent_id)
    row.withdrawn_at = row.withdrawn_at or uow.now
    uow.session.flush()


def consents_of(uow: ReadUnit, dossier_id: UUID) -> tuple[ConsentView, ...]:
    """Given and withdrawn ones, by time."""
    return tuple(consent_from(row) for row in PeopleStore(uow.session).consents(dossier_id))
