"""The receipts of a shift, and one of them on paper once more."""

from uuid import UUID

from postal_bridge.counter.fee_papers import change_words
from postal_bridge.directory.service import collecting_unit, section_view, unit_view
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.fee_changes import fee_changes_of
from postal_bridge.money.receipt_pdf import PaperLine, ReceiptPaper
from postal_bridge.money.service import (
    DrawerView,
    FeeReceipt,
    copy_receipt,
    receipt_view,
    receipts_of_entries,
)
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import name_behind, parties_of, record_look

REASON = "receipt_copy"
PAYERS = (PartyRole.PAYER, PartyRole.SUBMITTER, PartyRole.OWNER)


def receipts_of_shift(drawer: DrawerView, *, actor: Actor, units: Units) -> tuple[FeeReceipt, ...]:
    """Every receipt whose money went through this drawer."""
    entries = {line.entry_id for line in drawer.lines}
    with units.read() as uow:
        return receipts_of_entries(uow, entries, actor=actor)


def receipt_paper(
    receipt_id: UUID, texts: Texts, language: Language, *, actor: Actor, units: Units
) -> ReceiptPaper:
    """The original, or a counted copy, with the payer's name: the look is on record.

    Raises
    ------
    NotFound
    """
    with units.write() as uow:
        copy = copy_receipt(uow, receipt_id, actor=actor)
        record_look(uow, copy.dossier_id, actor=actor, reason=REASON)
        paper = _paper(uow, copy, texts, language, actor)
        uow.commit()
    return paper


def own_receipt(
    receipt_id: UUID, texts: Texts, language: Language, *, actor: Actor, units: Units
) -> ReceiptPaper:
    """The citizen's electronic receipt, as often as he likes. Raises NotFound for another's."""
    with units.read() as uow:
        receipt = receipt_view(uow, receipt_id, actor=actor)
        if receipt.dossier_id != actor.scope.dossier_id:
            raise NotFound
        return _paper(uow, receipt, texts, language, actor)


def _paper(
    uow: ReadUnit, copy: FeeReceipt, texts: Texts, language: Language, actor: Actor
) -> ReceiptPaper:
    series, _, number = copy.number.partition("-")
    by_role = {party.role: party for party in parties_of(uow, copy.dossier_id)}
    payer = next((by_role[role] for role in PAYERS if role in by_role), None)
    collecting = collecting_unit(uow, copy.unit_id)
    dossier = dossier_view(uow, copy.dossier_id, actor.scope)
    return ReceiptPaper(
        kind=copy.kind,
        series=series,
        number=number,
        unit_name=collecting.name,
        unit_key=collecting.key,
        unit_address=unit_view(uow, copy.unit_id).name,
        collected_for=section_view(uow, copy.section_id).agency_name
        if copy.kind == "fee" and copy.section_id
        else "",
        payer_name=payer.full_name if payer else "",
        payer_address=(payer.address_text or "") if payer else "",
        dossier_code=dossier.number_shown,
        lines=tuple(
            PaperLine(
                due.name or texts.render(f"due_{due.code}", {}, language),
                due.amount_vnd,
                texts.render(f"drawer_group_{due.fee_kind}", {}, language) if due.fee_kind else "",
            )
            for due in copy.lines
        ),
        total_vnd=copy.total_vnd,
        method=copy.method,
        issued_at=copy.issued_at,
        issued_by=_name(uow, copy.issued_by, texts, language),
        copy_no=copy.copy_no,
        is_void=copy.is_void,
        notes=_corrects(uow, copy, texts, language),
    )


def _corrects(uow: ReadUnit, copy: FeeReceipt, texts: Texts, language: Language) -> tuple[str, ...]:
    """Of a receipt for the rest of a fee: which ones came before, and why there is more."""
    return tuple(
        words
        for change in fee_changes_of(uow, copy.dossier_id)
        if change.payment_id == copy.payment_id and copy.kind == "fee"
        for words in change_words(change, texts, language)
    )


def _name(uow: ReadUnit, ref: str, texts: Texts, language: Language) -> str:
    """The clerk's name; a machine signs as the machine it is."""
    return name_behind(uow, ref) or texts.render("receipt_by_machine", {}, language)
