"""The agency's forms 01 and 06 of one dossier, filled in; opening one is a look at the person.

In carrier mode the agency alone issues them: its officer prints them once it has received.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from postal_bridge.counter.holders import named
from postal_bridge.custody.service import custody_line, hand_over_view, items_of_dossier
from postal_bridge.custody.types import CustodyStep, Holder, ItemKind
from postal_bridge.dossiers.agency_notices import NEW_SET_FROM
from postal_bridge.dossiers.control_slip_form import CameOfIt, ControlSlipView, PassedOn
from postal_bridge.dossiers.form_views import AppointmentView
from postal_bridge.dossiers.printing import appointment_of
from postal_bridge.dossiers.service import dossier_view, notes_of, timeline
from postal_bridge.dossiers.types import TimelineStep
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.people.service import mint_citizen_link, record_look, staff_name

OF_THE_AGENCY = frozenset(
    f"dossier.{name}"
    for name in (
        "received", "refused", "supplement_requested", "supplemented", "payment_requested",
        "payment_recorded", "extension_asked", "result_ready", "stopped", "withdrawn", "returned",
        "issued_electronically", "mistake_reported",
    )
)  # fmt: skip


def print_appointment(
    dossier_id: UUID, *, follow_url: str, actor: Actor, units: Units
) -> AppointmentView:
    """Form 01. Raises CodeNotOurs before the agency has received, NotFound outside the scope."""
    with units.write() as uow:
        filled = _appointment(uow, dossier_id, follow_url, "print_appointment", actor)
        uow.commit()
    return filled


def print_control_slip(
    dossier_id: UUID,
    *,
    follow_url: str,
    texts: Texts,
    language: Language,
    actor: Actor,
    units: Units,
) -> ControlSlipView:
    """Form 06, as far as the dossier has come. Raises as `print_appointment` does."""
    with units.write() as uow:
        head = _appointment(uow, dossier_id, follow_url, "print_control_slip", actor)
        reasons = {
            str(note.id): ". ".join(
                part for part in (_reason(note.reason, texts, language), note.text.strip()) if part
            )
            for note in notes_of(uow, dossier_id)
        }
        line = timeline(uow, dossier_id)
        filled = ControlSlipView(
            form_number="06" if local(head.received_at).date() >= NEW_SET_FROM else "05",
            head=head,
            passed_on=tuple(_passed_on(uow, dossier_id)),
            outcomes=tuple(_outcomes(uow, line, reasons)),
        )
        uow.commit()
    return filled


def _appointment(
    uow: UnitOfWork, dossier_id: UUID, follow_url: str, look: str, actor: Actor
) -> AppointmentView:
    dossier_view(uow, dossier_id, actor.scope)
    record_look(uow, dossier_id, actor=actor, reason=look)
    return appointment_of(
        uow,
        dossier_id,
        actor.scope,
        base_url=follow_url,
        token=mint_citizen_link(uow, dossier_id),
        receiver_name=staff_name(uow, UUID(actor.id)),
    )


def _passed_on(uow: ReadUnit, dossier_id: UUID) -> Iterable[PassedOn]:
    """Every hand-over of the dossier's envelope and of its results, in order of time."""
    travels = (ItemKind.DOSSIER_ENVELOPE, ItemKind.RESULT_ENVELOPE)
    steps = {
        step.step_id: step
        for item in items_of_dossier(uow, dossier_id)
        if item.kind in travels
        for step in custody_line(uow, item.id)
        if step.kind == "handed_over"
    }
    for step in sorted(steps.values(), key=lambda one: one.at):
        given_at, received_at = _times(uow, step)
        how = "to_self" if step.is_to_self else "both"
        yield PassedOn(
            _name(uow, step.giver), _name(uow, step.receiver), given_at, received_at, how
        )


def _times(uow: ReadUnit, step: CustodyStep) -> tuple[datetime, datetime]:
    if step.hand_over_id is None:
        return step.at, step.at
    record = hand_over_view(uow, step.hand_over_id)
    return record.offered_at, record.answered_at or step.at


def _name(uow: ReadUnit, holder: Holder | None) -> str:
    """Empty for a citizen, whose name stands once, in the head."""
    found = named(uow, holder)
    return found.name if found else ""


def _outcomes(
    uow: ReadUnit, line: Iterable[TimelineStep], reasons: dict[str, str]
) -> Iterable[CameOfIt]:
    for step in line:
        if step.kind in OF_THE_AGENCY:
            who = staff_name(uow, UUID(step.actor_id)) if step.actor_kind == "staff" else ""
            why = reasons.get(str(step.params.get("note_id", "")), "")
            yield CameOfIt(step.kind.replace(".", "_"), step.at, who, why)


def _reason(code: str, texts: Texts, language: Language) -> str:
    known = f"desk_reason_{code}"
    return texts.render(known, {}, language) if texts.has(known) else ""
