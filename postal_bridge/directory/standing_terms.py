"""Which agreements stand, and which of them contradict one that is to begin. Parts."""

from collections.abc import Collection, Iterator
from uuid import UUID

from postal_bridge.directory.rules import AcceptanceMode, LinkContradicts
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import LinkRow
from postal_bridge.directory.terms import Terms, contradiction


def check_no_contradiction(store: DirectoryStore, row: LinkRow) -> None:
    """The link may be active beside those that are. Raises LinkContradicts."""
    standing = _terms(store, store.active_links(row.section_id, row.point_id))
    (own,) = _terms(store, [row])
    other = contradiction(own, standing)
    if other is not None:
        raise LinkContradicts(link=row.key, other=other.key)


def contradicting(store: DirectoryStore, keys: Collection[str]) -> Iterator[tuple[str, str]]:
    """Each of these links that is active beside one that it contradicts, and that other one."""
    active = _terms(store, store.active_links())
    beside: dict[tuple[UUID, UUID], list[Terms]] = {}
    for one in active:
        beside.setdefault((one.section_id, one.point_id), []).append(one)
    for one in active:
        if one.key in keys:
            other = contradiction(one, beside[one.section_id, one.point_id])
            if other is not None:
                yield one.key, other.key


def _terms(store: DirectoryStore, rows: Collection[LinkRow]) -> list[Terms]:
    procedures = store.link_procedures([row.id for row in rows])
    return [
        Terms(
            row.key,
            row.section_id,
            row.point_id,
            AcceptanceMode(row.acceptance_mode),
            procedures[row.id],
            row.valid_from,
            row.valid_to,
        )
        for row in rows
    ]
