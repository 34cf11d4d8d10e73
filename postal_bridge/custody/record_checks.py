"""The records beside an item's line against what its stream says: hand-overs, pouches, counts."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.item_number import ItemNumberWrong, parse_item_number
from postal_bridge.custody.rules import PouchStatus
from postal_bridge.custody.tables import CaseRow, HandOverItem, HandOverRow, ItemRow, PouchRow
from postal_bridge.custody.types import CaseStatus, HandOverStatus
from postal_bridge.kernel import streams
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit

POUCH_SAYS = MappingProxyType(
    {
        "pouch.sealed": PouchStatus.SEALED,
        "item.offered": PouchStatus.OFFERED,
        "item.handed_over": PouchStatus.ACCEPTED,
        "pouch.offer_taken_back": PouchStatus.SEALED,
        "pouch.door_closed": PouchStatus.CLOSED_DOOR,
        "pouch.disputed": PouchStatus.DISPUTED,
        "pouch.opened": PouchStatus.OPENED,
    }
)
"""Where a fact in a pouch's own stream leaves it."""

HAND_OVER_SAYS = frozenset({"item.offered", "item.handed_over", "item.declined"})


def verify_records(uow: ReadUnit) -> Iterator[Finding]:
    """Yields every record that differs from the streams, and every one that is gone."""
    for item_id, facts in streams.read_all(uow, "item"):
        row = uow.session.get(ItemRow, UUID(item_id))
        subject = f"item:{row.number if row else item_id}"
        if row is None:
            yield Finding(subject, "item_gone")
            continue
        checks = (_born(row, facts), _hand_overs(uow, row.id, facts), _counts(uow, row, facts))
        for why in (why for check in (*checks, _pouch(uow, row, facts)) for why in check):
            yield Finding(subject, why)
    yield from _numbers(uow)


def _born(row: ItemRow, facts: Sequence[Fact]) -> Iterator[str]:
    born = facts[0].body
    dossier_id = str(row.dossier_id) if row.dossier_id else None
    if (born.get("item_kind"), born.get("dossier_id")) != (row.kind, dossier_id):
        yield "registered_otherwise"


def _hand_overs(uow: ReadUnit, item_id: UUID, facts: Sequence[Fact]) -> Iterator[str]:
    """Invariant C2: whoever gave, took and said so by the stream did so by the record."""
    for fact in facts:
        if fact.kind not in HAND_OVER_SAYS or not fact.body.get("hand_over_id"):
            continue
        row = uow.session.get(HandOverRow, UUID(fact.body["hand_over_id"]))
        if row is None:
            yield "hand_over_gone"
            continue
        lines = store.hand_over_items(uow.session, row.id)
        line = next((line for line in lines if line.item_id == item_id), None)
        if line is None or not _is_as_said(row, line, fact):
            yield "hand_over_differs"


def _is_as_said(row: HandOverRow, line: HandOverItem, fact: Fact) -> bool:
    spoke = row.offered_by if fact.kind == "item.offered" else row.answered_by
    if spoke != f"{fact.actor['kind']}:{fact.actor['id']}":
        return False
    is_accepted = row.status == HandOverStatus.ACCEPTED
    if fact.kind == "item.declined":
        return not is_accepted
    to_unit = str(row.to_unit_id) if row.to_unit_id else None
    sides = [[row.giver_kind, row.giver_id], [row.receiver_kind, row.receiver_id]]
    return (
        sides == [list(fact.body["giver"] or ()), list(fact.body["receiver"] or ())]
        and fact.body["follows"] == str(line.follows)
        and fact.body.get("to_unit_id", to_unit) == to_unit
        and fact.body.get("is_to_self", row.is_to_self) == row.is_to_self
        and (is_accepted or fact.kind == "item.offered")
    )


def _counts(uow: ReadUnit, row: ItemRow, facts: Sequence[Fact]) -> Iterator[str]:
    """Invariant C4: every count stands as it was counted; every difference has its case."""
    said = [(facts[0].body["papers"], True, None)]
    settled = {}
    for fact in facts:
        if fact.kind == "item.recounted":
            said.append((fact.body["counted"], fact.body["matches"], fact.body["case_id"]))
        if fact.kind == "item.case_settled":
            settled[fact.body["case_id"]] = fact.body["outcome"]
    stand = [
        (one.counted, one.matches, str(one.case_id) if one.case_id else None)
        for one in store.recounts(uow.session, row.id)
    ]
    if stand != said:
        yield "recounts_differ"
    cases = {str(case.id): case for case in store.cases_of_item(uow.session, row.id)}
    opened = {case_id for _, _, case_id in said if case_id}
    if not (opened | settled.keys()) <= cases.keys():
        yield "case_gone"
    if any(settled.get(name) != _outcome(case) for name, case in cases.items()):
        yield "case_differs"


def _outcome(case: CaseRow) -> str | None:
    return case.outcome if case.status == CaseStatus.SETTLED else None


def _pouch(uow: ReadUnit, row: ItemRow, facts: Sequence[Fact]) -> Iterator[str]:
    pouch = uow.session.get(PouchRow, row.id)
    if pouch is None:
        if any(fact.kind.startswith("pouch.") for fact in facts):
            yield "pouch_gone"
        return
    for missing in (fact.body["missing"] for fact in facts if fact.kind == "pouch.opened"):
        if not all(store.cases_of_item(uow.session, UUID(item_id)) for item_id in missing):
            yield "case_gone"
    says = [POUCH_SAYS[fact.kind] for fact in facts if fact.kind in POUCH_SAYS]
    if pouch.status != (says[-1] if says else PouchStatus.OPEN):
        yield "pouch_status_differs"
    tied = [fact.body["tie"] for fact in facts if fact.kind == "pouch.sealed"]
    if tied and pouch.tie_number != tied[-1]:
        yield "pouch_tie_differs"


def _numbers(uow: ReadUnit) -> Iterator[Finding]:
    """Design section 5: what is out was drawn, and no number can be drawn twice."""
    blocks = store.all_blocks(uow.session)
    in_order = sorted(blocks, key=lambda block: (block.prefix, block.first))
    for one, after in pairwise(in_order):
        if one.prefix == after.prefix and after.first <= one.last:
            yield Finding(f"numbers:{after.prefix}{after.first}", "blocks_overlap")
    for row in store.all_items(uow.session):
        try:
            number = parse_item_number(row.number)
        except ItemNumberWrong:
            continue  # `verify_custody` names it
        if not any(
            block.prefix == number.service and block.first <= number.serial < block.next_serial
            for block in blocks
        ):
            yield Finding(f"item:{row.number}", "number_not_drawn")
