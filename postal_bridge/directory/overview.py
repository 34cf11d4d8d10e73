"""What anyone may read of a day. A part."""

from datetime import date

from postal_bridge.directory.links import links_from
from postal_bridge.directory.offices import points_from, sections_all
from postal_bridge.directory.procedures import procedures_from
from postal_bridge.directory.rules import LinkStatus
from postal_bridge.directory.store import DirectoryStore
from postal_bridge.directory.views import PublicOverview
from postal_bridge.kernel.unit_of_work import ReadUnit


def public_overview(uow: ReadUnit, on: date) -> PublicOverview:
    """What anyone may read of the day: active links and what they lead to."""
    store = DirectoryStore(uow.session)
    links = [row for row in store.links(on) if row.status == LinkStatus.ACTIVE]
    return PublicOverview(
        points=tuple(points_from(uow, store.points(on), on)),
        procedures=tuple(procedures_from(uow, store.procedures(), on)),
        sections=tuple(sections_all(uow, on)),
        links=tuple(links_from(uow, links, on)),
    )
