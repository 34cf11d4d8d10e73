"""How far money that goes back by transfer has come. Pure.

A payment that is given back is owed from that moment; it leaves the bank only when the bank's
statement says so. What the bank sends back, or refuses, is owed again and ordered anew.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen


class RefundStatus(StrEnum):
    OWED = "owed"  # nobody has ordered a transfer yet
    ORDERED = "ordered"  # two people have, to the account the citizen gave
    SENT = "sent"  # it stands in a file for the bank
    PAID = "paid"  # the bank's statement says it left


class RefundAction(StrEnum):
    ORDER = "order"
    WITHDRAW = "withdraw"
    SEND = "send"
    PAY = "pay"
    REFUSE = "refuse"
    COME_BACK = "come_back"


_S, _A = RefundStatus, RefundAction

MOVES: Mapping[tuple[RefundStatus, RefundAction], RefundStatus] = MappingProxyType(
    {
        (_S.OWED, _A.ORDER): _S.ORDERED,
        (_S.ORDERED, _A.WITHDRAW): _S.OWED,  # another account, before the bank has it
        (_S.ORDERED, _A.SEND): _S.SENT,
        (_S.SENT, _A.PAY): _S.PAID,
        (_S.SENT, _A.REFUSE): _S.OWED,  # the bank says no; two people write that down
        (_S.PAID, _A.COME_BACK): _S.OWED,  # it left and came back, with a transaction of its own
    }
)


ACCOUNT_MAY_BE_GIVEN = frozenset({_S.OWED, _S.ORDERED})
"""Until then the citizen may name another account; what is ordered is withdrawn by that."""


def next_status(status: RefundStatus, action: RefundAction) -> RefundStatus:
    """Find the row for this action, or raise `MoveNotOpen`."""
    to = MOVES.get((status, action))
    if to is None:
        raise MoveNotOpen(machine="refund", status=status.value, action=action.value)
    return to
