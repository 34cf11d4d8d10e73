"""Fills the slip, form 01 and the manifest from what is on record."""

from datetime import date
from uuid import UUID

from config.register import UnknownUnit
from postal_bridge.custody.service import item_view, items_of_dossier, pouch_view
from postal_bridge.custody.types import ItemKind, ItemView, PouchDirection
from postal_bridge.directory.administrative import register_of
from postal_bridge.directory.rules import AcceptanceMode, ServiceForm
from postal_bridge.directory.service import (
    point_view,
    procedure_view,
    section_view,
    unit_view,
)
from postal_bridge.directory.views import PointView
from postal_bridge.dossiers import papers_store, store
from postal_bridge.dossiers.errors import CodeNotOurs
from postal_bridge.dossiers.following import promise
from postal_bridge.dossiers.form_views import (
    AppointmentView,
    ManifestRow,
    ManifestSheet,
    Office,
    PaperLine,
    SlipMoney,
    SlipView,
)
from postal_bridge.dossiers.looking import dossier_view
from postal_bridge.dossiers.slip_link import SlipMark, slip_link
from postal_bridge.dossiers.types import DossierView, SignerRole
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import ReadUnit
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import parties_of
from postal_bridge.people.views import PartyView


def slip_of(
    uow: ReadUnit,
    dossier_id: UUID,
    scope: Scope,
    *,
    base_url: str,
    token: str,
    money: SlipMoney,
    clerk_name: str,
    is_reprint: bool = False,
) -> SlipView:
    """The dossier slip as it is printed. Raises NotFound outside the scope.

    `base_url` and `token` make the citizen's link; `money` comes from whoever took it.
    """
    seen = dossier_view(uow, dossier_id, scope)
    people = _people(uow, dossier_id)
    item = _envelope(uow, dossier_id)
    owner, submitter, recipient = (
        people.get(role) for role in (PartyRole.OWNER, PartyRole.SUBMITTER, PartyRole.RECIPIENT)
    )
    if recipient is None and seen.service_form in (ServiceForm.RECEIVE, ServiceForm.BOTH):
        recipient = owner
    signed = [
        one.form
        for one in papers_store.signatures(uow.session, dossier_id)
        if one.role == SignerRole.SUBMITTER
    ]
    due = promise(uow, dossier_id)
    return SlipView(
        office=post_office(uow, seen.point_id),
        section_name=section_view(uow, seen.section_id).name,
        acceptance_number=seen.acceptance_number,
        dossier_code=seen.dossier_code,
        item_number=item.number if item else None,
        seal_number=item.seal_number if item else None,
        weight_g=item.weight_g if item else 0,
        procedure_name=seen.procedure_name_vi,
        procedure_code=seen.procedure_code,
        service_form=seen.service_form,
        sets=seen.sets,
        accepted_at=seen.accepted_at or seen.opened_at,
        expected_at=due.due_at,
        papers=paper_lines(uow, seen),
        money=money,
        link=_link(uow, seen, item, base_url, token),
        clerk_name=clerk_name,
        owner_name=owner.full_name if owner else "",
        submitter_name=_name(submitter or owner),
        submitter_phone=(submitter.masked_phone or "") if submitter else "",
        recipient_name=_name(recipient),
        recipient_address=address_on(uow, recipient, local(seen.opened_at).date()),
        submitter_signed=signed[-1] if signed else "on_paper",
        is_reprint=is_reprint,
        is_sandbox=uow.is_sandbox,
    )


def appointment_of(
    uow: ReadUnit,
    dossier_id: UUID,
    scope: Scope,
    *,
    base_url: str,
    token: str,
    receiver_name: str,
    is_reprint: bool = False,
) -> AppointmentView:
    """Form 01 of a dossier the section has received.

    Raises
    ------
    CodeNotOurs
        In carrier mode the agency alone issues its forms; before it has received there is none.
    """
    seen = dossier_view(uow, dossier_id, scope)
    is_ours = seen.mode == AcceptanceMode.SEATED or bool(
        scope.sections & {seen.section_id, seen.competent_section_id}
    )
    if not is_ours or not seen.dossier_code or not seen.received_at or not seen.due_at:
        raise CodeNotOurs(number=seen.acceptance_number)
    section = section_view(uow, seen.section_id)
    procedure = procedure_view(uow, seen.procedure_id, local(seen.received_at).date())
    people = _people(uow, dossier_id)
    owner = people.get(PartyRole.OWNER)
    submitter = people.get(PartyRole.SUBMITTER) or owner
    by_post = seen.service_form in (ServiceForm.RECEIVE, ServiceForm.BOTH)
    return AppointmentView(
        header=section.agency_header,
        place=section.name,
        dossier_code=seen.dossier_code,
        procedure_name=seen.procedure_name_vi,
        section=Office(section.name, section.agency_name, section.address, section.hotline),
        sets=seen.sets,
        time_limit_days=procedure.time_limit_days,
        time_limit_hours=procedure.time_limit_hours,
        received_at=seen.received_at,
        due_at=seen.due_at,
        papers=paper_lines(uow, seen),
        returned_by_post=by_post,
        link=_link(uow, seen, _envelope(uow, dossier_id), base_url, token),
        receiver_name=receiver_name,
        submitter_name=_name(submitter),
        owner_name=_name(owner),
        address=address_on(uow, submitter, local(seen.received_at).date()),
        phone=(submitter.phone or "") if submitter else "",
        email=(submitter.email or "") if submitter else "",
        id_number=(submitter.masked_id_number or "") if submitter else "",
        is_reprint=is_reprint,
        is_sandbox=uow.is_sandbox,
    )


def manifest_of(
    uow: ReadUnit, pouch_id: UUID, scope: Scope, *, sealed_by: str, is_reprint: bool = False
) -> ManifestSheet:
    """What lies in the pouch now, by the numbers their offices know the dossiers under."""
    pouch = pouch_view(uow, pouch_id)
    numbers = {
        row.id: row.dossier_code or row.acceptance_number
        for row in store.by_ids(
            uow.session, [line.dossier_id for line in pouch.manifest if line.dossier_id], scope
        )
    }
    section = section_view(uow, pouch.section_id).name
    office = post_office(uow, pouch.point_id)
    is_inward = pouch.direction == PouchDirection.TO_AGENCY
    return ManifestSheet(
        office=office,
        pouch_number=pouch.number,
        tie_number=pouch.tie_number or "",
        from_name=office.name if is_inward else section,
        to_name=section if is_inward else office.name,
        sealed_at=uow.now,
        sealed_by=sealed_by,
        rows=tuple(
            ManifestRow(
                line.number,
                line.kind,
                numbers.get(line.dossier_id, "") if line.dossier_id else "",
                line.weight_g,
            )
            for line in pouch.manifest
        ),
        is_reprint=is_reprint,
        is_sandbox=uow.is_sandbox,
    )


def post_office(uow: ReadUnit, point_id: UUID) -> Office:
    """The point as the head of a form names it."""
    point: PointView = point_view(uow, point_id)
    unit = unit_view(uow, point.unit_id)
    if unit.name == point.name and unit.parent_id is not None:
        unit = unit_view(uow, unit.parent_id)
    return Office(point.name, unit.name, point.address, point.hotline, point.hours)


def paper_lines(uow: ReadUnit, seen: DossierView) -> tuple[PaperLine, ...]:
    """The tally with the names of the list as it was on the day of filing."""
    procedure = procedure_view(uow, seen.procedure_id, local(seen.opened_at).date())
    names = {paper.no: paper.name_vi for paper in procedure.papers}
    return tuple(
        PaperLine(one.paper_no, names.get(one.paper_no, ""), one.tally, one.originals,
                  one.copies, one.sheets)
        for one in seen.papers
    )  # fmt: skip


def _link(
    uow: ReadUnit, seen: DossierView, item: ItemView | None, base_url: str, token: str
) -> str:
    at = seen.accepted_at or seen.opened_at
    mark = SlipMark(seen.acceptance_number, item.number if item else "", at, token)
    return slip_link(uow.ring, base_url, mark)


def _envelope(uow: ReadUnit, dossier_id: UUID) -> ItemView | None:
    found = [
        item for item in items_of_dossier(uow, dossier_id) if item.kind == ItemKind.DOSSIER_ENVELOPE
    ]
    return item_view(uow, found[0].id) if found else None


def _people(uow: ReadUnit, dossier_id: UUID) -> dict[PartyRole, PartyView]:
    return {party.role: party for party in reversed(parties_of(uow, dossier_id))}


def address_on(uow: ReadUnit, party: PartyView | None, on: date) -> str:
    """The address as written, with commune and province as they were called on that day."""
    if party is None:
        return ""
    written = party.address_text or ""
    if not party.commune_code:
        return written
    try:
        units = reversed(register_of(uow).last_known_lineage(party.commune_code, on))
    except UnknownUnit:
        return written
    return ", ".join(part for part in (written, *(unit.full_name for unit in units)) if part)


def _name(party: PartyView | None) -> str:
    return party.full_name if party else ""
