"""A report that the service refused leaves the courier's phone and is kept for the supervisor.

It is taken wherever the result is by now, or whoever's run it stands on: the courier did record it,
and what was signed at a door must not stay on a phone for ever.
"""

from dataclasses import dataclass, field
from uuid import UUID

from couriers.service import Picture
from postal_bridge.delivery.refused_reports import KeptPictures, RefusedReport, ReportLine
from postal_bridge.delivery.service import deliveries_by_id, keep_report
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.idempotency import Once
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.rules import Power, check_may
from postal_bridge.runs.service import check_was_on_run


@dataclass(frozen=True, slots=True)
class SetAside:
    """A refused report with the pictures that were taken at the door."""

    delivery_id: UUID
    report: RefusedReport
    mark: Picture | None = field(repr=False, default=None)
    witness_mark: Picture | None = field(repr=False, default=None)
    photo: Picture | None = field(repr=False, default=None)


def set_aside(
    command: SetAside, *, actor: Actor, once: Once[ReportLine], units: Units, blobs: Blobs
) -> bytes:
    """The report and its pictures are with the office. Nothing else changed.

    Raises
    ------
    NotFound
        The result never stood on a run of this courier's.
    """
    check_may(actor, Power.DELIVER)

    def act(uow: UnitOfWork) -> ReportLine:
        check_was_on_run(uow, command.delivery_id, actor=actor)
        dossier_id = deliveries_by_id(uow, [command.delivery_id])[command.delivery_id].dossier_id
        pictures = KeptPictures(
            mark=_kept(uow, dossier_id, command.mark, blobs),
            witness=_kept(uow, dossier_id, command.witness_mark, blobs),
            photo=_kept(uow, dossier_id, command.photo, blobs),
        )
        return keep_report(uow, command.delivery_id, command.report, pictures, actor=actor)

    return once.answer(act, actor=actor, units=units, about=lambda kept: kept.dossier_id)


def _kept(uow: UnitOfWork, dossier_id: UUID, picture: Picture | None, blobs: Blobs) -> UUID | None:
    if picture is None or not picture.content:
        return None
    media_type = picture.media_type
    blob = blobs.put(uow, dossier_id, picture.content, kind="refused_report", media_type=media_type)
    return blob.id
