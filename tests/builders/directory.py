"""Places to test in: those of the release, loaded through the front door."""

from dataclasses import dataclass
from datetime import date

from postal_bridge.directory.service import (
    LinkView,
    PointView,
    ProcedureView,
    SectionView,
    link_view,
    point_view,
    procedures_of_link,
    section_view,
)
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.tables import LinkRow
from postal_bridge.kernel.clock import local
from postal_bridge.kernel.unit_of_work import Units
from tests.builders.reference import with_places

CARRIER_LINK = "long-tri-commune"
SEATED_LINK = "long-my-commune"
RESULT_ONLY_LINK = "long-my-province-result"
ELSEWHERE_LINK = "hung-thinh-commune"


@dataclass(frozen=True, slots=True)
class Place:
    """A link with both its ends and what it allows, as of `on`."""

    link: LinkView
    point: PointView
    section: SectionView
    procedures: tuple[ProcedureView, ...]
    on: date

    def procedure(self, key: str) -> ProcedureView:
        return next(one for one in self.procedures if one.key == key)


def today(units: Units) -> date:
    """The business day."""
    with units.read() as uow:
        return local(uow.now).date()


def a_place(units: Units, link_key: str = CARRIER_LINK) -> Place:
    """The release's places are loaded; this is one link of them."""
    with_places(units)
    with units.read() as uow:
        on = local(uow.now).date()
        row = DirectoryStore(uow.session).by_key(LinkRow, LinkRow.key, link_key)
        link = link_view(uow, row.id, on)
        return Place(
            link=link,
            point=point_view(uow, link.point_id),
            section=section_view(uow, link.section_id),
            procedures=tuple(procedures_of_link(uow, link.id, on)),
            on=on,
        )
