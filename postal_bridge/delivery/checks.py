"""What stored data can show of deliveries, recomputed from the streams and the rules."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from postal_bridge.delivery import door_fee, store
from postal_bridge.delivery.failing import calendars
from postal_bridge.delivery.proof import DocumentClass, ProofLevel, demanded_level
from postal_bridge.delivery.proof_records import proof_digest
from postal_bridge.delivery.refused_reports import pictures_of_reports, verify_reports
from postal_bridge.delivery.rules import MOVES, UNDOS, DeliveryAction, DeliveryStatus
from postal_bridge.delivery.tables import DeliveryRow
from postal_bridge.delivery.undeliverable import Article17Case, invitations_suffice
from postal_bridge.dossiers.watching import without_result
from postal_bridge.kernel import streams
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit

_AS_REGISTERED = (
    "who_may_receive", "document_class", "proof_demanded", "fare_refused", "unit_id", "point_id",
    "section_id", "take_back_papers", "is_return_wanted",
)  # fmt: skip
"""What stays as it was registered; the offices among it decide who sees the delivery."""


def verify_delivery(uow: ReadUnit) -> Iterator[Finding]:
    """Status, attempts, proofs and invitations against what the dossier's stream says.

    None stays open when its dossier ended without a result.
    """
    ended = without_result(uow)
    for row in store.every(uow):
        is_open = (DeliveryStatus(row.status), DeliveryAction.CANCEL) in MOVES
        if is_open and row.dossier_id in ended:
            yield Finding(f"delivery:{row.label}", "open_without_result")
        facts = [
            fact
            for fact in streams.read(uow, streams.dossier_stream(row.dossier_id))
            if fact.body.get("delivery_id") == str(row.id)
        ]
        for why in _broken(uow, row, facts):
            yield Finding(f"delivery:{row.label}", why)
    yield from _gone(uow)
    yield from verify_reports(uow)


def _gone(uow: ReadUnit) -> Iterator[Finding]:
    for _, facts in streams.read_all(uow, "dossier"):
        for fact in facts:
            if fact.kind == store.REGISTERED:
                delivery_id = fact.body["delivery_id"]
                if uow.session.get(DeliveryRow, UUID(delivery_id)) is None:
                    yield Finding(f"delivery:{delivery_id}", "delivery_gone")


def _broken(uow: ReadUnit, row: DeliveryRow, facts: list[Fact]) -> Iterator[str]:
    if not facts or facts[0].kind != store.REGISTERED:
        yield "never_registered"
        return
    yield from _walk(row, facts)
    yield from _terms(row, facts)
    counted = sum(bool(fact.body.get("is_counted")) for fact in facts)
    used = sum(bool(fact.body.get("is_counted")) for fact in store.moves_that_count(facts))
    rows = store.attempts(uow.session, row.id)
    if used != row.attempts_used or counted != sum(attempt.is_counted for attempt in rows):
        yield "attempts_differ"
    yield from _proofs(uow, row, facts)
    yield from _invitations(uow, row, facts)


def _terms(row: DeliveryRow, facts: list[Fact]) -> Iterator[str]:
    """What was agreed when the delivery was bought: whom, by which proof, in which envelope."""
    agreed = facts[0].body
    for column in _AS_REGISTERED:
        if column in agreed and agreed[column] != _plain(getattr(row, column)):
            yield f"{column}_differs"
    if agreed.get("recipient_party_id", str(row.recipient_party_id)) != str(row.recipient_party_id):
        yield "recipient_differs"
    places = [fact.body["place"] for fact in facts if "place" in fact.body]
    if places and places[-1] != row.place:
        yield "place_differs"
    priced = [fact.body["quote_id"] for fact in facts if "quote_id" in fact.body]
    if row.quote_id is not None and priced and priced[-1] != str(row.quote_id):
        yield "quote_differs"
    if _cleared(facts) != row.clearance:
        yield "clearance_differs"
    fees = [fact.body[door_fee.SAID] for fact in facts if door_fee.SAID in fact.body]
    if door_fee.SAID in agreed and fees[-1] != row.door_fee_vnd:
        yield "door_fee_differs"
    packed = [fact.body["item_id"] for fact in facts if fact.body.get("action") == "pack"]
    if packed and packed[-1] != str(row.item_id):
        yield "item_differs"


def _cleared(facts: list[Fact]) -> str | None:
    """How it was cleared; what is redirected before it is packed is quoted and cleared anew."""
    how: str | None = None
    for fact in facts:
        if fact.body.get("action") == DeliveryAction.REDIRECT:
            how = None if fact.body["to"] == DeliveryStatus.REGISTERED else how
        elif fact.body.get("action") == DeliveryAction.CLEAR:
            how = fact.body["how"]
    return how


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _walk(row: DeliveryRow, facts: list[Fact]) -> Iterator[str]:
    """Each move follows from the one before by a row of the table; the last is the status."""
    status = DeliveryStatus(facts[0].body["to"])
    walked: list[Fact] = []
    for fact in facts[1:]:
        if fact.kind == store.UNDONE:
            if not _is_undone_by_table(walked.pop() if walked else None, fact):
                yield "undo_not_in_table"
            status = DeliveryStatus(fact.body["to"])
        if "action" not in fact.body:
            continue
        walked.append(fact)
        move = MOVES.get((status, DeliveryAction(fact.body["action"])))
        if fact.body["from"] != status or move is None or move.to != fact.body["to"]:
            yield "move_not_in_table"
        status = DeliveryStatus(fact.body["to"])
    if status != row.status:
        yield "status_differs"


def _is_undone_by_table(last: Fact | None, undo: Fact) -> bool:
    if last is None or last.seq != undo.body["seq"]:
        return False
    made_in = DeliveryStatus(last.body["from"])
    rule = UNDOS.get((made_in, DeliveryAction(last.body["action"])))
    return rule is not None and undo.body["to"] in (rule.to, rule.with_courier)


def _proofs(uow: ReadUnit, row: DeliveryRow, facts: list[Fact]) -> Iterator[str]:
    """Invariant C6: what counts as handed over has a proof of the demanded level."""
    kept = {str(proof.id): proof for proof in store.proofs(uow.session, row.id)}
    for said in (fact.body for fact in facts if "proof_id" in fact.body):
        proof = kept.get(said["proof_id"])
        if proof is None or said.get("proof_digest", proof_digest(proof)) != proof_digest(proof):
            yield "proof_differs"
    handed_over = DeliveryStatus.HANDED_OVER
    has_moved = any(fact.body.get("to") == handed_over for fact in facts)
    if not has_moved and row.status != handed_over:
        return
    contract = None if row.proof_demanded is None else ProofLevel(row.proof_demanded)
    demanded = demanded_level(DocumentClass(row.document_class), contract)
    if max((proof.level for proof in kept.values()), default=0) < demanded:
        yield "proof_below_level"


def _invitations(uow: ReadUnit, row: DeliveryRow, facts: list[Fact]) -> Iterator[str]:
    """Postal Law art. 17(1)(d): two invitations, two working days apart."""
    is_uncollected = any(fact.body.get("case") == Article17Case.NOT_COLLECTED for fact in facts)
    days: list[date] = [one.invited_on for one in store.invitations(uow.session, row.id)]
    if is_uncollected and not invitations_suffice(days, calendars(uow, row)):
        yield "invitations_missing"
    said = [local(fact.occurred_at).date() for fact in facts if fact.kind == "delivery.invited"]
    if days != said:
        yield "invitations_differ"


def blobs_named(uow: ReadUnit) -> Iterator[UUID]:
    """The files behind proofs, failed visits and refused reports."""
    yield from pictures_of_reports(uow)
    for row in store.every(uow):
        for proof in store.proofs(uow.session, row.id):
            named = (proof.signature_blob_id, proof.witness_blob_id, proof.photo_blob_id)
            yield from (blob_id for blob_id in named if blob_id is not None)
        for visit in store.attempts(uow.session, row.id):
            if visit.photo_blob_id is not None:
                yield visit.photo_blob_id
