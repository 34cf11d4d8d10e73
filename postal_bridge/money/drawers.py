"""A clerk's drawer for one shift: opened with a counted float, counted blind, closed or contested.

The clerk sees every line the moment it is posted. What should be there is shown only after the
count. A difference is recorded; while contested it is nobody's debt (M7, facts: H-11, H-19).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import said_words
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money import accounts, drawer_store
from postal_bridge.money.accounts import Account, Posting
from postal_bridge.money.drawer_tables import DrawerCount, DrawerRow
from postal_bridge.money.errors import (
    CorrectionNotSeen,
    DrawerAlreadyOpen,
    DrawerNotOpen,
    ReasonMissing,
    SecondPersonNeeded,
    UnitMissing,
)
from postal_bridge.money.ledger import CLOSING, EntryHead, PostedLine, balance_vnd, lines_of, post
from postal_bridge.money.line_words import with_words
from postal_bridge.money.rules import DrawerAction, DrawerStatus, next_drawer_move, owed_vnd
from postal_bridge.money.store import MoneyStore
from postal_bridge.money.watching import check_not_suspected, offices_alike
from postal_bridge.money.witnesses import use_witness


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """`float_vnd`: the change money, counted by the clerk who takes it."""

    float_vnd: int


@dataclass(frozen=True, slots=True)
class CountDrawer:
    """Blind: before he is shown what should be there.

    Attributes
    ----------
    counted_vnd : our own money
    reason : asked for from the second count on
    other_vnd : pension, parcel and bill money that lies in the same box; declared, and
        outside our balance
    """

    counted_vnd: int
    reason: str | None = None
    other_vnd: int = 0


@dataclass(frozen=True, slots=True)
class ContestDifference:
    reason: str


@dataclass(frozen=True, slots=True)
class ResolveDifference:
    """Two people decide, for a debt of another office.

    Attributes
    ----------
    second_staff_id : who else stands by it
    clerk_owes : only with evidence; the default is that the cause is not known
    evidence : number of the investigation's record
    """

    drawer_id: UUID
    clerk_owes: bool
    evidence: str
    second_staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DrawerView:
    """A clerk's shift.

    Attributes
    ----------
    expected_vnd, difference_vnd : None until the clerk has counted
    other_vnd : declared money of other services in the same box, outside our balance
    reason : why the clerk contested the difference
    explanation : what the clerk said of a difference he accepted
    second_person : who stood by the count from elsewhere; None where the clerk closed alone
    offices_alike : so many offices have the very same difference: the system is suspected; 0, none
    """

    id: UUID
    clerk: str
    unit_id: UUID
    status: DrawerStatus
    float_vnd: int
    opened_at: datetime
    closed_at: datetime | None
    expected_vnd: int | None
    counted_vnd: int | None
    difference_vnd: int | None
    owed_vnd: int
    reason: str | None
    lines: tuple[PostedLine, ...]
    other_vnd: int | None = None
    explanation: str | None = None
    second_person: str | None = None
    offices_alike: int = 0


def start_shift(uow: UnitOfWork, command: OpenDrawer, *, actor: Actor) -> DrawerView:
    """The clerk's drawer is open with its float. Raises DrawerAlreadyOpen."""
    if actor.unit_id is None:
        raise UnitMissing
    store = MoneyStore(uow.session)
    drawer = DrawerRow(
        id=new_id(),
        clerk=actor.id,
        unit_id=actor.unit_id,
        status=DrawerStatus.OPEN,
        float_vnd=command.float_vnd,
        opened_at=uow.now,
        owed_vnd=0,
    )
    if not store.add_unless_twin(drawer):
        raise DrawerAlreadyOpen
    _tell_journal(uow, drawer, "opened", {"float_vnd": command.float_vnd}, actor)
    if command.float_vnd:
        cash, safe = _cash(drawer), accounts.safe(drawer.unit_id)
        float_line = Posting(cash, safe, command.float_vnd, "float")
        post(uow, _head(drawer, "drawer_opened"), [float_line], actor=actor)
    return _view(uow, drawer)


def count_shift(uow: UnitOfWork, command: CountDrawer, *, actor: Actor) -> DrawerView:
    """The count is recorded beside what was expected. Counting again needs a reason.

    Raises
    ------
    CorrectionNotSeen
        A proposed correction waits that the clerk has not been shown.
    """
    store = MoneyStore(uow.session)
    drawer = _own(store, actor)
    if any(
        c.status == "proposed"
        for c in drawer_store.corrections_of_drawers(store.session, [drawer.id])
    ):
        raise CorrectionNotSeen
    count_no = drawer_store.last_count_no(store.session, drawer.id) + 1
    if count_no > 1 and not command.reason:
        raise ReasonMissing
    expected_vnd = balance_vnd(uow, _cash(drawer))
    _move(drawer, DrawerAction.COUNT)
    drawer.expected_vnd, drawer.counted_vnd = expected_vnd, command.counted_vnd
    drawer.other_vnd = command.other_vnd
    store.add(
        DrawerCount(
            drawer_id=drawer.id,
            count_no=count_no,
            counted_vnd=command.counted_vnd,
            expected_vnd=expected_vnd,
            at=uow.now,
            actor=actor.ref,
            reason=command.reason,
            other_vnd=command.other_vnd,
        )
    )
    said = {
        "count_no": count_no,
        "counted_vnd": command.counted_vnd,
        "expected_vnd": expected_vnd,
        "other_vnd": command.other_vnd,
        "reason": said_words(drawer.id, command.reason),
    }
    _tell_journal(uow, drawer, "counted", said, actor)
    return _view(uow, drawer)


def end_shift(
    uow: UnitOfWork, *, actor: Actor, explanation: str = "", witness_id: UUID | None = None
) -> DrawerView:
    """The clerk accepts the count: the cash goes to the safe, a shortage is owed.

    `witness_id`: the code of a second person elsewhere, as `witness_of_code` found it. Raises
    SystemSuspected for a shortage that several offices share: it is contested, not accepted.
    """
    drawer = _own(MoneyStore(uow.session), actor)
    difference_vnd = (drawer.counted_vnd or 0) - (drawer.expected_vnd or 0)
    if drawer.status == DrawerStatus.COUNTED and difference_vnd < 0:
        check_not_suspected(uow, difference_vnd)
    drawer.second_person = None if witness_id is None else use_witness(uow, witness_id)
    drawer.explanation = explanation.strip()[:200] or None
    return _empty(uow, drawer, DrawerAction.CLOSE, accounts.difference(drawer.unit_id), actor)


def contest_shift(
    uow: UnitOfWork,
    command: ContestDifference,
    *,
    actor: Actor,
    witness_id: UUID | None = None,
) -> DrawerView:
    """The clerk does not accept the difference: it is set aside and not owed."""
    if not command.reason.strip():
        raise ReasonMissing
    drawer = _own(MoneyStore(uow.session), actor)
    drawer.second_person = None if witness_id is None else use_witness(uow, witness_id)
    drawer.reason = command.reason.strip()
    aside = accounts.contested(drawer.id, drawer.unit_id)
    return _empty(uow, drawer, DrawerAction.CONTEST, aside, actor)


def settle_contested(uow: UnitOfWork, command: ResolveDifference, *, actor: Actor) -> DrawerView:
    """Two people have decided, for a debt of another office; without evidence nobody owes.

    Raises
    ------
    SecondPersonNeeded
        No second person, the clerk himself, or a debt decided within the clerk's own office.
    ReasonMissing
        A decision without the number of its record.
    SystemSuspected
        Several offices have the very same difference: nobody owes it meanwhile.
    """
    drawer = drawer_store.drawer(uow.session, command.drawer_id, actor.scope, lock=True)
    second = command.second_staff_id
    if second is None or len({str(second), actor.id, drawer.clerk}) < 3:
        raise SecondPersonNeeded
    if command.clerk_owes and actor.unit_id == drawer.unit_id:
        raise SecondPersonNeeded
    if not command.evidence.strip():
        raise ReasonMissing
    if command.clerk_owes:
        check_not_suspected(uow, (drawer.counted_vnd or 0) - (drawer.expected_vnd or 0))
    _move(drawer, DrawerAction.RESOLVE)
    aside, settled = (
        accounts.contested(drawer.id, drawer.unit_id),
        accounts.difference(drawer.unit_id),
    )
    short_vnd = balance_vnd(uow, aside)
    if short_vnd:
        line = Posting(settled, aside, abs(short_vnd), "contested")
        line = line if short_vnd > 0 else line.turned_round()
        head = _head(drawer, "difference_resolved", command.evidence, f"staff:{second}")
        post(uow, head, [line], actor=actor)
    if command.clerk_owes:
        expected_vnd, counted_vnd = drawer.expected_vnd or 0, drawer.counted_vnd or 0
        drawer.owed_vnd = owed_vnd(DrawerStatus.CLOSED, expected_vnd, counted_vnd)
    drawer.closed_at = uow.now
    said = {
        "clerk_owes": command.clerk_owes,
        "evidence": command.evidence,
        "second": str(second),
    }
    _tell_journal(uow, drawer, "resolved", said, actor)
    return _view(uow, drawer)


def drawer_of_clerk(uow: ReadUnit, *, actor: Actor) -> DrawerView | None:
    """The actor's drawer that is open or counted, or None."""
    drawer = drawer_store.working_drawer(uow.session, actor.id)
    return None if drawer is None else _with_suspicion(uow, _view(uow, drawer))


def drawer_by_id(uow: ReadUnit, drawer_id: UUID, *, actor: Actor) -> DrawerView:
    """Raises NotFound outside the actor's scope; a clerk always sees his own (facts: H-20)."""
    row = uow.session.get(DrawerRow, drawer_id)
    if row is not None and row.clerk == actor.id:
        return _with_suspicion(uow, _view(uow, row))
    row = drawer_store.drawer(uow.session, drawer_id, actor.scope)
    return _with_suspicion(uow, _view(uow, row))


def drawers_for(uow: ReadUnit, *, actor: Actor) -> tuple[DrawerView, ...]:
    """All drawers of the actor's scope, oldest first."""
    return tuple(_view(uow, row) for row in drawer_store.drawers(uow.session, actor.scope))


def _empty(
    uow: UnitOfWork, drawer: DrawerRow, action: DrawerAction, rest: Account, actor: Actor
) -> DrawerView:
    """What was counted goes to the safe, the difference to `rest`: the drawer's account is nil."""
    expected_vnd, counted_vnd = drawer.expected_vnd or 0, drawer.counted_vnd or 0
    _move(drawer, action)
    cash, short_vnd = _cash(drawer), expected_vnd - counted_vnd
    lines = []
    if counted_vnd:
        lines.append(Posting(accounts.safe(drawer.unit_id), cash, counted_vnd, "counted"))
    if short_vnd > 0:
        lines.append(Posting(rest, cash, short_vnd, "short"))
    if short_vnd < 0:
        lines.append(Posting(cash, rest, -short_vnd, "over"))
    second = None if drawer.second_person is None else f"staff:{drawer.second_person}"
    if lines:
        post(uow, _head(drawer, CLOSING, None, second), lines, actor=actor)
    drawer.owed_vnd = owed_vnd(DrawerStatus(drawer.status), expected_vnd, counted_vnd)
    if drawer.status == DrawerStatus.CLOSED:
        drawer.closed_at = uow.now
    said = {
        "counted_vnd": counted_vnd,
        "short_vnd": short_vnd,
        "second": drawer.second_person,
        "reason": said_words(drawer.id, drawer.reason),
        "explanation": said_words(drawer.id, drawer.explanation),
    }
    _tell_journal(uow, drawer, drawer.status, said, actor)
    return _view(uow, drawer)


def _own(store: MoneyStore, actor: Actor) -> DrawerRow:
    drawer = drawer_store.working_drawer(store.session, actor.id, lock=True)
    if drawer is None:
        raise DrawerNotOpen
    return drawer


def _cash(drawer: DrawerRow) -> Account:
    return accounts.drawer_cash(drawer.id, drawer.unit_id)


def _move(drawer: DrawerRow, action: DrawerAction) -> None:
    drawer.status = next_drawer_move(DrawerStatus(drawer.status), action).to


def _head(
    drawer: DrawerRow, kind: str, reason: str | None = None, second: str | None = None
) -> EntryHead:
    return EntryHead(
        f"shift:{drawer.id}", kind, unit_id=drawer.unit_id, reason=reason, second_person=second
    )


def _tell_journal(
    uow: UnitOfWork, drawer: DrawerRow, what: str, said: Mapping[str, object], actor: Actor
) -> None:
    stream = streams.journal_stream(f"shift:{drawer.id}")
    streams.append(uow, stream, f"drawer_{what}", said, actor=actor)


def _with_suspicion(uow: ReadUnit, drawer: DrawerView) -> DrawerView:
    """Nobody is left to think that it happened to him alone (facts: H-13, H-14)."""
    return replace(drawer, offices_alike=offices_alike(uow, drawer.difference_vnd or 0))


def _view(uow: ReadUnit, row: DrawerRow) -> DrawerView:
    difference_vnd = (
        None
        if row.counted_vnd is None or row.expected_vnd is None
        else row.counted_vnd - row.expected_vnd
    )
    return DrawerView(
        id=row.id,
        clerk=row.clerk,
        unit_id=row.unit_id,
        status=DrawerStatus(row.status),
        float_vnd=row.float_vnd,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        expected_vnd=row.expected_vnd,
        counted_vnd=row.counted_vnd,
        difference_vnd=difference_vnd,
        owed_vnd=row.owed_vnd,
        reason=row.reason,
        lines=with_words(uow, lines_of(uow, _cash(row))),
        other_vnd=row.other_vnd,
        explanation=row.explanation,
        second_person=row.second_person,
    )
