"""What is signed and sealed while the citizen stands there, in the open unit of work."""

from dataclasses import replace
from uuid import UUID

from postal_bridge.counter.commands import SignatureGiven
from postal_bridge.custody.service import hand_over, register_item, seal_item
from postal_bridge.custody.types import (
    HandOver,
    Holder,
    HolderKind,
    ItemKind,
    ItemView,
    NewItem,
    SignatureRef,
)
from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.dossiers.scan_intake import CleanScan
from postal_bridge.dossiers.service import add_scan, sign, use_scan_quota
from postal_bridge.dossiers.types import (
    DossierView,
    PaperTally,
    SignatureForm,
    SignerRole,
    envelope_papers,
)
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.unit_of_work import UnitOfWork


def keep_scans(
    uow: UnitOfWork, dossier_id: UUID, scans: tuple[CleanScan, ...], blobs: Blobs, actor: Actor
) -> None:
    """Each clean scan is on disk, sealed, beside the paper it shows. Raises ScanQuotaUsed."""
    use_scan_quota(uow, tuple(len(scan.content) for scan in scans), actor=actor)
    for scan in scans:
        blob = blobs.put(uow, dossier_id, scan.content, kind="scan", media_type=scan.media_type)
        add_scan(uow, dossier_id, scan.paper_no, blob.id, scan.pages, actor=actor)


def sign_list(
    uow: UnitOfWork, dossier_id: UUID, given: SignatureGiven, blobs: Blobs, actor: Actor
) -> SignatureRef:
    """Both have signed the list: the citizen by hand or finger, the clerk by his credential."""
    blob_id = None
    if given.image:
        blob_id = blobs.put(
            uow, dossier_id, given.image, kind="signature", media_type="image/jpeg"
        ).id
    form = SignatureForm(given.how.value)
    if form is SignatureForm.HANDWRITTEN and blob_id is None:
        form = SignatureForm.ON_PAPER
    signed = sign(
        uow,
        dossier_id,
        SignerRole.SUBMITTER,
        form,
        actor=actor,
        blob_id=blob_id,
        witness=given.witness_name,
    )
    sign(uow, dossier_id, SignerRole.CLERK, SignatureForm.CODE, actor=actor)
    return signed


def seal_envelope(
    uow: UnitOfWork,
    dossier: DossierView,
    papers: tuple[PaperTally, ...],
    submitter_id: UUID,
    signed: SignatureRef,
    weight_g: int,
    actor: Actor,
) -> ItemView | None:
    """What is kept of the papers is sealed in the citizen's presence and changes hands.

    In *seated* mode it is the section's at once; in *carrier* mode the clerk answers for it.
    """
    kept = envelope_papers(papers)
    is_seated = dossier.mode == AcceptanceMode.SEATED
    if is_seated and not kept:
        return None
    citizen = Holder(HolderKind.PARTY, str(submitter_id))
    new = NewItem(
        kind=ItemKind.DOSSIER_ENVELOPE,
        dossier_id=dossier.id,
        unit_id=dossier.unit_id,
        section_id=dossier.section_id,
        weight_g=weight_g,
        holder=citizen,
        papers=kept,
    )
    item = register_item(uow, new, actor=actor)
    item = seal_item(uow, item.id, witness=citizen, actor=actor)
    receiver = (
        Holder(HolderKind.SECTION, str(dossier.section_id))
        if is_seated
        else Holder(HolderKind.STAFF, actor.id)
    )
    move = HandOver(
        item_ids=(item.id,),
        giver=citizen,
        receiver=receiver,
        place=f"point:{dossier.point_id}",
        giver_signed=signed,
    )
    hand_over(uow, move, actor=_as_one_stop_staff(actor, dossier) if is_seated else actor)
    return item


def _as_one_stop_staff(actor: Actor, dossier: DossierView) -> Actor:
    """Place of work is not employer: over a *seated* link postal staff act for the section."""
    section = dossier.section_id
    scope = replace(actor.scope, sections=actor.scope.sections | {section})
    return replace(actor, scope=scope, section_id=section, on_behalf_of=f"section:{section}")
