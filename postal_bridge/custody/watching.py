"""Where many envelopes were over some weeks: for the board. Parts that only look."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from postal_bridge.custody import watching_store
from postal_bridge.custody.types import Holder, HolderKind, ItemKind
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.tables import StreamEvent
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class Stay:
    """From `since` on the envelope was with `holder`, by itself or inside a pouch."""

    since: datetime
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class Travelled:
    """An envelope and everywhere it was, in order of time."""

    item_id: UUID
    number: str
    kind: ItemKind
    unit_id: UUID
    dossier_id: UUID | None
    stays: tuple[Stay, ...]


def travelled(uow: ReadUnit, scope: Scope, *, since: datetime, limit: int) -> tuple[Travelled, ...]:
    """The envelopes that are on their way now or were registered since, the oldest first.

    What a pouch went through with the envelope inside counts as the envelope's own way.
    """
    rows = watching_store.watched_items(uow, scope, since=since, limit=limit)
    own = _by_stream(watching_store.step_facts(uow, [row.id for row in rows]))
    pouches = {_pouch(fact) for facts in own.values() for fact in facts} - {None}
    carried = _by_stream(watching_store.step_facts(uow, [one for one in pouches if one]))
    return tuple(
        Travelled(
            row.id,
            row.number,
            ItemKind(row.kind),
            row.unit_id,
            row.dossier_id,
            tuple(_stays(own.get(row.id, []), carried)),
        )
        for row in rows
    )


def case_spans(
    uow: ReadUnit, scope: Scope, *, since: datetime
) -> tuple[tuple[datetime, datetime | None], ...]:
    """From when until when cases were open, those still open or settled since."""
    return tuple(watching_store.case_spans(uow, scope, since=since))


def _by_stream(facts: Iterable[StreamEvent]) -> dict[UUID, list[StreamEvent]]:
    found: dict[UUID, list[StreamEvent]] = {}
    for fact in facts:
        found.setdefault(UUID(fact.stream.partition(":")[2]), []).append(fact)
    return found


def _stays(facts: list[StreamEvent], carried: dict[UUID, list[StreamEvent]]) -> list[Stay]:
    found: list[Stay] = []
    for place, fact in enumerate(facts):
        pouch_id = _pouch(fact)
        if pouch_id is None:
            found.append(Stay(fact.occurred_at, _receiver(fact)))
            continue
        until = facts[place + 1].occurred_at if place + 1 < len(facts) else None
        pouch = carried.get(pouch_id, [])
        before = [one for one in pouch if one.occurred_at <= fact.occurred_at]
        inside = [
            one
            for one in pouch
            if one.occurred_at > fact.occurred_at and (until is None or one.occurred_at <= until)
        ]
        found.append(Stay(fact.occurred_at, _receiver(before[-1]) if before else None))
        found += [Stay(one.occurred_at, _receiver(one)) for one in inside]
    return found


def _pouch(fact: StreamEvent) -> UUID | None:
    """The pouch it was put into by this step."""
    pouch_id = fact.body.get("pouch_id")
    return UUID(pouch_id) if fact.kind == "item.put_in_pouch" and pouch_id else None


def _receiver(fact: StreamEvent) -> Holder | None:
    receiver = fact.body.get("receiver")
    return Holder.of_fact(receiver) if receiver else None


ON_THE_WAY = frozenset({HolderKind.STAFF, HolderKind.POINT, HolderKind.CARRIER})
"""Holders with whom nothing should lie still; sections have their own clock."""
