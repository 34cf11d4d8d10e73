"""What the slip and form 01 say, read from the record; each printing is itself a fact."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from config.register import UnknownUnit, load_register
from postal_bridge.custody.service import items_of_dossier
from postal_bridge.custody.types import ItemKind, ItemView
from postal_bridge.delivery.service import delivery_of_dossier
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.directory.service import (
    point_view,
    procedure_view,
    section_view,
    unit_view,
)
from postal_bridge.directory.views import ProcedureView
from postal_bridge.dossiers.form_views import (
    AppointmentView,
    MoneyLine,
    Office,
    PaperLine,
    SlipMoney,
    SlipView,
)
from postal_bridge.dossiers.service import dossier_view, promise
from postal_bridge.dossiers.types import DossierView
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork, Units
from postal_bridge.money.accounts import Purse
from postal_bridge.money.service import (
    PaymentView,
    payments_of_dossier,
    receipts_of_payment,
)
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import (
    PartyView,
    mint_citizen_link,
    parties_of,
    record_look,
    staff_view,
)

PRINTED = "dossier.slip_printed"


@dataclass(frozen=True, slots=True)
class Printed:
    """Everything on the sheet. `appointment`: form 01, in *seated* mode only."""

    slip: SlipView
    appointment: AppointmentView | None


def print_slip(
    dossier_id: UUID, *, follow_url: str, texts: Texts, language: Language, actor: Actor,
    units: Units,
) -> Printed:  # fmt: skip
    """The sheet as it is printed now; a second print says that it is one.

    The QR leads to a link of its own, because the first one was shown once and is kept
    nowhere.

    Parameters
    ----------
    follow_url : where a citizen's link begins, ending in "/"
    """
    with units.write() as uow:
        dossier = dossier_view(uow, dossier_id, actor.scope)
        if dossier.accepted_at is None:
            raise NotFound
        record_look(uow, dossier_id, actor=actor, reason="print_slip")
        stream = streams.dossier_stream(dossier_id)
        is_reprint = any(fact.kind == PRINTED for fact in streams.read(uow, stream))
        link = follow_url + mint_citizen_link(uow, dossier_id)
        streams.append(uow, stream, PRINTED, {"is_reprint": is_reprint}, actor=actor)
        printed = _sheet(uow, dossier, link, is_reprint, texts, language, actor)
        uow.commit()
    return printed


def _sheet(
    uow: UnitOfWork,
    dossier: DossierView,
    link: str,
    is_reprint: bool,
    texts: Texts,
    language: Language,
    actor: Actor,
) -> Printed:
    accepted_on = local(dossier.accepted_at or uow.now).date()
    procedure = procedure_view(uow, dossier.procedure_id, accepted_on)
    people = {party.role: party for party in reversed(parties_of(uow, dossier.id))}
    owner = people[PartyRole.OWNER]
    submitter = people.get(PartyRole.SUBMITTER, owner)
    papers = _papers(dossier, procedure, language)
    clerk = staff_view(uow, UUID(actor.id)).display_name
    given = promise(uow, dossier.id)
    item = _envelope(uow, dossier.id)
    delivery = delivery_of_dossier(uow, dossier.id)
    recipient = people.get(PartyRole.RECIPIENT, owner) if delivery else None
    clearance = delivery.clearance if delivery else None
    slip = SlipView(
        office=_post_office(uow, dossier),
        section_name=section_view(uow, dossier.section_id).name,
        acceptance_number=dossier.acceptance_number,
        dossier_code=dossier.dossier_code,
        item_number=item.number if item else None,
        seal_number=item.seal_number if item else None,
        weight_g=item.weight_g if item else 0,
        procedure_name=procedure.name_en if language == "en" else procedure.name_vi,
        procedure_code=procedure.code,
        service_form=dossier.service_form,
        sets=dossier.sets,
        accepted_at=dossier.accepted_at or uow.now,
        expected_at=given.due_at,
        papers=papers,
        money=_money(uow, dossier, clearance, texts, language, actor),
        link=link,
        clerk_name=clerk,
        owner_name=owner.full_name,
        submitter_name=submitter.full_name,
        submitter_phone=submitter.phone or "",
        recipient_name=recipient.full_name if recipient else "",
        recipient_address=_address(recipient, accepted_on) if recipient else "",
        is_reprint=is_reprint,
        is_sandbox=uow.is_sandbox,
    )
    return Printed(
        slip, _appointment(uow, dossier, procedure, slip, owner, submitter, papers, clerk)
    )


def _appointment(
    uow: ReadUnit,
    dossier: DossierView,
    procedure: ProcedureView,
    slip: SlipView,
    owner: PartyView,
    submitter: PartyView,
    papers: tuple[PaperLine, ...],
    clerk: str,
) -> AppointmentView | None:
    seated = dossier.mode is AcceptanceMode.SEATED
    if not seated or dossier.received_at is None or dossier.due_at is None:
        return None
    section = section_view(uow, dossier.section_id)
    return AppointmentView(
        header=section.agency_header,
        place=section.name,
        dossier_code=dossier.dossier_code or "",
        procedure_name=slip.procedure_name,
        section=Office(
            section.name, section.agency_name, section.address, section.hotline, section.hours
        ),
        sets=dossier.sets,
        time_limit_days=procedure.time_limit_days,
        time_limit_hours=procedure.time_limit_hours,
        received_at=dossier.received_at,
        due_at=dossier.due_at,
        papers=papers,
        returned_by_post=bool(slip.recipient_name),
        link=slip.link,
        receiver_name=clerk,
        submitter_name=submitter.full_name,
        owner_name=owner.full_name,
        address=_address(owner, local(dossier.received_at).date()),
        phone=submitter.phone or "",
        email=submitter.email or "",
        id_number=submitter.masked_id_number or "",
        is_reprint=slip.is_reprint,
        is_sandbox=uow.is_sandbox,
    )


def _papers(
    dossier: DossierView, procedure: ProcedureView, language: Language
) -> tuple[PaperLine, ...]:
    names = {p.no: p.name_en if language == "en" else p.name_vi for p in procedure.papers}
    return tuple(
        PaperLine(p.paper_no, names[p.paper_no], p.tally, p.originals, p.copies, p.sheets)
        for p in dossier.papers
    )


def _money(
    uow: ReadUnit,
    dossier: DossierView,
    clearance: str | None,
    texts: Texts,
    language: Language,
    actor: Actor,
) -> SlipMoney:
    payments = [p for p in payments_of_dossier(uow, dossier.id, actor=actor) if p.paid_at]
    waiting = [p for p in payments_of_dossier(uow, dossier.id, actor=actor) if not p.paid_at]
    fare, fees = _lines(payments or waiting, texts, language)
    receipts = [r for p in payments for r in receipts_of_payment(uow, p.id, actor=actor)]
    numbers = {receipt.kind: receipt.number for receipt in receipts}
    how = {"at_door": "at_door", "borne": "borne"}.get(clearance or "")
    return SlipMoney(
        fare=fare,
        fees=fees,
        paid_by=how or (payments[0].method if payments else "cash"),
        fare_receipt_no=numbers.get("fare"),
        fee_receipt_no=numbers.get("fee"),
    )


def _lines(
    payments: list[PaymentView], texts: Texts, language: Language
) -> tuple[tuple[MoneyLine, ...], tuple[MoneyLine, ...]]:
    fare: list[MoneyLine] = []
    fees: list[MoneyLine] = []
    for due in (due for payment in payments for due in payment.dues):
        label = due.name or texts.render(f"due_{due.code}", {}, language)
        into = fees if due.purse is Purse.FEE else fare
        into.append(MoneyLine(label, due.amount_vnd))
    return tuple(fare), tuple(fees)


def _envelope(uow: ReadUnit, dossier_id: UUID) -> ItemView | None:
    return next(
        (
            item
            for item in items_of_dossier(uow, dossier_id)
            if item.kind is ItemKind.DOSSIER_ENVELOPE
        ),
        None,
    )


def _post_office(uow: ReadUnit, dossier: DossierView) -> Office:
    point = point_view(uow, dossier.point_id)
    unit = unit_view(uow, dossier.unit_id)
    return Office(point.name, unit.name, point.address, point.hotline, point.hours)


def _address(person: PartyView, on: date) -> str:
    """The address as written, with the names of commune and province of the day."""
    written = person.address_text or ""
    if not person.commune_code:
        return written
    register = load_register()
    try:
        names = [unit.full_name for unit in reversed(register.lineage(person.commune_code, on))]
    except UnknownUnit:
        return written
    return ", ".join(part for part in (written, *names) if part)
