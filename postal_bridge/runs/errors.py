"""What runs refuse.

Conflict
├── AlreadyOnRun       the delivery stands on another open run
├── PlanStale          stops came or went since the plan was asked for
├── PlanNotReady       there is no plan to publish yet
├── StopsOpen          not every stop is answered
├── CashNotBanked      a banking stop without a banking that the ledger shows
└── CashStillOverLimit more is still held than may be carried on
RuleViolation
├── ItemNotOnRun       what was scanned does not belong to this run
├── ItemsMissing       what belongs to it was not scanned
├── EnvelopesCrossed   two envelopes wear each other's address label
├── LabelDiffers       an envelope wears a label that is not its own
├── NothingToDeliver   a run without stops
└── NotACourier        the person has no courier's place
"""

from postal_bridge.kernel.errors import Conflict, RuleViolation


class AlreadyOnRun(Conflict):
    code = "already_on_run"


class PlanStale(Conflict):
    code = "plan_stale"


class PlanNotReady(Conflict):
    code = "plan_not_ready"


class StopsOpen(Conflict):
    code = "stops_open"


class CashNotBanked(Conflict):
    """Params: held_vnd."""

    code = "cash_not_banked"


class CashStillOverLimit(Conflict):
    """Params: held_vnd, limit_vnd."""

    code = "cash_still_over_limit"


class ItemNotOnRun(RuleViolation):
    code = "item_not_on_run"


class ItemsMissing(RuleViolation):
    code = "items_missing"


class EnvelopesCrossed(RuleViolation):
    code = "envelopes_crossed"


class LabelDiffers(RuleViolation):
    code = "label_differs"


class NothingToDeliver(RuleViolation):
    code = "nothing_to_deliver"


class NotACourier(RuleViolation):
    code = "not_a_courier"
