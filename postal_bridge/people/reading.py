"""From rows of people to what others see of them; the only place that opens sealed fields."""

from collections.abc import Sequence

from postal_bridge.kernel.actor import Role
from postal_bridge.kernel.vault import Vault
from postal_bridge.people.rules import DeviceState, IdKind, PartyRole, StaffKind
from postal_bridge.people.tables import (
    ApiKeyRow,
    AssignmentRow,
    ConsentRow,
    DeviceRow,
    PartyRow,
    StaffRow,
)
from postal_bridge.people.views import (
    ApiKeyView,
    AssignmentView,
    ConsentView,
    DeviceView,
    PartyView,
    StaffView,
)


def assignment_from(row: AssignmentRow) -> AssignmentView:
    return AssignmentView(
        id=row.id,
        role=Role(row.role),
        employer_unit_id=row.employer_unit_id,
        seat_point_id=row.seat_point_id,
        seat_section_id=row.seat_section_id,
        scope_unit_id=row.scope_unit_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_at=row.ended_at,
    )


def staff_from(row: StaffRow, holding: Sequence[AssignmentRow]) -> StaffView:
    """`holding`: the assignments of today, the newest first."""
    seat = holding[0] if holding else None
    return StaffView(
        id=row.id,
        login=row.login,
        display_name=row.display_name,
        roles=frozenset(Role(one.role) for one in holding),
        unit_id=seat.scope_unit_id if seat else None,
        point_id=seat.seat_point_id if seat else None,
        section_id=seat.seat_section_id if seat else None,
        kind=StaffKind(row.kind),
        is_active=row.is_active,
        must_change_password=row.must_change_password,
        assignments=tuple(assignment_from(one) for one in holding),
    )


def device_from(row: DeviceRow) -> DeviceView:
    return DeviceView(row.id, row.unit_id, row.kind, row.label, DeviceState(row.state))


def api_key_from(row: ApiKeyRow) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        name=row.name,
        scopes=frozenset(row.scopes),
        unit_id=row.unit_id,
        section_id=row.section_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def consent_from(row: ConsentRow) -> ConsentView:
    return ConsentView(
        id=row.id,
        dossier_id=row.dossier_id,
        party_id=row.party_id,
        purpose=row.purpose,
        text_version=row.text_version,
        channel=row.channel,
        given_at=row.given_at,
        taken_by=row.taken_by,
        withdrawn_at=row.withdrawn_at,
    )


def party_from(row: PartyRow, vault: Vault) -> PartyView:
    """Raises Erased after the dossier's key was destroyed."""

    def opened(column: str) -> str | None:
        return vault.open_text(row.dossier_id, getattr(row, column), place=place(column, row))

    return PartyView(
        id=row.id,
        dossier_id=row.dossier_id,
        role=PartyRole(row.role),
        full_name=opened("full_name") or "",
        phone=opened("phone"),
        is_phone_shared=row.is_phone_shared,
        id_number=opened("id_number"),
        id_kind=IdKind(row.id_kind) if row.id_kind else None,
        email=opened("email"),
        address_text=opened("address_text"),
        commune_code=row.commune_code,
        relation=opened("relation"),
        authority_until=row.authority_until,
        authority_scope=opened("authority_scope"),
        is_revoked=row.revoked_at is not None,
    )


def place(column: str, row: PartyRow) -> str:
    """What a sealed field is bound to; it opens nowhere else."""
    return f"parties.{column}:{row.id}"
