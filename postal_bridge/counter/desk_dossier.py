"""One dossier or envelope on an officer's desk. Its owner is shown: opening it is a look (S4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.correcting import may_be_corrected
from postal_bridge.counter.desk_views import WorkLine, work_line
from postal_bridge.counter.fee_changes import STATED_IN, FeeChoice, fee_choices
from postal_bridge.custody.service import cases_for, item_view, items_of_dossier, papers_of_item
from postal_bridge.custody.types import CaseView, ItemKind, ItemView, PaperCount
from postal_bridge.delivery.service import delivery_of_dossier
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import procedure_view
from postal_bridge.directory.views import PaperSpec
from postal_bridge.dossiers.rules import CLOCK_RUNS, MOVES, DossierAction
from postal_bridge.dossiers.service import dossier_view, is_mistake_told, notes_of, promise
from postal_bridge.dossiers.types import DossierView, NoteView, Promise
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.fee_changes import FeeChangeView, fee_changes_of
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of, record_look
from postal_bridge.people.views import PartyView

LOOK = "agency_work"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paper of the envelope's list with its name, and how many should be there."""

    count: PaperCount
    name_vi: str
    name_en: str


@dataclass(frozen=True, slots=True)
class EnvelopePage:
    item: ItemView
    dossier: DossierView
    papers: tuple[PaperLine, ...]
    case: CaseView | None


@dataclass(frozen=True, slots=True)
class DeskDossier:
    """One dossier on the officer's desk.

    Attributes
    ----------
    actions : what the table leaves open for the dossier as it stands
    is_mistake_told : the citizen waits for an answer about his result
    may_correct : the result with the mistake is in the citizen's hands
    may_ask_extension : the agency's clock runs
    """

    dossier: DossierView
    line: WorkLine
    promise: Promise
    owner: PartyView | None
    envelope: ItemView | None
    is_here: bool
    papers: tuple[PaperSpec, ...]
    notes: tuple[NoteView, ...]
    delivery: DeliveryView | None
    result_envelope: ItemView | None
    cases: tuple[CaseView, ...]
    actions: frozenset[DossierAction]
    fees: tuple[FeeChoice, ...]
    fee_changes: tuple[FeeChangeView, ...]
    is_mistake_told: bool
    may_correct: bool
    may_ask_extension: bool
    now: datetime


def envelope_page(item_id: UUID, *, actor: Actor, units: Units) -> EnvelopePage:
    """The envelope's list with the papers' names. Raises NotFound unless the section holds it."""
    with units.read() as uow:
        item = item_view(uow, item_id)
        is_ours = item.section_id in actor.scope.sections
        if not is_ours or item.dossier_id is None or item.holder is None:
            raise NotFound
        dossier = dossier_view(uow, item.dossier_id, actor.scope)
        names = {spec.no: spec for spec in _specs(uow, dossier)}
        lines = tuple(
            PaperLine(count, names[count.paper_no].name_vi, names[count.paper_no].name_en)
            if count.paper_no in names
            else PaperLine(count, "", "")
            for count in papers_of_item(uow, item_id)
        )
        case = next((c for c in cases_for(uow, actor.scope) if c.item_id == item_id), None)
        return EnvelopePage(item, dossier, lines, case)


def open_desk_dossier(dossier_id: UUID, *, actor: Actor, units: Units) -> DeskDossier:
    """One dossier with its owner. The look is written and kept before the answer (S4)."""
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        record_look(uow, dossier.id, actor=actor, reason=LOOK)
        page = _desk_dossier(uow, dossier, actor)
        uow.commit()
    return page


def actions_of(dossier: DossierView) -> frozenset[DossierAction]:
    """What may be done to the dossier as it stands; it is registered once."""
    open_now = frozenset(
        action
        for (status, action), move in MOVES.items()
        if status == dossier.status and move.only_in in (None, dossier.mode)
    )
    return open_now if dossier.received_at is None else open_now - {DossierAction.REGISTER}


def _desk_dossier(uow: ReadUnit, dossier: DossierView, actor: Actor) -> DeskDossier:
    items = items_of_dossier(uow, dossier.id)
    envelope = next((one for one in items if one.kind == ItemKind.DOSSIER_ENVELOPE), None)
    here = {str(section) for section in actor.scope.sections}
    owners = [one for one in parties_of(uow, dossier.id) if one.role == PartyRole.OWNER]
    results = [one for one in items if one.kind == ItemKind.RESULT_ENVELOPE]
    notes, delivery = notes_of(uow, dossier.id), delivery_of_dossier(uow, dossier.id)
    is_here = envelope is not None and envelope.holder is not None and envelope.holder.id in here
    return DeskDossier(
        dossier=dossier,
        line=work_line(uow, dossier),
        promise=promise(uow, dossier.id),
        owner=owners[0] if owners else None,
        envelope=envelope,
        is_here=is_here,
        papers=_specs(uow, dossier),
        notes=notes,
        delivery=delivery,
        result_envelope=results[-1] if results else None,
        cases=tuple(c for c in cases_for(uow, actor.scope) if c.dossier_id == dossier.id),
        actions=actions_of(dossier),
        fees=fee_choices(uow, dossier) if dossier.status in STATED_IN else (),
        fee_changes=fee_changes_of(uow, dossier.id),
        is_mistake_told=is_mistake_told(f"dossier.{note.kind}" for note in notes),
        may_correct=may_be_corrected(delivery),
        may_ask_extension=dossier.status in CLOCK_RUNS and dossier.due_at is not None,
        now=uow.now,
    )


def _specs(uow: ReadUnit, dossier: DossierView) -> tuple[PaperSpec, ...]:
    on = local(dossier.opened_at).date()
    return procedure_view(uow, dossier.procedure_id, on).papers
