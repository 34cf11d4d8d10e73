"""How a citizen, or a receiver at the door, proves his right: links and one-time codes.

A number alone opens nothing (design S2). A link has 256 random bits; a code has six digits,
lives shortly, is used once and is locked after five wrong tries. All of it runs on the machine
clock, and none of it goes to a phone marked shared.
"""

from datetime import timedelta
from uuid import UUID

from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import TooMany
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import KeyRing, KeyUnusable, Purpose
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.identity import is_mobile
from postal_bridge.people.parties import parties_of
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.secrets import (
    hash_code,
    is_code,
    keyed_hashes,
    new_code,
    new_salt,
    new_token,
)
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import CitizenLinkRow, OneTimeCodeRow
from postal_bridge.people.views import SignInCode

MOST_TRIES = 5
TRIES_COUNT_FOR = timedelta(hours=1)
MOST_CODES_AN_HOUR = 3
HAND_OVER_CODE_LIVES = timedelta(days=30)
SIGN_IN_CODE_LIVES = timedelta(minutes=10)
LINK_USE = "citizen_link"
HAND_OVER, SIGN_IN = "hand_over", "sign_in"
_CODE_GOES_TO = (PartyRole.OWNER, PartyRole.SUBMITTER, PartyRole.RECIPIENT)


class TooManyCodes(TooMany):
    code = "too_many_codes"


def mint_citizen_link(uow: UnitOfWork, dossier_id: UUID) -> str:
    """A new token for the slip's QR; earlier slips stay good. Shown now and never again."""
    token = new_token()
    uow.session.put(
        CitizenLinkRow,
        token_hash=link_key(uow.ring, token),
        dossier_id=dossier_id,
        created_at=uow.machine_now,
    )
    return token


def link_key(ring: KeyRing, token: str) -> str:
    """Under what a process may remember what a token opens; whoever has it has not the token."""
    return keyed_hashes(ring, Purpose.BLIND_INDEX, LINK_USE, token)[0]


def dossier_of_link(uow: ReadUnit, token: str) -> UUID | None:
    """The dossier this token opens; None for every token that opens nothing."""
    hashes = keyed_hashes(uow.ring, Purpose.BLIND_INDEX, LINK_USE, token)
    return PeopleStore(uow.session).dossier_of_open_link(hashes)


def revoke_citizen_links(uow: UnitOfWork, dossier_id: UUID) -> int:
    """No slip printed so far opens the dossier any more; returns how many went."""
    open_links = [
        row for row in PeopleStore(uow.session).links_of(dossier_id) if row.revoked_at is None
    ]
    for row in open_links:
        row.revoked_at = uow.machine_now
    uow.session.flush()
    return len(open_links)


def mint_hand_over_code(uow: UnitOfWork, dossier_id: UUID, item_id: UUID) -> str:
    """Six digits for the receiver of this item; an earlier code of it opens nothing."""
    return _mint(uow, HAND_OVER, item_id, dossier_id, HAND_OVER_CODE_LIVES)


def check_hand_over_code(uow: UnitOfWork, item_id: UUID, code: str) -> bool:
    """Tell whether this is the item's code, and use it up.

    A wrong one is counted in this unit of work: a caller who refuses **commits the unit
    first**, or asks `try_hand_over_code` before it begins, which counts by itself.
    """
    return _check(uow, HAND_OVER, item_id, code, is_use=True)


def try_hand_over_code(item_id: UUID, code: str, *, actor: Actor, units: Units) -> bool:
    """Tell whether this is the item's code; a wrong try is counted and kept, a right one stays.

    Called before the hand-over's own unit of work, so that a refusal there cannot undo the count.
    """
    with units.write() as uow:
        is_right = _check(uow, HAND_OVER, item_id, code, is_use=False)
        uow.commit()
    return is_right


def mint_sign_in_code(uow: UnitOfWork, dossier_id: UUID) -> SignInCode | None:
    """A code for the citizen of this dossier, and whom it is to be sent to.

    None when nobody has a mobile phone of his own: shared ones get no code. The caller answers
    the same either way. Raises TooManyCodes.
    """
    person = next(
        (
            party
            for role in _CODE_GOES_TO
            for party in parties_of(uow, dossier_id)
            if party.role is role
            and party.phone
            and not party.is_phone_shared
            and is_mobile(party.phone)
        ),
        None,
    )
    if person is None or person.phone is None:
        return None
    since = uow.machine_now - TRIES_COUNT_FOR
    rows = PeopleStore(uow.session).codes(SIGN_IN, dossier_id, lock=True)
    if sum(row.created_at > since for row in rows) >= MOST_CODES_AN_HOUR:
        raise TooManyCodes(minutes=60)
    code = _mint(uow, SIGN_IN, dossier_id, dossier_id, SIGN_IN_CODE_LIVES)
    return SignInCode(code, person.id, person.phone)


def check_sign_in_code(uow: UnitOfWork, dossier_id: UUID, code: str) -> bool:
    """Tell whether this is the dossier's code, and use it up.

    The caller commits the unit in either case, so that wrong tries stay counted.
    """
    return _check(uow, SIGN_IN, dossier_id, code, is_use=True)


def _mint(
    uow: UnitOfWork, purpose: str, subject_id: UUID, dossier_id: UUID, lives: timedelta
) -> str:
    store = PeopleStore(uow.session)
    for earlier in store.codes(purpose, subject_id, lock=True):
        earlier.replaced_at = earlier.replaced_at or uow.machine_now
    code, salt = new_code(), new_salt()
    store.add(
        OneTimeCodeRow(
            id=new_id(),
            purpose=purpose,
            subject_id=subject_id,
            dossier_id=dossier_id,
            salt=salt,
            code_hash=hash_code(uow.ring, code, salt),
            created_at=uow.machine_now,
            expires_at=uow.machine_now + lives,
        )
    )
    return code


def _check(uow: UnitOfWork, purpose: str, subject_id: UUID, code: str, *, is_use: bool) -> bool:
    """Tries are counted over all codes of a subject within the hour: a new code buys none."""
    now = uow.machine_now
    rows = PeopleStore(uow.session).codes(purpose, subject_id, lock=True)
    current = rows[0] if rows else None
    if current is None or current.used_at or current.expires_at <= now:
        return False
    since = now - TRIES_COUNT_FOR
    recent = sum(r.tries for r in rows if r.last_try_at is not None and r.last_try_at > since)
    if recent >= MOST_TRIES or current.tries >= MOST_TRIES:
        return False
    try:
        is_right = is_code(uow.ring, current.code_hash, code.strip(), current.salt)
    except KeyUnusable:
        return False
    if not is_right:
        current.tries += 1
        current.last_try_at = now
    elif is_use:
        current.used_at = now
    uow.session.flush()
    return is_right
