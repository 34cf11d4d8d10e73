"""What a courier reported of a door and the service refused, kept for the supervisor. Parts.

The report moved nothing and never will: what became of the result is decided by people, who can
read here what the courier says happened and see what was signed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from postal_bridge.delivery import refused_reports_store, store
from postal_bridge.delivery.tables import DeliveryRow, RefusedReportRow
from postal_bridge.kernel.actor import Actor, Scope
from postal_bridge.kernel.checking import Finding
from postal_bridge.kernel.errors import NotFound
from postal_bridge.kernel.ids import new_id
from postal_bridge.kernel.said_rows import rows_never_said, rows_that_differ, say_row
from postal_bridge.kernel.unit_of_work import ReadUnit, UnitOfWork

AREA = "refused_report"
SAID = (
    "delivery_id", "dossier_id", "unit_id", "kind", "made_at", "created_at", "actor", "row_hash",
    "mark_blob_id", "witness_blob_id", "photo_blob_id",
)  # fmt: skip


class ReportKind(StrEnum):
    """What the courier reported."""

    HANDED_OVER = "handed_over"
    FAILED = "failed"
    LEFT_OUT = "left_out"
    CALLED = "called"


@dataclass(frozen=True, slots=True)
class RefusedReport:
    """A report as the phone hands it in.

    Attributes
    ----------
    made_at : the phone's clock, when the courier reported
    words : why it was refused, as the courier read it
    row : the row that the phone signed of it, with its salt; "" where it signs none
    row_hash : under which that row stands among the phone's
    said : what was filled in at the door
    """

    kind: ReportKind
    made_at: datetime
    words: str = field(repr=False)
    row: str = field(repr=False)
    row_hash: str | None
    said: Mapping[str, str] = field(repr=False)
    unreadable_pictures: int = 0


@dataclass(frozen=True, slots=True)
class KeptPictures:
    """Files of the report: signature or fingerprint, the witness's, the place."""

    mark: UUID | None = None
    witness: UUID | None = None
    photo: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A refused report in a list; nothing in it is sealed."""

    id: UUID
    delivery_id: UUID
    dossier_id: UUID
    label: str
    kind: ReportKind
    made_at: datetime
    received_at: datetime
    actor: str


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """A refused report with what it says."""

    line: ReportLine
    report: RefusedReport
    pictures: KeptPictures


def keep_report(
    uow: UnitOfWork,
    delivery_id: UUID,
    report: RefusedReport,
    pictures: KeptPictures,
    *,
    actor: Actor,
) -> ReportLine:
    """The report stands, sealed under the dossier's key, wherever the result is by now."""
    delivery = _delivery(uow, delivery_id)
    report_id = new_id()
    content = {
        "words": report.words,
        "row": report.row,
        "said": dict(report.said),
        "unreadable_pictures": report.unreadable_pictures,
    }
    said = json.dumps(content).encode()
    row = RefusedReportRow(
        id=report_id,
        delivery_id=delivery.id,
        dossier_id=delivery.dossier_id,
        unit_id=delivery.unit_id,
        kind=report.kind.value,
        made_at=report.made_at,
        created_at=uow.now,
        actor=actor.ref,
        row_hash=report.row_hash,
        said_sealed=uow.vault.seal(delivery.dossier_id, said, place=_place(report_id)),
        mark_blob_id=pictures.mark,
        witness_blob_id=pictures.witness,
        photo_blob_id=pictures.photo,
    )
    uow.session.add(row)
    uow.session.flush()
    say_row(uow, f"{AREA}:{report_id}", "delivery.refused_report_kept", row, SAID, actor=actor)
    return _line(row, delivery)


def refused_reports_since(uow: ReadUnit, scope: Scope, since: datetime) -> tuple[ReportLine, ...]:
    """Refused reports that were handed in since then, newest first."""
    found = refused_reports_store.handed_in_since(uow, scope, since)
    return tuple(_line(row, delivery) for row, delivery in found)


def refused_reports_of(uow: ReadUnit, delivery_id: UUID) -> tuple[ReportLine, ...]:
    """Refused reports of one result, oldest first; who asks must be allowed to see it."""
    delivery = _delivery(uow, delivery_id)
    return tuple(
        _line(row, delivery) for row in refused_reports_store.of_delivery(uow, delivery_id)
    )


def refused_report(uow: ReadUnit, report_id: UUID, scope: Scope) -> OpenedReport:
    """The report with what it says. Raises NotFound outside the scope."""
    row = refused_reports_store.report(uow, report_id)
    if row is None:
        raise NotFound
    delivery = store.find(uow, row.delivery_id, scope)
    said = uow.vault.open(row.dossier_id, row.said_sealed, place=_place(row.id))
    content = json.loads(said)
    return OpenedReport(
        _line(row, delivery),
        RefusedReport(
            kind=ReportKind(row.kind),
            made_at=row.made_at,
            words=content["words"],
            row=content["row"],
            row_hash=row.row_hash,
            said=content["said"],
            unreadable_pictures=content["unreadable_pictures"],
        ),
        KeptPictures(row.mark_blob_id, row.witness_blob_id, row.photo_blob_id),
    )


def pictures_of_reports(uow: ReadUnit) -> Iterator[UUID]:
    """The files behind refused reports."""
    for row in refused_reports_store.every(uow):
        named = (row.mark_blob_id, row.witness_blob_id, row.photo_blob_id)
        yield from (blob_id for blob_id in named if blob_id is not None)


def verify_reports(uow: ReadUnit) -> Iterator[Finding]:
    """Each stands as the chain has it."""
    for row_id, why in rows_that_differ(uow, AREA, RefusedReportRow):
        yield Finding(f"{AREA}:{row_id}", f"{AREA}_{why}")
    for row_id in rows_never_said(uow, AREA, RefusedReportRow):
        yield Finding(f"{AREA}:{row_id}", f"{AREA}_never_said")


def _delivery(uow: ReadUnit, delivery_id: UUID) -> DeliveryRow:
    row = next(iter(store.by_ids(uow, [delivery_id])), None)
    if row is None:
        raise NotFound
    return row


def _place(report_id: UUID) -> str:
    return f"refused_reports.said_sealed:{report_id}"


def _line(row: RefusedReportRow, delivery: DeliveryRow) -> ReportLine:
    return ReportLine(
        row.id,
        row.delivery_id,
        row.dossier_id,
        delivery.label,
        ReportKind(row.kind),
        row.made_at,
        row.created_at,
        row.actor,
    )
