"""What is printed of a fee that changed: the refund slip, and which receipts it corrects."""

from uuid import UUID

from postal_bridge.directory.service import collecting_unit, section_view, unit_view
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.text import Language, Texts
from postal_bridge.kernel.unit_of_work import ReadUnit, Units
from postal_bridge.money.fee_change_rules import RefundWay
from postal_bridge.money.fee_changes import FeeChangeView, FeeRefundView, fee_change
from postal_bridge.money.receipt_pdf import PaperLine, ReceiptPaper
from postal_bridge.people.rules import PartyRole
from postal_bridge.people.service import name_behind, parties_of, record_look

LOOK = "fee_change"
PAYEES = (PartyRole.PAYER, PartyRole.SUBMITTER, PartyRole.OWNER)


def refund_paper(
    change_id: UUID, texts: Texts, language: Language, *, actor: Actor, units: Units
) -> ReceiptPaper:
    """The slip of what was given back; a member of staff's look at the name is on record.

    Raises NotFound before it was given back.
    """
    with units.write() as uow:
        change = fee_change(uow, change_id, actor=actor)
        if change.refund is None:
            raise NotFound
        record_look(uow, change.dossier_id, actor=actor, reason=LOOK)
        paper = _paper(uow, change, change.refund, texts, language, actor)
        uow.commit()
    return paper


def own_refund_paper(
    change_id: UUID, texts: Texts, language: Language, *, actor: Actor, units: Units
) -> ReceiptPaper:
    """The citizen's own slip, as often as he likes. Raises NotFound for another's."""
    with units.read() as uow:
        change = fee_change(uow, change_id, actor=actor)
        if change.refund is None or change.dossier_id != actor.scope.dossier_id:
            raise NotFound
        return _paper(uow, change, change.refund, texts, language, actor)


def change_words(change: FeeChangeView, texts: Texts, language: Language) -> tuple[str, ...]:
    """Which receipts stay as they are beside this paper, and why the fee is another."""
    reason = texts.render(f"fee_change_reason_{change.reason}", {}, language)
    why = {
        "paid_vnd": change.paid_vnd,
        "new_vnd": change.fee.amount_vnd,
        "reason": reason,
        "ground": change.legal_ground,
    }
    words = [texts.render("fee_change_why", why, language)]
    if change.corrects:
        numbers = {"numbers": ", ".join(change.corrects)}
        words.insert(0, texts.render("fee_change_corrects", numbers, language))
    return tuple(words)


def _paper(
    uow: ReadUnit,
    change: FeeChangeView,
    refund: FeeRefundView,
    texts: Texts,
    language: Language,
    actor: Actor,
) -> ReceiptPaper:
    series, _, number = refund.number.partition("-")
    by_role = {party.role: party for party in parties_of(uow, change.dossier_id)}
    payee = next((by_role[role] for role in PAYEES if role in by_role), None)
    collecting = collecting_unit(uow, refund.unit_id)
    group = texts.render(f"drawer_group_{change.fee.kind}", {}, language)
    return ReceiptPaper(
        kind="refund",
        series=series,
        number=number,
        unit_name=collecting.name,
        unit_key=collecting.key,
        unit_address=unit_view(uow, refund.unit_id).name,
        collected_for=section_view(uow, change.section_id).agency_name,
        payer_name=payee.full_name if payee else "",
        payer_address=(payee.address_text or "") if payee else "",
        dossier_code=dossier_view(uow, change.dossier_id, actor.scope).number_shown,
        lines=(PaperLine(change.fee.name, refund.amount_vnd, group),),
        total_vnd=refund.amount_vnd,
        method="bank" if refund.way is RefundWay.TRANSFER else "cash",
        issued_at=refund.issued_at,
        issued_by=name_behind(uow, refund.issued_by),
        copy_no=0 if actor.scope.dossier_id is None else None,
        notes=change_words(change, texts, language),
    )
