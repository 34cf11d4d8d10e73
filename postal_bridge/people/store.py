"""Queries of people. Never commits."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.held import held
from postal_bridge.kernel.inserting import insert_unless_there
from postal_bridge.kernel.marks import DOSSIER_ID, count_of
from postal_bridge.kernel.tables import Base, HomeRow
from postal_bridge.kernel.unit_of_work import HOME, Question
from postal_bridge.people.tables import (
    ApiKeyRow,
    AssignmentRow,
    CitizenLinkRow,
    ConsentRow,
    DeviceRow,
    LookRow,
    OneTimeCodeRow,
    PartyIndexRow,
    PartyRow,
    SessionRow,
    SignInTriesRow,
    StaffRow,
)

R = TypeVar("R", bound=Base)
LOOKS_MARK = count_of(LookRow.id, where=LookRow.dossier_id == DOSSIER_ID)
REVOKED_LINKS_MARK = count_of(  # a link that is good has no such time, and is not counted
    CitizenLinkRow.revoked_at, where=CitizenLinkRow.dossier_id == DOSSIER_ID
)
_SESSION = select(SessionRow).where(SessionRow.token_hash.in_(bindparam("hashes", expanding=True)))
_SESSION_AT_A_GLANCE = (
    HOME.add_columns(
        SessionRow.staff_id, SessionRow.device_id, SessionRow.expires_at, SessionRow.ended_at
    )
    .select_from(HomeRow)
    .outerjoin(SessionRow, SessionRow.token_hash.in_(bindparam("hashes", expanding=True)))
)
_LINK = select(CitizenLinkRow.dossier_id, CitizenLinkRow.revoked_at).where(
    CitizenLinkRow.token_hash == bindparam("token_hash")
)


def session_question(hashes: Collection[str]) -> Question:
    """For a glance at the session under one of these; it tells four times None where none is."""
    return Question(_SESSION_AT_A_GLANCE, {"hashes": list(hashes)})


class PeopleStore:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, *rows: Base) -> None:
        self._session.add_all(rows)

    def get(self, table: type[R], row_id: UUID | str) -> R:
        """Raises NotFound."""
        row = held(self._session, table, row_id) or self._session.get(table, row_id)
        if row is None:
            raise NotFound
        return row

    # Staff

    def has_staff(self) -> bool:
        return self._session.scalars(select(StaffRow.id).limit(1)).first() is not None

    def staff_by_login(self, login: str) -> StaffRow | None:
        return self._session.scalars(select(StaffRow).where(StaffRow.login == login)).one_or_none()

    def all_staff(self) -> Sequence[StaffRow]:
        return self._session.scalars(select(StaffRow).order_by(StaffRow.login)).all()

    def assignments(
        self, staff_ids: Collection[UUID], on: date | None = None
    ) -> Sequence[AssignmentRow]:
        """All of these people's places, or those that hold on this day; the newest first."""
        query = select(AssignmentRow).where(AssignmentRow.staff_id.in_(staff_ids))
        if on is not None:
            query = query.where(
                AssignmentRow.ended_at.is_(None),
                AssignmentRow.valid_from <= on,
                or_(AssignmentRow.valid_to.is_(None), AssignmentRow.valid_to >= on),
            )
        newest = (AssignmentRow.valid_from.desc(), AssignmentRow.created_at.desc())
        return self._session.scalars(query.order_by(*newest)).all()

    # Credentials

    def session_by_hash(self, hashes: Collection[str]) -> SessionRow | None:
        return self._session.scalars(_SESSION, {"hashes": list(hashes)}).one_or_none()

    def open_sessions(self, staff_id: UUID) -> Sequence[SessionRow]:
        return self._session.scalars(
            select(SessionRow).where(SessionRow.staff_id == staff_id, SessionRow.ended_at.is_(None))
        ).all()

    def sessions_before(self, moment: datetime, limit: int) -> Sequence[SessionRow]:
        return self._session.scalars(
            select(SessionRow).where(SessionRow.expires_at < moment).limit(limit)
        ).all()

    def tries(self, names: Sequence[str], now: datetime) -> SignInTriesRow:
        """The count under any of these names, locked; a fresh one under the first of them."""
        query = select(SignInTriesRow).where(SignInTriesRow.name.in_(names)).with_for_update()
        found = self._session.scalars(query).first()
        if found is not None:
            return found
        fresh = {"name": names[0], "tries": 0, "since": now}
        insert_unless_there(self._session, SignInTriesRow, fresh)
        return self._session.scalars(query).one()

    def tries_before(self, moment: datetime, limit: int) -> Sequence[SignInTriesRow]:
        return self._session.scalars(
            select(SignInTriesRow).where(SignInTriesRow.since < moment).limit(limit)
        ).all()

    def delete(self, row: Base) -> None:
        self._session.delete(row)

    def devices_of(self, units: Collection[UUID] | None) -> Sequence[DeviceRow]:
        query = select(DeviceRow).order_by(DeviceRow.label, DeviceRow.id)
        if units is not None:
            query = query.where(DeviceRow.unit_id.in_(units))
        return self._session.scalars(query).all()

    def api_key_by_hash(self, hashes: Collection[str]) -> ApiKeyRow | None:
        return self._session.scalars(
            select(ApiKeyRow).where(ApiKeyRow.key_hash.in_(hashes))
        ).one_or_none()

    def api_keys(self) -> Sequence[ApiKeyRow]:
        return self._session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at)).all()

    def codes(
        self, purpose: str, subject_id: UUID, *, lock: bool = False
    ) -> Sequence[OneTimeCodeRow]:
        """The newest first."""
        query = (
            select(OneTimeCodeRow)
            .where(OneTimeCodeRow.purpose == purpose, OneTimeCodeRow.subject_id == subject_id)
            .order_by(OneTimeCodeRow.created_at.desc())
        )
        return self._session.scalars(query.with_for_update() if lock else query).all()

    def dossier_of_open_link(self, hashes: Collection[str]) -> UUID | None:
        """One hash for each key that is still accepted, the active one's first."""
        connection = self._session.connection()
        for one in hashes:
            row = connection.execute(_LINK, {"token_hash": one}).one_or_none()
            if row is not None:
                return None if row.revoked_at is not None else row.dossier_id
        return None

    def links_of(self, dossier_id: UUID) -> Sequence[CitizenLinkRow]:
        return self._session.scalars(
            select(CitizenLinkRow).where(CitizenLinkRow.dossier_id == dossier_id)
        ).all()

    # Citizens

    def parties(self, dossier_id: UUID) -> Sequence[PartyRow]:
        order = (PartyRow.created_at, PartyRow.id)
        return self._session.scalars(
            select(PartyRow).where(PartyRow.dossier_id == dossier_id).order_by(*order)
        ).all()

    def count_in(self, communes: Collection[str], since: datetime) -> int:
        wanted = (PartyRow.commune_code.in_(communes), PartyRow.created_at >= since)
        return self._session.scalar(select(func.count()).where(*wanted)) or 0

    def party_index(self, party_id: UUID, kind: str) -> PartyIndexRow | None:
        return self._session.get(PartyIndexRow, (party_id, kind))

    def index_under_others(self, key_id: str, limit: int) -> Sequence[PartyIndexRow]:
        """Forms made with another key than this one, locked until the unit ends."""
        row = PartyIndexRow
        return self._session.scalars(
            select(row)
            .where(~row.blind.startswith(f"{key_id}:", autoescape=True))
            .order_by(row.party_id, row.kind)
            .limit(limit)
            .with_for_update()
        ).all()

    def dossiers_by_blind(self, blinds: Collection[str]) -> set[UUID]:
        return set(
            self._session.scalars(
                select(PartyIndexRow.dossier_id).where(PartyIndexRow.blind.in_(blinds))
            )
        )

    def consents(self, dossier_id: UUID) -> Sequence[ConsentRow]:
        return self._session.scalars(
            select(ConsentRow)
            .where(ConsentRow.dossier_id == dossier_id)
            .order_by(ConsentRow.given_at)
        ).all()

    def looks(self, dossier_id: UUID) -> Sequence[LookRow]:
        return self._session.scalars(
            select(LookRow).where(LookRow.dossier_id == dossier_id).order_by(LookRow.at)
        ).all()
