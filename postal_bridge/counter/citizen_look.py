"""One look at the citizen's page; what one statement proves to be true still is not made again.

A page follows from the rows behind `MARKS`, the streams it was made of, the reference data, the
language and the time (decision 0005). While all of these stand as they stood, the page that was
made then is what would be made now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from postal_bridge.counter.citizen import CitizenPage, citizen_of, page_of
from postal_bridge.custody.service import ITEMS_MARK
from postal_bridge.delivery.service import DELIVERY_MARK
from postal_bridge.dossiers.service import DOSSIER_MARK
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.marks import Marks
from postal_bridge.kernel.text import Language
from postal_bridge.kernel.unit_of_work import Glance, ReadUnit, Units
from postal_bridge.money.fee_changes import FEE_CHANGES_MARK
from postal_bridge.money.refund_accounts import REFUND_ACCOUNTS_MARK
from postal_bridge.money.refund_debts import REFUNDS_MARK
from postal_bridge.money.service import FARE_ENDS_MARK, PAYMENTS_MARK
from postal_bridge.people.service import (
    LOOKS_MARK,
    REVOKED_LINKS_MARK,
    dossier_of_link,
    link_key,
)

MARKS = Marks(
    DOSSIER_MARK,
    DELIVERY_MARK,
    ITEMS_MARK,
    PAYMENTS_MARK,
    LOOKS_MARK,
    REVOKED_LINKS_MARK,
    FARE_ENDS_MARK,
    FEE_CHANGES_MARK,
    REFUNDS_MARK,
    REFUND_ACCOUNTS_MARK,
)


@dataclass(frozen=True, slots=True)
class PageState:
    """Under what a page was made.

    Attributes
    ----------
    dossier_id : whose page it is
    marks : how everything that it was made of stood
    streams : the chains among that, by name
    since, until : the business time for which it says the truth; equal for none
    """

    dossier_id: UUID
    marks: tuple[int, ...]
    streams: tuple[str, ...]
    since: datetime
    until: datetime


class Kept(Protocol):
    """What the caller has made of a page before."""

    @property
    def state(self) -> PageState: ...


K = TypeVar("K", bound=Kept)


@dataclass(frozen=True, slots=True)
class Look(Generic[K]):
    """Either `kept`, which is still true, or a fresh `page`; with the state it was made under.

    `key`: under what the page may be kept. It tells one holder's page from another's and opens
    nothing.
    """

    key: str
    now: datetime
    state: PageState
    kept: K | None = None
    page: CitizenPage | None = None


def citizen_of_link(token: str, *, units: Units) -> Actor:
    """Who holds the slip. Raises NotFound for every token that opens nothing."""
    with units.read() as uow:
        return _holder(uow, token)


def look(
    who: str | Actor, language: Language, *, known: Callable[[str], K | None], units: Units
) -> Look[K]:
    """The page of whoever holds a link, or has proved himself already.

    `known` gives what the caller has kept under a key.

    Raises
    ------
    NotFound
        The link opens nothing, or the actor is no dossier's citizen.
    """
    key = link_key(units.ring, who) if isinstance(who, str) else f"dossier:{who.scope.dossier_id}"
    kept = known(key)
    if kept is not None:
        glance = units.glance(MARKS.question(kept.state.dossier_id, kept.state.streams))
        if _holds(glance, kept.state):
            return Look(key, glance.now, kept.state, kept=kept)
    with units.read() as uow:
        citizen = _holder(uow, who) if isinstance(who, str) else who
        dossier_id = citizen.scope.dossier_id
        if dossier_id is None:
            raise NotFound
        page = page_of(uow, dossier_id, language, actor=citizen)
        return Look(key, uow.now, _state(uow, dossier_id, page), page=page)


def _holder(uow: ReadUnit, token: str) -> Actor:
    dossier_id = dossier_of_link(uow, token)
    if dossier_id is None:
        raise NotFound
    return citizen_of(dossier_id)


def _holds(glance: Glance, state: PageState) -> bool:
    """Also the link that opened it: one that was revoked since is a mark that has changed."""
    return state.since <= glance.now < state.until and MARKS.told(glance) == state.marks


def _state(uow: ReadUnit, dossier_id: UUID, page: CitizenPage) -> PageState:
    """Asked in the unit that read the page, which sees one moment only."""
    names = streams.names_read(uow)
    until = page.holds_until or page.now
    if uow.is_sandbox:  # its clock stands on every page, to the minute
        until = min(until, page.now.replace(second=0, microsecond=0) + timedelta(minutes=1))
    marks = MARKS.of(uow, dossier_id, names)
    return PageState(dossier_id, marks, names, since=page.now, until=until)
