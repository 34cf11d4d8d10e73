"""A banking stop where a run would carry more cash than the limit. Parts.

Planned when the run is published, from what its doors are to pay; added on the road when the
cash in hand has passed the limit after all. Done is what the ledger shows, not what is said.
"""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from postal_bridge.delivery.service import delivery_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.courier_cash import cash_given_on
from postal_bridge.money.service import courier_cash_vnd
from postal_bridge.runs import store
from postal_bridge.runs.errors import CashNotBanked, CashStillOverLimit
from postal_bridge.runs.looking import EVERYTHING
from postal_bridge.runs.rules import StopKind, StopStatus
from postal_bridge.runs.tables import RunRow, StopRow

BY_ENTRY = "by_entry"


def plan_banking(uow: UnitOfWork, run: RunRow) -> None:
    """Behind each door that takes the cash over the limit stands a stop to hand it in."""
    held_vnd = courier_cash_vnd(uow, str(run.courier_id))
    for stop in list(store.stops(uow, run.id)):
        if stop.kind == StopKind.BANK:
            held_vnd = 0
        if stop.delivery_id is not None:
            held_vnd += delivery_view(uow, stop.delivery_id, EVERYTHING).collect_vnd
        if held_vnd > cash_limit_vnd() and not _banks_next(uow, run, stop):
            _insert_after(uow, run, stop)
            held_vnd = 0


def bank_if_over(uow: UnitOfWork, run: RunRow, stop: StopRow, *, actor: Actor) -> None:
    """After a door was paid: the next stop is the bank if he carries more than the limit.

    A bank that was planned for later is no answer to cash that is too much now; one he has passed
    by is still his next.
    """
    if courier_cash_vnd(uow, str(run.courier_id)) > cash_limit_vnd():
        ahead = [one for one in store.stops(uow, run.id) if one.status == StopStatus.PLANNED]
        if not ahead or ahead[0].kind != StopKind.BANK:
            added = store.stop_fact(_insert_after(uow, run, stop))
            store.tell_stream(uow, run.id, "run.stop_added", added, actor)


def banked_by(uow: ReadUnit, run: RunRow) -> UUID:
    """The last entry by which cash left the courier's hands: with those before it, for one stop.

    Raises
    ------
    CashNotBanked
        Nothing was banked or taken by a clerk since the run was drafted or its last such stop was
        answered; an offer that nobody has accepted is no hand-in.
    CashStillOverLimit
        What was banked was too little.
    """
    held_vnd = courier_cash_vnd(uow, str(run.courier_id))
    said = entries_said(streams.read(uow, f"run:{run.id}"))
    given = cash_given_on(uow, str(run.courier_id), run.created_at)
    answered = max((no for no, entry in enumerate(given, 1) if str(entry) in said), default=0)
    if answered == len(given):
        raise CashNotBanked(held_vnd=held_vnd)
    if held_vnd > cash_limit_vnd():
        raise CashStillOverLimit(held_vnd=held_vnd, limit_vnd=cash_limit_vnd())
    return given[-1]


def bankings_that_differ(uow: ReadUnit, run: RunRow, facts: Sequence[Fact]) -> Iterator[str]:
    """Codes of what its stream says of bankings and the ledger does not.

    Stops that were answered before the stream named entries are passed.
    """
    said = entries_said(facts)
    given = {str(one) for one in cash_given_on(uow, str(run.courier_id), run.created_at)}
    if len(set(said)) < len(said) or not given.issuperset(said):
        yield "banking_unknown"


def entries_said(facts: Iterable[Fact]) -> list[str]:
    """The entries that answers of banking stops name."""
    return [fact.body[BY_ENTRY] for fact in facts if BY_ENTRY in fact.body]


def _banks_next(uow: UnitOfWork, run: RunRow, stop: StopRow) -> bool:
    later = [one for one in store.stops(uow, run.id) if one.position > stop.position]
    return bool(later) and later[0].kind == StopKind.BANK


def _insert_after(uow: UnitOfWork, run: RunRow, stop: StopRow) -> StopRow:
    for later in store.stops(uow, run.id):
        if later.position > stop.position:
            later.position += 1
    bank = StopRow(
        id=new_id(),
        run_id=run.id,
        position=stop.position + 1,
        kind=StopKind.BANK,
        status=StopStatus.PLANNED,
    )
    uow.session.add(bank)
    uow.session.flush()
    return bank
