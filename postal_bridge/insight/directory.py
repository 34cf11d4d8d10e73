"""Everything the directory holds today, for its keeper: links in every state. Parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from postal_bridge.directory.rules import LINK_MOVES, LinkAction
from postal_bridge.directory.service import links_of_day
from postal_bridge.directory.views import LinkView, PastChange, PointView, SectionView
from postal_bridge.insight.names import Names
from postal_bridge.insight.places import PublicPlaces
from postal_bridge.kernel.actor import ActorKind
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A past change with the name of whoever made it; "" for the service itself."""

    kind: str
    key: str
    what: str
    differences: tuple[tuple[str, str, str], ...]
    at: datetime
    name: str


def named_changes(uow: ReadUnit, changes: Sequence[PastChange]) -> list[NamedChange]:
    """The changes with their authors in words."""
    names = Names(uow)
    return [
        NamedChange(
            one.kind, one.key, one.what, one.differences, one.at, author_name(names, one.actor)
        )
        for one in changes
    ]


def author_name(names: Names, actor: str) -> str:
    """Who acted, from an actor's `ref`; "" for the service and for its operator's commands."""
    kind, _, staff_id = actor.partition(":")
    return names.staff(staff_id) if kind == ActorKind.STAFF else ""


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link with both its ends and what may be done to it now."""

    link: LinkView
    point: PointView
    section: SectionView
    open_actions: tuple[LinkAction, ...]


def all_links(uow: ReadUnit, places: PublicPlaces) -> tuple[LinkLine, ...]:
    """The links of the day, by point."""
    points = {point.id: point for point in places.overview.points}
    sections = {section.id: section for section in places.overview.sections}
    lines = [
        LinkLine(
            link,
            points[link.point_id],
            sections[link.section_id],
            tuple(action for status, action in LINK_MOVES if status == link.status),
        )
        for link in links_of_day(uow, places.on)
        if link.point_id in points and link.section_id in sections
    ]
    return tuple(sorted(lines, key=lambda line: (line.point.name, line.link.key)))
