"""The life of a courier's run and of its stops. Pure; planning is in `geo/`.

Source: design sections 2 and 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen


class RunStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    LOADED = "loaded"
    ON_ROAD = "on_road"
    CLOSED = "closed"


class RunAction(StrEnum):
    PUBLISH = "publish"
    REPLAN = "replan"
    LOAD = "load"
    SET_OUT = "set_out"
    CLOSE = "close"


class RunProof(StrEnum):
    NONE = "none"
    COUNTED_ITEMS = "counted_items"  # the courier accepted each item of the list
    EVERY_STOP_ANSWERED = "every_stop_answered"


@dataclass(frozen=True, slots=True)
class RunMove:
    to: RunStatus
    proof: RunProof = RunProof.NONE


_S, _A, _P = RunStatus, RunAction, RunProof

RUN_MOVES: Mapping[tuple[RunStatus, RunAction], RunMove] = MappingProxyType(
    {
        (_S.DRAFT, _A.PUBLISH): RunMove(_S.PUBLISHED),
        (_S.PUBLISHED, _A.REPLAN): RunMove(_S.DRAFT),  # only while nothing is loaded
        (_S.PUBLISHED, _A.LOAD): RunMove(_S.LOADED, _P.COUNTED_ITEMS),
        (_S.LOADED, _A.SET_OUT): RunMove(_S.ON_ROAD),
        (_S.ON_ROAD, _A.CLOSE): RunMove(_S.CLOSED, _P.EVERY_STOP_ANSWERED),
    }
)

RUN_TERMINAL = frozenset(_S) - {status for status, _ in RUN_MOVES}


def next_run_move(status: RunStatus, action: RunAction) -> RunMove:
    """Find the row for this action, or raise `MoveNotOpen`."""
    move = RUN_MOVES.get((status, action))
    if move is None:
        raise MoveNotOpen(machine="run", status=status.value, action=action.value)
    return move


class StopKind(StrEnum):
    DELIVER = "deliver"
    COLLECT = "collect"
    EXCHANGE = "exchange"
    BANK = "bank"


class StopStatus(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


class StopAction(StrEnum):
    FINISH = "finish"
    FAIL = "fail"
    LEAVE_OUT = "leave_out"


_SS, _SA = StopStatus, StopAction

STOP_MOVES: Mapping[tuple[StopStatus, StopAction], StopStatus] = MappingProxyType(
    {
        (_SS.PLANNED, _SA.FINISH): _SS.DONE,
        (_SS.PLANNED, _SA.FAIL): _SS.FAILED,
        (_SS.PLANNED, _SA.LEAVE_OUT): _SS.NOT_REACHED,
        # The courier passes again on the same run.
        (_SS.FAILED, _SA.FINISH): _SS.DONE,
        (_SS.NOT_REACHED, _SA.FINISH): _SS.DONE,
        (_SS.NOT_REACHED, _SA.FAIL): _SS.FAILED,
    }
)

STOP_ANSWERED = frozenset(_SS) - {_SS.PLANNED}
"""States of a stop with which its run may close."""


def next_stop_status(status: StopStatus, action: StopAction) -> StopStatus:
    """Find the row for this action, or raise `MoveNotOpen`."""
    to = STOP_MOVES.get((status, action))
    if to is None:
        raise MoveNotOpen(machine="stop", status=status.value, action=action.value)
    return to
