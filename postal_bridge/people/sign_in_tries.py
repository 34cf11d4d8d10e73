"""How often a password may be tried for one sign-in name. Machine clock.

Strangers share one count for each name, so that a hundred addresses guess no faster than one.
A browser on which the person signed in before has a count of its own: whoever uses the shared
one up locks nobody out at the usual counter.

Source: ASVS 5.0 6.3.1; OWASP, slow down online guessing attacks with device cookies; abuse
case I6. The figures are ours.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from postal_bridge.kernel.errors import TooMany
from postal_bridge.kernel.keys import Purpose
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.people.secrets import keyed_hashes
from postal_bridge.people.store import PeopleStore
from postal_bridge.people.tables import SignInTriesRow

TRIES = 10
WINDOW = timedelta(minutes=15)
COUNT_USE, FAMILIAR_USE = "sign_in_tries", "familiar"
FORGOTTEN_AT_ONCE = 1_000


class TooManySignIns(TooMany):
    """The same answer for names that nobody has (S5)."""

    code = "too_many_sign_ins"


@dataclass(frozen=True, slots=True)
class Tried:
    """A try that was counted, and by which token the browser is known; None for a stranger."""

    login: str = field(repr=False)
    familiar: str | None = field(repr=False)


def take_try(uow: UnitOfWork, login: str, familiar: tuple[str, ...] = ()) -> Tried:
    """One more try is counted. The unit is committed before the password is compared.

    Raises
    ------
    TooManySignIns
        Ten were counted within fifteen minutes; nothing is compared.
    """
    tried = Tried(login, next((one for one in familiar if _is_known(uow, login, one)), None))
    row = _count(uow, tried)
    if uow.machine_now - row.since >= WINDOW:
        row.tries, row.since = 0, uow.machine_now
    if row.tries >= TRIES:
        wait_s = int((row.since + WINDOW - uow.machine_now).total_seconds()) + 1
        raise TooManySignIns(minutes=-(-wait_s // 60), retry_after_s=wait_s)
    row.tries += 1
    return tried


def forget_tries(uow: UnitOfWork, tried: Tried) -> str:
    """The password was right: the count begins anew. Returns the browser's token."""
    uow.session.delete(_count(uow, tried))
    return tried.familiar or _token(uow, tried.login, secrets.token_urlsafe(16))


def forget_old_tries(uow: UnitOfWork) -> int:
    """Counts whose time is over are gone; returns how many."""
    old = PeopleStore(uow.session).tries_before(uow.machine_now - WINDOW, FORGOTTEN_AT_ONCE)
    for row in old:
        uow.session.delete(row)
    return len(old)


def _count(uow: UnitOfWork, tried: Tried) -> SignInTriesRow:
    """The row is locked; a name that was typed stands in it as HMAC only."""
    who = f"{tried.login}\n{tried.familiar or ''}"
    names = keyed_hashes(uow.ring, Purpose.SESSION, COUNT_USE, who)
    return PeopleStore(uow.session).tries(names, uow.machine_now)


def _token(uow: UnitOfWork, login: str, nonce: str) -> str:
    mac = keyed_hashes(uow.ring, Purpose.SESSION, FAMILIAR_USE, f"{nonce}\n{login}")[0]
    return f"{nonce}/{mac}"


def _is_known(uow: UnitOfWork, login: str, token: str) -> bool:
    nonce, _, mac = token.partition("/")
    known = keyed_hashes(uow.ring, Purpose.SESSION, FAMILIAR_USE, f"{nonce}\n{login}")
    return any(secrets.compare_digest(mac.encode(), one.encode()) for one in known)
