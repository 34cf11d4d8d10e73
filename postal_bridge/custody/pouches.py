"""Pouches: filled, tied, offered, accepted, opened. A pouch is an item that holds items.

The custody of what lies inside is the pouch's own (design section 4, Pouch).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.counting import open_case
from postal_bridge.custody.errors import (
    AlreadyAnswered,
    NotInPouch,
    PouchClosed,
    PouchCountDiffers,
    PouchEmpty,
    SealDiffers,
    TieNumbersDiffer,
)
from postal_bridge.custody.handing import accept, decline, offer
from postal_bridge.custody.handing_checks import check_free, check_second, speaks_for
from postal_bridge.custody.items import advance, current_holder, register_item
from postal_bridge.custody.line import Step
from postal_bridge.custody.rules import PouchAction, PouchStatus, next_pouch_move
from postal_bridge.custody.tables import ItemRow, PouchRow
from postal_bridge.custody.types import (
    CaseKind,
    Holder,
    HolderKind,
    ItemKind,
    ManifestLine,
    NewItem,
    NewPouch,
    Offer,
    PouchDirection,
    PouchView,
    SecondPerson,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork


def new_pouch(uow: UnitOfWork, new: NewPouch, *, actor: Actor) -> PouchView:
    """An open, empty pouch is with the office that fills it."""
    unit_id = new.unit_id or actor.unit_id
    if unit_id is None:
        raise NotFound
    from_post = new.direction == PouchDirection.TO_AGENCY
    holder = (
        Holder(HolderKind.POINT, str(new.from_point_id))
        if from_post
        else Holder(HolderKind.SECTION, str(new.section_id))
    )
    made = register_item(
        uow, NewItem(ItemKind.POUCH, None, unit_id, new.section_id, 0, holder), actor=actor
    )
    uow.session.add(
        PouchRow(
            id=made.id,
            link_id=new.link_id,
            point_id=new.from_point_id,
            section_id=new.section_id,
            unit_id=unit_id,
            direction=new.direction,
            status=PouchStatus.OPEN,
            created_at=uow.now,
        )
    )
    uow.session.flush()
    return pouch_view(uow, made.id)


def put_in_pouch(uow: UnitOfWork, pouch_id: UUID, item_id: UUID, *, actor: Actor) -> PouchView:
    """The item lies in the open pouch; both were with the same holder.

    Raises
    ------
    PouchClosed, InPouch, OfferOpen, NotHeldByGiver
    """
    pouch, pouch_item = _locked(uow, pouch_id)
    if pouch.status != PouchStatus.OPEN:
        raise PouchClosed(pouch_id=str(pouch_id))
    row = store.item(uow.session, item_id, lock=True)
    if row.kind == ItemKind.POUCH:
        raise NotInPouch(item_id=str(item_id))
    holder = current_holder(uow, pouch_item)
    check_free(row, holder)
    step = Step(new_id(), row.step_id, "put_in_pouch", holder, None, pouch_id, uow.now, uow.now)
    advance(uow, row, step, actor=actor)
    return pouch_view(uow, pouch_id)


def take_out(uow: UnitOfWork, pouch_id: UUID, item_id: UUID, *, actor: Actor) -> PouchView:
    """The item is out again and with the pouch's holder. The pouch is open or was opened."""
    pouch, pouch_item = _locked(uow, pouch_id)
    if pouch.status not in (PouchStatus.OPEN, PouchStatus.OPENED):
        raise PouchClosed(pouch_id=str(pouch_id))
    row = store.item(uow.session, item_id, lock=True)
    if row.in_pouch_id != pouch_id:
        raise NotInPouch(item_id=str(item_id))
    _take_out(uow, row, pouch_item, actor=actor)
    return pouch_view(uow, pouch_id)


def seal_pouch(
    uow: UnitOfWork, pouch_id: UUID, tie_number: str, again: str, *, actor: Actor
) -> PouchView:
    """The pouch is tied; its tie's number was given twice alike and binds the manifest."""
    pouch, pouch_item = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.SEAL)
    tie = _tie(tie_number)
    if not tie or tie != _tie(again):
        raise TieNumbersDiffer
    inside = store.items_in_pouch(uow.session, pouch_id)
    if not inside:
        raise PouchEmpty(pouch_id=str(pouch_id))
    pouch.status, pouch.tie_number = move.to, tie
    pouch_item.seal_number = tie
    pouch_item.weight_g = sum(row.weight_g for row in inside)
    body = {
        "tie": tie,
        "item_ids": sorted(str(row.id) for row in inside),
        "weight_g": pouch_item.weight_g,
    }
    _note(uow, pouch_id, "pouch.sealed", body, actor)
    return pouch_view(uow, pouch_id)


def offer_pouch(
    uow: UnitOfWork,
    pouch_id: UUID,
    receiver: Holder,
    *,
    actor: Actor,
    to_unit_id: UUID | None = None,
) -> PouchView:
    """The holder offers the sealed pouch; it has not moved."""
    pouch, pouch_item = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.OFFER)
    giver = current_holder(uow, pouch_item)
    offered = offer(uow, Offer((pouch_id,), giver, receiver, "", to_unit_id), actor=actor)
    pouch.status, pouch.hand_over_id = move.to, offered.id
    uow.session.flush()
    return pouch_view(uow, pouch_id)


def accept_pouch(
    uow: UnitOfWork,
    pouch_id: UUID,
    tie_seen: str,
    count_seen: int,
    *,
    actor: Actor,
    second: SecondPerson | None = None,
) -> PouchView:
    """The pouch and all that lies in it are with the receiver, who read tie and count.

    Raises
    ------
    SealDiffers
        Another tie, and no second person (C5).
    PouchCountDiffers
        The manifest names another number of items: dispute the pouch instead.
    """
    pouch, pouch_item = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.ACCEPT)
    inside = len(store.items_in_pouch(uow.session, pouch_id))
    if count_seen != inside:
        raise PouchCountDiffers(counted=count_seen, listed=inside)
    accept(uow, _offer_of(pouch), actor=actor, seen_seals={pouch_id: tie_seen}, second=second)
    pouch.status, pouch.hand_over_id, pouch.unit_id = move.to, None, pouch_item.unit_id
    uow.session.flush()
    return pouch_view(uow, pouch_id)


def take_back_offer(uow: UnitOfWork, pouch_id: UUID, why: str, *, actor: Actor) -> PouchView:
    """The offer is off before anyone took the pouch; its tie stands, and it may be offered anew."""
    pouch, _ = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.TAKE_BACK)
    decline(uow, _offer_of(pouch), actor=actor, reason="taken_back")
    pouch.status, pouch.hand_over_id = move.to, None
    _note(uow, pouch_id, "pouch.offer_taken_back", {"reason": why}, actor)
    return pouch_view(uow, pouch_id)


def closed_door(uow: UnitOfWork, pouch_id: UUID, evidence: str, *, actor: Actor) -> PouchView:
    """Nobody was there: the pouch stays with its holder, and the time is the agency's."""
    pouch, _ = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.FIND_DOOR_CLOSED)
    decline(uow, _offer_of(pouch), actor=actor, reason="closed_door")
    pouch.status, pouch.hand_over_id = move.to, None
    _keep_words(uow, pouch, evidence)
    _note(uow, pouch_id, "pouch.door_closed", {"delay": move.delay.value}, actor)
    return pouch_view(uow, pouch_id)


def dispute(uow: UnitOfWork, pouch_id: UUID, reason: str, *, actor: Actor) -> PouchView:
    """The receiver does not take the pouch as it is; it stays with the giver."""
    pouch, _ = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.DISPUTE)
    decline(uow, _offer_of(pouch), actor=actor, reason="disputed")
    pouch.status, pouch.hand_over_id = move.to, None
    _keep_words(uow, pouch, reason)
    _note(uow, pouch_id, "pouch.disputed", {}, actor)
    return pouch_view(uow, pouch_id)


def open_pouch(
    uow: UnitOfWork,
    pouch_id: UUID,
    found: Collection[UUID],
    *,
    actor: Actor,
    second: SecondPerson | None = None,
) -> PouchView:
    """The pouch is open; each item found is with its holder, each one missing opens a case.

    A case names the segment between the tie and this opening; the pouch's holder answers for
    what is missing until the case is settled. A disputed pouch is opened by two.

    Raises
    ------
    NotInPouch
        Something was found that the manifest does not name: hand it over by itself.
    SealDiffers
        A disputed pouch without a second person.
    """
    pouch, pouch_item = _locked(uow, pouch_id)
    move = next_pouch_move(PouchStatus(pouch.status), PouchAction.UNSEAL)
    holder = current_holder(uow, pouch_item)
    if not speaks_for(actor, holder, unit_id=pouch_item.unit_id):
        raise NotFound
    has_second = check_second(actor, second)
    if pouch.status == PouchStatus.DISPUTED and not has_second:
        raise SealDiffers(item_id=str(pouch_id), number=pouch_item.number)
    inside = {row.id: row for row in store.items_in_pouch(uow.session, pouch_id)}
    strange = set(found) - inside.keys()
    if strange:
        raise NotInPouch(item_id=str(min(strange)))
    missing = sorted(inside.keys() - set(found))
    for item_id in sorted(found):
        _take_out(uow, store.item(uow.session, item_id, lock=True), pouch_item, actor=actor)
    for item_id in missing:
        row = inside[item_id]
        open_case(
            uow, row, CaseKind.MANIFEST,
            from_step_id=row.step_id, to_step_id=row.step_id, difference=[], actor=actor,
        )  # fmt: skip
    pouch.status, pouch.opened_at = move.to, uow.now
    body = {
        "found": len(set(found)),
        "missing": [str(item_id) for item_id in missing],
        "second": second.holder.as_fact() if second else None,
    }
    _note(uow, pouch_id, "pouch.opened", body, actor)
    return pouch_view(uow, pouch_id)


def pouch_view(uow: ReadUnit, pouch_id: UUID) -> PouchView:
    pouch = store.pouch(uow.session, pouch_id)
    row = store.item(uow.session, pouch_id)
    inside = store.items_in_pouch(uow.session, pouch_id)
    return PouchView(
        id=pouch_id,
        number=row.number,
        link_id=pouch.link_id,
        point_id=pouch.point_id,
        section_id=pouch.section_id,
        unit_id=pouch.unit_id,
        direction=PouchDirection(pouch.direction),
        status=PouchStatus(pouch.status),
        tie_number=pouch.tie_number,
        holder=current_holder(uow, row),
        hand_over_id=pouch.hand_over_id,
        made_at=pouch.created_at,
        opened_at=pouch.opened_at,
        manifest=tuple(
            ManifestLine(one.id, one.number, ItemKind(one.kind), one.dossier_id, one.weight_g)
            for one in inside
        ),
        words=_words(uow, pouch),
    )


def pouches_for(
    uow: ReadUnit,
    scope: Scope,
    statuses: Collection[PouchStatus],
    opened_since: datetime | None = None,
) -> tuple[PouchView, ...]:
    """The pouches within a scope in one of these states, newest first.

    With `opened_since` also those that were opened from then on.
    """
    wanted = [status.value for status in statuses]
    rows = store.pouches(uow.session, scope, wanted, opened_since)
    return tuple(pouch_view(uow, row.id) for row in rows)


def _locked(uow: UnitOfWork, pouch_id: UUID) -> tuple[PouchRow, ItemRow]:
    pouch = store.pouch(uow.session, pouch_id, lock=True)
    return pouch, store.item(uow.session, pouch_id, lock=True)


def _take_out(uow: UnitOfWork, row: ItemRow, pouch_item: ItemRow, *, actor: Actor) -> None:
    holder = current_holder(uow, pouch_item)
    step = Step(
        new_id(), row.step_id, "taken_out", holder, holder, pouch_item.id, uow.now, uow.now,
        to_unit_id=pouch_item.unit_id,
    )  # fmt: skip
    advance(uow, row, step, actor=actor)


def _offer_of(pouch: PouchRow) -> UUID:
    if pouch.hand_over_id is None:
        raise AlreadyAnswered(pouch_id=str(pouch.id))
    return pouch.hand_over_id


def _keep_words(uow: UnitOfWork, pouch: PouchRow, words: str) -> None:
    """What a person wrote may name people: it is in no chain, and stands under a key of its own."""
    if pouch.words_sealed is None:
        uow.vault.create(pouch.id)
    pouch.words_sealed = uow.vault.seal_text(pouch.id, words, place=_place(pouch.id))


def _words(uow: ReadUnit, pouch: PouchRow) -> str | None:
    """What was written about the trouble it is in now; None once that is over."""
    if pouch.status not in (PouchStatus.CLOSED_DOOR, PouchStatus.DISPUTED):
        return None
    return uow.vault.open_text(pouch.id, pouch.words_sealed, place=_place(pouch.id))


def _place(pouch_id: UUID) -> str:
    return f"pouches.words:{pouch_id}"


def _tie(text: str) -> str:
    return "".join(text.split()).upper()


def _note(
    uow: UnitOfWork, pouch_id: UUID, kind: str, body: Mapping[str, object], actor: Actor
) -> None:
    streams.append(uow, streams.item_stream(pouch_id), kind, body, actor=actor)
    uow.session.flush()
