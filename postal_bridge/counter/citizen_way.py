"""The way so far, as a citizen is told it: each step with who had the papers from then on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.holders import NamedHolder, named
from postal_bridge.custody.types import HolderKind, ItemKind
from postal_bridge.dossiers.service import ABOUT_MISTAKES, EXTENSION_ASKED
from postal_bridge.dossiers.types import TimelineStep
from postal_bridge.kernel.unit_of_work import ReadUnit

SHOWN = frozenset(
    f"delivery.{name}"
    for name in (
        "set_out", "handed_over", "reported_delivered", "attempt_failed", "held", "invited",
        "redirected", "parked", "unparked", "disputed", "confirmed", "lost", "recovered",
        "sent_back", "returned", "cancelled",
    )
) | {*ABOUT_MISTAKES, EXTENSION_ASKED}  # fmt: skip
MOVED, OLD_PAPER = "item.handed_over", "old_paper.given_back"
ACCEPTED = "dossier.accepted"


@dataclass(frozen=True, slots=True)
class WayStep:
    """One step of the way. `holder` has the papers, or the result, from then on."""

    at: datetime
    kind: str
    holder: NamedHolder | None


def way(uow: ReadUnit, line: tuple[TimelineStep, ...]) -> tuple[WayStep, ...]:
    """What a citizen is told of the timeline, each step with who had it from then on."""
    holder: NamedHolder | None = None
    steps: list[WayStep] = []
    old_papers = _old_papers(line)
    for step in line:
        if step.item_id in old_papers:  # they go home to the agency: not what he waits for
            if step.kind == MOVED and _giver(step) == HolderKind.PARTY:
                steps.append(WayStep(step.at, OLD_PAPER, holder))
            continue
        before = holder
        if step.holder is not None:
            holder = named(uow, step.holder)
        is_news = step.status is not None or step.kind in SHOWN
        is_move = step.kind == MOVED and holder != before
        is_to_office = holder is not None and holder.kind is not HolderKind.PARTY
        if is_news or (is_move and is_to_office):
            steps.append(WayStep(step.at, step.kind, holder))
    # Where a section takes in at the counter both happen in one moment: accepted, then held.
    return tuple(sorted(steps, key=lambda step: (step.at, step.kind != ACCEPTED)))


def _old_papers(line: tuple[TimelineStep, ...]) -> frozenset[UUID | None]:
    kind = ItemKind.RETURNED_PAPERS
    return frozenset(one.item_id for one in line if one.params.get("item_kind") == kind)


def _giver(step: TimelineStep) -> str | None:
    giver = step.params.get("giver")
    return str(giver[0]) if isinstance(giver, list) else None
