"""The life of a dossier: states, moves, and what each state is called outside. Pure.

Promise dates are computed in `directory/calendar.py`; nothing here reads a clock.

Source: design section 4; national statuses: facts of OpenCPS and a provincial one-stop system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from postal_bridge.directory.rules import AcceptanceMode
from postal_bridge.kernel.errors import MoveNotOpen


class DossierStatus(StrEnum):
    """Where the application stands. "Overdue" is derived and is no state."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    TO_AGENCY = "to_agency"
    RECEIVED = "received"
    REFUSED = "refused"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    PAYMENT_DUE = "payment_due"
    RESULT_READY = "result_ready"
    RETURNED = "returned"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


class DossierAction(StrEnum):
    """What somebody does to a dossier."""

    ACCEPT = "accept"
    SEND_TO_AGENCY = "send_to_agency"
    REGISTER = "register"  # the agency takes it in and gives its code
    REFUSE = "refuse"
    START = "start"
    REQUEST_SUPPLEMENT = "request_supplement"
    SUPPLEMENT = "supplement"
    REQUEST_PAYMENT = "request_payment"
    RECORD_PAYMENT = "record_payment"
    FINISH = "finish"
    RETURN_BY_HAND = "return_by_hand"
    ISSUE_ELECTRONICALLY = "issue_electronically"
    REPORT_MISTAKE = "report_mistake"
    WITHDRAW = "withdraw"
    STOP = "stop"
    CANCEL = "cancel"


class DossierProof(StrEnum):
    """What must be on record before a move counts."""

    NONE = "none"
    TALLY_AND_SEAL = "tally_and_seal"  # both signatures, seal, receipt (Decision 45/2016)
    HAND_OVER = "hand_over"  # two-sided, of the pouch or the envelope
    REASON = "reason"
    CITIZEN_ASKED = "citizen_asked"
    DELIVERY_HANDED_OVER = "delivery_handed_over"
    ELECTRONIC_ISSUE = "electronic_issue"


@dataclass(frozen=True, slots=True)
class Move:
    """A row of the table. `only_in` names the one acceptance mode in which the row is open."""

    to: DossierStatus
    proof: DossierProof = DossierProof.NONE
    only_in: AcceptanceMode | None = None


_S, _A, _P = DossierStatus, DossierAction, DossierProof
_SEATED = AcceptanceMode.SEATED

MOVES: Mapping[tuple[DossierStatus, DossierAction], Move] = MappingProxyType(
    {
        (_S.DRAFT, _A.ACCEPT): Move(_S.ACCEPTED, _P.TALLY_AND_SEAL),
        (_S.ACCEPTED, _A.SEND_TO_AGENCY): Move(_S.TO_AGENCY),
        (_S.ACCEPTED, _A.CANCEL): Move(_S.CANCELLED, _P.REASON),
        (_S.ACCEPTED, _A.WITHDRAW): Move(_S.WITHDRAWN, _P.CITIZEN_ASKED),
        # Seated staff are the agency's one-stop staff: no pouch stands between.
        (_S.ACCEPTED, _A.REGISTER): Move(_S.RECEIVED, only_in=_SEATED),
        (_S.ACCEPTED, _A.REFUSE): Move(_S.REFUSED, _P.REASON, only_in=_SEATED),
        (_S.TO_AGENCY, _A.REGISTER): Move(_S.RECEIVED, _P.HAND_OVER),
        (_S.TO_AGENCY, _A.REFUSE): Move(_S.REFUSED, _P.REASON),
        (_S.TO_AGENCY, _A.WITHDRAW): Move(_S.WITHDRAWN, _P.CITIZEN_ASKED),
        # Before registering: no clock has started yet.
        (_S.TO_AGENCY, _A.REQUEST_SUPPLEMENT): Move(_S.SUPPLEMENT_REQUESTED, _P.REASON),
        (_S.RECEIVED, _A.START): Move(_S.PROCESSING),
        (_S.RECEIVED, _A.WITHDRAW): Move(_S.WITHDRAWN, _P.CITIZEN_ASKED),
        (_S.PROCESSING, _A.REQUEST_SUPPLEMENT): Move(_S.SUPPLEMENT_REQUESTED, _P.REASON),
        (_S.PROCESSING, _A.REQUEST_PAYMENT): Move(_S.PAYMENT_DUE),
        (_S.PROCESSING, _A.FINISH): Move(_S.RESULT_READY),
        (_S.PROCESSING, _A.STOP): Move(_S.STOPPED, _P.REASON),
        (_S.PROCESSING, _A.WITHDRAW): Move(_S.WITHDRAWN, _P.CITIZEN_ASKED),
        (_S.SUPPLEMENT_REQUESTED, _A.SUPPLEMENT): Move(_S.PROCESSING),
        # Asked for before registering, and now complete: the agency registers.
        (_S.SUPPLEMENT_REQUESTED, _A.REGISTER): Move(_S.RECEIVED, _P.HAND_OVER),
        (_S.SUPPLEMENT_REQUESTED, _A.STOP): Move(_S.STOPPED, _P.REASON),
        (_S.SUPPLEMENT_REQUESTED, _A.WITHDRAW): Move(_S.WITHDRAWN, _P.CITIZEN_ASKED),
        (_S.PAYMENT_DUE, _A.RECORD_PAYMENT): Move(_S.PROCESSING),
        (_S.PAYMENT_DUE, _A.WITHDRAW): Move(_S.WITHDRAWN, _P.CITIZEN_ASKED),
        (_S.RESULT_READY, _A.RETURN_BY_HAND): Move(_S.RETURNED, _P.DELIVERY_HANDED_OVER),
        (_S.RESULT_READY, _A.ISSUE_ELECTRONICALLY): Move(_S.RETURNED, _P.ELECTRONIC_ISSUE),
        # A result with a mistake comes back as a new item, and the agency pays.
        (_S.RETURNED, _A.REPORT_MISTAKE): Move(_S.CORRECTION, _P.REASON),
        (_S.CORRECTION, _A.FINISH): Move(_S.RESULT_READY),
    }
)

UNDOS: Mapping[tuple[DossierStatus, DossierAction], DossierStatus] = MappingProxyType(
    {
        # Recorded on the wrong dossier, or in the wrong column: it never counted.
        (_S.ACCEPTED, _A.REFUSE): _S.ACCEPTED,
        (_S.TO_AGENCY, _A.REFUSE): _S.TO_AGENCY,
        (_S.PROCESSING, _A.FINISH): _S.PROCESSING,  # while the result has not left the section
        (_S.CORRECTION, _A.FINISH): _S.CORRECTION,
        (_S.PROCESSING, _A.STOP): _S.PROCESSING,
        (_S.SUPPLEMENT_REQUESTED, _A.STOP): _S.SUPPLEMENT_REQUESTED,
        (_S.ACCEPTED, _A.WITHDRAW): _S.ACCEPTED,
        (_S.TO_AGENCY, _A.WITHDRAW): _S.TO_AGENCY,
        (_S.RECEIVED, _A.WITHDRAW): _S.RECEIVED,
        (_S.PROCESSING, _A.WITHDRAW): _S.PROCESSING,
        (_S.SUPPLEMENT_REQUESTED, _A.WITHDRAW): _S.SUPPLEMENT_REQUESTED,
        (_S.PAYMENT_DUE, _A.WITHDRAW): _S.PAYMENT_DUE,
    }
)
"""A move that may be undone -> where the dossier stands again; the last move only.

What is not a row is not undone: a code that was given stays given, a hand-over is disputed, a
supplement or a payment asked for by mistake is answered by its own row.
"""

TERMINAL = frozenset(_S) - {status for status, _ in MOVES}

CLOCK_STOPPED = frozenset({_S.SUPPLEMENT_REQUESTED, _S.PAYMENT_DUE})
"""States that wait for the citizen (invariant P2): this time is not the agency's."""

CLOCK_RUNS = frozenset({_S.RECEIVED, _S.PROCESSING, _S.CORRECTION})
"""States in which the agency's time is running."""

PAPERS_GO_HOME = frozenset({_S.REFUSED, _S.WITHDRAWN, _S.STOPPED})
"""States that send the papers back to the citizen as items."""

NO_RESULT_COMES = PAPERS_GO_HOME | {_S.CANCELLED}
"""States in which nothing is left to be given out: no delivery of the dossier stays open."""


def next_move(status: DossierStatus, action: DossierAction, mode: AcceptanceMode) -> Move:
    """Find the row for this action.

    Raises
    ------
    MoveNotOpen
        No row, or a row of the other acceptance mode.
    """
    move = MOVES.get((status, action))
    if move is None or move.only_in not in (None, mode):
        raise MoveNotOpen(machine="dossier", status=status.value, action=action.value)
    return move


class NationalStatus(IntEnum):
    """Codes of the national public-service portal. Its "overdue" is derived there too."""

    NEW = 1
    ACCEPTED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    PAYMENT = 6
    WITHDRAWN = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10


NATIONAL: Mapping[DossierStatus, NationalStatus | None] = MappingProxyType(
    {
        _S.DRAFT: NationalStatus.NEW,
        _S.ACCEPTED: NationalStatus.NEW,
        _S.TO_AGENCY: NationalStatus.NEW,
        _S.RECEIVED: NationalStatus.ACCEPTED,
        _S.REFUSED: NationalStatus.NOT_ACCEPTED,
        _S.PROCESSING: NationalStatus.PROCESSING,
        _S.SUPPLEMENT_REQUESTED: NationalStatus.SUPPLEMENT,
        _S.PAYMENT_DUE: NationalStatus.PAYMENT,
        _S.WITHDRAWN: NationalStatus.WITHDRAWN,
        _S.STOPPED: NationalStatus.STOPPED,
        _S.RESULT_READY: NationalStatus.FINISHED,
        _S.CORRECTION: NationalStatus.FINISHED,
        _S.RETURNED: NationalStatus.RETURNED,
        _S.CANCELLED: None,  # never reported outside
    }
)


def national_status(
    status: DossierStatus, overrides: Mapping[NationalStatus, int] | None = None
) -> int | None:
    """Return the code to report, or None where nothing is reported.

    Parameters
    ----------
    overrides : what one portal wants instead; some take 5, 6 and 8 as 9 with words in the step
        log. The mapped value is sent and never stored as truth.
    """
    national = NATIONAL[status]
    if national is None:
        return None
    return int((overrides or {}).get(national, national))
