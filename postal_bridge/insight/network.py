"""The network of one's area: points, the sections they serve, and the links between. Parts.

Nothing here is personal: it is what the directory publishes, drawn.
"""

from dataclasses import dataclass
from uuid import UUID

from geo.folding import fold
from postal_bridge.directory.views import LinkView, PointView, SectionView
from postal_bridge.insight.directory import LinkLine, all_links
from postal_bridge.insight.places import PublicPlaces, public_places
from postal_bridge.kernel.actor import Scope
from postal_bridge.kernel.unit_of_work import ReadUnit


@dataclass(frozen=True, slots=True)
class NetworkPoint:
    """A point with the name of its commune and its links of today, in every state."""

    point: PointView
    commune_name: str
    links: tuple[LinkLine, ...]


@dataclass(frozen=True, slots=True)
class Network:
    """`points` and `sections` by name; a section is here because a link leads to it."""

    places: PublicPlaces
    points: tuple[NetworkPoint, ...]
    sections: tuple[SectionView, ...]

    @property
    def links(self) -> tuple[LinkLine, ...]:
        return tuple(line for one in self.points for line in one.links)

    def ends(self, link: LinkView) -> tuple[PointView, SectionView]:
        """Both ends of one of its links."""
        point = next(one.point for one in self.points if one.point.id == link.point_id)
        return point, next(one for one in self.sections if one.id == link.section_id)

    def named(self, text: str) -> tuple[NetworkPoint, ...]:
        """The points whose name, commune or key holds the text, marks and case aside."""
        wanted = fold(text)
        return tuple(
            one
            for one in self.points
            if wanted in fold(f"{one.point.name} {one.commune_name} {one.point.key}")
        )


def network(uow: ReadUnit, scope: Scope) -> Network:
    """The points of the scope with what they are linked to."""
    places = public_places(uow)
    of_point: dict[UUID, list[LinkLine]] = {}
    for line in all_links(uow, places):
        of_point.setdefault(line.link.point_id, []).append(line)
    points = tuple(
        NetworkPoint(
            point,
            places.commune_names.get(point.commune_code or "", ""),
            tuple(of_point.get(point.id, ())),
        )
        for point in places.overview.points
        if scope.everything or point.unit_id in scope.units
    )
    linked = {line.link.section_id for one in points for line in one.links}
    sections = tuple(one for one in places.overview.sections if one.id in linked)
    return Network(places, points, sections)
