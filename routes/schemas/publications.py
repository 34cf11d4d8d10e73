"""Wire formats that the operator's published files share: faults, and which publication it is."""

from typing import Any

from postal_bridge.kernel.snapshots import Snapshot
from routes.schemas.common import Count, Day, Moment, Text, Wire


class FaultSchema(Wire):
    row = Count()
    column = Text()
    code = Text()


class PublicationSchema(Wire):
    number = Count()
    id = Text()
    valid_from = Day()
    published_at = Moment()
    actor = Text()


def flat_snapshot(one: Snapshot) -> dict[str, Any]:
    return {
        "number": one.number,
        "id": one.id,
        "valid_from": one.valid_from,
        "published_at": one.published_at,
        "actor": one.actor,
    }
