"""What a link's agreement says, and when two of them contradict each other. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from postal_bridge.directory.rules import AcceptanceMode


@dataclass(frozen=True, slots=True)
class Terms:
    """Both days belong to the agreement; None is open."""

    key: str
    section_id: UUID
    point_id: UUID
    mode: AcceptanceMode
    procedure_ids: frozenset[UUID]
    valid_from: date | None
    valid_to: date | None


def contradiction(terms: Terms, others: Iterable[Terms]) -> Terms | None:
    """The first of these active agreements that cannot hold beside this one.

    Two of the same section and point with a day in common contradict each other where they
    give the post two legal roles, or both name a procedure, so that nobody could say whose
    proof, schedule and channel hold. Agreements with other sections never do.
    """
    for other in others:
        is_beside = (other.section_id, other.point_id) == (terms.section_id, terms.point_id)
        is_at_odds = other.mode != terms.mode or bool(other.procedure_ids & terms.procedure_ids)
        if is_beside and other.key != terms.key and is_at_odds and _share_a_day(terms, other):
            return other
    return None


def _share_a_day(one: Terms, other: Terms) -> bool:
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    ends = min(one.valid_to or date.max, other.valid_to or date.max)
    return begins <= ends
