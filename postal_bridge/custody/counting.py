"""Recounts and the cases they open: a difference is pinned to one segment (C4)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from postal_bridge.custody import store
from postal_bridge.custody.items import PaperRow, as_rows, custody_line, read_lines_ahead
from postal_bridge.custody.tables import CaseRow, HandOverRow, ItemRow, RecountRow
from postal_bridge.custody.types import (
    IN_ENVELOPE,
    CaseKind,
    CaseStatus,
    CaseView,
    CustodyStep,
    ItemStatus,
    PaperCount,
    RecountView,
)
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.errors import Conflict
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork
from postal_bridge.kernel.vault import Erased


class CaseSettled(Conflict):
    code = "case_settled"


def recount(
    uow: UnitOfWork, item_id: UUID, counts: tuple[PaperCount, ...], *, actor: Actor
) -> RecountView:
    """What lies in the opened envelope is counted and compared.

    A count that differs from the one before it opens a case, pinned to the steps between the
    two. A count that repeats a known difference opens none and names the case that is open.
    Kinds of tally that never lay in the envelope are not counted.
    """
    row = store.item(uow.session, item_id, lock=True)
    found = as_rows(paper for paper in counts if paper.tally in IN_ENVELOPE)
    last = store.last_recount(uow.session, item_id)
    assert last is not None  # noqa: S101  (registration wrote the first)
    case_id = last.case_id if found != row.papers else None
    if found != last.counted:
        change = _difference(last.counted, found)
        case_id = open_case(
            uow, row, CaseKind.PAPERS,
            from_step_id=last.step_id, to_step_id=row.step_id, difference=change, actor=actor,
        )  # fmt: skip
    matches = found == row.papers
    uow.session.add(
        RecountRow(
            id=new_id(), item_id=item_id, ordinal=last.ordinal + 1, step_id=row.step_id,
            counted=found, matches=matches, case_id=case_id, at=uow.now, actor=actor.ref,
        )
    )  # fmt: skip
    row.status = ItemStatus.OPENED
    streams.append(
        uow,
        streams.item_stream(item_id),
        "item.recounted",
        {
            "counted": found,
            "matches": matches,
            "case_id": str(case_id) if case_id else None,
            "step_id_then": str(row.step_id),
        },
        actor=actor,
    )
    return RecountView(matches, case_id)


def open_case(
    uow: UnitOfWork,
    row: ItemRow,
    kind: CaseKind,
    *,
    from_step_id: UUID,
    to_step_id: UUID,
    difference: Sequence[PaperRow],
    actor: Actor,
) -> UUID:
    """Somebody must answer for what happened between the two steps."""
    case = CaseRow(
        id=new_id(),
        kind=kind,
        status=CaseStatus.OPEN,
        item_id=row.id,
        unit_id=row.unit_id,
        section_id=row.section_id,
        dossier_id=row.dossier_id,
        from_step_id=from_step_id,
        to_step_id=to_step_id,
        difference=list(difference),
        opened_at=uow.now,
        opened_by=actor.ref,
    )
    uow.session.add(case)
    uow.session.flush()
    return case.id


def settle_case(
    uow: UnitOfWork, case_id: UUID, outcome: str, words: str, *, actor: Actor
) -> CaseView:
    """The case is closed with an outcome's code and the words of who looked into it.

    It stays for ever: what was counted as it was counted, who counted and who settled.
    """
    case = store.case(uow.session, case_id, actor.scope)
    if case.status == CaseStatus.SETTLED:
        raise CaseSettled(case_id=str(case_id))
    case.status, case.outcome, case.settled_at = CaseStatus.SETTLED, outcome, uow.now
    case.settled_by = actor.ref
    if case.dossier_id is None:
        uow.vault.create(case.id)  # nobody's dossier: the words have a key of their own
    case.words_sealed = uow.vault.seal_text(_subject(case), words, place=_place(case))
    streams.append(
        uow,
        streams.item_stream(case.item_id),
        "item.case_settled",
        {"case_id": str(case_id), "outcome": outcome},
        actor=actor,
    )
    return _view(uow, case)


def case_view(uow: ReadUnit, case_id: UUID, scope: Scope) -> CaseView:
    return _view(uow, store.case(uow.session, case_id, scope))


def cases_for(uow: ReadUnit, scope: Scope, *, open_only: bool = True) -> tuple[CaseView, ...]:
    """The cases within a scope, newest first."""
    return _views(uow, store.cases(uow.session, scope, open_only=open_only))


def _subject(case: CaseRow) -> UUID:
    """Under whose data key the words stand."""
    return case.dossier_id or case.id


def _place(case: CaseRow) -> str:
    return f"cases.words:{case.id}"


def _words(uow: ReadUnit, case: CaseRow) -> str | None:
    """None in an open case, and once the dossier's key was destroyed."""
    try:
        return uow.vault.open_text(_subject(case), case.words_sealed, place=_place(case))
    except Erased:
        return None


def _view(uow: ReadUnit, case: CaseRow) -> CaseView:
    return _views(uow, [case])[0]


def _views(uow: ReadUnit, cases: Sequence[CaseRow]) -> tuple[CaseView, ...]:
    if not cases:
        return ()
    items = {case.item_id for case in cases}
    read_lines_ahead(uow, items)
    numbers = store.numbers(uow.session, items)
    segments = {case.id: _segment(custody_line(uow, case.item_id), case) for case in cases}
    moved = {step.hand_over_id for line in segments.values() for step in line}
    moves = store.hand_overs(uow.session, [one for one in moved if one is not None])
    return tuple(
        _seen(uow, case, numbers[case.item_id], segments[case.id], moves) for case in cases
    )


def _seen(
    uow: ReadUnit,
    case: CaseRow,
    item_number: str,
    segment: tuple[CustodyStep, ...],
    moves: Mapping[UUID, HandOverRow],
) -> CaseView:
    return CaseView(
        id=case.id,
        kind=CaseKind(case.kind),
        status=CaseStatus(case.status),
        item_id=case.item_id,
        item_number=item_number,
        dossier_id=case.dossier_id,
        opened_at=case.opened_at,
        settled_at=case.settled_at,
        outcome=case.outcome,
        from_step_id=case.from_step_id,
        to_step_id=case.to_step_id,
        segment=segment,
        difference=tuple((row[0], row[1], row[2], row[3]) for row in case.difference),
        opened_by=case.opened_by,
        settled_by=case.settled_by,
        hands=_hands(segment, moves),
        words=_words(uow, case),
    )


def _hands(segment: Sequence[CustodyStep], moves: Mapping[UUID, HandOverRow]) -> frozenset[str]:
    of_it = (moves[step.hand_over_id] for step in segment if step.hand_over_id)
    return frozenset(
        ref for move in of_it for ref in (move.offered_by, move.answered_by) if ref is not None
    )


def _segment(line: Sequence[CustodyStep], case: CaseRow) -> tuple[CustodyStep, ...]:
    """From the step under which it was last right to the one under which it was first wrong.

    What happened to a pouch with the item inside belongs to the segment; for an item that was
    not in its pouch that is all until the opening.
    """
    ids = [step.step_id for step in line]
    first, last = ids.index(case.from_step_id), ids.index(case.to_step_id)
    if case.kind == CaseKind.MANIFEST:
        inside = [s for s in line[last + 1 :] if s.pouch_id == line[last].pouch_id]
        return (line[first], *(s for s in inside if s.at <= case.opened_at))
    return tuple(line[first : last + 1])


def _difference(before: Sequence[PaperRow], after: Sequence[PaperRow]) -> list[PaperRow]:
    """What the later count has more (+) or less (-) of, paper by paper."""
    was = {(no, tally): (originals, copies) for no, tally, originals, copies in before}
    now = {(no, tally): (originals, copies) for no, tally, originals, copies in after}
    changed: list[PaperRow] = []
    for key in sorted(was.keys() | now.keys()):
        (old_originals, old_copies) = was.get(key, (0, 0))
        (originals, copies) = now.get(key, (0, 0))
        if (originals, copies) != (old_originals, old_copies):
            changed.append([*key, originals - old_originals, copies - old_copies])
    return changed
