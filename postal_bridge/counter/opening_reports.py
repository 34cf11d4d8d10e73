"""A courier's refused report as supervisors open it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from postal_bridge.counter.opening_files import KeptFile, OpenedFile, open_file
from postal_bridge.delivery.refused_reports import KeptPictures, OpenedReport
from postal_bridge.delivery.service import refused_report
from postal_bridge.kernel.actor import Actor
from postal_bridge.kernel.blobs import Blobs
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.unit_of_work import UnitOfWork, Units
from postal_bridge.people.device_looking import SeenRow
from postal_bridge.people.service import name_behind, record_look, row_by_hash

LOOK = "refused_report"


class ReportPicture(StrEnum):
    MARK = "mark"
    WITNESS = "witness"
    PHOTO = "photo"


_ID_OF: Mapping[ReportPicture, Callable[[KeptPictures], UUID | None]] = {
    ReportPicture.MARK: lambda kept: kept.mark,
    ReportPicture.WITNESS: lambda kept: kept.witness,
    ReportPicture.PHOTO: lambda kept: kept.photo,
}


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A refused report with who handed it in. `row`: what the phone's own record says of it."""

    opened: OpenedReport
    by: str
    pictures: tuple[ReportPicture, ...]
    row: SeenRow | None


def open_report(report_id: UUID, *, actor: Actor, units: Units) -> ReportPage:
    """The report; the look stands before it is shown (S4). Raises NotFound outside the scope."""
    with units.write() as uow:
        opened = refused_report(uow, report_id, actor.scope)
        record_look(uow, opened.line.dossier_id, actor=actor, reason=LOOK)
        row_hash = opened.report.row_hash
        page = ReportPage(
            opened,
            by=name_behind(uow, opened.line.actor) or opened.line.actor,
            pictures=tuple(one for one in ReportPicture if _ID_OF[one](opened.pictures)),
            row=None if row_hash is None else row_by_hash(uow, row_hash),
        )
        uow.commit()
    return page


def open_report_picture(
    report_id: UUID, which: ReportPicture, *, actor: Actor, units: Units, blobs: Blobs
) -> OpenedFile:
    """A picture of the report; the look stands before it is shown (S4).

    Raises
    ------
    NotFound
        No such picture in a report of the actor's scope.
    StorageAway, KeyUnusable
    """

    def picture(uow: UnitOfWork) -> KeptFile:
        opened = refused_report(uow, report_id, actor.scope)
        blob_id = _ID_OF[which](opened.pictures)
        if blob_id is None:
            raise NotFound
        return KeptFile(opened.line.dossier_id, blob_id, which.value)

    return open_file(picture, reason=LOOK, actor=actor, units=units, blobs=blobs)
