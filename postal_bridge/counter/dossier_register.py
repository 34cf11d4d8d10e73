"""A section's register of dossiers (form 07): the list on the screen, and the sheet to print.

The list names nobody. The sheet does: each dossier on it is a look at its owner, written first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from postal_bridge.custody.service import item_view
from postal_bridge.delivery.service import newest_deliveries
from postal_bridge.delivery.types import Place
from postal_bridge.delivery.views import DeliveryView
from postal_bridge.directory.service import section_view
from postal_bridge.dossiers.agency_notices import NEW_SET_FROM
from postal_bridge.dossiers.printing import address_on
from postal_bridge.dossiers.register_form import RegisterLine, RegisterSheet
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.service import registered_at
from postal_bridge.dossiers.types import DossierFilter, DossierView
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import VIETNAM, local
from postal_bridge.kernel.errors import NotFound, RuleViolation
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.kernel.vault import Erased
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of, record_look, staff_name
from postal_bridge.people.views import PartyView

MOST_LINES = 200
LOOK = "print_register"
_D = DossierStatus
ENDED_OTHERWISE = frozenset({_D.REFUSED, _D.WITHDRAWN, _D.STOPPED})


class RegisterPeriodWrong(RuleViolation):
    """It ends before it begins."""

    code = "register_period_wrong"


class RegisterTooLong(RuleViolation):
    """More dossiers than one sheet holds: `most`."""

    code = "register_too_long"


@dataclass(frozen=True, slots=True)
class AskedRegister:
    """Days on the business clock, both included; empty fields are this month up to today.

    Attributes
    ----------
    section_id : one of the officer's own; None is his first
    open_only : what is not given back or ended yet
    """

    section_id: UUID | None = None
    first: date | None = None
    last: date | None = None
    procedure_id: UUID | None = None
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """`procedures` of the period, to choose from; `is_cut`: only its first lines are shown."""

    section_id: UUID
    sections: tuple[tuple[UUID, str], ...]
    procedures: tuple[DossierView, ...]
    first: date
    last: date
    lines: tuple[DossierView, ...]
    is_cut: bool


def dossier_register(asked: AskedRegister, *, actor: Actor, units: Units) -> RegisterPage:
    """The register without a name. Raises RegisterPeriodWrong, NotFound for another's section."""
    with units.read() as uow:
        section_id, first, last = _of(uow, asked, actor)
        whole = lines = _found(uow, _received(section_id, first, last), actor)
        if asked.procedure_id or asked.open_only:
            lines = _found(uow, _narrowed(_received(section_id, first, last), asked), actor)
        kinds = {one.procedure_id: one for one in whole}
        return RegisterPage(
            section_id=section_id,
            sections=tuple((one, section_view(uow, one).name) for one in _own(actor)),
            procedures=tuple(sorted(kinds.values(), key=lambda one: one.procedure_name_vi)),
            first=first,
            last=last,
            lines=lines[:MOST_LINES],
            is_cut=len(lines) > MOST_LINES,
        )


def print_dossier_register(asked: AskedRegister, *, actor: Actor, units: Units) -> RegisterSheet:
    """Form 07 with owners; a look at each is kept before the answer (S4).

    Raises
    ------
    RegisterTooLong
        More than `MOST_LINES`: nobody takes a province's people home in one sheet.
    """
    with units.write() as uow:
        section_id, first, last = _of(uow, asked, actor)
        section = section_view(uow, section_id)
        found = _found(uow, _narrowed(_received(section_id, first, last), asked), actor)
        if len(found) > MOST_LINES:
            raise RegisterTooLong(most=MOST_LINES)
        deliveries = newest_deliveries(uow, {one.id for one in found})
        sheet = RegisterSheet(
            form_number="07" if last >= NEW_SET_FROM else "06",
            header=section.agency_header,
            section_name=section.name,
            first=first,
            last=last,
            lines=tuple(_line(uow, one, deliveries, actor) for one in found),
            keeper_name=staff_name(uow, UUID(actor.id)),
            is_sandbox=uow.is_sandbox,
        )
        uow.commit()
    return sheet


def _own(actor: Actor) -> list[UUID]:
    return sorted(actor.scope.sections)


def _of(uow: ReadUnit, asked: AskedRegister, actor: Actor) -> tuple[UUID, date, date]:
    """Section and period as asked, or where nothing is asked, by default."""
    own = _own(actor)
    if not own or asked.section_id not in (None, *own):
        raise NotFound
    today = local(uow.now).date()
    last = asked.last or max(asked.first or today, today)
    first = asked.first or last.replace(day=1)
    if last < first:
        raise RegisterPeriodWrong
    return asked.section_id or actor.section_id or own[0], first, last


def _received(section_id: UUID, first: date, last: date) -> DossierFilter:
    return DossierFilter(
        section_id=section_id,
        received_from=_begin(first),
        received_before=_begin(last + timedelta(days=1)),
    )


def _narrowed(wanted: DossierFilter, asked: AskedRegister) -> DossierFilter:
    return replace(wanted, procedure_id=asked.procedure_id, open_only=asked.open_only)


def _found(uow: ReadUnit, wanted: DossierFilter, actor: Actor) -> tuple[DossierView, ...]:
    """One line more than fits tells that there are more."""
    return registered_at(uow, actor.scope, wanted, limit=MOST_LINES + 1)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)


def _line(
    uow: UnitOfWork, seen: DossierView, deliveries: Mapping[UUID, DeliveryView], actor: Actor
) -> RegisterLine:
    assert seen.received_at is not None  # noqa: S101  (the query asked for it)
    owner, is_erased = _owner(uow, seen, actor)
    delivery = deliveries.get(seen.id)
    is_given = seen.status == _D.RETURNED
    by_post = delivery is not None and delivery.place != Place.SECTION
    way = "post" if by_post else "section" if delivery else "electronic"
    item_id = delivery.item_id if delivery and by_post else None
    return RegisterLine(
        code=seen.number_shown,
        content=seen.procedure_name_vi,
        sets=seen.sets,
        owner=owner.full_name if owner else "",
        address=address_on(uow, owner, local(seen.received_at).date()),
        phone=(owner.phone or "") if owner else "",
        received_at=seen.received_at,
        due_at=seen.due_at,
        finished_at=seen.finished_at,
        returned_at=seen.closed_at if is_given else None,
        giver=f"form_07_by_{way}" if is_given else "",
        receiver=f"form_07_signed_{way}" if is_given else "",
        note=f"status_dossier_{seen.status}" if seen.status in ENDED_OTHERWISE else "",
        item_number=item_view(uow, item_id).number if item_id else None,
        is_erased=is_erased,
    )


def _owner(uow: UnitOfWork, seen: DossierView, actor: Actor) -> tuple[PartyView | None, bool]:
    """Whose dossier it is; what was destroyed is nobody's, and no look."""
    try:
        people = parties_of(uow, seen.id)
    except Erased:
        return None, True
    record_look(uow, seen.id, actor=actor, reason=LOOK)
    return next((one for one in people if one.role == PartyRole.OWNER), None), False
