"""A one-person office closes with a second person elsewhere: a code read out by telephone.

The second person sees count and difference on his own screen, under his own sign-in, and reads
out six digits that hold for this count only; the clerk types them. So both have seen the same
figures, and neither can act for the other (design C5).
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import MoveNotOpen
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money import drawer_store, witness_store
from postal_bridge.money.errors import SecondPersonNeeded, WitnessCodeWrong
from postal_bridge.money.rules import DrawerStatus
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.witness_tables import DrawerWitness

DIGITS = 6
MOST_TRIES = 5
HOLDS_FOR = timedelta(minutes=30)


def stand_by(drawer_id: UUID, *, actor: Actor, units: Units) -> str:
    """The actor has seen the count and stands by it; the code is shown once, to be read out.

    Raises
    ------
    SecondPersonNeeded
        The clerk himself.
    MoveNotOpen
        The clerk has not counted, or the shift is over.
    """
    with units.write() as uow:
        code = issue_code(uow, drawer_id, actor=actor)
        uow.commit()
    return code


def issue_code(uow: UnitOfWork, drawer_id: UUID, *, actor: Actor) -> str:
    store = MoneyStore(uow.session)
    drawer = drawer_store.drawer(store.session, drawer_id, actor.scope)
    if drawer.clerk == actor.id:
        raise SecondPersonNeeded
    if drawer.status != DrawerStatus.COUNTED:
        raise MoveNotOpen(machine="drawer", status=drawer.status, action="witness")
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row_id = new_id()
    store.add(
        DrawerWitness(
            id=row_id,
            drawer_id=drawer.id,
            count_no=drawer_store.last_count_no(store.session, drawer.id),
            witness=actor.id,
            code_hash=_hash(uow, row_id, code),
            issued_at=uow.machine_now,
            tries=0,
        )
    )
    stream = streams.journal_stream(f"shift:{drawer.id}")
    streams.append(uow, stream, "drawer_witness_asked", {"witness": actor.id}, actor=actor)
    return code


def witness_of_code(code: str, *, actor: Actor, units: Units) -> UUID:
    """Whose code the clerk typed. A wrong try is kept whatever follows; five end the code.

    Raises
    ------
    WitnessCodeWrong
        No usable code of this count is this one.
    """
    with units.write() as uow:
        row = _matching(uow, code, actor)
        found = None if row is None else row.id
        uow.commit()
    if found is None:
        raise WitnessCodeWrong
    return found


def use_witness(uow: UnitOfWork, witness_row_id: UUID) -> str:
    """The code is used up with the closing it stands by; returns who stood by."""
    row = uow.session.get_one(DrawerWitness, witness_row_id, with_for_update=True)
    if row.used_at is not None:
        raise WitnessCodeWrong
    row.used_at = uow.machine_now
    return row.witness


def _matching(uow: UnitOfWork, code: str, actor: Actor) -> DrawerWitness | None:
    store = MoneyStore(uow.session)
    drawer = drawer_store.working_drawer(store.session, actor.id)
    if drawer is None:
        return None
    rows = witness_store.usable(
        uow, drawer.id, drawer_store.last_count_no(store.session, drawer.id),
        since=uow.machine_now - HOLDS_FOR, most_tries=MOST_TRIES,
    )  # fmt: skip
    typed = "".join(sign for sign in code if sign.isdigit())
    for row in rows:
        if hmac.compare_digest(row.code_hash, _hash(uow, row.id, typed)):
            return row
    for row in rows:
        row.tries += 1
    uow.session.flush()
    return None


def _hash(uow: ReadUnit, row_id: UUID, code: str) -> str:
    """Under the home's pepper and the row: a copy of the database tells no code."""
    key = uow.ring.active(Purpose.CODE_PEPPER).secret
    return hmac.new(key, f"{row_id}:{code}".encode(), hashlib.sha256).hexdigest()
