"""The life of a courier's cash on its way into a drawer, and how a sum of it is split. Pure.

Source: design C2 (two-sided), M4 (state money, fare and remittance charge apart), M7.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen


class HandInStatus(StrEnum):
    OFFERED = "offered"  # the courier counted
    COUNTED = "counted"  # the clerk counted too; both see both counts
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class HandInAction(StrEnum):
    COUNT = "count"
    AGREE = "agree"  # the courier takes the clerk's count as his own
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    REFUSE = "refuse"


_S, _A = HandInStatus, HandInAction

HAND_IN_MOVES: Mapping[tuple[HandInStatus, HandInAction], HandInStatus] = MappingProxyType(
    {
        (_S.OFFERED, _A.COUNT): _S.COUNTED,
        (_S.COUNTED, _A.COUNT): _S.COUNTED,  # counted again, with a reason
        (_S.COUNTED, _A.AGREE): _S.COUNTED,
        (_S.COUNTED, _A.ACCEPT): _S.ACCEPTED,  # only where both counts are one
        (_S.OFFERED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.COUNTED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.OFFERED, _A.REFUSE): _S.REFUSED,
        (_S.COUNTED, _A.REFUSE): _S.REFUSED,
    }
)


def next_hand_in_status(status: HandInStatus, action: HandInAction) -> HandInStatus:
    """Find the row for this action, or raise `MoveNotOpen`."""
    to = HAND_IN_MOVES.get((status, action))
    if to is None:
        raise MoveNotOpen(machine="hand_in", status=status.value, action=action.value)
    return to


class GapStatus(StrEnum):
    """A difference between what a courier counted and what the books say he carried."""

    NONE = "none"
    SET_ASIDE = "set_aside"  # recorded, not answered, not owed
    ACCEPTED = "accepted"
    CONTESTED = "contested"  # doubted, not owed
    SETTLED = "settled"  # two people decided


class GapAction(StrEnum):
    ACCEPT = "accept"
    CONTEST = "contest"
    SETTLE = "settle"


_G, _GA = GapStatus, GapAction

GAP_MOVES: Mapping[tuple[GapStatus, GapAction], GapStatus] = MappingProxyType(
    {
        (_G.SET_ASIDE, _GA.ACCEPT): _G.ACCEPTED,
        (_G.SET_ASIDE, _GA.CONTEST): _G.CONTESTED,
        (_G.SET_ASIDE, _GA.SETTLE): _G.SETTLED,
        (_G.CONTESTED, _GA.SETTLE): _G.SETTLED,
    }
)


def next_gap_status(status: GapStatus, action: GapAction) -> GapStatus:
    """Find the row for this action, or raise `MoveNotOpen`."""
    to = GAP_MOVES.get((status, action))
    if to is None:
        raise MoveNotOpen(machine="gap", status=status.value, action=action.value)
    return to


class Part(StrEnum):
    """What a courier's cash consists of; where a sum is handed on, in this order.

    State money comes first: it is owed on by the day. `OVER` is cash no payment explains.
    """

    FEE = "fee"
    REMITTANCE = "remittance"
    FARE = "fare"
    OVER = "over"


EARNED_AS = MappingProxyType(
    {"fee_payable": Part.FEE, "remittance_revenue": Part.REMITTANCE, "fare_revenue": Part.FARE}
)


def parts_held(movements: Iterable[tuple[str, str, int]]) -> dict[Part, int]:
    """What is left of each part after all (other account's kind, about, amount) of a courier.

    An amount above zero came in. What went out without naming a part is taken in `Part`'s order.
    """
    held = dict.fromkeys(Part, 0)
    unnamed_vnd = 0
    for other, about, amount_vnd in movements:
        part = EARNED_AS.get(other) or next((one for one in Part if one == about), None)
        if part is None:
            unnamed_vnd += amount_vnd
        else:
            held[part] += amount_vnd
    if unnamed_vnd > 0:
        held[Part.OVER] += unnamed_vnd
    for part, amount_vnd in split(-unnamed_vnd, held):
        held[part] -= amount_vnd
    return held


def split(amount_vnd: int, held: Mapping[Part, int]) -> Sequence[tuple[Part, int]]:
    """The amount as parts of what is held, state money first; less where less is held."""
    taken, rest_vnd = [], amount_vnd
    for part in Part:
        share_vnd = min(rest_vnd, max(0, held[part]))
        if share_vnd > 0:
            taken.append((part, share_vnd))
            rest_vnd -= share_vnd
    return taken
