"""Personal fields under the dossier's own data key (design section 5, Parties)."""

import os
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.keys import NONCE_BYTES, KeyRing, KeyUnusable, Purpose, seal, unseal
from postal_bridge.kernel.tables import DataKey

AT_ONCE = 500


class Erased(NotFound):
    """The dossier's key was destroyed at the end of its retention."""

    code = "erased"


class Vault:
    """Seals and opens fields of one unit of work; unwrapped keys live no longer than it."""

    def __init__(self, session: Session, ring: KeyRing, now: datetime) -> None:
        self._session = session
        self._ring = ring
        self._now = now
        self._open: dict[UUID, AESGCM] = {}
        self._read: list[DataKey] = []  # or the session would forget them

    def create(self, dossier_id: UUID) -> None:
        """The dossier has a data key; without it nothing of its people can be stored."""
        secret = os.urandom(32)
        wrapped = seal(self._ring.active(Purpose.FIELD_MASTER), secret, _place(dossier_id))
        self._session.add(DataKey(dossier_id=dossier_id, wrapped=wrapped, created_at=self._now))
        self._open[dossier_id] = AESGCM(secret)

    def seal(self, dossier_id: UUID, plain: bytes, *, place: str) -> bytes:
        """`place` is "table.column:row"; a ciphertext moved elsewhere does not open."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher(dossier_id).encrypt(nonce, plain, place.encode())

    def open(self, dossier_id: UUID, sealed: bytes, *, place: str) -> bytes:
        cipher = self._cipher(dossier_id)
        try:
            return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise KeyUnusable(key_id=str(dossier_id)) from None

    def seal_text(self, dossier_id: UUID, text: str | None, *, place: str) -> bytes | None:
        return None if text is None else self.seal(dossier_id, text.encode(), place=place)

    def open_text(self, dossier_id: UUID, sealed: bytes | None, *, place: str) -> str | None:
        return None if sealed is None else self.open(dossier_id, sealed, place=place).decode()

    def read_ahead(self, dossier_ids: Collection[UUID]) -> None:
        """What is opened of these afterwards asks the database for no key of its own."""
        wanted = [dossier_id for dossier_id in dossier_ids if dossier_id not in self._open]
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            found = self._session.scalars(select(DataKey).where(DataKey.dossier_id.in_(some)))
            self._read.extend(found)

    def blind(self, value: str) -> list[str]:
        """Search forms of a normalised value; store the first, look for any of them."""
        return self._ring.blind(value)

    def destroy(self, dossier_id: UUID) -> None:
        """Whatever was sealed under this key is unreadable for ever."""
        row = self._session.get_one(DataKey, dossier_id)
        row.wrapped, row.destroyed_at = None, self._now
        self._open.pop(dossier_id, None)

    def is_destroyed(self, dossier_id: UUID) -> bool:
        """Its key was there and is no more."""
        row = self._session.get(DataKey, dossier_id)
        return row is not None and row.wrapped is None

    def is_whole(self, dossier_id: UUID) -> bool:
        """The data key is there and opens, or was destroyed and says when."""
        row = self._session.get(DataKey, dossier_id)
        if row is None or (row.wrapped is None) != (row.destroyed_at is not None):
            return False
        try:
            if row.wrapped is not None:
                unseal(self._ring, Purpose.FIELD_MASTER, row.wrapped, _place(dossier_id))
        except KeyUnusable:
            return False
        return True

    def rewrap(self, dossier_id: UUID) -> None:
        """The data key stands under the active master key."""
        row = self._session.get_one(DataKey, dossier_id)
        if row.wrapped is not None:
            secret = unseal(self._ring, Purpose.FIELD_MASTER, row.wrapped, _place(dossier_id))
            row.wrapped = seal(self._ring.active(Purpose.FIELD_MASTER), secret, _place(dossier_id))

    def _cipher(self, dossier_id: UUID) -> AESGCM:
        if dossier_id not in self._open:
            row = self._session.get(DataKey, dossier_id)
            if row is None or row.wrapped is None:
                raise Erased
            secret = unseal(self._ring, Purpose.FIELD_MASTER, row.wrapped, _place(dossier_id))
            self._open[dossier_id] = AESGCM(secret)
        return self._open[dossier_id]


def _place(dossier_id: UUID) -> str:
    return f"data_keys.wrapped:{dossier_id}"
