"""A difference is looked into by somebody who had nothing to do with it, and closed. Use cases."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from postal_bridge.counter.holders import NamedHolder, named
from postal_bridge.custody.service import case_view, settle_case
from postal_bridge.custody.types import CaseView, CustodyStep, HolderKind
from postal_bridge.directory.service import procedure_view
from postal_bridge.directory.views import PaperSpec
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor, Role
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import Forbidden, RuleViolation
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.service import name_behind

MAY_SEE = frozenset({Role.SUPERVISOR, Role.OPERATOR, Role.OFFICER})
MAY_CLOSE = frozenset({Role.SUPERVISOR, Role.OFFICER})


class CaseNeedsAnother(RuleViolation):
    """Whoever counted it, held it or moved it between the two counts does not close the case."""

    code = "case_needs_another"


class CaseOutcome(StrEnum):
    """What looking into it brought to light."""

    COUNTED_WRONG = "counted_wrong"
    FOUND = "found"
    EXPLAINED = "explained"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class CloseCase:
    """`words`: what looking into it brought to light; they stay with the case."""

    case_id: UUID
    outcome: CaseOutcome
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SegmentStep:
    """One custody step between the two counts, with the names of both sides."""

    step: CustodyStep
    giver: NamedHolder | None
    receiver: NamedHolder | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """`may_close` is False for whoever counted, held or moved it.

    Attributes
    ----------
    opened_by, settled_by : the names of the two, where they are staff
    papers : the published list, by whose names a missing paper is looked for
    """

    case: CaseView
    segment: tuple[SegmentStep, ...]
    opened_by: str
    settled_by: str
    may_close: bool
    papers: tuple[PaperSpec, ...]


def open_case_page(case_id: UUID, *, actor: Actor, units: Units) -> CasePage:
    """The case with the one segment it is pinned to. Raises Forbidden, NotFound."""
    if not actor.roles & MAY_SEE:
        raise Forbidden
    with units.read() as uow:
        return _page(uow, case_view(uow, case_id, actor.scope), actor)


def close_case(command: CloseCase, *, actor: Actor, units: Units) -> CaseView:
    """The case has its outcome and its words; what was counted stays as it was counted.

    Raises
    ------
    Forbidden, NotFound
    CaseNeedsAnother
        The actor counted the envelope, had it in hand or moved it between the two counts.
    CaseSettled
    """
    with units.write() as uow:
        settled = _settle(uow, command, actor)
        uow.commit()
    return settled


def close_case_once(
    command: CloseCase, *, actor: Actor, once: Once[CasePage], units: Units
) -> bytes:
    """As `close_case`; a repeat of the request gets the first answer. Raises as it does."""

    def act(uow: UnitOfWork) -> CasePage:
        return _page(uow, _settle(uow, command, actor), actor)

    return once.answer(act, actor=actor, units=units, about=lambda page: page.case.dossier_id)


def _settle(uow: UnitOfWork, command: CloseCase, actor: Actor) -> CaseView:
    if not actor.roles & MAY_CLOSE:
        raise Forbidden
    if _had_it(case_view(uow, command.case_id, actor.scope), actor):
        raise CaseNeedsAnother
    return settle_case(uow, command.case_id, command.outcome.value, command.words, actor=actor)


def _page(uow: ReadUnit, case: CaseView, actor: Actor) -> CasePage:
    return CasePage(
        case,
        tuple(_step(uow, step) for step in case.segment),
        name_behind(uow, case.opened_by),
        name_behind(uow, case.settled_by),
        may_close=bool(MAY_CLOSE & actor.roles) and not _had_it(case, actor),
        papers=_papers(uow, case, actor),
    )


def _papers(uow: ReadUnit, case: CaseView, actor: Actor) -> tuple[PaperSpec, ...]:
    """Empty where none differ: names of papers are shown to whoever must find one."""
    if not case.difference or case.dossier_id is None:
        return ()
    dossier = dossier_view(uow, case.dossier_id, actor.scope)
    return procedure_view(uow, dossier.procedure_id, local(dossier.opened_at).date()).papers


def _had_it(case: CaseView, actor: Actor) -> bool:
    held = any(
        side is not None and side.kind is HolderKind.STAFF and side.id == actor.id
        for step in case.segment
        for side in (step.giver, step.receiver)
    )
    return held or actor.ref == case.opened_by or actor.ref in case.hands


def _step(uow: ReadUnit, step: CustodyStep) -> SegmentStep:
    return SegmentStep(step, named(uow, step.giver), named(uow, step.receiver))
