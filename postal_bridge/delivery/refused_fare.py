"""What follows by contract when a citizen refuses the fare at the door. Pure.

Source: the agreement of section and point (`fare_refused` of the link), as it stood when the
delivery was registered. Postal Law 49/2010/QH12 art. 17(1)(đ) lets what was refused go back; that
a contract may hold it instead is our reading, to be confirmed with the operator.

RuleViolation
├── RefusedIsHeld      by contract it is held at the point, where it may still be paid for
└── RefusedGoesBack    by contract it goes back to its issuer at once
"""

from collections.abc import Mapping
from types import MappingProxyType

from postal_bridge.delivery.rules import DeliveryAction, DeliveryStatus
from postal_bridge.delivery.undeliverable import FailureReason
from postal_bridge.directory.rules import FareRefused
from postal_bridge.kernel.errors import RuleViolation

SINCE_A_VISIT = frozenset(
    {
        DeliveryStatus.ATTEMPT_FAILED,
        DeliveryStatus.HELD_AT_POINT,
        DeliveryStatus.UNDELIVERABLE,
        DeliveryStatus.RETURNING,
        DeliveryStatus.RETURNED_TO_ISSUER,
    }
)
"""Nobody has come to the door since the last visit."""

CLOSED: Mapping[FareRefused, frozenset[DeliveryAction]] = MappingProxyType(
    {
        FareRefused.HOLD: frozenset({DeliveryAction.GIVE_UP}),
        FareRefused.RETURN: frozenset({DeliveryAction.HOLD, DeliveryAction.SET_OUT}),
    }
)
"""What a refused fare closes, until somebody comes to the door again."""


class RefusedIsHeld(RuleViolation):
    code = "fare_refused_is_held"


class RefusedGoesBack(RuleViolation):
    code = "fare_refused_goes_back"


def after_refusal(
    term: FareRefused, status: DeliveryStatus, last_reason: FailureReason | None
) -> FareRefused | None:
    """The contract's word, where the last visit met a refused fare; None otherwise."""
    is_refused = last_reason is FailureReason.FEE_REFUSED and status in SINCE_A_VISIT
    return term if is_refused else None


def check_after_refusal(
    term: FareRefused | None, status: DeliveryStatus, action: DeliveryAction
) -> None:
    """The contract leaves this move open after the visit. What is held is under no such rule.

    Raises
    ------
    RefusedIsHeld, RefusedGoesBack
    """
    if term is None or status is not DeliveryStatus.ATTEMPT_FAILED or action not in CLOSED[term]:
        return
    raise RefusedIsHeld if term is FareRefused.HOLD else RefusedGoesBack
