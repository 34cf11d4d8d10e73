"""The pouch's manifest as it is printed: what lies in it, under which tie, tied by whom."""

from uuid import UUID

from postal_bridge.counter.holders import recorded_by
from postal_bridge.counter.pouch_views import PouchPage, page_of, pouch_in_scope
from postal_bridge.custody.types import PouchDirection
from postal_bridge.directory.service import point_view, unit_view
from postal_bridge.dossiers.form_views import ManifestRow, ManifestSheet, Office
from postal_bridge.dossiers.service import dossier_view
from postal_bridge.kernel import streams
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import ReadUnit, Units

SEALED = "pouch.sealed"


def manifest_sheet(pouch_id: UUID, *, actor: Actor, units: Units) -> ManifestSheet:
    """Everything the printed manifest says, as it was when the pouch was tied.

    Raises
    ------
    NotFound
        No such pouch here, or it is not tied yet.
    """
    with units.read() as uow:
        page = page_of(uow, pouch_in_scope(uow, pouch_id, actor), actor)
        facts = streams.read(uow, streams.item_stream(pouch_id))
        tied = next((fact for fact in facts if fact.kind == SEALED), None)
        if tied is None:
            raise NotFound
        is_out = page.pouch.direction == PouchDirection.TO_AGENCY
        names = (page.point_name, page.section_name)
        return ManifestSheet(
            office=_office(uow, page),
            pouch_number=page.pouch.number,
            tie_number=page.pouch.tie_number or "",
            from_name=names[0] if is_out else names[1],
            to_name=names[1] if is_out else names[0],
            sealed_at=tied.occurred_at,
            sealed_by=recorded_by(uow, tied),
            rows=tuple(
                ManifestRow(
                    line.number,
                    line.kind,
                    dossier_view(uow, line.dossier_id, actor.scope).acceptance_number
                    if line.dossier_id
                    else "",
                    line.weight_g,
                )
                for line in page.pouch.manifest
            ),
            is_sandbox=uow.is_sandbox,
        )


def _office(uow: ReadUnit, page: PouchPage) -> Office:
    point = point_view(uow, page.pouch.point_id)
    parent_id = unit_view(uow, point.unit_id).parent_id
    parent = unit_view(uow, parent_id).name if parent_id else ""
    return Office(point.name, parent, point.address, point.hotline, point.hours)
