"""What stored data can show of invariants C1 to C5, recomputed from the streams."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from postal_bridge.custody import store
from postal_bridge.custody.errors import PrefixOfOtherHome
from postal_bridge.custody.item_number import ItemNumberWrong, parse_item_number
from postal_bridge.custody.items import paper_digest
from postal_bridge.custody.line import Step, in_order, office_of
from postal_bridge.custody.numbers import check_prefix
from postal_bridge.custody.record_checks import verify_records
from postal_bridge.custody.tables import ItemRow
from postal_bridge.kernel import streams
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.unit_of_work import ReadUnit

WEIGHED = ("item.registered", "pouch.sealed")


def verify_custody(uow: ReadUnit) -> Iterator[Finding]:
    """Each item, and every record about it, against what its stream says."""
    for row in store.all_items(uow.session):
        yield from _verify_item(uow, row)
    yield from verify_records(uow)


def _verify_item(uow: ReadUnit, row: ItemRow) -> Iterator[Finding]:
    subject = f"item:{row.number}"
    steps = store.steps(uow, row.id)
    line = in_order(steps)
    if not line:
        yield Finding(subject, "never_registered")
        return
    if len(line) < len(steps):
        yield Finding(subject, "step_waits_for_another")
    end = line[-1]
    stands = (row.holder_kind, row.holder_id, row.in_pouch_id)
    inside = end.pouch_id if end.receiver is None else None
    kind, holder = (end.receiver.kind.value, end.receiver.id) if end.receiver else (None, None)
    if stands != (kind, holder, inside) or row.step_id != end.id:
        yield Finding(subject, "holder_differs")
    facts = streams.read(uow, streams.item_stream(row.id))
    born = facts[0].body
    if paper_digest(row.id, row.papers) != row.paper_list_digest or (
        born["paper_list_digest"] != row.paper_list_digest
    ):
        yield Finding(subject, "paper_list_differs")
    ties = [fact.body.get("seal") or fact.body.get("tie") for fact in facts]
    if row.seal_number != next((tie for tie in reversed(ties) if tie), None):
        yield Finding(subject, "seal_differs")
    weighed = [fact.body.get("weight_g") for fact in facts if fact.kind in WEIGHED]
    if weighed[-1] not in (None, row.weight_g):
        yield Finding(subject, "weight_differs")
    if "unit_id" in born and _offices(row) != _offices_said(born, line):
        yield Finding(subject, "office_differs")
    if born["number"] != row.number or not _is_ours(uow, row.number):
        yield Finding(subject, "number_wrong")


def _offices(row: ItemRow) -> tuple[str, str | None]:
    """Who sees the item: the post's unit that answers, and the agency's section."""
    return str(row.unit_id), str(row.section_id) if row.section_id else None


def _offices_said(born: Mapping[str, Any], line: Sequence[Step]) -> tuple[str, str | None]:
    return str(office_of(line) or born["unit_id"]), born["section_id"]


def _is_ours(uow: ReadUnit, number: str) -> bool:
    try:
        check_prefix(uow, parse_item_number(number).service)
    except (ItemNumberWrong, PrefixOfOtherHome):
        return False
    return True
