"""Does an action once: claim, prepare, call, settle. Knows neither RQ nor Redis."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from postal_bridge.kernel import actions
from postal_bridge.kernel.errors import (
    AppError,
    Refusal,
    StaleToken,
    TemporaryFailure,
    UnclearAnswer,
)
from postal_bridge.kernel.log import log
from postal_bridge.kernel.outbox import ActionState, Handler, Work
from postal_bridge.kernel.unit_of_work import Units


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How the call ended. `is_settled`: `result` is to be recorded by the handler."""

    state: ActionState
    reason: str | None = None
    result: Any = None
    is_settled: bool = False


def run_action(action_id: UUID, *, units: Units, handlers: Mapping[str, Handler]) -> None:
    """Do one action once, and those that its job takes along.

    Safe to run twice, late, and beside its twin. No transaction is open during `call`. A
    temporary failure waits for the handler's next pause; a refusal and an unclear answer end
    the action; a defect counts as a try, is put back and escapes, so that the log shows it.
    Each action ends by itself, whatever became of those before it. A process killed in between
    leaves its leases to the reaper.

    Raises
    ------
    StaleToken
        The lease ran out and another run took over: what we did here is not committed.
    """
    with units.write() as uow:
        taken = actions.claim(
            uow.session, action_id, handlers, now=uow.machine_now, business_now=uow.now
        )
        uow.commit()
        until = uow.machine_now
    if not taken:
        return  # done, parked, or in another worker's hands
    handler = handlers[taken[0].handler]
    until += timedelta(seconds=handler.policy.timeout_s / 2)
    faults: list[Exception] = []
    for number, work in enumerate(taken):
        if number and units.machine.now() > until:
            _give_back(units, taken[number:])
            break
        if (fault := _do(units, handler, work)) is not None:
            faults.append(fault)
    for other in faults[1:]:
        log.error("run_failed", action_id=str(action_id), exc_info=other)
    if faults:
        raise faults[0]


def _do(units: Units, handler: Handler, work: Work) -> Exception | None:
    """The action ended, or waits for its next try; returns what the log must show."""
    try:
        _settle(units, handler, work, _call(units, handler, work))
    except StaleToken as stale:
        return stale
    except TemporaryFailure as failure:
        _put_back(units, handler, work, reason=failure.code)
    except Exception as defect:  # noqa: BLE001  (raised by the caller when all have ended)
        reason = defect.code if isinstance(defect, AppError) else type(defect).__name__
        _put_back(units, handler, work, reason=reason)
        return defect
    return None


def _call(units: Units, handler: Handler, work: Work) -> _Outcome:
    with units.read() as view:
        order = handler.prepare(view, work)
    if order is None:
        return _Outcome(ActionState.ACCEPTED)
    try:
        result = handler.call(order)
    except Refusal as refusal:
        return _Outcome(ActionState.REFUSED, refusal.code)
    except UnclearAnswer as unclear:
        return _Outcome(ActionState.NEEDS_PERSON, unclear.code)
    return _Outcome(ActionState.ACCEPTED, result=result, is_settled=True)


def _settle(units: Units, handler: Handler, work: Work, outcome: _Outcome) -> None:
    with units.write() as uow:
        actions.close(uow.session, work, outcome.state, now=uow.machine_now, reason=outcome.reason)
        if outcome.is_settled:
            handler.settle(uow, work, outcome.result)
        uow.commit()


def _give_back(units: Units, rest: Sequence[Work]) -> None:
    with units.write() as uow:
        for work in rest:
            with suppress(StaleToken):  # another run has it already
                actions.give_back(uow.session, work, now=uow.machine_now)
        uow.commit()


def _put_back(units: Units, handler: Handler, work: Work, *, reason: str) -> None:
    log.info("action_put_back", action_id=str(work.action_id), handler=work.handler, reason=reason)
    with units.write() as uow:
        actions.put_back(uow.session, work, handler.policy, reason=reason[:80], now=uow.machine_now)
        uow.commit()
