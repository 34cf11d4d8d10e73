"""An agency fee that changes after acceptance: thu thêm, hoàn lại. Pure.

The agency says what the fee is from now on, why, and by which instrument. What is paid already is
never rewritten: the citizen pays the rest, or is given back what is too much.
Source: config/bank/fee_refund.toml for the limit; fees are state money (facts: payment 1).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "bank" / "fee_refund.toml"


class FeeChangeStatus(StrEnum):
    DUE = "due"  # the citizen is to pay the rest
    PAID = "paid"
    OWED = "owed"  # the citizen is to be given back what is too much
    GIVEN_BACK = "given_back"
    REPLACED = "replaced"  # stated once more since, or the dossier ended: nothing is asked


class FeeChangeAction(StrEnum):
    PAY = "pay"
    GIVE_BACK = "give_back"
    REPLACE = "replace"


class FeeChangeReason(StrEnum):
    """Why the fee is another. Codes, so that no words about a person stand beside money."""

    ASSESSED_ANEW = "assessed_anew"
    WRONG_FEE = "wrong_fee"
    EXEMPT = "exempt"
    SCOPE_CHANGED = "scope_changed"


class RefundWay(StrEnum):
    CASH = "cash"
    TRANSFER = "transfer"


_S, _A = FeeChangeStatus, FeeChangeAction

MOVES: Mapping[tuple[FeeChangeStatus, FeeChangeAction], FeeChangeStatus] = MappingProxyType(
    {
        (_S.DUE, _A.PAY): _S.PAID,
        (_S.DUE, _A.REPLACE): _S.REPLACED,
        # A transfer that comes late is still the citizen's money: age refuses nothing.
        (_S.REPLACED, _A.PAY): _S.PAID,
        (_S.OWED, _A.GIVE_BACK): _S.GIVEN_BACK,
        (_S.OWED, _A.REPLACE): _S.REPLACED,
    }
)

OPEN = (FeeChangeStatus.DUE, FeeChangeStatus.OWED)


@dataclass(frozen=True, slots=True)
class Step:
    """What a newly stated fee means for the citizen, beside what he has paid of it."""

    status: FeeChangeStatus
    amount_vnd: int


def next_status(status: FeeChangeStatus, action: FeeChangeAction) -> FeeChangeStatus:
    """Find the row for this action, or raise `MoveNotOpen`."""
    after = MOVES.get((status, action))
    if after is None:
        raise MoveNotOpen(machine="fee_change", status=status.value, action=action.value)
    return after


def step_for(paid_vnd: int, new_vnd: int) -> Step | None:
    """The rest to pay or to give back; None where what is paid is what the fee is."""
    if new_vnd == paid_vnd:
        return None
    status = FeeChangeStatus.DUE if new_vnd > paid_vnd else FeeChangeStatus.OWED
    return Step(status, abs(new_vnd - paid_vnd))


def needs_second_person(amount_vnd: int) -> bool:
    return amount_vnd > second_person_above_vnd()


@cache
def second_person_above_vnd(path: Path = SHIPPED) -> int:
    """What one person may give back alone."""
    limit_vnd = tomllib.loads(path.read_text("utf-8"))["second_person_above_vnd"]
    if not isinstance(limit_vnd, int) or limit_vnd < 0:
        raise ValueError(f"{path.name}: second_person_above_vnd")
    return limit_vnd
