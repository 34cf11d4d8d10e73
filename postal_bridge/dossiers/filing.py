"""Taking a dossier in: opened, tallied against the published list, signed, scanned."""

from uuid import UUID

from postal_bridge.custody.types import IN_ENVELOPE, SignatureRef, TallyKind
from postal_bridge.directory.rules import FILED_ONLINE, AcceptanceMode
from postal_bridge.directory.service import check_may_accept, link_view, procedure_view
from postal_bridge.dossiers import number_store, papers_store, store
from postal_bridge.dossiers.errors import (
    NotDraft,
    PaperNotOnList,
    PapersMissing,
    TallyMissing,
    WitnessMissing,
)
from postal_bridge.dossiers.looking import view
from postal_bridge.dossiers.rules import DossierStatus
from postal_bridge.dossiers.tables import DossierPaper, DossierRow, ScanRow, SignatureRow
from postal_bridge.dossiers.types import (
    DossierView,
    NewDossier,
    PaperTally,
    ScanView,
    SignatureForm,
    SignerRole,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

SIGNED = "dossier.signed"


def open_dossier(uow: UnitOfWork, new: NewDossier, *, actor: Actor) -> DossierView:
    """A draft exists under a fresh acceptance number, with a data key for its people.

    The dossier is no agency's yet: its code comes from the agency (Circular 01/2018 art. 19).

    Raises
    ------
    OnlineOnly, NotByPost, LinkNotActive, ProcedureNotInLink
    """
    today = local(uow.now).date()
    check_may_accept(uow, new.link_id, new.procedure_id, today, new.channel)
    link = link_view(uow, new.link_id, today)
    procedure = procedure_view(uow, new.procedure_id, today)
    dossier_id = new_id()
    row = DossierRow(
        id=dossier_id,
        acceptance_number=number_store.next_acceptance_number(uow, link.unit_id, today),
        procedure_id=new.procedure_id,
        link_id=new.link_id,
        unit_id=link.unit_id,
        point_id=link.point_id,
        section_id=link.section_id,
        competent_section_id=new.competent_section_id or link.section_id,
        returning_section_id=new.returning_section_id or link.section_id,
        channel=new.channel,
        service_form=new.service_form,
        mode=AcceptanceMode(link.acceptance_mode.value),
        status=DossierStatus.DRAFT,
        sets=new.sets,
        result_kind=procedure.result_kind,
        document_class=procedure.document_class,
        opened_at=uow.now,
    )
    store.add(uow, row)
    uow.vault.create(dossier_id)
    body = {
        "acceptance_number": row.acceptance_number,
        "procedure_id": str(row.procedure_id),
        "link_id": str(row.link_id),
        "channel": row.channel,
        "service_form": row.service_form,
        "mode": row.mode,
        "sets": row.sets,
        "result_kind": row.result_kind,
        "document_class": row.document_class,
        "unit_id": str(row.unit_id),
        "point_id": str(row.point_id),
        "section_id": str(row.section_id),
        "competent_section_id": str(row.competent_section_id),
        "returning_section_id": str(row.returning_section_id),
        "to": row.status,
    }
    stream = streams.dossier_stream(dossier_id)
    streams.append(uow, stream, "dossier.opened", body, actor=actor, is_first=True)
    return view(uow, row)


def tally(
    uow: UnitOfWork, dossier_id: UUID, papers: tuple[PaperTally, ...], *, actor: Actor
) -> DossierView:
    """The papers stand counted, by kind. A second tally replaces the first; both are kept.

    Nothing outside the published list can be asked for or taken (Decision 45/2016).

    Raises
    ------
    NotDraft
        The dossier was accepted; a supplement is counted by `tally_supplement`.
    PaperNotOnList, PapersMissing
    """
    row = store.lock(uow, dossier_id)
    if row.status != DossierStatus.DRAFT:
        raise NotDraft(number=row.acceptance_number)
    _check_list(uow, row, papers)
    _write_round(uow, row, papers, "dossier.tallied", actor)
    return view(uow, row)


def tally_supplement(
    uow: UnitOfWork, dossier_id: UUID, papers: tuple[PaperTally, ...], *, actor: Actor
) -> DossierView:
    """What the citizen brought later stands added to what was counted before."""
    row = store.lock(uow, dossier_id)
    known = {(paper.paper_no, paper.tally): paper for paper in view(uow, row).papers}
    for paper in papers:
        before = known.get((paper.paper_no, paper.tally), PaperTally(paper.paper_no, paper.tally))
        known[paper.paper_no, paper.tally] = PaperTally(
            paper.paper_no,
            paper.tally,
            before.originals + paper.originals,
            before.copies + paper.copies,
            before.sheets + paper.sheets,
        )
    together = tuple(known[key] for key in sorted(known))
    _check_list(uow, row, together)
    _write_round(uow, row, together, "dossier.tallied_again", actor)
    return view(uow, row)


def sign(
    uow: UnitOfWork,
    dossier_id: UUID,
    role: SignerRole,
    form: SignatureForm,
    *,
    actor: Actor,
    blob_id: UUID | None = None,
    witness: str | None = None,
) -> SignatureRef:
    """One side has signed the list as it was counted last.

    Raises
    ------
    TallyMissing
        There is no list to sign.
    WitnessMissing
        A fingerprint without a witness.
    """
    row = store.lock(uow, dossier_id)
    if row.status != DossierStatus.DRAFT:
        raise NotDraft(number=row.acceptance_number)
    current = papers_store.last_round(uow, dossier_id)
    if not current:
        raise TallyMissing(number=row.acceptance_number)
    if form == SignatureForm.FINGERPRINT and not witness:
        raise WitnessMissing
    signature_id = new_id()
    uow.session.put(
        SignatureRow,
        id=signature_id,
        dossier_id=dossier_id,
        role=role,
        form=form,
        blob_id=blob_id,
        witness=uow.vault.seal_text(
            dossier_id, witness, place=f"signatures.witness:{signature_id}"
        ),
        round=current,
        actor=actor.ref,
        at=uow.now,
    )
    body = {
        "role": role.value,
        "form": form.value,
        "blob_id": str(blob_id) if blob_id else None,
        "round": current,
    }
    streams.append(uow, streams.dossier_stream(dossier_id), SIGNED, body, actor=actor)
    return SignatureRef(form.value, blob_id, None)


def has_signed(uow: ReadUnit, dossier_id: UUID, role: SignerRole) -> bool:
    """Whether this side signed the list as it stands now."""
    return role in signers(uow, dossier_id, papers_store.last_round(uow, dossier_id))


def signers(uow: ReadUnit, dossier_id: UUID, round_no: int) -> frozenset[SignerRole]:
    """Who signed the list as it was counted in this round."""
    facts = streams.read(uow, streams.dossier_stream(dossier_id))
    signed = (fact.body for fact in facts if fact.kind == SIGNED)
    return frozenset(SignerRole(body["role"]) for body in signed if body["round"] == round_no)


def add_scan(
    uow: UnitOfWork, dossier_id: UUID, paper_no: int, blob_id: UUID, pages: int, *, actor: Actor
) -> ScanView:
    """A scan of one paper of the list is kept with the dossier."""
    row = store.dossier(uow.session, dossier_id)
    today = local(row.opened_at).date()
    listed = {paper.no for paper in procedure_view(uow, row.procedure_id, today).papers}
    if paper_no not in listed:
        raise PaperNotOnList(paper_no=paper_no)
    scan = ScanRow(
        id=new_id(), dossier_id=dossier_id, paper_no=paper_no, blob_id=blob_id, pages=pages,
        at=uow.now,
    )  # fmt: skip
    uow.session.add(scan)
    uow.session.flush()
    body = {"paper_no": paper_no, "blob_id": str(blob_id), "pages": pages}
    streams.append(uow, streams.dossier_stream(dossier_id), "dossier.scanned", body, actor=actor)
    return ScanView(scan.id, paper_no, blob_id, pages, scan.at)


def scans_of(uow: ReadUnit, dossier_id: UUID) -> tuple[ScanView, ...]:
    rows = papers_store.scans(uow.session, dossier_id)
    return tuple(ScanView(one.id, one.paper_no, one.blob_id, one.pages, one.at) for one in rows)


def _check_list(uow: UnitOfWork, row: DossierRow, papers: tuple[PaperTally, ...]) -> None:
    """Filed on-line the portal has checked the list, and no paper need be here."""
    opened_on = local(row.opened_at).date()
    listed = {paper.no: paper for paper in procedure_view(uow, row.procedure_id, opened_on).papers}
    for paper in papers:
        if paper.paper_no not in listed:
            raise PaperNotOnList(paper_no=paper.paper_no)
    present = {paper.paper_no for paper in papers if _is_there(paper)}
    missing = sorted(no for no, paper in listed.items() if paper.is_required and no not in present)
    if missing and row.channel not in FILED_ONLINE:
        raise PapersMissing(paper_nos=", ".join(str(no) for no in missing), count=len(missing))


def _is_there(paper: PaperTally) -> bool:
    """What is electronic or comes from a state database needs no count of sheets."""
    is_paper = paper.tally in IN_ENVELOPE or paper.tally == TallyKind.ORIGINAL_SEEN
    return not is_paper or paper.originals + paper.copies > 0


def _write_round(
    uow: UnitOfWork, row: DossierRow, papers: tuple[PaperTally, ...], kind: str, actor: Actor
) -> None:
    number = papers_store.last_round(uow, row.id) + 1
    papers_store.add_papers(
        uow,
        row.id,
        [
            DossierPaper(
                dossier_id=row.id,
                round=number,
                paper_no=paper.paper_no,
                tally=paper.tally,
                originals=paper.originals,
                copies=paper.copies,
                sheets=paper.sheets,
            )
            for paper in papers
        ],
    )
    lines = [[p.paper_no, p.tally.value, p.originals, p.copies, p.sheets] for p in papers]
    body = {"round": number, "papers": lines}
    streams.append(uow, streams.dossier_stream(row.id), kind, body, actor=actor)
