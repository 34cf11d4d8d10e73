"""A result that was given out has a mistake: the citizen says so, the agency makes it anew.

The way of the new result is borne by the agency that made the mistake; the citizen is asked for
nothing. Source: design section 4 (result with a mistake: new item, agency pays). Use cases.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from postal_bridge.counter.communes import known_commune
from postal_bridge.counter.paying import USUAL_RESULT_G
from postal_bridge.counter.rules import HomeNotKnown
from postal_bridge.delivery.service import (
    GIVEN,
    clear,
    deliver_anew,
    delivery_of_dossier,
    quote_delivery,
    take_old_result,
)
from postal_bridge.delivery.types import Clearance, Place
from postal_bridge.delivery.views import DeliveryOutline, DeliveryView
from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import (
    ABOUT_MISTAKES,
    correct_result,
    decline_mistake,
    dossier_view,
    is_mistake_told,
    notes_of,
    tell_mistake,
)
from postal_bridge.dossiers.types import DossierView, NoteView, TimelineStep
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.service import FareAsk, bear_by_authority, quote
from postal_bridge.people.rules import Power, check_may
from postal_bridge.people.service import party_view


class MistakeReason(StrEnum):
    """What is wrong with the result."""

    PERSONAL_DATA = "personal_data"
    CONTENT = "content"
    MISPRINT = "misprint"


class DeclineReason(StrEnum):
    """Why the result stands."""

    RESULT_STANDS = "result_stands"
    NEW_APPLICATION = "new_application"  # it is a change, and that is applied for


class OldPaper(StrEnum):
    """Where the result with the mistake is."""

    BROUGHT = "brought"  # here: the citizen has brought it
    WITH_CITIZEN = "with_citizen"  # exchanged when the new one is handed over
    GONE = "gone"  # the citizen says that he has it no more


@dataclass(frozen=True, slots=True)
class TellMistake:
    reason: MistakeReason
    words: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class DeclineMistake:
    dossier_id: UUID
    reason: DeclineReason
    text: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class CorrectResult:
    """`place`: where the new one is given out; None as the first time."""

    dossier_id: UUID
    reason: MistakeReason
    old_paper: OldPaper
    text: str = field(repr=False, default="")
    place: Place | None = None


def tell_of_mistake(
    command: TellMistake, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency is asked to look at the citizen's result again.

    Raises
    ------
    MoveNotOpen, MistakeTold
    NotFound
        The actor is no dossier's citizen.
    """

    def act(uow: UnitOfWork) -> DossierView:
        if actor.scope.dossier_id is None:
            raise NotFound
        dossier = dossier_view(uow, actor.scope.dossier_id, actor.scope)
        return tell_mistake(uow, dossier.id, command.reason.value, command.words, actor=actor)

    return once.answer(act, actor=actor, units=units, about=_said)


def decline_correction(
    command: DeclineMistake, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency has looked: the result stands, and the citizen reads why. Raises
    MistakeNotTold."""
    check_may(actor, Power.DECIDE_AS_AGENCY)

    def act(uow: UnitOfWork) -> DossierView:
        dossier = dossier_view(uow, command.dossier_id, actor.scope)
        return decline_mistake(uow, dossier.id, command.reason.value, command.text, actor=actor)

    return once.answer(act, actor=actor, units=units, about=_said)


def open_correction(
    command: CorrectResult, *, actor: Actor, once: Once[DossierView], units: Units
) -> bytes:
    """The agency makes the result anew, and it will be given out once more at its cost.

    The old paper is here as an item, or is exchanged for the new one at its hand-over.

    Raises
    ------
    MoveNotOpen
        No result was given out.
    ResultNotGiven
        It did not reach the citizen for certain: a dispute or a loss is answered first.
    HomeNotKnown
        It is to be brought home, and the recipient's address names no commune.
    """
    check_may(actor, Power.DECIDE_AS_AGENCY)

    def act(uow: UnitOfWork) -> DossierView:
        dossier = dossier_view(uow, command.dossier_id, actor.scope)
        reason = command.reason.value
        corrected = correct_result(uow, dossier.id, reason, actor=actor, text=command.text)
        given = delivery_of_dossier(uow, dossier.id)
        if given is not None:  # what was issued electronically is issued so again
            _give_out_anew(uow, command, corrected, given, actor)
        return corrected

    return once.answer(act, actor=actor, units=units, about=_said)


def may_be_corrected(delivery: DeliveryView | DeliveryOutline | None) -> bool:
    """Whether the paper is in the citizen's hands, or there never was one."""
    return delivery is None or delivery.status in GIVEN


def may_tell_mistake(
    dossier: DossierView, delivery: DeliveryOutline | None, line: tuple[TimelineStep, ...]
) -> bool:
    """He has the result, contests no hand-over, and no answer of the agency is open."""
    is_told = is_mistake_told(step.kind for step in line)
    is_given = dossier.status is DossierStatus.RETURNED and may_be_corrected(delivery)
    return is_given and not is_told


def mistake_shown(
    uow: ReadUnit, dossier: DossierView, line: tuple[TimelineStep, ...]
) -> NoteView | None:
    """The last word about a mistake, until the corrected result is ready."""
    told = [step for step in line if step.kind in ABOUT_MISTAKES]
    if not told or dossier.status is DossierStatus.RESULT_READY:
        return None
    note_id = told[-1].params["note_id"]
    return next((one for one in notes_of(uow, dossier.id) if str(one.id) == note_id), None)


def _give_out_anew(
    uow: UnitOfWork,
    command: CorrectResult,
    dossier: DossierView,
    given: DeliveryView,
    actor: Actor,
) -> None:
    if command.old_paper is OldPaper.BROUGHT:
        take_old_result(uow, given.id, dossier.returning_section_id, actor=actor)
    to_exchange = int(command.old_paper is OldPaper.WITH_CITIZEN)
    anew = deliver_anew(uow, given.id, command.place or given.place, to_exchange, actor=actor)
    if anew.place is not Place.DOOR:  # the section's and the post's own pouches carry it
        quote_delivery(uow, anew.id, None, actor=actor)
        clear(uow, anew.id, Clearance.NOTHING_DUE, actor=actor)
        return
    quoted = quote(uow, _way_home(uow, dossier, anew), actor=actor)
    quote_delivery(uow, anew.id, quoted.id, actor=actor)
    at_fault = section_view(uow, dossier.competent_section_id)
    bear_by_authority(uow, quoted.id, at_fault.key, actor=actor)
    clear(uow, anew.id, Clearance.BORNE, actor=actor)


def _way_home(uow: UnitOfWork, dossier: DossierView, anew: DeliveryView) -> FareAsk:
    """The plain fare: what others would bear for the citizen is not theirs to bear here."""
    on = local(uow.now).date()
    issuer = section_view(uow, dossier.returning_section_id)
    home = party_view(uow, anew.recipient_party_id).commune_code
    if not home:
        raise HomeNotKnown(number=dossier.acceptance_number)
    return FareAsk(
        dossier_id=dossier.id,
        leg="result",
        from_commune=known_commune(uow, issuer.commune_code, on).code,
        to_commune=known_commune(uow, home, on).code,
        on=on,
        grams_result=USUAL_RESULT_G,
        delivery_id=anew.id,
        unit_id=anew.unit_id,
        section_id=issuer.id,
    )


def _said(done: DossierView) -> UUID:
    return done.id
