"""The form at the counter, kept while it is being filled in: nothing is lost on a power cut.

A draft is the form's raw fields, sealed. It proves nothing and moves nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from config.register import UnknownUnit
from postal_bridge.counter.store import DraftStore
from postal_bridge.counter.tables import DraftRow
from postal_bridge.directory.administrative import register_of
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Conflict
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import PartyView, parties_of, record_look, staff_view


class NoSeat(Conflict):
    """The clerk has no counter today."""

    code = "no_seat"


class DraftClosed(Conflict):
    """The form was accepted or dropped already."""

    code = "draft_closed"


class DraftState(StrEnum):
    OPEN = "open"
    PARKED = "parked"
    ACCEPTED = "accepted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class DraftView:
    """`fields`: the form as typed, by flat field name."""

    id: UUID
    number: int
    day: date
    state: DraftState
    saved_at: datetime
    point_id: UUID
    dossier_id: UUID | None
    fields: Mapping[str, str] = field(repr=False, default_factory=dict)


def seat_of(uow: ReadUnit, actor: Actor) -> UUID:
    """The service point where the clerk works today. Raises NoSeat."""
    if actor.unit_id is None:
        raise NoSeat
    staff = staff_view(uow, UUID(actor.id))
    if staff.point_id is None:
        raise NoSeat
    return staff.point_id


def open_draft(fields: Mapping[str, str], *, actor: Actor, units: Units) -> DraftView:
    """The next number of the day is being served; a form of the clerk that still holds just these
    fields is that one.

    A button pressed four times on a frozen screen so takes one number.
    """
    with units.write() as uow:
        point_id, day = seat_of(uow, actor), local(uow.now).date()
        store = DraftStore(uow.session)
        if (untouched := _untouched(uow, point_id, day, fields, actor)) is not None:
            return untouched
        row = DraftRow(
            id=new_id(),
            unit_id=actor.unit_id,
            point_id=point_id,
            staff_id=actor.id,
            day=day,
            number=store.next_number(point_id, day),
            state=DraftState.OPEN,
            opened_at=uow.now,
            saved_at=uow.now,
        )
        store.add(row)
        uow.vault.create(row.id)
        _write(uow, row, fields)
        view = _view(uow, row)
        uow.commit()
    return view


def _untouched(
    uow: ReadUnit, point_id: UUID, day: date, fields: Mapping[str, str], actor: Actor
) -> DraftView | None:
    for row in DraftStore(uow.session).waiting(point_id, scope=actor.scope):
        is_mine = row.staff_id == actor.id and row.day == day and row.state == DraftState.OPEN
        if is_mine and (view := _view(uow, row)).fields == fields:
            return view
    return None


def open_draft_for_same(dossier_id: UUID, *, actor: Actor, units: Units) -> DraftView:
    """The next number belongs to whoever handed in that dossier; the look is recorded."""
    with units.write() as uow:
        dossier_view(uow, dossier_id, actor.scope)
        record_look(uow, dossier_id, actor=actor, reason="same_submitter")
        fields: dict[str, str] = {}
        for party in parties_of(uow, dossier_id):
            if party.role in (PartyRole.OWNER, PartyRole.SUBMITTER):
                fields |= _as_fields(party.role.value, party, _commune_text(uow, party))
        uow.commit()
    return open_draft(fields, actor=actor, units=units)


def _commune_text(uow: ReadUnit, party: PartyView) -> str | None:
    """As a clerk reads it, the code in brackets; the code alone where the commune has ended."""
    code = party.commune_code
    if not code:
        return None
    try:
        lineage = register_of(uow).lineage(code, local(uow.now).date())
    except UnknownUnit:
        return f"({code})"
    return f"{', '.join(unit.full_name for unit in reversed(lineage))} ({code})"


def _as_fields(group: str, party: PartyView, commune_text: str | None) -> dict[str, str]:
    named = {
        "full_name": party.full_name,
        "phone": party.phone,
        "is_phone_shared": "1" if party.is_phone_shared else None,
        "id_kind": party.id_kind.value if party.id_kind else None,
        "id_number": party.id_number,
        "address_text": party.address_text,
        "commune_text": commune_text,
        "relation": party.relation,
    }
    return {f"{group}.{name}": value for name, value in named.items() if value}


def save_draft(
    draft_id: UUID, fields: Mapping[str, str], *, is_parked: bool, actor: Actor, units: Units
) -> DraftView:
    """The form stands as typed; parked, it waits for someone who went home for a paper."""
    with units.write() as uow:
        row = _open_row(uow, draft_id, actor)
        row.state = DraftState.PARKED if is_parked else DraftState.OPEN
        row.saved_at = uow.now
        _write(uow, row, fields)
        view = _view(uow, row)
        uow.commit()
    return view


def drop_draft(draft_id: UUID, *, actor: Actor, units: Units) -> None:
    """Nothing of the form can be read any more."""
    with units.write() as uow:
        close_draft(uow, draft_id, DraftState.DROPPED, None, actor=actor)
        uow.commit()


def draft(draft_id: UUID, *, actor: Actor, units: Units) -> DraftView:
    with units.read() as uow:
        return _view(uow, DraftStore(uow.session).get(draft_id, scope=actor.scope))


def drafts_of_seat(*, actor: Actor, units: Units) -> tuple[DraftView, ...]:
    """Who is being served and who is parked, in order of their numbers."""
    with units.read() as uow:
        rows = DraftStore(uow.session).waiting(seat_of(uow, actor), scope=actor.scope)
        return tuple(_view(uow, row) for row in rows)


def close_draft(
    uow: UnitOfWork, draft_id: UUID, state: DraftState, dossier_id: UUID | None, *, actor: Actor
) -> None:
    """The form is over; its personal data are erased. Raises DraftClosed."""
    row = _open_row(uow, draft_id, actor)
    row.state, row.body, row.dossier_id, row.saved_at = state, None, dossier_id, uow.now
    uow.vault.destroy(draft_id)


def _open_row(uow: ReadUnit, draft_id: UUID, actor: Actor) -> DraftRow:
    row = DraftStore(uow.session).get(draft_id, scope=actor.scope)
    if row.state not in (DraftState.OPEN, DraftState.PARKED):
        raise DraftClosed
    return row


def _write(uow: UnitOfWork, row: DraftRow, fields: Mapping[str, str]) -> None:
    body = json.dumps(dict(fields), ensure_ascii=False)
    row.body = uow.vault.seal_text(row.id, body, place=f"counter_drafts.body:{row.id}")


def _view(uow: ReadUnit, row: DraftRow) -> DraftView:
    body = (
        uow.vault.open_text(row.id, row.body, place=f"counter_drafts.body:{row.id}")
        if row.body is not None
        else None
    )
    return DraftView(
        row.id,
        row.number,
        row.day,
        DraftState(row.state),
        row.saved_at,
        row.point_id,
        row.dossier_id,
        json.loads(body) if body else {},
    )
