"""Everything the directory holds today, for its keeper: links in every state. Parts."""

from dataclasses import dataclass

from postal_bridge.directory.rules import LINK_MOVES, LinkAction
from postal_bridge.directory.service import links_of_point
from postal_bridge.directory.views import LinkView
from postal_bridge.insight.places import PublicPlaces
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A link with the names of both ends and what may be done to it now."""

    link: LinkView
    point_name: str
    section_name: str
    open_actions: tuple[LinkAction, ...]


def all_links(uow: ReadUnit, places: PublicPlaces) -> tuple[LinkLine, ...]:
    """The links of the day, by point."""
    return tuple(
        LinkLine(
            link,
            point.name,
            places.section(link.section_id).name,
            tuple(action for status, action in LINK_MOVES if status == link.status),
        )
        for point in places.overview.points
        for link in links_of_point(uow, point.id, places.on)
    )
