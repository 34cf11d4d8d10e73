"""A move that was recorded by mistake is asked to be undone, and answered by another. Use cases.

Which moves those are says a table in the rules of dossiers and of deliveries. The list names no
person; the words of whoever asks are opened one by one, and that is a look (S4).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from postal_bridge.delivery.service import (
    approve_undo_of_delivery,
    ask_undo_of_delivery,
    delivery_view,
    reopen_deliveries_of,
    undoable_of_delivery,
)
from postal_bridge.dossiers.service import (
    approve_undo,
    ask_undo,
    decline_undo,
    dossier_view,
    find_undo,
    is_undo_asked,
    undo_view,
    undoable,
    undos_for,
)
from postal_bridge.dossiers.types import UndoStatus, UndoView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import Forbidden
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.rules import Power, may
from postal_bridge.people.service import name_behind, record_look

REASON = "undo"
ASK_OF_DOSSIER = (Power.DECIDE_AS_AGENCY, Power.ACCEPT_DOSSIERS, Power.SUPERVISE)
ASK_OF_DELIVERY = (Power.DELIVER, Power.GIVE_OUT_RESULTS, Power.SUPERVISE)


@dataclass(frozen=True, slots=True)
class AskUndo:
    """`subject_id`: the dossier or the delivery; `words`: what went wrong, in plain words."""

    subject_id: UUID
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AnswerUndo:
    undo_id: UUID
    approves: bool


@dataclass(frozen=True, slots=True)
class NamedUndo:
    """`subject`: the dossier's number, or the delivery's label. `may_answer`: not by who asks."""

    undo: UndoView = field(repr=False)
    subject: str
    asked_by: str
    answered_by: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class UndoForm:
    """What may be undone now; `action` None: nothing. `is_asked`: it waits for an answer."""

    dossier_id: UUID
    subject: str
    action: str | None
    is_asked: bool


def ask_undo_once(command: AskUndo, *, actor: Actor, once: Once[NamedUndo], units: Units) -> bytes:
    """The dossier's last move waits for another person's word; it stands until then.

    Raises
    ------
    Forbidden, NotFound, NotUndoable, ResultUnderWay, ReasonMissing, UndoAsked
    """
    _check_any(actor, ASK_OF_DOSSIER)
    return _answered(
        lambda uow: ask_undo(uow, command.subject_id, command.words, actor=actor),
        actor=actor, once=once, units=units,
    )  # fmt: skip


def ask_delivery_undo_once(
    command: AskUndo, *, actor: Actor, once: Once[NamedUndo], units: Units
) -> bytes:
    """The delivery's last move waits for another person's word. Raises as `ask_undo_once`."""
    _check_any(actor, ASK_OF_DELIVERY)
    return _answered(
        lambda uow: ask_undo_of_delivery(uow, command.subject_id, command.words, actor=actor),
        actor=actor, once=once, units=units,
    )  # fmt: skip


def answer_undo_once(
    command: AnswerUndo, *, actor: Actor, once: Once[NamedUndo], units: Units
) -> bytes:
    """The move is undone, or stands.

    Raises
    ------
    Forbidden, NotFound, UndoAnswered, UndoNeedsAnother, NotUndoable, FareGivenBack
    """

    def act(uow: UnitOfWork) -> UndoView:
        row = find_undo(uow, command.undo_id, actor.scope)
        if not _has_power(actor, row.delivery_id):
            raise Forbidden
        part = decline_undo
        if command.approves:
            part = _approve if row.delivery_id is None else approve_undo_of_delivery
        return part(uow, command.undo_id, actor=actor)

    return _answered(act, actor=actor, once=once, units=units)


def _answered(
    act: Callable[[UnitOfWork], UndoView], *, actor: Actor, once: Once[NamedUndo], units: Units
) -> bytes:
    return once.answer(
        lambda uow: _named(uow, act(uow), actor),
        actor=actor,
        units=units,
        about=lambda named: named.undo.dossier_id,
    )


def open_undos(*, actor: Actor, units: Units) -> tuple[NamedUndo, ...]:
    """What waits for an answer within the scope, the oldest first; show no words of it."""
    with units.read() as uow:
        return tuple(_named(uow, one, actor) for one in undos_for(uow, actor.scope))


def open_undo_page(undo_id: UUID, *, actor: Actor, units: Units) -> NamedUndo:
    """One of them with its words; the look stands before they are shown. Raises NotFound."""
    with units.write() as uow:
        row = find_undo(uow, undo_id, actor.scope)
        record_look(uow, row.dossier_id, actor=actor, reason=REASON)
        found = _named(uow, undo_view(uow, row), actor)
        uow.commit()
    return found


def undo_form(dossier_id: UUID, *, actor: Actor, units: Units) -> UndoForm:
    """Which move of a dossier may be undone now. Raises NotFound."""
    with units.read() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        action = undoable(uow, dossier.id, actor.scope)
        is_asked = is_undo_asked(uow, dossier.id, None)
        return UndoForm(dossier.id, dossier.number_shown, action, is_asked)


def undo_form_of_delivery(delivery_id: UUID, *, actor: Actor, units: Units) -> UndoForm:
    """Which move of a delivery this person may ask to undo now. Raises NotFound."""
    with units.read() as uow:
        delivery = delivery_view(uow, delivery_id, actor.scope)
        action = undoable_of_delivery(uow, delivery.id, actor)
        is_asked = is_undo_asked(uow, delivery.dossier_id, delivery.id)
        return UndoForm(delivery.dossier_id, delivery.label, action, is_asked)


def _named(uow: ReadUnit | UnitOfWork, undo: UndoView, actor: Actor) -> NamedUndo:
    subject = dossier_view(uow, undo.dossier_id, actor.scope).number_shown
    if undo.delivery_id is not None:
        subject = delivery_view(uow, undo.delivery_id, actor.scope).label
    is_open = undo.status is UndoStatus.ASKED and undo.asked_by != actor.ref
    may_answer = is_open and _has_power(actor, undo.delivery_id)
    return NamedUndo(
        undo,
        subject,
        name_behind(uow, undo.asked_by),
        name_behind(uow, undo.answered_by),
        may_answer,
    )


def _approve(uow: UnitOfWork, undo_id: UUID, *, actor: Actor) -> UndoView:
    """The dossier goes on, and what was bought for its result with it."""
    seen = approve_undo(uow, undo_id, actor=actor)
    reopen_deliveries_of(uow, seen, actor=actor)
    return seen


def _has_power(actor: Actor, delivery_id: UUID | None) -> bool:
    """A supervisor answers; what the agency recorded of a dossier another officer may, too."""
    is_agency = delivery_id is None and may(actor, Power.DECIDE_AS_AGENCY)
    return may(actor, Power.APPROVE_CORRECTIONS) or is_agency


def _check_any(actor: Actor, powers: tuple[Power, ...]) -> None:
    if not any(may(actor, power) for power in powers):
        raise Forbidden(power=powers[0].value)
