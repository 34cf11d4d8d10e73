"""A banking stop where a run would carry more cash than the limit. Parts.

Planned when the run is published, from what its doors are to pay; added on the road when the
cash in hand has passed the limit after all.
"""

from postal_bridge.delivery.service import delivery_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import UnitOfWork
from postal_bridge.money.cash_limit import cash_limit_vnd
from postal_bridge.money.service import courier_cash_vnd
from postal_bridge.runs import store
from postal_bridge.runs.looking import EVERYTHING
from postal_bridge.runs.rules import StopKind, StopStatus
from postal_bridge.runs.tables import RunRow, StopRow


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
