"""The custody line of one item: its steps in the order of custody, and who held it when. Pure.

Steps are recorded in the order in which we learn of them; each names the one it follows, and
custody order is that relation (design section 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from uuid import UUID

from postal_bridge.custody.types import Holder


@dataclass(frozen=True, slots=True)
class Step:
    """A recorded fact that says where an item is from now on.

    Attributes
    ----------
    follows : the step before it; None for the registration
    receiver : who holds it afterwards; None while it lies in a pouch
    to_unit_id : the post's unit that answers from now on; None leaves it as it was
    """

    id: UUID
    follows: UUID | None
    kind: str
    giver: Holder | None
    receiver: Holder | None
    pouch_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    hand_over_id: UUID | None = None
    is_to_self: bool = False
    to_unit_id: UUID | None = None


def in_order(steps: Iterable[Step]) -> list[Step]:
    """The steps from the registration on, each following the one before it.

    A step whose predecessor is not known yet, or was given by somebody who did not hold the
    item, is left out: it moves nothing until the step between is recorded.
    """
    after = {step.follows: step for step in steps}
    line: list[Step] = []
    step = after.get(None)
    while step is not None:
        line.append(step)
        following = after.get(step.id)
        step = following if following is not None and _fits(line[-1], following) else None
    return line


def cut(line: Iterable[Step], at: datetime | None = None) -> list[Step]:
    """The part of a custody line that had happened at `at`.

    A step that claims to have happened before the one it follows counts from that one's time.
    """
    return list(takewhile(lambda step: at is None or step.occurred_at <= at, line))


def office_of(line: Sequence[Step]) -> UUID | None:
    """The unit that answers at the end of a custody line; None where no step names one."""
    return next((step.to_unit_id for step in reversed(line) if step.to_unit_id), None)


def known(steps: Iterable[Step], known_at: datetime | None) -> list[Step]:
    """What had been recorded at `known_at`."""
    return [step for step in steps if known_at is None or step.recorded_at <= known_at]


def _fits(before: Step, after: Step) -> bool:
    """What lies in a pouch is given by whoever holds the pouch, so there is nothing to check."""
    return before.receiver is None or before.receiver == after.giver
