"""What a link allows, and on which days something holds. Pure.

DirectoryError (RuleViolation)
├── LinkContradicts     two active links of the same section and point say different things
├── OnlineOnly          since a day this procedure is filed on-line only
├── NotByPost           the published lists leave it out of the postal service
├── LinkNotActive       proposed, suspended, ended, or not of this day
└── ProcedureNotInLink  section and post have not agreed on it
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from postal_bridge.kernel.errors import MoveNotOpen, RuleViolation


class UnitLevel(StrEnum):
    """The tree of the postal operator. District posts ended on 31 August 2025."""

    NATION = "nation"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    POINT = "point"


class AcceptanceMode(StrEnum):
    """The post's legal role in a link (design section 1)."""

    CARRIER = "carrier"
    SEATED = "seated"


class LinkStatus(StrEnum):
    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"


class LinkAction(StrEnum):
    AGREE = "agree"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"


class PointKind(StrEnum):
    """Where the post serves people: offices by level, the small point, a seat in a centre."""

    LEVEL1 = "level1"
    LEVEL2 = "level2"
    LEVEL3 = "level3"
    CULTURE_POST = "culture_post"
    CENTER_COUNTER = "center_counter"


class Ability(StrEnum):
    """What a place can do for a citizen."""

    ACCEPT = "accept"
    RETURN = "return"
    DIGITISE = "digitise"
    ASSIST_ONLINE = "assist_online"
    TAKE_PAYMENT = "take_payment"


class Access(StrEnum):
    """What helps people in whom walking, seeing or hearing is hard."""

    STEP_FREE = "step_free"
    LIFT = "lift"
    LOW_COUNTER = "low_counter"
    TOILET = "toilet"
    SIGN_LANGUAGE = "sign_language"
    PARKING = "parking"


class DigitisedAt(StrEnum):
    """Where the papers of a link are scanned."""

    POINT = "point"
    SECTION = "section"
    NOWHERE = "nowhere"


class ProofDemanded(StrEnum):
    """The level of proof a contract asks for (design section 3, C6)."""

    OWN_PROOF = "own_proof"
    CARRIER_EVIDENCE = "carrier_evidence"
    CITIZEN_CONFIRMED = "citizen_confirmed"
    NO_COMPLAINT = "no_complaint"


class FareRefused(StrEnum):
    """What a contract says of a result whose fare is refused at the door."""

    HOLD = "hold"  # it waits at the point, and is paid for there
    RETURN = "return"  # it goes back to its issuer at once


class ResultKind(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"


class FeeKind(StrEnum):
    """State money of two kinds, shown apart on every receipt."""

    PHI = "phi"
    LE_PHI = "le_phi"


class FeeChannel(StrEnum):
    """Into whose hands an agency's fee goes (Decision 45/2016 art. 11)."""

    DIRECT = "direct"
    AGENCY_ACCOUNT = "agency_account"
    POST_ACCOUNT = "post_account"


class WhoMayReceive(StrEnum):
    """The widest circle a procedure or a link lets receive its result, the smallest first."""

    OWNER_ONLY = "owner_only"
    HOUSEHOLD = "household"
    PROXY = "proxy"


class ServiceForm(StrEnum):
    SEND = "send"
    RECEIVE = "receive"
    BOTH = "both"
    NONE = "none"


class Channel(StrEnum):
    """How a dossier reaches the agency. The first three carry paper."""

    COUNTER = "counter"
    PICK_UP = "pick_up"
    AGENCY_DESK = "agency_desk"
    ASSISTED_ONLINE = "assisted_online"
    ONLINE = "online"


FILED_ONLINE = frozenset({Channel.ASSISTED_ONLINE, Channel.ONLINE})


class DirectoryError(RuleViolation):
    code = "directory_rule"


class OnlineOnly(DirectoryError):
    code = "online_only"


class NotByPost(DirectoryError):
    code = "not_by_post"


class LinkNotActive(DirectoryError):
    code = "link_not_active"


class LinkContradicts(DirectoryError):
    code = "link_contradicts"


class ProcedureNotInLink(DirectoryError):
    code = "procedure_not_in_link"


_S, _A = LinkStatus, LinkAction

LINK_MOVES: Mapping[tuple[LinkStatus, LinkAction], LinkStatus] = MappingProxyType(
    {
        (_S.PROPOSED, _A.AGREE): _S.ACTIVE,
        (_S.PROPOSED, _A.END): _S.ENDED,
        (_S.ACTIVE, _A.SUSPEND): _S.SUSPENDED,
        (_S.ACTIVE, _A.END): _S.ENDED,
        (_S.SUSPENDED, _A.RESUME): _S.ACTIVE,
        (_S.SUSPENDED, _A.END): _S.ENDED,
    }
)


def next_link_status(status: LinkStatus, action: LinkAction) -> LinkStatus:
    """Find the row for this action. Raises MoveNotOpen."""
    try:
        return LINK_MOVES[status, action]
    except KeyError:
        raise MoveNotOpen(machine="link", status=status.value, action=action.value) from None


def may_become(before: LinkStatus, after: LinkStatus) -> bool:
    """Whether some row of the table leads there: a file says the state, not the action."""
    return any(status is before and to is after for (status, _), to in LINK_MOVES.items())


def narrowest(*circles: str | None) -> WhoMayReceive:
    """The smallest of the circles; None says nothing, and nothing said lets everybody receive."""
    said = [WhoMayReceive(circle) for circle in circles if circle is not None]
    return min(said, key=list(WhoMayReceive).index, default=WhoMayReceive.PROXY)


def holds_on(valid_from: date | None, valid_to: date | None, on: date) -> bool:
    """Both days belong to the period; an empty one is open."""
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


def check_channel(
    *,
    code: str,
    is_bcci_allowed: bool,
    online_only_from: date | None,
    service_forms: frozenset[str],
    on: date,
    channel: str,
) -> None:
    """Paper is taken, or an on-line filing helped, only where the published lists allow it.

    Raises
    ------
    OnlineOnly
        Paper of a procedure that since that day is filed on-line only (Directive 24/CT-TTg).
    NotByPost
        The procedure needs the persons themselves, or the link only brings results home.
    """
    if not is_bcci_allowed:
        raise NotByPost(procedure=code)
    if channel in FILED_ONLINE:
        return
    if online_only_from is not None and on >= online_only_from:
        raise OnlineOnly(procedure=code, since=online_only_from.isoformat())
    if not service_forms & {ServiceForm.SEND, ServiceForm.BOTH}:
        raise NotByPost(procedure=code)
