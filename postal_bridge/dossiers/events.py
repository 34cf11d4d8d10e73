"""What a dossier's stream says: how each move is called and how dates are read back from it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from uuid import UUID

from postal_bridge.directory.calendar import WorkingCalendar
from postal_bridge.directory.calendars import (
    AGENCY,
    SHIPPED,
    CalendarVersion,
    calendar_of_version,
    calendar_version,
)
from postal_bridge.dossiers.promise import Dates, Moved, dates_of
from postal_bridge.dossiers.rules import DossierAction, DossierStatus
from postal_bridge.dossiers.tables import DossierRow
from postal_bridge.kernel.streams import Fact
from postal_bridge.kernel.unit_of_work import ReadUnit

_A = DossierAction

KIND_OF: Mapping[DossierAction, str] = MappingProxyType(
    {
        _A.ACCEPT: "dossier.accepted",
        _A.SEND_TO_AGENCY: "dossier.sent_to_agency",
        _A.REGISTER: "dossier.received",
        _A.REFUSE: "dossier.refused",
        _A.START: "dossier.started",
        _A.REQUEST_SUPPLEMENT: "dossier.supplement_requested",
        _A.SUPPLEMENT: "dossier.supplemented",
        _A.REQUEST_PAYMENT: "dossier.payment_requested",
        _A.RECORD_PAYMENT: "dossier.payment_recorded",
        _A.FINISH: "dossier.result_ready",
        _A.RETURN_BY_HAND: "dossier.returned",
        _A.ISSUE_ELECTRONICALLY: "dossier.issued_electronically",
        _A.REPORT_MISTAKE: "dossier.mistake_reported",
        _A.WITHDRAW: "dossier.withdrawn",
        _A.STOP: "dossier.stopped",
        _A.CANCEL: "dossier.cancelled",
    }
)

TOPIC_OF: Mapping[DossierAction, str] = MappingProxyType(
    {
        _A.ACCEPT: "dossiers.accepted",
        _A.REGISTER: "dossiers.received",
        _A.REFUSE: "dossiers.refused",
        _A.REQUEST_SUPPLEMENT: "dossiers.supplement_requested",
        _A.REQUEST_PAYMENT: "dossiers.payment_due",
        _A.FINISH: "dossiers.result_ready",
        _A.RETURN_BY_HAND: "dossiers.returned",
        _A.ISSUE_ELECTRONICALLY: "dossiers.returned",
        _A.REPORT_MISTAKE: "dossiers.correction",
        _A.WITHDRAW: "dossiers.withdrawn",
        _A.STOP: "dossiers.stopped",
    }
)
"""What others are told of: the topics that must be wired."""

TOPICS = tuple(sorted(set(TOPIC_OF.values())))

MOVES_SAID = frozenset(KIND_OF.values())
UNDO_ASKED, UNDO_DECLINED = "undo.asked", "undo.declined"
UNDONE = "dossier.undone"
RESULT_SAID = "result"
"""In the event: the digest of the result's number, which is the agency's and may name somebody."""


def moves_that_count(facts: Iterable[Fact]) -> list[Fact]:
    """The moves a stream tells of, in order of recording, without those undone since."""
    standing: list[Fact] = []
    for fact in facts:
        if fact.kind in MOVES_SAID:
            standing.append(fact)
        elif fact.kind == UNDONE:
            standing = [one for one in standing if one.seq != fact.body["seq"]]
    return standing


def moves_in(facts: Iterable[Fact]) -> list[Moved]:
    """What `moves_that_count` says of dates: an undone move took up nobody's time."""
    return [
        Moved(
            fact.occurred_at,
            DossierStatus(fact.body["to"]),
            fact.body.get("limit_days"),
            fact.body.get("limit_hours"),
        )
        for fact in moves_that_count(facts)
    ]


def version_said(uow: ReadUnit, unit_id: UUID) -> dict[str, object]:
    """By which version of the calendar the clock that starts now is counted; {}: the shipped."""
    version = calendar_version(uow, unit_id)
    if version == SHIPPED:
        return {}
    return {"calendar": {"number": version.number, "units": list(version.units)}}


def counted_by(uow: ReadUnit, unit_id: UUID, facts: Iterable[Fact]) -> WorkingCalendar:
    """The agency's calendar of the version that the clock was started by.

    As published now while no clock runs. A later publication changes no date that was given (P1).
    A result with a mistake starts the clock anew, and with it the version.
    """
    started = [fact for fact in moves_that_count(facts) if "limit_days" in fact.body]
    start = started[-1] if started else None
    if start is None:
        return calendar_of_version(uow, AGENCY, calendar_version(uow, unit_id))
    said = start.body.get("calendar")
    version = CalendarVersion(said["number"], tuple(said["units"])) if said else SHIPPED
    return calendar_of_version(uow, AGENCY, version)


def dates_in(facts: Iterable[Fact], calendar: WorkingCalendar) -> Dates:
    """The dates that follow from a stream, by this calendar."""
    return dates_of(moves_in(facts), calendar)


def dates_now(uow: ReadUnit, row: DossierRow, facts: Iterable[Fact]) -> Dates:
    """The dates that follow from a dossier's stream, as it was promised."""
    facts = list(facts)
    return dates_in(facts, counted_by(uow, row.unit_id, facts))


def put_dates(row: DossierRow, dates: Dates) -> None:
    """The one place where a date of a dossier is written (P1)."""
    row.accepted_at = dates.accepted_at
    row.received_at = dates.received_at
    row.due_at = dates.due_at
    row.finished_at = dates.finished_at
    row.closed_at = dates.closed_at
