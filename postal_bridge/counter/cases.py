"""A difference is looked into by somebody who had nothing to do with it, and closed. Use cases."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from postal_bridge.counter.holders import NamedHolder, named
from postal_bridge.custody.service import case_view, settle_case
from postal_bridge.custody.types import CaseView, CustodyStep, HolderKind
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.errors import Forbidden, RuleViolation
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.people.rules import Power, check_may


class CaseNeedsAnother(RuleViolation):
    """Whoever held it on the way between the two counts does not close the case."""

    code = "case_needs_another"


class CaseOutcome(StrEnum):
    """What looking into it brought to light."""

    COUNTED_WRONG = "counted_wrong"
    FOUND = "found"
    EXPLAINED = "explained"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class CloseCase:
    case_id: UUID
    outcome: CaseOutcome


@dataclass(frozen=True, slots=True)
class SegmentStep:
    """One custody step between the two counts, with the names of both sides."""

    step: CustodyStep
    giver: NamedHolder | None
    receiver: NamedHolder | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """`may_close` is False for whoever had it in hand on the way."""

    case: CaseView
    segment: tuple[SegmentStep, ...]
    may_close: bool


def open_case_page(case_id: UUID, *, actor: Actor, units: Units) -> CasePage:
    """The case with the one segment it is pinned to. Raises Forbidden, NotFound."""
    if not actor.roles & {Role.SUPERVISOR, Role.OPERATOR}:
        raise Forbidden
    with units.read() as uow:
        case = case_view(uow, case_id, actor.scope)
        return CasePage(
            case,
            tuple(_step(uow, step) for step in case.segment),
            Role.SUPERVISOR in actor.roles and not _had_it(case, actor),
        )


def close_case(command: CloseCase, *, actor: Actor, units: Units) -> CaseView:
    """The case has its outcome; what was counted stays as it was counted.

    Raises
    ------
    Forbidden, NotFound
    CaseNeedsAnother
        The actor had the envelope in hand between the two counts.
    CaseSettled
    """
    check_may(actor, Power.SUPERVISE)
    with units.write() as uow:
        if _had_it(case_view(uow, command.case_id, actor.scope), actor):
            raise CaseNeedsAnother
        settled = settle_case(uow, command.case_id, command.outcome.value, actor=actor)
        uow.commit()
    return settled


def _had_it(case: CaseView, actor: Actor) -> bool:
    return any(
        side is not None and side.kind is HolderKind.STAFF and side.id == actor.id
        for step in case.segment
        for side in (step.giver, step.receiver)
    )


def _step(uow: ReadUnit, step: CustodyStep) -> SegmentStep:
    return SegmentStep(step, named(uow, step.giver), named(uow, step.receiver))
