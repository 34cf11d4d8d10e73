"""Items: registered, sealed, moved one custody step at a time, looked at."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.errors import CustodyForked
from postal_bridge.custody.item_number import parse_item_number
from postal_bridge.custody.line import Step, cut, in_order, known, office_of
from postal_bridge.custody.numbers import check_prefix, draw_number
from postal_bridge.custody.tables import ItemRow, RecountRow
from postal_bridge.custody.types import (
    IN_ENVELOPE,
    CustodyStep,
    Holder,
    HolderKind,
    ItemKind,
    ItemStatus,
    ItemView,
    NewItem,
    PaperCount,
    SignatureRef,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.canonical import digest
from postal_bridge.kernel.errors import Conflict, NotFound
from postal_bridge.kernel.held import hold_new
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

SERVICE = {
    ItemKind.DOSSIER_ENVELOPE: "RR",
    ItemKind.RESULT_ENVELOPE: "RR",
    ItemKind.RETURNED_PAPERS: "RR",
    ItemKind.POUCH: "PP",
}

PaperRow = list[Any]
"""[paper_no, tally, originals, copies], as JSON keeps it."""


class AlreadySealed(Conflict):
    code = "already_sealed"


def register_item(uow: UnitOfWork, new: NewItem, *, actor: Actor) -> ItemView:
    """The item exists under a fresh number, held by `new.holder`, with its paper list."""
    item_id = new_id()
    papers = as_rows(p for p in new.papers if p.tally in IN_ENVELOPE)
    row = ItemRow(
        id=item_id,
        number=draw_number(uow, new.service or SERVICE[new.kind], new.unit_id),
        kind=new.kind,
        unit_id=new.unit_id,
        section_id=new.section_id,
        dossier_id=new.dossier_id,
        weight_g=new.weight_g,
        paper_list_digest=paper_digest(item_id, papers),
        papers=papers,
        holder_kind=new.holder.kind,
        holder_id=new.holder.id,
        step_id=item_id,
        status=ItemStatus.OPEN,
        created_at=uow.now,
    )
    uow.session.add(row)
    hold_new(uow.session, row)
    uow.session.put(
        RecountRow, id=new_id(), item_id=item_id, ordinal=0, step_id=item_id, counted=papers,
        matches=True, at=uow.now, actor=actor.ref,
    )  # fmt: skip
    streams.append(
        uow,
        streams.item_stream(item_id),
        "item.registered",
        {
            **step_body(item_id, None, None, new.holder),
            "number": row.number,
            "item_kind": row.kind,
            "weight_g": row.weight_g,
            "unit_id": str(row.unit_id),
            "section_id": str(row.section_id) if row.section_id else None,
            "dossier_id": str(new.dossier_id) if new.dossier_id else None,
            "paper_list_digest": row.paper_list_digest,
            "papers": papers,
        },
        actor=actor,
        is_first=True,
    )
    return view(row)


def seal_item(
    uow: UnitOfWork, item_id: UUID, *, witness: Holder | SignatureRef | None, actor: Actor
) -> ItemView:
    """The envelope is closed: its label lies across the flap and is the seal (C5).

    The seal is bound to the paper list. `witness` is who saw it, the citizen as a rule.
    """
    row = store.item(uow.session, item_id, lock=True)
    if row.status == ItemStatus.SEALED:
        raise AlreadySealed(item_id=str(item_id))
    row.seal_number, row.status = row.number, ItemStatus.SEALED
    streams.append(
        uow,
        streams.item_stream(item_id),
        "item.sealed",
        {
            "seal": row.seal_number,
            "paper_list_digest": row.paper_list_digest,
            "witness": witness.as_fact() if witness else None,
        },
        actor=actor,
    )
    return view(row)


def advance(uow: UnitOfWork, row: ItemRow, step: Step, *, actor: Actor) -> None:
    """The step is recorded, and the item stands where its custody line now ends.

    One that follows a step not known yet is kept, and moves nothing until that one arrives.

    Raises
    ------
    CustodyForked
        Another step already follows the one that this step names.
    """
    before = store.steps(uow, row.id)
    if any(other.follows == step.follows for other in before):
        raise CustodyForked(item_id=str(row.id))
    body = step_body(
        step.id,
        step.follows,
        step.giver,
        step.receiver,
        pouch_id=step.pouch_id,
        hand_over_id=step.hand_over_id,
        is_to_self=step.is_to_self,
        to_unit_id=step.to_unit_id,
    )
    streams.append(
        uow,
        streams.item_stream(row.id),
        f"item.{step.kind}",
        body,
        actor=actor,
        occurred_at=step.occurred_at,
    )
    line = in_order([*before, step])
    stand_at(row, line[-1])
    row.unit_id = office_of(line) or row.unit_id


def stand_at(row: ItemRow, end: Step) -> None:
    """The row's columns say what the end of its custody line says."""
    row.step_id = end.id
    row.in_pouch_id = end.pouch_id if end.receiver is None else None
    row.holder_kind = end.receiver.kind if end.receiver else None
    row.holder_id = end.receiver.id if end.receiver else None


def item_view(uow: ReadUnit, item_id: UUID) -> ItemView:
    return view(store.item(uow.session, item_id))


def item_numbers(uow: ReadUnit, item_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The numbers on these items; who asks must be allowed to see them."""
    return store.numbers(uow.session, item_ids)


def item_by_number(uow: ReadUnit, number: str, scope: Scope) -> ItemView:
    """The item of a number as printed or typed. A number of another kind of home is refused."""
    parsed = parse_item_number(number)
    check_prefix(uow, parsed.service)
    return view(store.item_by_number(uow.session, str(parsed), scope))


def dossiers_by_item_end(uow: ReadUnit, dossier_ids: Collection[UUID], digits: str) -> set[UUID]:
    """Those of the dossiers with an item whose number ends in these digits."""
    return store.dossiers_by_item_end(uow.session, dossier_ids, digits)


def items_of_dossier(uow: ReadUnit, dossier_id: UUID) -> tuple[ItemView, ...]:
    def stored() -> tuple[ItemView, ...]:
        return tuple(view(row) for row in store.items_of_dossier(uow.session, dossier_id))

    return uow.asked_once(("items_of_dossier", dossier_id), stored)


def counted_of(
    uow: ReadUnit, dossier_ids: Collection[UUID], holders: Collection[Holder]
) -> set[UUID]:
    """Those of these dossiers whose envelope one of the holders has opened and counted."""
    return store.counted_of(uow.session, dossier_ids, holders) if dossier_ids else set()


def open_results(uow: ReadUnit, dossier_ids: Collection[UUID]) -> Mapping[UUID, ItemView]:
    """By dossier the result's envelope that is prepared and not sealed yet."""
    rows = store.open_results(uow.session, dossier_ids) if dossier_ids else ()
    return {row.dossier_id: view(row) for row in rows if row.dossier_id is not None}


def items_held_by(
    uow: ReadUnit, holder: Holder, statuses: Collection[ItemStatus] = ()
) -> tuple[ItemView, ...]:
    """What somebody has in hand, pouches among it, oldest first."""
    return tuple(view(row) for row in store.items_held_by(uow.session, holder, statuses))


def papers_of_item(uow: ReadUnit, item_id: UUID) -> tuple[PaperCount, ...]:
    """The list that travels with the item (C4)."""
    return as_counts(store.item(uow.session, item_id).papers)


def who_holds(
    uow: ReadUnit,
    item_id: UUID,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> Holder:
    """The one holder at an instant, as far as it was known at another (C1).

    Raises NotFound for a time before the item was registered.
    """
    line = cut(in_order(known(store.steps(uow, item_id), known_at)), at)
    if not line:
        raise NotFound
    end = line[-1]
    if end.receiver is not None:
        return end.receiver
    assert end.pouch_id is not None  # noqa: S101  (a step without receiver names its pouch)
    return who_holds(uow, end.pouch_id, at, known_at)


def current_holder(uow: ReadUnit, row: ItemRow) -> Holder:
    """The holder by the columns; what lies in a pouch is held by the pouch's holder."""
    while row.in_pouch_id is not None:
        row = store.item(uow.session, row.in_pouch_id)
    return own_holder(row)


def own_holder(row: ItemRow) -> Holder:
    """The holder of an item that lies in no pouch."""
    return Holder(HolderKind(str(row.holder_kind)), str(row.holder_id))


def custody_line(uow: ReadUnit, item_id: UUID) -> tuple[CustodyStep, ...]:
    """Every change of holder in the order of custody, the pouch's own among them."""
    shown: list[CustodyStep] = []
    line = in_order(store.steps(uow, item_id))
    for number, step in enumerate(line):
        shown.append(_shown(step))
        if step.pouch_id is not None and step.receiver is None:
            until = line[number + 1].occurred_at if number + 1 < len(line) else None
            shown.extend(
                _shown(moved, pouch_id=step.pouch_id)
                for moved in in_order(store.steps(uow, step.pouch_id))
                if moved.kind == "handed_over"
                and step.occurred_at <= moved.occurred_at
                and (until is None or moved.occurred_at <= until)
            )
    return tuple(shown)


def read_lines_ahead(uow: ReadUnit, item_ids: Collection[UUID]) -> None:
    """Whoever asks for the lines of these in this reading unit is answered from what was read."""
    if isinstance(uow, UnitOfWork):
        return  # what it has appended itself may not be stored yet
    streams.read_ahead(uow, map(streams.item_stream, item_ids))
    pouches = {step.pouch_id for item_id in item_ids for step in store.steps(uow, item_id)}
    streams.read_ahead(uow, [streams.item_stream(one) for one in pouches if one is not None])


def view(row: ItemRow) -> ItemView:
    return ItemView(
        id=row.id,
        number=row.number,
        kind=ItemKind(row.kind),
        dossier_id=row.dossier_id,
        weight_g=row.weight_g,
        seal_number=row.seal_number,
        holder=own_holder(row) if row.holder_kind else None,
        in_pouch_id=row.in_pouch_id,
        status=ItemStatus(row.status),
        unit_id=row.unit_id,
        section_id=row.section_id,
        offered_in=row.offered_in,
    )


def step_body(
    step_id: UUID,
    follows: UUID | None,
    giver: Holder | None,
    receiver: Holder | None,
    *,
    pouch_id: UUID | None = None,
    hand_over_id: UUID | None = None,
    is_to_self: bool = False,
    to_unit_id: UUID | None = None,
) -> dict[str, object]:
    return {
        "step_id": str(step_id),
        "follows": str(follows) if follows else None,
        "giver": giver.as_fact() if giver else None,
        "receiver": receiver.as_fact() if receiver else None,
        "pouch_id": str(pouch_id) if pouch_id else None,
        "hand_over_id": str(hand_over_id) if hand_over_id else None,
        "is_to_self": is_to_self,
        "to_unit_id": str(to_unit_id) if to_unit_id else None,
    }


def as_rows(papers: Iterable[PaperCount]) -> list[PaperRow]:
    """Counts in the one order and form in which lists are kept and compared."""
    found: dict[tuple[int, str], list[int]] = {}
    for paper in papers:
        sums = found.setdefault((paper.paper_no, str(paper.tally)), [0, 0])
        sums[0] += paper.originals
        sums[1] += paper.copies
    return [[no, tally, *sums] for (no, tally), sums in sorted(found.items()) if any(sums)]


def as_counts(rows: list[PaperRow]) -> tuple[PaperCount, ...]:
    return tuple(PaperCount(*row) for row in rows)


def paper_digest(item_id: UUID, papers: list[PaperRow]) -> str:
    """Salted with the item, so that equal lists of two citizens do not look equal."""
    return digest({"item_id": item_id, "papers": papers})


def _shown(step: Step, pouch_id: UUID | None = None) -> CustodyStep:
    return CustodyStep(
        at=step.occurred_at,
        giver=step.giver,
        receiver=step.receiver,
        kind=step.kind,
        hand_over_id=step.hand_over_id,
        step_id=step.id,
        recorded_at=step.recorded_at,
        pouch_id=pouch_id or step.pouch_id,
        is_to_self=step.is_to_self,
    )
